//! The service with one site under load: members, groups and stored messages. Members, groups and
//! further sites are created over HTTP, stored messages are appended to the log directly.

use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::Context;
use causerie_api::auth::{SiteClaim, Tokens};
use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use causerie_projections::{Projection, checkpoint};
use causerie_store::Nats;
use causerie_store::relay::STREAM_NAME;
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::messages::{self, StoredMessage};
use crate::processes::Processes;
use crate::servers::Servers;
use crate::service::{SECRET, Service};

/// The site under load.
pub(crate) const SITE: &str = "bench";
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);
const MAX_GROUP_SIZE: u32 = 1_000;
const COMMANDS_IN_FLIGHT: usize = 8;
const STORED_AUTHORS: usize = 32;
const MESSAGES_PER_FURTHER_SITE: usize = 10;
const CATCH_UP_TIMEOUT: Duration = Duration::from_mins(10);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

pub(crate) struct Site<'a> {
    pub(crate) servers: &'a Servers,
    pub(crate) service: Service,
    nats: Nats,
    tokens: Tokens,
    members: usize,
    further_sites: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    /// By number.
    pub(crate) members: Range<usize>,
}

/// A command to the service. The path is below `/v1/sites/`.
pub(crate) struct Command {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) token: String,
    pub(crate) body: Value,
}

impl<'a> Site<'a> {
    /// Starts the service and registers the site, without members.
    pub(crate) async fn create(servers: &'a Servers) -> anyhow::Result<Self> {
        let service = Service::start(servers).await?;
        let tokens = Tokens::new("causerie", Some(SecretString::from(SECRET)), None);
        let site = Self { servers, service, nats: servers.connect_nats().await?, tokens, members: 0, further_sites: 0 };
        site.register_sites(&[SITE.to_owned()]).await?;
        Ok(site)
    }

    pub(crate) fn token(&self, member: usize) -> anyhow::Result<String> {
        self.token_on(SITE, member)
    }

    fn token_on(&self, site: &str, member: usize) -> anyhow::Result<String> {
        let claim = SiteClaim::One(site.parse()?);
        self.sign(&messages::member(member)?, &claim, Role::Member)
    }

    fn sign(&self, subject: &MemberId, site: &SiteClaim, role: Role) -> anyhow::Result<String> {
        Ok(self.tokens.sign(subject, site, role, None, TOKEN_LIFETIME)?)
    }

    fn operator(&self) -> anyhow::Result<String> {
        self.sign(&"operator".parse()?, &SiteClaim::All, Role::Operator)
    }

    /// New groups of which no two share a member.
    pub(crate) async fn add_groups(&mut self, count: usize, size: usize) -> anyhow::Result<Vec<Group>> {
        if count * size > self.members {
            self.register_members((self.members..count * size).map(|number| (SITE, number))).await?;
            self.members = count * size;
        }
        let group = |index| Group { id: Uuid::now_v7(), members: index * size..(index + 1) * size };
        let groups: Vec<Group> = (0..count).map(group).collect();
        self.create_groups(groups.iter().map(|group| (group.id, group.members.clone().collect()))).await?;
        Ok(groups)
    }

    /// Each group is created by its first participant.
    pub(crate) async fn create_groups(&self, groups: impl Iterator<Item = (Uuid, Vec<usize>)>) -> anyhow::Result<()> {
        let create = groups.map(|(id, participants)| {
            let (creator, others) = participants.split_first().context("a group without participants")?;
            let others: Vec<MemberId> = others.iter().copied().map(messages::member).collect::<Result<_, _>>()?;
            let body = json!({ "name": "Groupe", "participants": others });
            self.command(*creator, Method::PUT, &format!("groups/{id}"), body)
        });
        self.send_all(create).await?;
        Ok(())
    }

    /// Direct conversations between members of a site, by number. Returns their ids.
    pub(crate) async fn create_directs(
        &self,
        pairs: impl Iterator<Item = (&str, usize, usize)>,
    ) -> anyhow::Result<Vec<Uuid>> {
        let create = pairs.map(|(site, one, other)| {
            let path = format!("{site}/direct/{}", messages::member(other)?);
            Ok(Command { method: Method::PUT, path, token: self.token_on(site, one)?, body: Value::Null })
        });
        let created = self.send_all(create).await?;
        created.iter().map(|body| Ok(body["id"].as_str().context("a conversation without an id")?.parse()?)).collect()
    }

    /// Appends messages of the first members of a group, in turn.
    pub(crate) async fn store_messages(&self, group: &Group, count: u64) -> anyhow::Result<()> {
        let (site, authors): (SiteId, usize) = (SITE.parse()?, group.members.len().min(STORED_AUTHORS));
        let messages = (0..usize::try_from(count)?).map(|number| StoredMessage {
            id: Uuid::now_v7(),
            site: site.clone(),
            conversation: group.id,
            author: group.members.start + number % authors,
            reply_to: None,
        });
        messages::append(&self.servers.database, messages).await
    }

