//! The message that everybody sends: the same event, of about 220 bytes of JSON, for each subject and each fill.

use causerie_events::message::MessageSent;
use causerie_events::{ConversationId, MemberId, MessageEvent, MessageId, MessageText, Metadata};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Who there is: conversations hold all or some of them.
pub(crate) const MEMBERS: usize = 256;

/// The id of a member.
pub(crate) fn member(number: usize) -> anyhow::Result<MemberId> {
    Ok(format!("member-{number:03}").parse()?)
}

/// What is said; the number makes each text another one.
pub(crate) fn text(number: u64) -> String {
    format!("Message {number:07}: la mairie confirme, on se retrouve samedi à dix heures devant la halle.")
}

/// The event of a send.
pub(crate) fn sent(
    conversation: Uuid,
    author: usize,
    number: u64,
    reply_to: Option<Uuid>,
) -> anyhow::Result<MessageEvent> {
    Ok(MessageEvent::MessageSent(MessageSent {
        conversation_id: ConversationId::from(conversation),
        author_id: member(author)?,
        text: MessageText::parse(text(number))?,
        reply_to: reply_to.map(MessageId::from),
        sent_at: Timestamp::now(),
        conversation_version: 1,
    }))
}

/// What stands beside it.
pub(crate) fn metadata(author: usize) -> anyhow::Result<Value> {
    let role = "member".to_owned();
    let (capacity, request_id) = (Some(role.clone()), Some(REQUEST.to_owned()));
    let metadata = Metadata { actor: member(author)?, role, capacity, request_id };
    Ok(serde_json::to_value(metadata)?)
}

/// As long as the service's own.
pub(crate) const REQUEST: &str = "01990000-0000-7000-8000-000000000000";
