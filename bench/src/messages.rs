//! Messages appended to the log directly: by the store's own append, without the rules of the
//! domain.

use causerie_events::message::MessageSent;
use causerie_events::{MemberId, MessageEvent, MessageId, MessageText, Metadata, SiteId, StreamId};
use causerie_store::{Append, Database, NewEvent};
use jiff::Timestamp;
use uuid::Uuid;

/// Messages per append.
const BATCH: usize = 5_000;
const CONVERSATIONS: usize = 100;
const AUTHORS: usize = 32;

#[derive(Debug, Clone)]
pub(crate) struct StoredMessage {
    pub(crate) id: Uuid,
    pub(crate) site: SiteId,
    pub(crate) conversation: Uuid,
    /// The number of a member.
    pub(crate) author: usize,
    pub(crate) reply_to: Option<Uuid>,
}

pub(crate) fn member(number: usize) -> anyhow::Result<MemberId> {
    Ok(format!("member-{number:03}").parse()?)
}

/// The text of a message, of equal length for all numbers below ten million.
pub(crate) fn text(number: u64) -> String {
    format!("Message {number:07}: la mairie confirme, on se retrouve samedi à dix heures devant la halle.")
}

/// Messages spread evenly over 100 conversations, for benchmarks that process the log without
/// reading its content.
pub(crate) async fn fill_log(database: &Database, messages: u64) -> anyhow::Result<()> {
    let (site, conversations): (SiteId, Vec<Uuid>) =
        ("bench".parse()?, (0..CONVERSATIONS).map(|_| Uuid::now_v7()).collect());
    let numbers = 0..usize::try_from(messages)?;
    let messages = numbers.map(|number| StoredMessage {
        id: Uuid::now_v7(),
        site: site.clone(),
        conversation: conversations[number % CONVERSATIONS],
        author: number % AUTHORS,
        reply_to: None,
    });
    append(database, messages).await
}

pub(crate) async fn append(
    database: &Database,
    messages: impl ExactSizeIterator<Item = StoredMessage>,
) -> anyhow::Result<()> {
    if messages.len() > BATCH {
        crate::report::note(&format!("appending {} messages", messages.len()))?;
    }
    let epoch = database.epoch().await?;
    let mut events = Vec::new();
    let mut messages = (0..).zip(messages).peekable();
    while let Some((number, message)) = messages.next() {
        events.extend(event(epoch, number, message)?);
        if events.len() >= BATCH || messages.peek().is_none() {
            database.append(&Append { epoch, events: std::mem::take(&mut events), ..Append::default() }).await?;
        }
    }
    Ok(())
}

fn event(epoch: u16, number: u64, message: StoredMessage) -> anyhow::Result<Vec<NewEvent>> {
    let StoredMessage { id, site, conversation, author, reply_to } = message;
    let actor = member(author)?;
    let event = MessageEvent::MessageSent(MessageSent {
        conversation_id: conversation.into(),
        author_id: actor.clone(),
        text: MessageText::parse(text(number))?,
        reply_to: reply_to.map(MessageId::from),
        sent_at: Timestamp::now(),
        conversation_version: 1,
    });
    let role = "member".to_owned();
    let metadata = Metadata { actor, capacity: Some(role.clone()), role, request_id: Some(Uuid::now_v7().to_string()) };
    let stream = StreamId::message(&site, id.into());
    Ok(Append::to_stream(epoch, &stream, 0, &[event], &metadata, Uuid::now_v7)?.events)
}
