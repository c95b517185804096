//! The log, read directly from Postgres while no writes are in flight.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use crate::service::Service;

/// A position in the log: epoch, transaction, number. The log is ordered by it.
pub type At = (u64, u64, u64);
pub const START: At = (0, 0, 0);
/// The first number of a position token has the epoch above these bits.
const TRANSACTION_BITS: u32 = 48;

pub fn at(token: &str) -> Option<At> {
    let (transaction, position) = token.split_once('-')?;
    let number = |hex| u64::from_str_radix(hex, 16).ok();
    let transaction = number(transaction)?;
    Some((transaction >> TRANSACTION_BITS, transaction & ((1 << TRANSACTION_BITS) - 1), number(position)?))
}

pub fn token((epoch, transaction, position): At) -> String {
    format!("{:x}-{position:x}", (epoch << TRANSACTION_BITS) | transaction)
}

#[derive(Debug, Clone, Default)]
pub struct LogEvent {
    pub at: At,
    pub unique: Uuid,
    /// `MessageSent`, …
    pub kind: String,
    /// The site; not a site id for an event of the log itself, such as the beginning of an epoch.
    pub site: String,
    /// The id of its aggregate within the site; of a participation `<conversation>/<member>`.
    pub id: String,
    pub data: Value,
    /// The caller who issued the command, if the event contains it.
    pub actor: String,
    /// Microseconds since 1970.
    pub recorded: u64,
}

impl LogEvent {
    /// A text of the payload; empty if there is none.
    pub fn text(&self, field: &str) -> &str {
        self.data[field].as_str().unwrap_or_default()
    }

    /// An id in the payload; nil if there is none.
    pub fn uuid(&self, field: &str) -> Uuid {
        self.text(field).parse().unwrap_or_default()
    }

    /// The id of its aggregate, if it is a UUID.
    pub fn own_id(&self) -> Uuid {
        self.id.parse().unwrap_or_default()
    }
}

const ALL: &str = "
SELECT epoch, transaction_id::text AS xid, position, event_id, event_type, aggregate_type, aggregate_id, sequence, payload,
       coalesce(metadata->>'actor', '') AS actor, (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded
  FROM events ORDER BY events.epoch, events.transaction_id, position";

impl Service {
    pub async fn log(&self) -> Vec<LogEvent> {
        let mut database = PgConnection::connect(self.servers.database_url()).await.expect("Postgres responds");
        read_log(&mut database).await
    }

    pub async fn site_log(&self, site: &str) -> Vec<LogEvent> {
        let mut log = self.log().await;
        log.retain(|event| event.site == site);
        log
    }
}

/// The whole log. Fails the test if two events have one position, or a stream has a gap.
pub async fn read_log(database: &mut PgConnection) -> Vec<LogEvent> {
    let rows = sqlx::query(ALL).fetch_all(database).await.expect("the log can be read");
    let log: Vec<LogEvent> = rows.iter().map(event).collect();
    for pair in log.windows(2) {
        assert!(pair[0].at < pair[1].at, "not in order: {pair:?}");
    }
    let mut versions: HashMap<(String, String), i64> = HashMap::new();
    for (row, event) in rows.iter().zip(&log) {
        let version = versions.entry((row.get("aggregate_type"), row.get("aggregate_id"))).or_default();
        assert_eq!(row.get::<i64, _>("sequence"), *version + 1, "its stream is at version {version}: {event:?}");
        *version += 1;
    }
    log
}

fn event(row: &PgRow) -> LogEvent {
    let (xid, position, stream): (String, i64, String) = (row.get("xid"), row.get("position"), row.get("aggregate_id"));
    let (site, id) = stream.split_once('/').unwrap_or((&stream, ""));
    LogEvent {
        at: (
            u64::from(row.get::<i32, _>("epoch").unsigned_abs()),
            xid.parse().expect("a transaction id"),
            position.unsigned_abs(),
        ),
        unique: row.get("event_id"),
        kind: row.get("event_type"),
        site: site.to_owned(),
        id: id.to_owned(),
        data: row.get("payload"),
        actor: row.get("actor"),
        recorded: row.get::<i64, _>("recorded").unsigned_abs(),
    }
}

/// The messages of a log by their ids. Fails the test at a duplicate.
pub fn messages(log: &[LogEvent]) -> HashMap<Uuid, &LogEvent> {
    let mut messages = HashMap::new();
    for event in log.iter().filter(|event| event.kind == "MessageSent") {
        assert!(messages.insert(event.own_id(), event).is_none(), "duplicate: {event:?}");
    }
    messages
}
