//! The log as it lies in Postgres, read past the service: in log order, which is transaction first, then position.

use causerie_tests::Service;
use serde_json::Value;
use sqlx::{Connection, PgConnection, Row};

/// A place in the log.
pub(crate) type At = (u64, u64);

/// An event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) at: At,
    /// `MessageSent`, …
    pub(crate) kind: String,
    /// The aggregate's id within the site; of a participation `<conversation>/<member>`.
    pub(crate) id: String,
    pub(crate) data: Value,
    /// Who gave the command.
    pub(crate) actor: String,
}

impl Event {
    /// A text of its data.
    pub(crate) fn text(&self, field: &str) -> String {
        self.data[field].as_str().unwrap_or_default().to_owned()
    }
}

/// The place that a position token names.
pub(crate) fn at(token: &str) -> Option<At> {
    let (transaction, position) = token.split_once('-')?;
    Some((u64::from_str_radix(transaction, 16).ok()?, u64::from_str_radix(position, 16).ok()?))
}

const OF_SITE: &str = "
SELECT transaction_id::text AS xid, position, event_type, aggregate_id, payload, metadata->>'actor' AS actor
  FROM events WHERE split_part(aggregate_id, '/', 1) = $1 ORDER BY events.transaction_id, position";

/// The log of a site. Nobody may be writing: no fence is asked here.
pub(crate) async fn read(service: &Service, site: &str) -> Vec<Event> {
    let mut database = PgConnection::connect(service.servers.database_url()).await.expect("Postgres answers");
    let rows = sqlx::query(OF_SITE).bind(site).fetch_all(&mut database).await.expect("the log can be read");
    let event = |row: &sqlx::postgres::PgRow| {
        let (xid, position): (String, i64) = (row.get("xid"), row.get("position"));
        let stream: String = row.get("aggregate_id");
        Event {
            at: (xid.parse().expect("a transaction id"), u64::try_from(position).expect("a position")),
            kind: row.get("event_type"),
            id: stream.split_once('/').map_or_else(String::new, |(_, id)| id.to_owned()),
            data: row.get("payload"),
            actor: row.get::<Option<String>, _>("actor").unwrap_or_default(),
        }
    };
    rows.iter().map(event).collect()
}
