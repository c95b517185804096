//! The demo site of `causerie dev`: a workshop in Paris with twelve members and three groups,
//! created by the commands of the API.

use std::time::Duration;

use anyhow::Context;
use causerie_domain::conversation::CreateGroup;
use causerie_domain::member::RegisterMember;
use causerie_domain::message::SendMessage;
use causerie_domain::site::{Origin, RegisterSite, SwitchMemberChat};
use causerie_domain::{Role, Site};
use causerie_events::conversation::History;
use causerie_events::member::MemberProfile;
use causerie_events::{
    DisplayName, GroupName, InvalidId, MemberId, MessageId, MessageText, NewGroupId, SiteId, SiteName,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Builder;

use crate::commands::{Commands, Sender};

const DEMO_JSON: &str = include_str!("demo.json");
/// The time in the ids of the demo, which are fixed: 1 January 2026.
const DEMO_EPOCH_MS: u64 = 1_767_225_600_000;
/// The time between two messages of a group, counted back from the start.
const MESSAGE_INTERVAL: Duration = Duration::from_mins(17);

#[derive(Debug, Deserialize)]
struct Demo {
    site: DemoSite,
    members: Vec<DemoMember>,
    groups: Vec<DemoGroup>,
}

#[derive(Debug, Deserialize)]
struct DemoSite {
    name: String,
    locale: String,
    allowed_origins: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct DemoMember {
    id: MemberId,
    display_name: String,
    community: bool,
}

#[derive(Debug, Deserialize)]
struct DemoGroup {
    name: String,
    creator: MemberId,
    participants: Vec<MemberId>,
    messages: Vec<DemoMessage>,
}

#[derive(Debug, Deserialize)]
struct DemoMessage {
    author: MemberId,
    text: String,
    reply_to: Option<usize>,
}

pub fn demo_site() -> Result<SiteId, InvalidId> {
    "demo".parse()
}

/// Creates the demo site unless it exists, and completes an interrupted seeding: all ids are fixed.
pub async fn seed(commands: &Commands) -> anyhow::Result<()> {
    let demo: Demo = serde_json::from_str(DEMO_JSON)?;
    let site = demo_site()?;
    let last_group = demo.groups.len().saturating_sub(1);
    let last_message = demo.groups.last().map_or(0, |group| group.messages.len().saturating_sub(1));
    if commands.message(&site, message_id(last_group, last_message)).await?.version > 0 {
        return Ok(());
    }
    tracing::info!("seeding the demo site");
    seed_site(commands, &site, demo.site).await?;
    for member in demo.members {
        let profile = MemberProfile { display_name: DisplayName::parse(member.display_name)?, avatar_url: None };
        let register = RegisterMember {
            site: site.clone(),
            member: member.id,
            profile,
            profile_as_of: Timestamp::now(),
            community: Some(member.community),
            first_visit: false,
        };
        commands.execute(sender("operator", Role::Operator)?, register).await?;
    }
    for (index, group) in demo.groups.into_iter().enumerate() {
        seed_group(commands, &site, index, group).await.with_context(|| format!("seeding group {index}"))?;
    }
    Ok(())
}

async fn seed_site(commands: &Commands, site: &SiteId, demo: DemoSite) -> anyhow::Result<()> {
    if commands.site_now(site).await?.aggregate == Site::Missing {
        let register = RegisterSite {
            site: site.clone(),
            name: SiteName::parse(demo.name)?,
            locale: demo.locale,
            allowed_origins: demo
                .allowed_origins
                .iter()
                .map(|origin| Origin::parse(origin))
                .collect::<Result<_, _>>()?,
        };
        commands.execute(sender("operator", Role::Operator)?, register).await?;
    }
    commands.execute(sender("owner", Role::Owner)?, SwitchMemberChat { site: site.clone(), enabled: true }).await?;
    Ok(())
}

async fn seed_group(commands: &Commands, site: &SiteId, index: usize, group: DemoGroup) -> anyhow::Result<()> {
    let new_group = group_id(index)?;
    let conversation = new_group.conversation();
    let create = CreateGroup {
        site: site.clone(),
        conversation: new_group,
        name: GroupName::parse(group.name)?,
        participants: group.participants,
        history: History::SinceJoined,
    };
    commands.execute(sender(group.creator.as_str(), Role::Member)?, create).await?;
    let now = Timestamp::now();
    let count = group.messages.len();
    for (number, message) in group.messages.into_iter().enumerate() {
        let before_now = MESSAGE_INTERVAL * u32::try_from(count - number)?;
        let send = SendMessage {
            site: site.clone(),
            conversation,
            message: message_id(index, number),
            text: MessageText::parse(message.text)?,
            reply_to: message.reply_to.map(|replied| message_id(index, replied)),
            sent_at: now.checked_sub(SignedDuration::try_from(before_now)?)?,
        };
        commands.send(sender(message.author.as_str(), Role::Member)?, send).await?;
    }
    Ok(())
}

fn sender(member: &str, role: Role) -> anyhow::Result<Sender> {
    Ok(Sender::new(member.parse()?, role, "demo".to_owned()))
}

fn group_id(group: usize) -> Result<NewGroupId, InvalidId> {
    fixed_id(group, u64::MAX).try_into()
}

fn message_id(group: usize, message: usize) -> MessageId {
    fixed_id(group, message as u64).into()
}

/// A UUIDv7 derived from the index in the demo.
fn fixed_id(group: usize, message: u64) -> uuid::Uuid {
    let mut rest = [0; 10];
    rest[2..].copy_from_slice(&message.to_be_bytes());
    Builder::from_unix_timestamp_millis(DEMO_EPOCH_MS + group as u64, &rest).into_uuid()
}
