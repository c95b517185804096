//! `causerie-bench relay`: the service's relay copies the log to JetStream, compared with
//! publishing the same messages without checks.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use async_nats::jetstream::stream::{Config, StorageType};
use causerie_events::{LogEvent, Position};
use causerie_store::relay::STREAM_NAME;
use causerie_store::{Database, Feed, Nats, Wake, headers};
use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::arguments::LogSize;
use crate::messages;
use crate::servers::Servers;
use crate::throughput::Recorder;

const CASE: &str = "log to JetStream";
const TIMEOUT: Duration = Duration::from_mins(2);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
const PAGE: u32 = 1_000;
const PLAIN_STREAM: &str = "PLAIN";
const PLAIN_SUBJECT: &str = "plain";

#[derive(Debug, Args)]
pub(crate) struct Relay {
    #[command(flatten)]
    log: LogSize,
}

impl Relay {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        Servers::run(async |servers| self.measure(servers).await).await?.print()
    }

    async fn measure(&self, servers: &Servers) -> anyhow::Result<Recorder> {
        let database = &servers.database;
        messages::fill_log(database, self.log.messages()).await?;
        servers.vacuum().await?;
        let nats = servers.connect_nats().await?;
        let mut recorder = Recorder::new(servers).await?;
        let events = recorder.events();
        for run in self.log.runs() {
            recorder.measure(CASE, "relay", run, relay(database, &nats, events)).await?;
            nats.jetstream.delete_stream(STREAM_NAME).await?;
            let published = recorder.measure(CASE, "plain publish", run, publish(database, &nats)).await?;
            ensure!(published == events, "{published} of {events} events were published");
            nats.jetstream.delete_stream(PLAIN_STREAM).await?;
        }
        Ok(recorder)
    }
}

/// From an empty stream to the end of the log.
async fn relay(database: &Database, nats: &Nats, events: u64) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let relay = causerie_store::Relay::new(database.clone(), nats.clone(), Wake::default(), Feed::default());
    let relaying = tokio::spawn({
        let stop = stop.clone();
        async move { relay.run(stop).await }
    });
    let (start, mut last) = (Instant::now(), 0);
    while last < events {
        ensure!(start.elapsed() < TIMEOUT, "only {last} of {events} events are in the stream");
        tokio::time::sleep(POLL_INTERVAL).await;
        if let Ok(mut stream) = nats.jetstream.get_stream(STREAM_NAME).await {
            last = stream.info().await?.state.last_sequence;
        }
    }
    stop.cancel();
    Ok(relaying.await.context("the relay ended early")??)
}

/// Reads pages ahead and publishes the same headers and bodies without an expected sequence and a
/// message id. Waits for the acknowledgements at the end of each page. Returns the number of
/// events.
async fn publish(database: &Database, nats: &Nats) -> anyhow::Result<u64> {
    let (name, subjects) = (PLAIN_STREAM.to_owned(), vec![PLAIN_SUBJECT.to_owned()]);
    let config = Config { name, subjects, storage: StorageType::File, ..Config::default() };
    nats.jetstream.create_stream(config).await?;
    let (mut pages, mut log_number) = (database.pages(Position::START, PAGE), 0);
    while let Some(page) = pages.next().await {
        let mut acknowledgements = Vec::new();
        for recorded in page? {
            log_number += 1;
            let event = LogEvent::new(log_number, recorded);
            let (headers, body) = (headers::headers_of(&event), headers::body_of(&event.recorded)?);
            acknowledgements.push(nats.jetstream.publish_with_headers(PLAIN_SUBJECT, headers, body).await?);
        }
        for acknowledgement in acknowledgements {
            acknowledgement.await?;
        }
    }
    Ok(log_number)
}
