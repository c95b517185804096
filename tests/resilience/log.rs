//! The log as it lies in Postgres, read past the service once everything is quiet.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::cast::SITES;
use crate::record::At;

/// The site of events that are of none, such as the beginning of an epoch.
pub(crate) const NO_SITE: usize = usize::MAX;

/// An event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    pub(crate) at: At,
    pub(crate) unique: Uuid,
    pub(crate) kind: String,
    pub(crate) site: usize,
    /// The aggregate's id within the site.
    pub(crate) id: String,
    pub(crate) data: Value,
    /// Microseconds since 1970.
    pub(crate) recorded: u64,
}

impl Event {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.data[field].as_str().unwrap_or_default()
    }

    pub(crate) fn uuid(&self, field: &str) -> Uuid {
        self.text(field).parse().unwrap_or_default()
    }

    pub(crate) fn own_id(&self) -> Uuid {
        self.id.parse().unwrap_or_default()
    }
}

const ALL: &str = "
SELECT epoch, transaction_id::text AS xid, position, event_id, event_type, aggregate_id, payload,
       (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded
  FROM events ORDER BY events.epoch, events.transaction_id, position";

/// All of it, in its order. Nobody may be writing: no fence is asked here.
pub(crate) async fn read(database: &mut PgConnection) -> Vec<Event> {
    let rows = sqlx::query(ALL).fetch_all(database).await.expect("the log can be read");
    rows.iter().map(event).collect()
}

fn event(row: &PgRow) -> Event {
    let (xid, position, stream): (String, i64, String) = (row.get("xid"), row.get("position"), row.get("aggregate_id"));
    let (site, id) = stream.split_once('/').unwrap_or((&stream, ""));
    Event {
        at: (
            u64::from(row.get::<i32, _>("epoch").unsigned_abs()),
            xid.parse().expect("a transaction id"),
            position.unsigned_abs(),
        ),
        unique: row.get("event_id"),
        kind: row.get("event_type"),
        site: SITES.iter().position(|there| *there == site).unwrap_or(NO_SITE),
        id: id.to_owned(),
        data: row.get("payload"),
        recorded: row.get::<i64, _>("recorded").unsigned_abs(),
    }
}
