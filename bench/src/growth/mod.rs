//! `causerie-bench growth`: what a message costs, and how long it takes to another member's screen, as groups, sites and
//! histories grow. 20 sends a second throughout, so that what is compared is the cost and not the queue.
//!
//! One service for all of it, and each series is in the world that the one before has left: what grows is compared with
//! the first point of its own series.

use std::time::Duration;

use clap::Args;

use crate::chat::{Line, Load, Stand, ensure_live, measured};
use crate::duration;
use crate::server::Server;
use crate::stage::Group;

/// Sends a second.
const RATE: f64 = 20.0;
/// Who sends and reads where the number of readers is not the question.
const ACTIVE: usize = 32;
const LARGEST: usize = 1_000;

#[derive(Debug, Args)]
pub(crate) struct Growth {
    /// How often each measurement is repeated.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How long one measurement lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 8.0, value_parser = duration::seconds)]
    seconds: f64,
    /// A smoke test: one run of a second, groups of 64 at most, 50 sites, 2,000 messages. Its figures mean little.
    #[arg(long, conflicts_with_all = ["runs", "seconds"])]
    quick: bool,
}

/// How far things grow.
struct Sizes {
    groups: Vec<usize>,
    sites: Vec<usize>,
    stored: Vec<u64>,
    largest: usize,
}

impl Sizes {
    fn full() -> Self {
        Self {
            groups: vec![4, 32, 256, LARGEST],
            sites: vec![1, 100, 10_000],
            stored: vec![0, 10_000, 100_000, 1_000_000],
            largest: LARGEST,
        }
    }

    fn quick() -> Self {
        Self { groups: vec![4, 32, 64], sites: vec![1, 50], stored: vec![0, 2_000], largest: 64 }
    }
}

impl Growth {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        let sizes = if self.quick { Sizes::quick() } else { Sizes::full() };
        if self.quick {
            (self.runs, self.seconds) = (1, 1.0);
        }
        ensure_live(&measured(async |server| self.measure(server, &sizes).await).await?)
    }

    async fn measure(&self, server: &Server, sizes: &Sizes) -> anyhow::Result<Vec<Line>> {
        let mut stand = Stand::start(server).await?;
        let mut lines = Vec::new();
        for &size in &sizes.groups {
            let room = stand.town.groups(1, size).await?;
            let all = load("group, all read", size, size);
            self.point(&stand, &all, &room, &mut lines).await?;
            if size > ACTIVE {
                let some = load("group, 32 read", size, ACTIVE);
                self.point(&stand, &some, &room, &mut lines).await?;
            }
        }
        let room = stand.town.groups(1, ACTIVE).await?;
        for &sites in &sizes.sites {
            stand.town.grow_to_sites(sites).await?;
            let load = Load { sites, ..load("sites", ACTIVE, ACTIVE) };
            self.point(&stand, &load, &room, &mut lines).await?;
        }
        let room = stand.town.groups(1, sizes.largest).await?;
        let (mut held, all_sites) = (0, sizes.sites.last().copied().unwrap_or(1));
        for &stored in &sizes.stored {
            if let Some(group) = room.first() {
                stand.town.say(group, stored - held).await?;
            }
            held = stored;
            let load = Load { stored, sites: all_sites, ..load("history", sizes.largest, ACTIVE) };
            self.point(&stand, &load, &room, &mut lines).await?;
        }
        stand.stop().await?;
        Ok(lines)
    }

    async fn point(
        &self,
        stand: &Stand<'_>,
        load: &Load,
        rooms: &[Group],
        lines: &mut Vec<Line>,
    ) -> anyhow::Result<()> {
        for run in 1..=self.runs {
            lines.push(stand.measure(load, rooms, run, Duration::from_secs_f64(self.seconds)).await?);
        }
        Ok(())
    }
}

/// One room, where so many read.
fn load(case: &str, members: usize, readers: usize) -> Load {
    Load {
        case: case.to_owned(),
        rooms: 1,
        members,
        senders: members.min(ACTIVE),
        readers,
        rate: Some(RATE),
        stored: 0,
        sites: 1,
    }
}
