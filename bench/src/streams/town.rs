//! Members in groups of ten, each with a token.

use std::time::{Duration, Instant};

use causerie_api::auth::{SiteClaim, Tokens};
use causerie_api::commands::{CreateGroup, RegisterMember, RegisterSite, SwitchMemberChat};
use causerie_domain::Role;
use causerie_events::conversation::History;
use causerie_events::member::MemberProfile;
use causerie_events::{ConversationId, DisplayName, GroupName, SiteId, SiteName};
use causerie_store::Database;
use secrecy::SecretString;
use uuid::Uuid;

use super::service::{SECRET, Service};
use crate::message;
use crate::queries::{Office, member, operator, owner};

/// Participants of a group.
pub(super) const GROUP: usize = 10;
pub(super) const SITE: &str = "bench";
const TOKENS: Duration = Duration::from_hours(24);
/// How long the read models may take for all of them.
const KNOWN: Duration = Duration::from_mins(1);

/// Who there is.
#[derive(Debug)]
pub(super) struct Town {
    /// Of member `n`.
    pub(super) tokens: Vec<String>,
    /// Members `10 n` to `10 n + 9` are in group `n`.
    pub(super) groups: Vec<Uuid>,
}

impl Town {
    /// By the commands of the service, in this process: what is asked later comes after it.
    pub(super) async fn found(database: &Database, members: usize) -> anyhow::Result<Self> {
        let site: SiteId = SITE.parse()?;
        let office = Office::open(database);
        let register = RegisterSite {
            site: site.clone(),
            name: SiteName::parse("Bench")?,
            locale: "fr".to_owned(),
            allowed_origins: Vec::new(),
        };
        office.give("sites", std::iter::once(Ok((operator()?, register)))).await?;
        let switch = SwitchMemberChat { site: site.clone(), on: true };
        office.give("member chat on", std::iter::once(Ok((owner()?, switch)))).await?;
        let register = (0..members).map(|number| {
            let display_name = DisplayName::parse(format!("Member {number}"))?;
            let register = RegisterMember {
                site: site.clone(),
                member: message::member(number)?,
                profile: MemberProfile { display_name, avatar_url: None },
                community: true,
                first_visit: false,
            };
            Ok((operator()?, register))
        });
        office.give("members", register).await?;
        let groups: Vec<Uuid> = (0..members / GROUP).map(|_| Uuid::now_v7()).collect();
        let create = groups.iter().enumerate().map(|(index, group)| {
            let others = (index * GROUP + 1..(index + 1) * GROUP).map(message::member);
            let create = CreateGroup {
                site: site.clone(),
                conversation: ConversationId::from(*group),
                name: GroupName::parse("Groupe")?,
                participants: others.collect::<anyhow::Result<_>>()?,
                history: History::SinceJoined,
            };
            Ok((member(index * GROUP)?, create))
        });
        office.give("groups", create).await?;
        office.close().await;
        let signer = Tokens::new("causerie", Some(SecretString::from(SECRET)), None);
        let sign = |number| -> anyhow::Result<String> {
            let claim = SiteClaim::One(site.clone());
            Ok(signer.sign(message::member(number)?, claim, Role::Member, None, TOKENS)?)
        };
        Ok(Self { tokens: (0..members).map(sign).collect::<Result<_, _>>()?, groups })
    }

    /// Until the read models have the last group.
    pub(super) async fn wait_until_known(&self, service: &Service) -> anyhow::Result<()> {
        let start = Instant::now();
        let last = self.groups.len() - 1;
        let path = format!("/conversations/{}", self.groups[last]);
        loop {
            let answer = service.request(reqwest::Method::GET, &path, &self.tokens[last * GROUP]).send().await?;
            if answer.status().is_success() {
                return Ok(());
            }
            anyhow::ensure!(start.elapsed() < KNOWN, "the read models do not catch up: {}", answer.status());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
