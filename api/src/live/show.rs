//! From what a member may see to the frames of their stream.

use std::time::Duration;

use bytes::Bytes;
use causerie_domain::Role;
use causerie_events::{ConversationId, LogEvent, MemberId, SiteId};
use causerie_projections::conversation_list::{self, ConversationView, ListConversations};
use causerie_projections::progress;
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, StoreError};
use serde::Serialize;
use serde_json::{Value, json};

use super::detail::{Detail, LiveMessage};
use super::frame::Frame;
use super::typing::Typing;
use super::visibility::Shown;
use crate::commands::Commands;
use crate::views::{member_in_full, member_in_roster};

/// How long the read models may be behind when a changed conversation is shown.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Shows events to one member.
#[derive(Debug)]
pub(super) struct Show {
    pub(super) database: Database,
    pub(super) commands: Commands,
    pub(super) site: SiteId,
    pub(super) member: MemberId,
    pub(super) token_role: Role,
}

impl Show {
    /// The frame of an event, where there is one. That of a message is shared with all who see it so.
    pub(super) async fn frame(
        &self,
        shown: Shown,
        log: &LogEvent,
        detail: &Detail,
    ) -> Result<Option<Bytes>, StoreError> {
        if let (Shown::Message { collapsed, with_reply }, Detail::Message(message)) = (&shown, detail) {
            let (collapsed, with_reply) = (*collapsed, *with_reply);
            let write = || message_frame(message, log, collapsed, with_reply).into();
            return Ok(Some(message.written.once(collapsed, with_reply, write)));
        }
        // In a box: a stream that waits should not hold the room that its queries take.
        Ok(Box::pin(self.seldom(shown, log, detail)).await?.map(Bytes::from))
    }

    /// The frame of anything but a message.
    async fn seldom(&self, shown: Shown, log: &LogEvent, detail: &Detail) -> Result<Option<Frame>, StoreError> {
        let position = log.recorded.position;
        let frame = |kind, data: Value| Some(Frame::new(kind, position, &data));
        Ok(match (shown, detail) {
            (Shown::Site, Detail::Site(site)) => {
                let on = site.member_chat() == causerie_domain::site::MemberChat::On;
                frame(
                    "site.changed",
                    json!({ "id": self.site, "member_chat_enabled": on, "settings": site.settings() }),
                )
            }
            (Shown::MemberInFull, Detail::Member(change)) => {
                let id = log.recorded.stream.local_id().parse::<MemberId>().ok();
                id.and_then(|id| member_in_full(&id, &change.after))
                    .and_then(|view| frame("member.changed", value(&view)))
            }
            (Shown::MemberInRoster, Detail::Member(change)) => {
                let id = log.recorded.stream.local_id().parse::<MemberId>().ok();
                id.and_then(|id| member_in_roster(&id, &change.after))
                    .and_then(|view| frame("member.changed", value(&view)))
            }
            (Shown::ContactInRoster(id), Detail::Member(change)) => change
                .other
                .as_ref()
                .and_then(|other| member_in_roster(&id, other))
                .and_then(|view| frame("member.changed", value(&view))),
            (Shown::MemberGone(id), _) => frame("member.changed", json!({ "id": id, "gone": true })),
            (Shown::ConversationGone(id), _) => frame("conversation.removed", json!({ "id": id })),
            (Shown::Conversation(id), _) => {
                // Gone again by now: the removal is on its way.
                self.conversation(id, log).await?.and_then(|view| frame("conversation.changed", value(&view)))
            }
            (Shown::ReadMarker(id), _) => self.conversation(id, log).await?.and_then(|view| {
                let message = log.recorded.payload.get("message_id");
                let data = json!({
                    "conversation_id": id, "message": message, "seq": view.read_seq, "unread": view.unread,
                });
                frame("read_marker.moved", data)
            }),
            _ => None,
        })
    }

    /// The frame of somebody who types: not of the log, so without a position.
    pub(super) fn typing(typing: &Typing) -> Frame {
        let data = json!({ "conversation_id": typing.conversation, "member": typing.member });
        Frame { kind: "typing", id: None, data }
    }

    async fn conversation(&self, id: ConversationId, log: &LogEvent) -> Result<Option<ConversationView>, StoreError> {
        let there = |checkpoint: Checkpoint| checkpoint.log_number >= log.log_number;
        for model in conversation_list::READS {
            progress::wait_until(self.database.pool(), model, LONGEST_WAIT, there).await?;
        }
        let member = self.commands.member(&self.site, &self.member).await?;
        let actor = causerie_domain::Actor::new(self.member.clone(), self.token_role, &member.aggregate);
        let query = ListConversations {
            site: self.site.clone(),
            staff: actor.is_staff(),
            member: actor.member,
            kind: None,
            archived: None,
            pinned: None,
            only: Some(id),
            after: None,
            limit: 1,
        };
        Ok(conversation_list::list(self.database.pool(), &query).await?.items.pop())
    }
}

fn message_kind(event_type: &str) -> &'static str {
    match event_type {
        "MessageSent" => "message.sent",
        "MessageEdited" => "message.edited",
        "MessageDeleted" => "message.deleted",
        _ => "message.reacted",
    }
}

fn message_frame(message: &LiveMessage, log: &LogEvent, collapsed: bool, with_reply: bool) -> Frame {
    let mut data = value(&message.view);
    if let Some(object) = data.as_object_mut() {
        object.insert("conversation_id".to_owned(), json!(log.recorded.conversation_id()));
        object.insert("collapsed".to_owned(), json!(collapsed));
        if !with_reply {
            object.remove("reply_preview");
        }
    }
    Frame { kind: message_kind(&log.recorded.event_type), id: Some(log.recorded.position), data }
}

/// Views are plain structs: writing them cannot fail.
fn value(view: &impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}
