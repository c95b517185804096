//! `causerie-bench relay`: the log copied to JetStream by the relay of the service, event `n` as number `n`.

mod plain;

use std::time::{Duration, Instant};

use anyhow::Context;
use causerie_store::relay::STREAM_NAME;
use causerie_store::{Database, Feed, Nats, Wake};
use clap::Args;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::machine::Machine;
use crate::report::{self, Spread};
use crate::rooms::SPREAD;
use crate::server::Server;
use crate::usage::Meter;
use crate::{fill, progress};

const OURS: &str = "relay";
const LIMIT: Duration = Duration::from_mins(2);
/// How often the stream is asked where it ends.
const LOOK: Duration = Duration::from_millis(10);

#[derive(Debug, Args)]
pub(crate) struct Relay {
    /// How many events the log holds.
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    events: u64,
    /// How often each measurement is repeated, in turn with the other.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// A smoke test: one run over 10,000 events.
    #[arg(long, conflicts_with_all = ["events", "runs"])]
    quick: bool,
}

/// A line of the results.
#[derive(Debug, Serialize)]
struct Copied {
    subject: &'static str,
    run: u32,
    events: u64,
    seconds: f64,
    events_per_second: f64,
    /// Processors used by this process and by Postgres.
    client_cores: Option<f64>,
    server_cores: Option<f64>,
}

impl Relay {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        if self.quick {
            (self.events, self.runs) = (10_000, 1);
        }
        let server = Server::start_with_nats().await?;
        let machine = Machine::announce(server.database.pool()).await?;
        let measured = self.measure(&server).await;
        server.stop().await?;
        print(&machine, &measured?)
    }

    async fn measure(&self, server: &Server) -> anyhow::Result<Vec<Copied>> {
        let conversations: Vec<Uuid> = (0..SPREAD).map(|_| Uuid::now_v7()).collect();
        fill::log(&server.database, self.events, fill::spread(&"bench".parse()?, &conversations)).await?;
        sqlx::query("VACUUM ANALYZE events").execute(server.database.pool()).await?;
        let nats = Nats::connect(&server.nats_url()?).await?;
        let meter = Meter::new(&server.data_dir());
        let mut measured = Vec::new();
        for run in 1..=self.runs {
            for subject in [OURS, plain::NAME] {
                let (used, start) = (meter.read(), Instant::now());
                if subject == OURS {
                    self.relay(server, &nats).await?;
                } else {
                    plain::publish(&server.database, &nats, self.events).await?;
                }
                let elapsed = start.elapsed();
                let cores = used.and_then(|before| Some(meter.read()?.cores_since(before, elapsed)));
                let copied = Copied {
                    subject,
                    run,
                    events: self.events,
                    seconds: elapsed.as_secs_f64(),
                    events_per_second: report::float(self.events) / elapsed.as_secs_f64(),
                    client_cores: cores.map(|(client, _)| client),
                    server_cores: cores.map(|(_, server)| server),
                };
                report::line(&copied)?;
                measured.push(copied);
            }
        }
        Ok(measured)
    }

    /// From an empty stream to the end of the log.
    async fn relay(&self, server: &Server, nats: &Nats) -> anyhow::Result<()> {
        to_the_end(&server.database, nats, self.events, LIMIT).await?;
        nats.jetstream.delete_stream(STREAM_NAME).await?;
        Ok(())
    }
}

/// Has the service's relay copy the log, of so many events, to JetStream.
pub(crate) async fn to_the_end(database: &Database, nats: &Nats, events: u64, limit: Duration) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let relay = causerie_store::Relay::new(database.clone(), nats.clone(), Wake::default(), Feed::default());
    let stopped = stop.clone();
    let relaying = tokio::spawn(async move { relay.run(stopped).await });
    let bar = progress::bar(events, "events relayed");
    let start = Instant::now();
    let mut last = 0;
    while last < events {
        anyhow::ensure!(start.elapsed() < limit, "only {last} of {events} events are in the stream");
        tokio::time::sleep(LOOK).await;
        if let Ok(mut stream) = nats.jetstream.get_stream(STREAM_NAME).await {
            last = stream.info().await?.state.last_sequence;
        }
        bar.set_position(last);
    }
    bar.finish_and_clear();
    stop.cancel();
    relaying.await.context("the relay ended early")?.map_err(Into::into)
}

fn print(machine: &Machine, all: &[Copied]) -> anyhow::Result<()> {
    report::say(&format!("\n{}\n\n{:<34}events/s", machine.line(), ""))?;
    let rate = |subject| {
        Spread::of(all.iter().filter(|copied| copied.subject == subject).map(|copied| copied.events_per_second))
    };
    for subject in [OURS, plain::NAME] {
        let spread = rate(subject).map(|spread| spread.to_string()).unwrap_or_default();
        report::say(&format!("  {subject:<32}{spread}"))?;
    }
    if let (Some(ours), Some(plain)) = (rate(OURS), rate(plain::NAME)) {
        report::say(&format!("  = {:.2} × {}", ours.median / plain.median, plain::NAME))?;
    }
    Ok(())
}
