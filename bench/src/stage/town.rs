//! A site with members in groups, founded by the commands of the service in this process: what is asked of the service
//! later comes after it.

use std::ops::Range;
use std::time::{Duration, Instant};

use causerie_api::auth::{SiteClaim, Tokens};
use causerie_domain::Role;
use causerie_events::member::MemberProfile;
use causerie_events::{DisplayName, SiteId};
use causerie_projections::checkpoint;
use causerie_store::Database;
use secrecy::SecretString;
use uuid::Uuid;

use super::service::SECRET;
use crate::fill::{self, Message};
use crate::message;
use crate::office::{Office, member};
use crate::queries::Model;

/// The site of all loads.
pub(super) const SITE: &str = "bench";
const TOKENS: Duration = Duration::from_hours(24);
/// How many write what a group holds already.
const WRITERS: usize = 32;
/// What is said on each further site, between its two members.
const SAID_ELSEWHERE: usize = 10;
/// How long the read models may take to know it all.
const KNOWN: Duration = Duration::from_mins(10);

/// The site, and the way to have more on it. The command side is open until it is closed.
pub(crate) struct Town {
    database: Database,
    office: Office,
    site: SiteId,
    signer: Tokens,
    members: usize,
    other_sites: usize,
}

/// A group of the site.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    /// By number.
    pub(crate) members: Range<usize>,
}

impl Town {
    pub(crate) async fn found(database: &Database) -> anyhow::Result<Self> {
        let site: SiteId = SITE.parse()?;
        let office = Office::open(database).await?;
        office.sites(std::slice::from_ref(&site)).await?;
        office.allow_large_groups(std::slice::from_ref(&site)).await?;
        let signer = Tokens::new("causerie", Some(SecretString::from(SECRET)), None);
        Ok(Self { database: database.clone(), office, site, signer, members: 0, other_sites: 0 })
    }

    /// The token of a member.
    pub(crate) fn token(&self, number: usize) -> anyhow::Result<String> {
        let claim = SiteClaim::One(self.site.clone());
        Ok(self.signer.sign(&message::member(number)?, &claim, Role::Member, None, TOKENS)?)
    }

    /// So many new groups, nobody in two of them.
    pub(crate) async fn groups(&mut self, count: usize, size: usize) -> anyhow::Result<Vec<Group>> {
        if count * size > self.members {
            let new = (self.members..count * size).map(|number| (&self.site, number));
            self.office.members(new, profile).await?;
            self.members = count * size;
        }
        let group = |index| Group { id: Uuid::now_v7(), members: index * size..(index + 1) * size };
        let groups: Vec<Group> = (0..count).map(group).collect();
        let circles = groups.iter().map(|group| (group.id, group.members.clone().collect()));
        self.office.groups(&self.site, circles).await?;
        Ok(groups)
    }

    /// More messages for a group to hold, by its first members in turn.
    pub(crate) async fn say(&self, group: &Group, messages: u64) -> anyhow::Result<()> {
        let writers = group.members.len().min(WRITERS);
        let message = |number: u64| {
            Ok(Message {
                site: self.site.clone(),
                conversation: group.id,
                id: Uuid::now_v7(),
                author: group.members.start + usize::try_from(number)? % writers,
                reply_to: None,
            })
        };
        fill::log(&self.database, messages, message).await
    }

    /// Further sites until there are so many with this one: two members each, who talk to each other.
    pub(crate) async fn grow_to_sites(&mut self, sites_in_all: usize) -> anyhow::Result<()> {
        let new: Vec<SiteId> = (self.other_sites..sites_in_all.saturating_sub(1))
            .map(|number| format!("other-{number}").parse())
            .collect::<Result<_, _>>()?;
        if new.is_empty() {
            return Ok(());
        }
        self.office.sites(&new).await?;
        self.office.members(new.iter().flat_map(|site| [(site, 0), (site, 1)]), profile).await?;
        let mut orders = Vec::with_capacity(new.len());
        for site in &new {
            orders.push(self.office.direct(site, 0, 1).await?);
        }
        let start = orders.iter().cloned().map(|start| Ok((member(0)?, start)));
        self.office.give("conversations of other sites", start).await?;
        let message = |number: u64| {
            let number = usize::try_from(number)?;
            let (site, order) = (&new[number / SAID_ELSEWHERE], &orders[number / SAID_ELSEWHERE]);
            let conversation = order.conversation.as_uuid();
            Ok(Message { site: site.clone(), conversation, id: Uuid::now_v7(), author: number % 2, reply_to: None })
        };
        fill::log(&self.database, (new.len() * SAID_ELSEWHERE) as u64, message).await?;
        self.other_sites += new.len();
        Ok(())
    }

    /// Until every read model has the whole log; then as in a database that has been there for a while.
    /// How many events that is.
    pub(crate) async fn settle(&self) -> anyhow::Result<u64> {
        let pool = self.database.pool();
        let events: i64 = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(pool).await?;
        let (events, start) = (u64::try_from(events)?, Instant::now());
        for model in Model::ALL {
            loop {
                let behind = events.saturating_sub(checkpoint::load(pool, model.name()).await?.log_number);
                if behind == 0 {
                    break;
                }
                anyhow::ensure!(start.elapsed() < KNOWN, "{} is still {behind} events behind", model.name());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            model.settle(&self.database).await?;
        }
        sqlx::query("VACUUM ANALYZE events").execute(pool).await?;
        Ok(events)
    }

    pub(crate) async fn close(self) {
        self.office.close().await;
    }
}

fn profile(number: usize) -> anyhow::Result<MemberProfile> {
    Ok(MemberProfile { display_name: DisplayName::parse(format!("Member {number}"))?, avatar_url: None })
}
