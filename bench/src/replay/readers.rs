//! Who reads: the log's own reader with each event decoded, and a plain SELECT of the same columns.

use std::hint::black_box;

use causerie_events::{Event, Position};
use causerie_store::Database;
use causerie_store::reader::Pages;
use sqlx::Row;

/// Reads the log page by page.
pub(super) trait Reader {
    const NAME: &'static str;

    /// Reads the next page and says how many events were in it; none at the end.
    async fn next(&mut self, limit: u32) -> anyhow::Result<u64>;
}

/// `Database::pages`, which reads ahead, and each event decoded.
pub(super) struct Decoded<'a> {
    database: &'a Database,
    pages: Option<Pages>,
}

impl<'a> Decoded<'a> {
    pub(super) const fn new(database: &'a Database) -> Self {
        Self { database, pages: None }
    }
}

impl Reader for Decoded<'_> {
    const NAME: &'static str = "read_log, decoded";

    async fn next(&mut self, limit: u32) -> anyhow::Result<u64> {
        let pages = self.pages.get_or_insert_with(|| self.database.pages(Position::START, limit));
        let Some(page) = pages.next().await else { return Ok(0) };
        let page = page?;
        for recorded in &page {
            black_box(Event::decode(recorded)?);
        }
        Ok(page.len() as u64)
    }
}

const SELECT: &str =
    "SELECT transaction_id::text AS xid, position, event_id, aggregate_type, aggregate_id, sequence, event_type,
       event_version, payload, metadata, recorded_at
  FROM events
 WHERE (epoch, transaction_id, position) > (0, $1::text::xid8, $2)
 ORDER BY epoch, transaction_id, position
 LIMIT $3";

/// The same rows by a plain SELECT: no fence, and nothing of them is looked at but where the next page begins.
pub(super) struct Plain<'a> {
    database: &'a Database,
    after: (String, i64),
}

impl<'a> Plain<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self { database, after: ("0".to_owned(), 0) }
    }
}

impl Reader for Plain<'_> {
    const NAME: &'static str = "plain SELECT, raw rows";

    async fn next(&mut self, limit: u32) -> anyhow::Result<u64> {
        let rows = sqlx::query(SELECT)
            .bind(&self.after.0)
            .bind(self.after.1)
            .bind(i64::from(limit))
            .fetch_all(self.database.pool())
            .await?;
        if let Some(last) = rows.last() {
            self.after = (last.try_get(0)?, last.try_get(1)?);
        }
        Ok(rows.len() as u64)
    }
}
