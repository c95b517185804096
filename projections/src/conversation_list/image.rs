//! Where the picture that goes with a conversation is to be had.

use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// The path of a group's image in the API. It names the image and not only the group: what it shows never changes, so
/// whoever has it need not ask again.
#[must_use]
pub fn image_path(site: &str, conversation: Uuid, image: Uuid) -> String {
    format!("/v1/sites/{site}/conversations/{conversation}/image/{image}")
}

/// Of a group its own; else the avatar of the member that the conversation is called after.
pub(super) fn url_of(row: &PgRow) -> Result<Option<String>, sqlx::Error> {
    let Some(image) = row.try_get("image_id")? else { return row.try_get("avatar_url") };
    Ok(Some(image_path(row.try_get("site_id")?, row.try_get("conversation_id")?, image)))
}
