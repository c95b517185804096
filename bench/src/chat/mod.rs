//! `causerie-bench chat`: the whole service under load. Members send over HTTP, and each reader has
//! a live stream open. Service, Postgres, NATS and all clients run on this machine.
//!
//! `load.rs` runs the clients, `tally.rs` counts every message and delivery, `client.rs` is the
//! HTTP client.

mod client;
mod load;
mod overload;
mod result;
mod tally;

pub(crate) use self::load::run as run_plan;
pub(crate) use self::result::{Line, Load, print};

use std::time::Duration;

use anyhow::ensure;
use clap::Args;

use self::load::{Client, Plan};
use crate::arguments::Repetition;
use crate::report;
use crate::servers::Servers;
use crate::site::{Group, Site};

/// The part of each load that is not measured.
const WARM_UP: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(crate) struct Chat {
    /// One load of this many rooms instead of the standard loads.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rooms: Option<u32>,
    /// Members of each room.
    #[arg(long, value_name = "N", default_value_t = 32, requires = "rooms", value_parser = clap::value_parser!(u32).range(2..=1000))]
    members: u32,
    /// Members of each room who send [default: all].
    #[arg(long, value_name = "N", requires = "rooms", value_parser = clap::value_parser!(u32).range(1..=1000))]
    senders: Option<u32>,
    /// Members of each room who have a stream open [default: all].
    #[arg(long, value_name = "N", requires = "rooms", value_parser = clap::value_parser!(u32).range(0..=1000))]
    readers: Option<u32>,
    /// Sends per second of all senders together, whether or not earlier sends have a response.
    /// Without it each sender sends when it has the response to its last message.
    #[arg(long, value_name = "N", requires = "rooms")]
    rate: Option<f64>,
    /// Messages stored in the first room before the load.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "rooms")]
    stored: u64,
    /// Number of sites of the service.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "rooms", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sites: u32,
    #[command(flatten)]
    repetition: Repetition,
}

impl Chat {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        ensure!(
            self.rate.is_none_or(|rate| rate > 0.0 && rate <= 50_000.0),
            "--rate must be above 0 and at most 50000"
        );
        let lines = Servers::run(async |servers| self.measure(servers).await).await?;
        print(&lines)?;
        overload::print(&lines)?;
        ensure_complete(&lines)
    }

    async fn measure(&self, servers: &Servers) -> anyhow::Result<Vec<Line>> {
        let mut site = Site::create(servers).await?;
        let mut lines = Vec::new();
        for load in self.loads() {
            site.grow_to_sites(load.sites).await?;
            let rooms = site.add_groups(load.rooms, load.members).await?;
            if let Some(first) = rooms.first() {
                site.store_messages(first, load.stored).await?;
            }
            for run in self.repetition.runs() {
                lines.push(measure(&site, &load, &rooms, run, self.repetition.time()).await?);
            }
        }
        if self.rooms.is_none() {
            overload::measure(&mut site, &self.repetition, &mut lines).await?;
        }
        site.close().await?;
        Ok(lines)
    }

    fn loads(&self) -> Vec<Load> {
        let Some(rooms) = self.rooms else { return standard_loads() };
        let members = self.members as usize;
        let at_most_all = |some: Option<u32>| some.map_or(members, |some| (some as usize).min(members));
        vec![Load {
            senders: at_most_all(self.senders),
            readers: at_most_all(self.readers),
            rate: self.rate,
            stored: self.stored,
            sites: self.sites as usize,
            ..Load::new("as asked", rooms as usize, members)
        }]
    }
}

/// The loads of the comparison with other servers in docs/benchmarks.md.
fn standard_loads() -> Vec<Load> {
    vec![
        Load::new("one room of 32", 1, 32),
        Load::new("8 rooms of 4", 8, 4),
        Load { rate: Some(20.0), ..Load::new("20 sends/s, room of 32", 1, 32) },
    ]
}

/// Runs a load once and prints its JSON line. Each room has at least as many members as the load
/// has senders and readers.
pub(crate) async fn measure(
    site: &Site<'_>,
    load: &Load,
    rooms: &[Group],
    run: u32,
    time: Duration,
) -> anyhow::Result<Line> {
    site.wait_until_idle().await?;
    let plan = plan(site, load, rooms, time)?;
    let outcome = load::run(plan, site.processes()?).await?;
    let line = Line::new(load, run, time, &outcome);
    report::json_line(&line)?;
    Ok(line)
}

pub(crate) fn plan(site: &Site<'_>, load: &Load, rooms: &[Group], time: Duration) -> anyhow::Result<Plan> {
    let clients = |of_each: usize| -> anyhow::Result<Vec<Client>> {
        let members = rooms.iter().enumerate().flat_map(|(room, group)| {
            let members = group.members.clone().take(of_each);
            members.map(move |member| (room, member))
        });
        members.map(|(room, member)| Ok(Client { room, member, token: site.token(member)? })).collect()
    };
    Ok(Plan {
        address: site.service.address().to_owned(),
        rooms: rooms.iter().map(|group| group.id).collect(),
        senders: clients(load.senders)?,
        readers: clients(load.readers)?,
        rate: load.rate,
        idle: Duration::ZERO,
        warm_up: WARM_UP.min(time),
        time,
    })
}

/// Fails if a message was lost, delivered twice or delivered to a member of another room, or if a
/// stream was reset without an overload.
pub(crate) fn ensure_complete(lines: &[Line]) -> anyhow::Result<()> {
    ensure!(lines.iter().all(Line::is_complete), "messages were lost, doubled, or shown to others");
    let reset = lines.iter().any(|line| line.reset > 0 && line.load.case != overload::OVERLOAD);
    ensure!(!reset, "streams fell too far behind to be resumed");
    Ok(())
}
