//! Filling the log with messages, by way of its own function: nothing is bypassed, there is only no rule in front.

use causerie_events::{DomainEvent, SiteId};
use causerie_store::Database;
use serde_json::Value;
use uuid::Uuid;

use crate::message::{self, MEMBERS};
use crate::progress;

/// Messages in one transaction.
const BATCH: u64 = 5_000;
/// Who the messages of a spread are of.
const AUTHORS: u64 = 32;

const FILL: &str = "SELECT cardinality(appended)::bigint
  FROM append_first_events(enter_log_epoch(gen_random_uuid()), 'message', $1, $2, $3, $4, $5, $6, '{}', '{}', '{}', '{}', '{}')";

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) site: SiteId,
    pub(crate) conversation: Uuid,
    pub(crate) id: Uuid,
    /// By number, see [`message::member`].
    pub(crate) author: usize,
    pub(crate) reply_to: Option<Uuid>,
}

/// Messages spread evenly over the conversations.
pub(crate) fn spread<'a>(
    site: &'a SiteId,
    conversations: &'a [Uuid],
) -> impl Fn(u64) -> anyhow::Result<Message> + use<'a> {
    move |number| {
        Ok(Message {
            site: site.clone(),
            conversation: conversations[usize::try_from(number)? % conversations.len()],
            id: Uuid::now_v7(),
            author: usize::try_from(number % AUTHORS)? % MEMBERS,
            reply_to: None,
        })
    }
}

/// Appends so many messages to the log; `message` says what the one of a number, from 0, is.
pub(crate) async fn log(
    database: &Database,
    messages: u64,
    message: impl Fn(u64) -> anyhow::Result<Message>,
) -> anyhow::Result<()> {
    if messages == 0 {
        return Ok(());
    }
    let bar = progress::bar(messages, "messages into the log");
    let mut first = 0;
    while first < messages {
        let numbers = first..messages.min(first + BATCH);
        let appended = append(database, numbers.clone(), &message).await?;
        anyhow::ensure!(appended == numbers.end - first, "the log refused some messages");
        first = numbers.end;
        bar.set_position(first);
    }
    bar.finish_and_clear();
    Ok(())
}

async fn append(
    database: &Database,
    numbers: std::ops::Range<u64>,
    message: impl Fn(u64) -> anyhow::Result<Message>,
) -> anyhow::Result<u64> {
    let mut payloads: Vec<Value> = Vec::new();
    let mut metadata: Vec<Value> = Vec::new();
    let (mut ids, mut types, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    for number in numbers {
        let Message { site, conversation, id, author, reply_to } = message(number)?;
        let event = message::sent(conversation, author, number, reply_to)?;
        ids.push(format!("{site}/{id}"));
        types.push(event.event_type());
        versions.push(event.event_version());
        payloads.push(serde_json::to_value(event)?);
        metadata.push(message::metadata(author)?);
    }
    let event_ids: Vec<Uuid> = payloads.iter().map(|_| Uuid::now_v7()).collect();
    let appended: i64 = sqlx::query_scalar(FILL)
        .bind(ids)
        .bind(event_ids)
        .bind(types)
        .bind(versions)
        .bind(payloads)
        .bind(metadata)
        .fetch_one(database.pool())
        .await?;
    Ok(appended.try_into()?)
}
