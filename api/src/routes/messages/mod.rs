//! Messages of a conversation.

mod delete_message;
mod edit_message;
mod list_messages;
mod reactions;
mod send_message;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, put_with};
use causerie_domain::Message;
use causerie_domain::message::PostedMessage;
use causerie_events::message::MessageSent;
use causerie_events::{ConversationId, Emoji, MemberId, MessageId};
use jiff::{Timestamp, TimestampRound, Unit};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::Receipt;
use crate::problem::Problem;
use crate::routes::response::CommandResponse;
use crate::state::AppState;

/// The routes below `/v1/sites/{site}`.
pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route(
            "/conversations/{conversation}/messages",
            get_with(list_messages::list_messages, list_messages::LIST_MESSAGES.write()),
        )
        .api_route(
            "/conversations/{conversation}/messages/{message}",
            put_with(send_message::send_message, send_message::SEND_MESSAGE.write())
                .patch_with(edit_message::edit_message, edit_message::EDIT_MESSAGE.write())
                .delete_with(delete_message::delete_message, delete_message::DELETE_MESSAGE.write()),
        )
        .api_route(
            "/conversations/{conversation}/messages/{message}/reactions/{emoji}",
            put_with(reactions::add_reaction, reactions::ADD_REACTION.write())
                .delete_with(reactions::remove_reaction, reactions::REMOVE_REACTION.write()),
        )
        .with_path_items(|item| item.tag("Messages"))
}

/// A message in the response to a command. Without `seq`, which ListMessages and the stream return.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SentMessage {
    id: MessageId,
    conversation_id: ConversationId,
    author: MemberId,
    text: String,
    sent_at: Timestamp,
    deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MessageId")]
    reply_to: Option<MessageId>,
    reactions: Vec<SentReaction>,
}

/// The members who reacted with an emoji.
#[derive(Debug, Serialize, JsonSchema)]
struct SentReaction {
    emoji: Emoji,
    count: usize,
    members: Vec<MemberId>,
}

impl SentMessage {
    fn sent(id: MessageId, sent: MessageSent) -> Self {
        Self {
            id,
            conversation_id: sent.conversation_id,
            author: sent.author_id,
            text: sent.text.as_str().to_owned(),
            sent_at: sent.sent_at,
            deleted: false,
            reply_to: sent.reply_to,
            reactions: Vec::new(),
        }
    }

    fn now(id: MessageId, posted: PostedMessage) -> Self {
        let text = if posted.deleted { String::new() } else { posted.text.as_str().to_owned() };
        let reactions = posted.reactions_by_emoji().into_iter().map(|(emoji, members)| SentReaction {
            emoji: emoji.clone(),
            count: members.len(),
            members: members.into_iter().cloned().collect(),
        });
        let reactions = reactions.collect();
        Self { text, deleted: posted.deleted, reactions, ..Self::sent(id, posted.sent) }
    }
}

type CommandResult<const STATUS: u16 = 200> = Result<CommandResponse<SentMessage, STATUS>, Problem>;

fn respond(id: MessageId, receipt: Receipt<Message>) -> CommandResult {
    let Receipt { aggregate, version, position } = receipt;
    let resource = match aggregate {
        Message::Missing => None,
        Message::Posted(posted) => Some(SentMessage::now(id, posted)),
    };
    CommandResponse::of(resource, version, position)
}

/// The time in microseconds, the precision of Postgres.
fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(TimestampRound::new().smallest(Unit::Microsecond)).unwrap_or(now)
}
