//! `GET /v1/sites/{site}/conversations/{conversation}/image/{image}`: GetGroupImage, for who sees the conversation.

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

/// What an address shows never changes: an image that is changed has another. But who may see it does, so only the caller
/// keeps it, and for the next bearer of a token the browser asks again.
const KEPT: &str = "private, max-age=31536000, immutable";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Which of the two; `large` where it is not said.
    #[serde(default)]
    size: ImageSize,
}

pub(crate) const GET_GROUP_IMAGE: Doc = Doc::new("GetGroupImage", "The image of a group, by its `image_url`.")
    .more("For who sees the group. What an address shows never changes: an image that is changed has another.")
    .answers(&[(200, "image/webp")])
    .refuses(&[STANDING, CONVERSATION, &[codes::GROUP_IMAGE_NOT_FOUND]]);

pub(crate) async fn get_group_image(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, image)): Path<(String, ConversationId, ImageId)>,
    Query(Parameters { size }): Query<Parameters>,
) -> Result<Response, Problem> {
    caller.reader_of(&state, ConversationAction::Inspect, id).await?;
    let group = state.commands.conversation(&caller.site, id).await?;
    if !shows(&group.aggregate, image) {
        return Err(ImageError::Missing.into());
    }
    let bytes = state.images.get(&ImageKey { site: caller.site, conversation: id, image }, size).await?;
    let headers =
        [(header::CONTENT_TYPE, "image/webp"), (header::CACHE_CONTROL, KEPT), (header::VARY, "authorization")];
    Ok((headers, bytes).into_response())
}

fn shows(conversation: &Conversation, image: ImageId) -> bool {
    matches!(conversation, Conversation::Group(group) if group.image.as_ref().is_some_and(|shown| shown.image == image))
}
