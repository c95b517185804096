//! The URL of the image of a conversation.

use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// The path of the image of a group in the API. It contains the id of the image, so its content
/// never changes and clients can cache it.
#[must_use]
pub fn image_path(site: &str, conversation: Uuid, image: Uuid) -> String {
    format!("/v1/sites/{site}/conversations/{conversation}/image/{image}")
}

/// The image of a group; otherwise the avatar of the member whose name the conversation has.
pub(super) fn url_of(row: &PgRow) -> Result<Option<String>, sqlx::Error> {
    let Some(image) = row.try_get("image_id")? else { return row.try_get("avatar_url") };
    Ok(Some(image_path(row.try_get("site_id")?, row.try_get("conversation_id")?, image)))
}
