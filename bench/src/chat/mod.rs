//! `causerie-bench chat`: the service as its users meet it. Members send over HTTP, and everybody in the room has a stream
//! open and reads; service, Postgres, NATS and all clients on this machine.
//!
//! Start at [`drive`] for the load, at [`tally`] for what is counted, at [`wire`] for why the clients are cheap.

mod connection;
mod drive;
mod line;
mod stand;
mod table;
mod tally;
mod wire;

pub(crate) use self::line::{Line, Load};
pub(crate) use self::stand::{Stand, ensure_live, measured};

use std::time::Duration;

use clap::Args;

use crate::duration;
use crate::server::Server;

#[derive(Debug, Args)]
pub(crate) struct Chat {
    /// One load of your own instead of the three: so many rooms …
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rooms: Option<u32>,
    /// … of so many members each …
    #[arg(long, value_name = "N", default_value_t = 32, requires = "rooms", value_parser = clap::value_parser!(u32).range(2..=1000))]
    members: u32,
    /// … of whom so many send (all) …
    #[arg(long, value_name = "N", requires = "rooms", value_parser = clap::value_parser!(u32).range(1..=1000))]
    senders: Option<u32>,
    /// … and so many have a stream open (all).
    #[arg(long, value_name = "N", requires = "rooms", value_parser = clap::value_parser!(u32).range(0..=1000))]
    readers: Option<u32>,
    /// Sends a second of all together, whether or not the last are answered. Without it each sends when its last is answered.
    #[arg(long, value_name = "N", requires = "rooms")]
    rate: Option<f64>,
    /// Messages that the first room holds already.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "rooms")]
    stored: u64,
    /// Sites there are.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "rooms", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sites: u32,
    /// How often each measurement is repeated.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How long one measurement lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = duration::seconds)]
    seconds: f64,
    /// A smoke test: one run of two seconds each. Its figures mean little.
    #[arg(long, conflicts_with_all = ["runs", "seconds"])]
    quick: bool,
}

impl Chat {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        if self.quick {
            (self.runs, self.seconds) = (1, 2.0);
        }
        anyhow::ensure!(self.rate.is_none_or(|rate| rate > 0.0 && rate <= 50_000.0), "--rate must be above 0");
        ensure_live(&measured(async |server| self.measure(server).await).await?)
    }

    async fn measure(&self, server: &Server) -> anyhow::Result<Vec<Line>> {
        let mut stand = Stand::start(server).await?;
        let mut lines = Vec::new();
        for load in self.loads() {
            stand.town.grow_to_sites(load.sites).await?;
            let rooms = stand.town.groups(load.rooms, load.members).await?;
            if let Some(first) = rooms.first() {
                stand.town.say(first, load.stored).await?;
            }
            for run in 1..=self.runs {
                lines.push(stand.measure(&load, &rooms, run, Duration::from_secs_f64(self.seconds)).await?);
            }
        }
        stand.stop().await?;
        Ok(lines)
    }

    fn loads(&self) -> Vec<Load> {
        let Some(rooms) = self.rooms else { return standard() };
        let members = self.members as usize;
        let of_them = |some: Option<u32>| some.map_or(members, |some| (some as usize).min(members));
        vec![Load {
            case: "as asked".to_owned(),
            rooms: rooms as usize,
            members,
            senders: of_them(self.senders),
            readers: of_them(self.readers),
            rate: self.rate,
            stored: self.stored,
            sites: self.sites as usize,
        }]
    }
}

/// The three that other servers were measured by too (docs/benchmarks.md).
fn standard() -> Vec<Load> {
    let load = |case: &str, rooms, members, rate| Load {
        case: case.to_owned(),
        rooms,
        members,
        senders: members,
        readers: members,
        rate,
        stored: 0,
        sites: 1,
    };
    vec![
        load("one room of 32", 1, 32, None),
        load("8 rooms of 4", 8, 4, None),
        load("20 sends/s, room of 32", 1, 32, Some(20.0)),
    ]
}
