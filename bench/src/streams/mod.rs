//! `causerie-bench streams`: thousands of open streams of the service, a process of its own, while messages are sent into
//! small groups at a steady rate; and what a stream costs in memory while nothing happens.
//!
//! Start at [`town`] for who there is, at [`crate::stage`] for the process, at [`watch`] and [`speak`] for the load.

mod results;
mod speak;
mod town;
mod watch;

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::sync::mpsc;

use self::results::{Idle, Minute, Result, Tally};
use self::town::Town;
use crate::machine::Machine;
use crate::report;
use crate::server::Server;
use crate::stage::Service;

/// After the streams are open, and after the last send.
const SETTLE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Streams {
    /// How many streams are open, each of another member.
    #[arg(id = "streams", long = "streams", value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(10..=5000))]
    open: u32,
    /// Messages a second.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1000))]
    sends: u32,
    /// For how many minutes.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
    minutes: u64,
    /// A smoke test: 100 streams, 50 messages a second, 5 seconds.
    #[arg(long, conflicts_with_all = ["streams", "sends", "minutes"])]
    quick: bool,
}

impl Streams {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        let mut time = Duration::from_mins(self.minutes);
        if self.quick {
            (self.open, self.sends, time) = (100, 50, Duration::from_secs(5));
        }
        let server = Server::start_with_nats().await?;
        let machine = Machine::announce(server.database.pool()).await?;
        let measured = Box::pin(self.measure(&server, time)).await;
        server.stop().await?;
        results::print(&machine, &measured?)
    }

    async fn measure(&self, server: &Server, time: Duration) -> anyhow::Result<Result> {
        let (stage, town) = Town::found(&server.database, self.open as usize).await?;
        let (town, service) = (Arc::new(town), Service::start(server).await?);
        stage.settle().await?;
        stage.close().await;
        let before = service.memory()?;
        let epoch = Instant::now();
        let (told, mut heard) = mpsc::unbounded_channel();
        let watching = watch::open(&town, &service, epoch, &told).await?;
        drop(told);
        tokio::time::sleep(SETTLE).await;
        let idle = Idle::of(self.open, before, service.memory()?);
        report::line(&idle)?;

        let speaking = tokio::spawn(speak::go_on(Arc::clone(&town), service.clone(), epoch, self.sends, time));
        let (mut minutes, mut tally) = (Vec::new(), Tally::new()?);
        let mut next = Instant::now() + Duration::from_mins(1).min(time);
        let end = Instant::now() + time + SETTLE;
        let mut of_this = Tally::new()?;
        while Instant::now() < end {
            let turn = next.min(end);
            match tokio::time::timeout_at(turn.into(), heard.recv()).await {
                Ok(Some(took)) => of_this.add(took),
                Ok(None) => anyhow::bail!("every stream has ended"),
                Err(_) => {
                    let minute = Minute::of(minutes.len() + 1, &of_this, service.memory()?);
                    report::line(&minute)?;
                    minutes.push(minute);
                    tally.merge(&of_this)?;
                    of_this = Tally::new()?;
                    next += Duration::from_mins(1);
                }
            }
        }
        tally.merge(&of_this)?;
        let spoken = speaking.await??;
        let ended = watching.ended();
        drop(watching);
        let result = Result::of(self.open, &spoken, &tally, ended, idle, minutes);
        report::line(&result)?;
        service.stop().await?;
        anyhow::ensure!(
            result.delivered == result.expected,
            "{} of {} messages came through",
            result.delivered,
            result.expected
        );
        Ok(result)
    }
}
