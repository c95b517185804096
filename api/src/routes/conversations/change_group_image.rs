//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/image`: ChangeGroupImage. The body of `PUT` is the image.

use axum::extract::State;
use causerie_domain::Conversation;
use causerie_domain::conversation::ChangeGroupImage;
use causerie_events::conversation::GroupImage;
use causerie_events::{ConversationId, ImageId, SiteId};
use schemars::JsonSchema;
use serde::Serialize;
use tracing::Instrument;

use crate::caller::Caller;
use crate::codes;
use crate::commands::{CommandError, Receipt};
use crate::images::{ImageKey, MAX_UPLOAD_BYTES, RenderedImage};
use crate::openapi::{Doc, MANAGER, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::Path;
use crate::routes::conversations::upload::{self, Upload};
use crate::routes::response::CommandResponse;
use crate::state::AppState;
use crate::views::image_url;

pub(crate) const CHANGE_GROUP_IMAGE: Doc = Doc::new("ChangeGroupImage", "Sets or replaces the image of a group.")
    .more(
        "By admins who may write in the group, and the owner. PNG, JPEG or WebP, recognised by the content, with at most 8,192 \
         pixels per side and 16 million in total. Only two square crops of the centre are stored. The same upload again \
         changes nothing.",
    )
    .at_most(MAX_UPLOAD_BYTES / (1024 * 1024), "MiB")
    .refuses(&[STANDING, VOICE, MANAGER, upload::REFUSALS, &[codes::CONVERSATION_CLOSED]]);

pub(crate) const REMOVE_GROUP_IMAGE: Doc = Doc::new("RemoveGroupImage", "Removes the image of a group.")
    .more("By admins of the group and the owner.")
    .refuses(&[STANDING, MANAGER, &[codes::CONVERSATION_CLOSED]]);

pub(crate) async fn change_group_image(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    upload: Upload,
) -> Result<CommandResponse<ChangedImage>, Problem> {
    // Rejects callers without the permission before the upload is read. The command checks again.
    let actor = caller.reader(&state).await?;
    let member_chat = state.commands.site_now(&caller.site).await?.aggregate.member_chat();
    let check = |found: &Conversation| found.require_image_change(&actor, member_chat);
    state.commands.permitted_conversation_now(&caller.site, id, check).await?;

    let rendered = state.images.render(upload.read().await?).await?;
    // In a task, so that a client that disconnects leaves no stored image without a group.
    let site = caller.site.clone();
    let work = store_and_change(state, caller, id, rendered);
    let receipt = tokio::spawn(work.in_current_span()).await.unwrap_or(Err(CommandError::Stopping.into()))?;
    Ok(respond(&site, id, receipt))
}

pub(crate) async fn remove_group_image(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
) -> Result<CommandResponse<ChangedImage>, Problem> {
    let remove = ChangeGroupImage { site: caller.site.clone(), conversation: id, image: None };
    let receipt = state.commands.execute(caller.registered(&state).await?, remove).await?;
    state.images.delete_previous(&caller.site, id, &receipt.aggregate);
    Ok(respond(&caller.site, id, receipt))
}

/// The image of a group right after a command.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChangedImage {
    /// The group.
    id: ConversationId,
    /// The path of GetGroupImage; null if the group has no image.
    image_url: Option<String>,
}

fn respond(site: &SiteId, id: ConversationId, receipt: Receipt<Conversation>) -> CommandResponse<ChangedImage> {
    let Receipt { aggregate, version, position } = receipt;
    let image_url = match &aggregate {
        Conversation::Group(group) => image_url(site, id, group),
        _ => None,
    };
    CommandResponse { resource: ChangedImage { id, image_url }, version, position }
}

async fn store_and_change(
    state: AppState,
    caller: Caller,
    id: ConversationId,
    rendered: RenderedImage,
) -> Result<Receipt<Conversation>, Problem> {
    let stored = state.images.store((&caller.site, id), rendered).await?;
    let change = ChangeGroupImage { site: caller.site.clone(), conversation: id, image: Some(stored.clone()) };
    let changed = state.commands.execute(caller.sender(), change).await;
    if is_shown(&changed, stored.image) == Some(false) {
        state.images.delete_later(ImageKey { site: caller.site.clone(), conversation: id, image: stored.image });
    }
    let receipt = changed?;
    state.images.delete_previous(&caller.site, id, &receipt.aggregate);
    Ok(receipt)
}

/// Whether the group shows this image now; `None` if the outcome is unknown. The same image is not stored twice.
fn is_shown(changed: &Result<Receipt<Conversation>, CommandError>, stored: ImageId) -> Option<bool> {
    match changed {
        Ok(Receipt { aggregate: Conversation::Group(group), .. }) => {
            Some(group.image.as_ref().is_some_and(|GroupImage { image, .. }| *image == stored))
        }
        Err(CommandError::Store(_) | CommandError::Batch(_) | CommandError::Stopping) => None,
        Ok(_) | Err(_) => Some(false),
    }
}
