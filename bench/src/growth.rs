//! `causerie-bench growth`: the cost and the latency of a message as groups, sites and histories
//! grow, at 20 sends a second, so that the cost is compared and not the queue.
//!
//! One service runs all series, and each series keeps the data of the series before it: a point is
//! compared with the first point of its own series.

use clap::Args;

use crate::arguments::Repetition;
use crate::chat::{self, Line, Load};
use crate::servers::Servers;
use crate::site::{Group, Site};

/// Sends per second.
const RATE: f64 = 20.0;
/// Senders and readers where their number is not what grows.
const ACTIVE: usize = 32;

#[derive(Debug, Args)]
pub(crate) struct Growth {
    #[command(flatten)]
    repetition: Repetition,
}

struct Sizes {
    groups: &'static [usize],
    sites: &'static [usize],
    stored: &'static [u64],
    largest_group: usize,
}

const FULL: Sizes = Sizes {
    groups: &[4, 32, 256, 1_000],
    sites: &[1, 100, 10_000],
    stored: &[0, 10_000, 100_000, 1_000_000],
    largest_group: 1_000,
};
const QUICK: Sizes = Sizes { groups: &[4, 32, 64], sites: &[1, 50], stored: &[0, 2_000], largest_group: 64 };

impl Growth {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let lines = Servers::run(async |servers| self.measure(servers).await).await?;
        chat::print(&lines)?;
        chat::ensure_complete(&lines)
    }

    async fn measure(&self, servers: &Servers) -> anyhow::Result<Vec<Line>> {
        let sizes = if self.repetition.quick { QUICK } else { FULL };
        let (mut site, mut lines) = (Site::create(servers).await?, Vec::new());
        for &size in sizes.groups {
            let room = site.add_groups(1, size).await?;
            self.point(&site, &load("group, all read", size, size), &room, &mut lines).await?;
            if size > ACTIVE {
                self.point(&site, &load("group, 32 read", size, ACTIVE), &room, &mut lines).await?;
            }
        }
        let room = site.add_groups(1, ACTIVE).await?;
        for &sites in sizes.sites {
            site.grow_to_sites(sites).await?;
            let load = Load { sites, ..load("sites", ACTIVE, ACTIVE) };
            self.point(&site, &load, &room, &mut lines).await?;
        }
        let room = site.add_groups(1, sizes.largest_group).await?;
        let (mut before, all_sites) = (0, sizes.sites.last().copied().unwrap_or(1));
        for &stored in sizes.stored {
            site.store_messages(&room[0], stored - before).await?;
            before = stored;
            let load = Load { stored, sites: all_sites, ..load("history", sizes.largest_group, ACTIVE) };
            self.point(&site, &load, &room, &mut lines).await?;
        }
        site.close().await?;
        Ok(lines)
    }

    async fn point(&self, site: &Site<'_>, load: &Load, room: &[Group], lines: &mut Vec<Line>) -> anyhow::Result<()> {
        for run in self.repetition.runs() {
            lines.push(chat::measure(site, load, room, run, self.repetition.time()).await?);
        }
        Ok(())
    }
}

fn load(case: &str, members: usize, readers: usize) -> Load {
    Load { senders: members.min(ACTIVE), readers, rate: Some(RATE), ..Load::new(case, 1, members) }
}
