//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/image`: ChangeGroupImage. The body of `PUT` is the image.

use axum::extract::State;
use causerie_domain::Conversation;
use causerie_events::conversation::GroupImage;
use causerie_events::{ConversationId, ImageId, SiteId};
use schemars::JsonSchema;
use serde::Serialize;
use tracing::Instrument;

use crate::caller::Caller;
use crate::codes;
use crate::commands::{ChangeGroupImage, CommandError, Receipt};
use crate::images::{ImageKey, MAX_UPLOAD_BYTES, RenderedImage};
use crate::openapi::{Doc, MANAGER, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::Path;
use crate::routes::answer::Answer;
use crate::routes::conversations::upload::{self, Upload};
use crate::state::AppState;
use crate::views::image_url;

pub(crate) const CHANGE_GROUP_IMAGE: Doc = Doc::new("ChangeGroupImage", "Gives a group an image, or another one.")
    .more(
        "By its admins who may write in it, and by the owner. PNG, JPEG or WebP, recognized by the content, with up to 8,192 pixels on a side and 16 million \
         in all. Two squares are made of its middle and nothing else of it is stored. The same bytes again change nothing.",
    )
    .at_most(MAX_UPLOAD_BYTES / (1024 * 1024), "MiB")
    .refuses(&[STANDING, VOICE, MANAGER, upload::REFUSALS, &[codes::CONVERSATION_CLOSED]]);

pub(crate) const REMOVE_GROUP_IMAGE: Doc = Doc::new("RemoveGroupImage", "Takes the image of a group away.")
    .more("By its admins and the owner.")
    .refuses(&[STANDING, MANAGER, &[codes::CONVERSATION_CLOSED]]);

pub(crate) async fn change_group_image(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    upload: Upload,
) -> Result<Answer<ImageView>, Problem> {
    // Before the upload is read, decoded or stored: callers who may not do this are rejected. The command checks again.
    let actor = caller.reader(&state).await?;
    let member_chat = state.commands.site_now(&caller.site).await?.aggregate.member_chat();
    let check = |found: &Conversation| found.require_image_change(&actor, member_chat);
    state.commands.permitted_conversation_now(&caller.site, id, check).await?;

    let taken = state.images.render(upload.read().await?).await?;
    // To its end: a client that hangs up leaves no stored image that no group shows.
    let site = caller.site.clone();
    let work = keep_and_change(state, caller, id, taken);
    let receipt = tokio::spawn(work.in_current_span()).await.unwrap_or(Err(CommandError::Stopping.into()))?;
    Ok(answer(&site, id, receipt))
}

pub(crate) async fn remove_group_image(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
) -> Result<Answer<ImageView>, Problem> {
    let remove = ChangeGroupImage { site: caller.site.clone(), conversation: id, image: None };
    let receipt = state.commands.execute(caller.registered(&state).await?, remove).await?;
    state.images.delete_previous(&caller.site, id, &receipt.aggregate);
    Ok(answer(&caller.site, id, receipt))
}

/// The image of a group right after a command.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChangedImage")]
pub(crate) struct ImageView {
    /// The group.
    id: ConversationId,
    /// The path of GetGroupImage; null where the group has none.
    image_url: Option<String>,
}

fn answer(site: &SiteId, id: ConversationId, receipt: Receipt<Conversation>) -> Answer<ImageView> {
    let Receipt { aggregate, version, position } = receipt;
    let image_url = match &aggregate {
        Conversation::Group(group) => image_url(site, id, group),
        _ => None,
    };
    Answer { resource: ImageView { id, image_url }, version, position }
}

async fn keep_and_change(
    state: AppState,
    caller: Caller,
    id: ConversationId,
    taken: RenderedImage,
) -> Result<Receipt<Conversation>, Problem> {
    let stored = state.images.store((&caller.site, id), taken).await?;
    let change = ChangeGroupImage { site: caller.site.clone(), conversation: id, image: Some(stored.clone()) };
    let changed = state.commands.execute(caller.sender(), change).await;
    if is_shown(&changed, stored.image) == Some(false) {
        state.images.delete_later(ImageKey { site: caller.site.clone(), conversation: id, image: stored.image });
    }
    let receipt = changed?;
    state.images.delete_previous(&caller.site, id, &receipt.aggregate);
    Ok(receipt)
}

/// Whether the group has come to show this image; none where that is not known. The same image is not stored twice.
fn is_shown(changed: &Result<Receipt<Conversation>, CommandError>, stored: ImageId) -> Option<bool> {
    match changed {
        Ok(Receipt { aggregate: Conversation::Group(group), .. }) => {
            Some(group.image.as_ref().is_some_and(|GroupImage { image, .. }| *image == stored))
        }
        Err(CommandError::Store(_) | CommandError::Batch(_) | CommandError::Stopping) => None,
        Ok(_) | Err(_) => Some(false),
    }
}
