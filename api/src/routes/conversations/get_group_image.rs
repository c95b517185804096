//! `GET /v1/sites/{site}/conversations/{conversation}/image/{image}`: GetGroupImage, for members who see the conversation.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use causerie_domain::Conversation;
use causerie_domain::permission::ConversationAction;
use causerie_events::{ConversationId, ImageId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::images::{ImageError, ImageKey, ImageSize};
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::state::AppState;

/// The content of a URL never changes, because a new image has a new URL. The permission to see it can change, so only the
/// caller caches it, separately for each token.
const CACHED_BY_CALLER: &str = "private, max-age=31536000, immutable";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetGroupImageParameters {
    /// The size, by default `large`.
    #[serde(default)]
    size: ImageSize,
}

pub(crate) const GET_GROUP_IMAGE: Doc = Doc::new("GetGroupImage", "The image of a group, by its `image_url`.")
    .more("For members who see the group. The content of a URL never changes: a new image has a new URL.")
    .responds(&[(200, "image/webp")])
    .refuses(&[STANDING, CONVERSATION, &[codes::GROUP_IMAGE_NOT_FOUND]]);

pub(crate) async fn get_group_image(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, image)): Path<(String, ConversationId, ImageId)>,
    Query(GetGroupImageParameters { size }): Query<GetGroupImageParameters>,
) -> Result<Response, Problem> {
    caller.reader_of(&state, ConversationAction::Inspect, id).await?;
    let group = state.commands.conversation(&caller.site, id).await?;
    if !shows(&group.aggregate, image) {
        return Err(ImageError::Missing.into());
    }
    let bytes = state.images.get(&ImageKey { site: caller.site, conversation: id, image }, size).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/webp"),
        (header::CACHE_CONTROL, CACHED_BY_CALLER),
        (header::VARY, "authorization"),
    ];
    Ok((headers, bytes).into_response())
}

fn shows(conversation: &Conversation, image: ImageId) -> bool {
    matches!(conversation, Conversation::Group(group) if group.image.as_ref().is_some_and(|shown| shown.image == image))
}