    /// Creates further sites until there are `total` sites: each has two members with ten messages
    /// in a direct conversation.
    pub(crate) async fn grow_to_sites(&mut self, total: usize) -> anyhow::Result<()> {
        let names = (self.further_sites..total.saturating_sub(1)).map(|number| format!("other-{number}"));
        let sites: Vec<String> = names.collect();
        self.register_sites(&sites).await?;
        self.register_members(sites.iter().flat_map(|site| [(site.as_str(), 0), (site.as_str(), 1)])).await?;
        let conversations = self.create_directs(sites.iter().map(|site| (site.as_str(), 0, 1))).await?;
        let ids: Vec<SiteId> = sites.iter().map(|site| site.parse()).collect::<Result<_, _>>()?;
        let messages = (0..sites.len() * MESSAGES_PER_FURTHER_SITE).map(|number| StoredMessage {
            id: Uuid::now_v7(),
            site: ids[number / MESSAGES_PER_FURTHER_SITE].clone(),
            conversation: conversations[number / MESSAGES_PER_FURTHER_SITE],
            author: number % 2,
            reply_to: None,
        });
        messages::append(&self.servers.database, messages).await?;
        self.further_sites += sites.len();
        Ok(())
    }

    /// Member chat is on, and groups may have 1,000 participants.
    async fn register_sites(&self, sites: &[String]) -> anyhow::Result<()> {
        let register = sites.iter().map(|site| {
            let body = json!({ "name": "Bench", "locale": "fr" });
            Ok(Command { method: Method::PUT, path: site.clone(), token: self.operator()?, body })
        });
        self.send_all(register).await?;
        let by_owner = |site: &String, method, path: &str, body| {
            let token = self.sign(&"owner".parse()?, &SiteClaim::One(site.parse()?), Role::Owner)?;
            Ok(Command { method, path: format!("{site}/{path}"), token, body })
        };
        let enable = |site| by_owner(site, Method::POST, "member-chat/enable", Value::Null);
        self.send_all(sites.iter().map(enable)).await?;
        let settings = |site| by_owner(site, Method::PATCH, "settings", json!({ "max_participants": MAX_GROUP_SIZE }));
        self.send_all(sites.iter().map(settings)).await?;
        Ok(())
    }

    /// Members of the community of a site, by number.
    pub(crate) async fn register_members(&self, members: impl Iterator<Item = (&str, usize)>) -> anyhow::Result<()> {
        let register = members.map(|(site, number)| {
            let path = format!("{site}/members/{}", messages::member(number)?);
            let body = json!({ "display_name": format!("Member {number}"), "community": true });
            Ok(Command { method: Method::PUT, path, token: self.operator()?, body })
        });
        self.send_all(register).await?;
        Ok(())
    }

    pub(crate) fn command(&self, member: usize, method: Method, path: &str, body: Value) -> anyhow::Result<Command> {
        Ok(Command { method, path: format!("{SITE}/{path}"), token: self.token(member)?, body })
    }

    /// Sends commands, a few at a time, and returns the bodies of the responses in order.
    pub(crate) async fn send_all(
        &self,
        commands: impl Iterator<Item = anyhow::Result<Command>>,
    ) -> anyhow::Result<Vec<Value>> {
        let send = |command: anyhow::Result<Command>| async move {
            let Command { method, path, token, body } = command?;
            self.service.command(method, &path, &token, &body).await
        };
        stream::iter(commands).map(send).buffered(COMMANDS_IN_FLIGHT).try_collect().await
    }

    /// Waits until JetStream and all read models have the whole log, then vacuums: this work must
    /// not share the processors with a load.
    pub(crate) async fn wait_until_idle(&self) -> anyhow::Result<()> {
        let (pool, events) = (self.servers.database.pool(), self.servers.count_events().await?);
        let start = Instant::now();
        loop {
            let mut reached = self.nats.jetstream.get_stream(STREAM_NAME).await?.info().await?.state.last_sequence;
            for projection in Projection::ALL {
                reached = reached.min(checkpoint::load(pool, projection.name()).await?.log_number);
            }
            if reached >= events {
                break;
            }
            anyhow::ensure!(start.elapsed() < CATCH_UP_TIMEOUT, "only {reached} of {events} events are projected");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        self.servers.vacuum().await
    }

    pub(crate) fn processes(&self) -> anyhow::Result<Processes> {
        Processes::new(self.servers, Some(self.service.pid()))
    }

    /// A new process: its memory holds nothing of the setup.
    pub(crate) async fn restart_service(self) -> anyhow::Result<Self> {
        self.service.stop().await?;
        Ok(Self { service: Service::start(self.servers).await?, ..self })
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.service.stop().await
    }
}
