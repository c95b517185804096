//! Filling the log with messages, by way of its own function: nothing is bypassed, there is only no rule in front.

use causerie_events::SiteId;
use causerie_store::Database;
use cqrs_es::DomainEvent;
use serde_json::Value;
use uuid::Uuid;

use crate::message::{self, MEMBERS};
use crate::progress;

/// Messages in one transaction.
const BATCH: u64 = 5_000;
/// Who the messages are of.
const AUTHORS: u64 = 32;

const FILL: &str = "SELECT cardinality(appended)::bigint
  FROM append_first_events('message', $1, $2, $3, $4, $5, $6, '{}', '{}', '{}', '{}', '{}')";

/// Appends so many messages to the log, spread over the conversations.
pub(crate) async fn log(
    database: &Database,
    site: &SiteId,
    conversations: &[Uuid],
    messages: u64,
) -> anyhow::Result<()> {
    if messages == 0 {
        return Ok(());
    }
    let bar = progress::bar(messages, "messages into the log");
    let mut first = 0;
    while first < messages {
        let numbers = first..messages.min(first + BATCH);
        let appended = append(database, site, conversations, numbers.clone()).await?;
        anyhow::ensure!(appended == numbers.end - first, "the log refused some messages");
        first = numbers.end;
        bar.set_position(first);
    }
    bar.finish_and_clear();
    Ok(())
}

async fn append(
    database: &Database,
    site: &SiteId,
    conversations: &[Uuid],
    numbers: std::ops::Range<u64>,
) -> anyhow::Result<u64> {
    let mut payloads: Vec<Value> = Vec::new();
    let mut metadata: Vec<Value> = Vec::new();
    let (mut types, mut versions) = (Vec::new(), Vec::new());
    for (number, conversation) in numbers.zip(conversations.iter().cycle()) {
        let author = usize::try_from(number % AUTHORS)? % MEMBERS;
        let event = message::sent(*conversation, author, number)?;
        types.push(event.event_type());
        versions.push(event.event_version());
        payloads.push(serde_json::to_value(event)?);
        metadata.push(message::metadata(author)?);
    }
    let ids: Vec<String> = payloads.iter().map(|_| format!("{site}/{}", Uuid::now_v7())).collect();
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
