//! The service with its servers and its site, for one load after the other.

use std::time::{Duration, Instant};

use causerie_store::Nats;
use causerie_store::relay::STREAM_NAME;

use super::drive::{Member, Plan, drive};
use super::line::{Line, Load};
use super::table::print;
use crate::machine::Machine;
use crate::report;
use crate::server::Server;
use crate::stage::{Crew, Group, Service, Town};

/// Before each measurement, by the same load.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long JetStream may take to have the whole log.
const RELAYED: Duration = Duration::from_mins(5);

/// Measures with servers of its own, and prints the table. Fails where a message went astray.
pub(crate) async fn measured(
    measure: impl AsyncFnOnce(&Server) -> anyhow::Result<Vec<Line>>,
) -> anyhow::Result<Vec<Line>> {
    let server = Server::start_with_nats().await?;
    let machine = Machine::announce(server.database.pool()).await?;
    let measured = Box::pin(measure(&server)).await;
    server.stop().await?;
    let lines = measured?;
    print(&machine, &lines)?;
    anyhow::ensure!(lines.iter().all(Line::is_whole), "messages were lost, doubled, or shown to others");
    Ok(lines)
}

/// Fails where a stream did not keep up with what it showed.
pub(crate) fn ensure_live(lines: &[Line]) -> anyhow::Result<()> {
    anyhow::ensure!(lines.iter().all(|line| line.reset == 0), "streams fell too far behind to be gone on with");
    Ok(())
}

/// Running until it is stopped.
pub(crate) struct Stand<'a> {
    server: &'a Server,
    nats: Nats,
    pub(crate) service: Service,
    pub(crate) town: Town,
}

impl<'a> Stand<'a> {
    pub(crate) async fn start(server: &'a Server) -> anyhow::Result<Self> {
        let town = Town::found(&server.database).await?;
        let service = Service::start(server).await?;
        let nats = Nats::connect(&server.nats_url()?).await?;
        Ok(Self { server, nats, service, town })
    }

    /// One run of a load in these rooms, of which each has at least as many members as send and as read. Its line is
    /// printed.
    pub(crate) async fn measure(&self, load: &Load, rooms: &[Group], run: u32, time: Duration) -> anyhow::Result<Line> {
        self.settle().await?;
        let members = |of_each: usize| -> anyhow::Result<Vec<Member>> {
            let all = rooms
                .iter()
                .enumerate()
                .flat_map(|(room, group)| group.members.clone().take(of_each).map(move |number| (room, number)));
            all.map(|(room, number)| Ok(Member { room, number, token: self.town.token(number)? })).collect()
        };
        let plan = Plan {
            address: self.service.address().to_owned(),
            site: "bench".to_owned(),
            rooms: rooms.iter().map(|group| group.id).collect(),
            senders: members(load.senders)?,
            readers: members(load.readers)?,
            rate: load.rate,
            warm_up: WARM_UP.min(time),
            time,
        };
        let driven = drive(plan, Crew::of(self.server, &self.service)?).await?;
        let line = Line::of(load.clone(), run, time.as_secs_f64(), &driven, self.service.memory()?);
        report::line(&line)?;
        Ok(line)
    }

    /// Until nothing is under way: a load would share the processors with it.
    async fn settle(&self) -> anyhow::Result<()> {
        let (events, start) = (self.town.settle().await?, Instant::now());
        loop {
            let last = self.nats.jetstream.get_stream(STREAM_NAME).await?.info().await?.state.last_sequence;
            if last >= events {
                return Ok(());
            }
            anyhow::ensure!(start.elapsed() < RELAYED, "only {last} of {events} events are in JetStream");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.town.close().await;
        self.service.stop().await
    }
}
