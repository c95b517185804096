//! `causerie-bench replay`: the log read from its start to its end and decoded, as a rebuild of a
//! read model does, compared with a plain SELECT of the same rows.

use std::hint::black_box;

use anyhow::ensure;
use causerie_events::{Event, Position};
use causerie_store::Database;
use clap::Args;
use sqlx::Row;

use crate::arguments::LogSize;
use crate::messages;
use crate::servers::Servers;
use crate::throughput::Recorder;

const PAGE_SIZES: [u32; 2] = [1_000, 5_000];

#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    log: LogSize,
}

impl Replay {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        Servers::run(async |servers| self.measure(servers).await).await?.print()
    }

    async fn measure(&self, servers: &Servers) -> anyhow::Result<Recorder> {
        messages::fill_log(&servers.database, self.log.messages()).await?;
        servers.vacuum().await?;
        let mut recorder = Recorder::new(servers).await?;
        for run in self.log.runs() {
            for page in PAGE_SIZES {
                let case = format!("pages-{page}");
                let decoded =
                    recorder.measure(&case, "read_log, decoded", run, decode(&servers.database, page)).await?;
                let plain =
                    recorder.measure(&case, "plain SELECT, raw rows", run, select(&servers.database, page)).await?;
                ensure!(decoded == recorder.events() && plain == decoded, "read {decoded} and {plain} events");
            }
        }
        Ok(recorder)
    }
}

/// Reads with `Database::pages`, which reads ahead, and decodes each event. Returns their number.
async fn decode(database: &Database, page: u32) -> anyhow::Result<u64> {
    let (mut pages, mut events) = (database.pages(Position::START, page), 0);
    while let Some(page) = pages.next().await {
        for recorded in &page? {
            black_box(Event::decode(recorded)?);
            events += 1;
        }
    }
    Ok(events)
}

const SELECT: &str =
    "SELECT transaction_id::text AS xid, position, event_id, aggregate_type, aggregate_id, sequence, event_type,
       event_version, payload, metadata, recorded_at
  FROM events
 WHERE (epoch, transaction_id, position) > (0, $1::text::xid8, $2)
 ORDER BY epoch, transaction_id, position
 LIMIT $3";

/// Reads the same columns in the same order without the visibility horizon, and does not look at
/// them.
async fn select(database: &Database, page: u32) -> anyhow::Result<u64> {
    let (mut transaction, mut position, mut events) = ("0".to_owned(), 0_i64, 0);
    loop {
        let query = sqlx::query(SELECT).bind(&transaction).bind(position).bind(i64::from(page));
        let rows = query.fetch_all(database.pool()).await?;
        let Some(last) = rows.last() else { return Ok(events) };
        (transaction, position) = (last.try_get(0)?, last.try_get(1)?);
        events += rows.len() as u64;
    }
}
