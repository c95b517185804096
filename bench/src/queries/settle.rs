//! Sites, their members and their conversations.

use causerie_api::commands::{
    ChangeSettings, CreateGroup, LabelMember, RegisterMember, RegisterSite, StartBusinessConversation,
    StartDirectConversation, SwitchMemberChat,
};
use causerie_domain::member::{STAFF, Tag};
use causerie_events::conversation::History;
use causerie_events::member::MemberProfile;
use causerie_events::{ConversationId, DisplayName, GroupName, SiteId, SiteName};
use uuid::Uuid;

use super::orders::{Office, member, operator, owner};
use super::shape::Shape;
use super::town::{Talk, Town};
use crate::message;

/// The member who is in so many conversations.
pub(super) const BUSY: usize = 0;
/// One member in so many has the role `moderator`.
const MODERATORS: usize = 100;
/// Participants of the long conversation, of a small group, and of a group on another site.
const LONG: usize = 32;
const SMALL: usize = 8;
const ELSEWHERE: usize = 20;

/// Founds the sites, and returns the conversations there are.
pub(super) async fn found(office: &Office, shape: Shape) -> anyhow::Result<Town> {
    let site: SiteId = "bench".parse()?;
    let other_sites: Vec<SiteId> =
        (0..shape.other_sites).map(|number| format!("other-{number}").parse()).collect::<Result<_, _>>()?;
    let all_sites: Vec<SiteId> = std::iter::once(&site).chain(&other_sites).cloned().collect();
    sites(office, &all_sites).await?;
    members(office, &site, shape.members + 1).await?;
    for other in &other_sites {
        members(office, other, shape.other_members).await?;
    }
    labels(office, &site, &shape).await?;

    let everybody = 1..shape.members;
    let of_eight = |index: usize| {
        let others = (0..SMALL - 1).map(|seat| 1 + (index * (SMALL - 1) + seat) % everybody.len());
        std::iter::once(BUSY).chain(others).collect()
    };
    let crowd = groups(office, &site, vec![(0..shape.crowd).collect()]).await?;
    let long = groups(office, &site, vec![(0..LONG).collect()]).await?;
    let mut rest = groups(office, &site, (0..shape.small_groups()).map(of_eight).collect()).await?;
    rest.extend(directs(office, &site, shape.directs()).await?);
    rest.extend(business(office, &site, &shape).await?);
    let mut others = Vec::new();
    for other in &other_sites {
        let circle = |index: usize| (0..ELSEWHERE).map(|seat| (index + seat) % shape.other_members).collect();
        others.extend(groups(office, other, (0..shape.other_groups).map(circle).collect()).await?);
    }
    Ok(Town::new(shape, site, [crowd, long, others, rest]))
}

async fn sites(office: &Office, sites: &[SiteId]) -> anyhow::Result<()> {
    let name = SiteName::parse("Bench")?;
    let register = |site: &SiteId| RegisterSite {
        site: site.clone(),
        name: name.clone(),
        locale: "fr".to_owned(),
        allowed_origins: Vec::new(),
    };
    office.give("sites", sites.iter().map(|site| Ok((operator()?, register(site))))).await?;
    let switch = |site: &SiteId| SwitchMemberChat { site: site.clone(), on: true };
    office.give("member chat on", sites.iter().map(|site| Ok((owner()?, switch(site))))).await?;
    let settings = |site: &SiteId| ChangeSettings {
        site: site.clone(),
        approval: None,
        group_creation: None,
        max_participants: Some(1000),
    };
    office.give("settings", sites.iter().map(|site| Ok((owner()?, settings(site))))).await
}

async fn members(office: &Office, site: &SiteId, count: usize) -> anyhow::Result<()> {
    let register = (0..count).map(|number| {
        let register = RegisterMember {
            site: site.clone(),
            member: message::member(number)?,
            profile: MemberProfile {
                display_name: DisplayName::parse(name(number))?,
                avatar_url: Some(format!("https://pictures.example/{number}.webp")),
            },
            community: true,
            first_visit: false,
        };
        Ok((operator()?, register))
    });
    office.give("members", register).await
}

/// The first names are as many as the initials, and each has its share of the members.
fn name(number: usize) -> String {
    const FIRST: [&str; 10] = ["Adèle", "Bruno", "Chloé", "Denis", "Élise", "Fanny", "Gaël", "Hugo", "Inès", "Zoé"];
    format!("{} Martin {number:04}", FIRST[number % FIRST.len()])
}

async fn labels(office: &Office, site: &SiteId, shape: &Shape) -> anyhow::Result<()> {
    let staff = std::iter::once((shape.desk(), STAFF));
    let moderators = (0..shape.members).step_by(MODERATORS).map(|number| (number, "moderator"));
    let assign = staff.chain(moderators).map(|(number, role)| {
        let (site, tag) = (site.clone(), Tag::Role(role.parse()?));
        Ok((owner()?, LabelMember { site, member: message::member(number)?, tag, on: true }))
    });
    office.give("roles", assign).await
}

/// Groups, each created by its first participant.
async fn groups(office: &Office, site: &SiteId, circles: Vec<Vec<usize>>) -> anyhow::Result<Vec<Talk>> {
    let talk = |authors| Talk { site: site.clone(), conversation: Uuid::now_v7(), authors };
    let talks: Vec<Talk> = circles.into_iter().map(talk).collect();
    let create = talks.iter().map(|talk| {
        let others = talk.authors.iter().skip(1).map(|&number| message::member(number));
        let create = CreateGroup {
            site: site.clone(),
            conversation: ConversationId::from(talk.conversation),
            name: GroupName::parse("Groupe")?,
            participants: others.collect::<anyhow::Result<_>>()?,
            history: History::SinceJoined,
        };
        Ok((member(talk.authors.first().copied().unwrap_or_default())?, create))
    });
    office.give("groups", create).await?;
    Ok(talks)
}

/// Between the busy member and those who come after.
async fn directs(office: &Office, site: &SiteId, count: usize) -> anyhow::Result<Vec<Talk>> {
    let start = (1..=count).map(|peer| {
        Ok((member(BUSY)?, StartDirectConversation { site: site.clone(), member: message::member(peer)? }))
    });
    office.give("direct conversations", start).await?;
    let busy = message::member(BUSY)?;
    let talk = |peer| {
        let id = ConversationId::direct(site, &busy, &message::member(peer)?);
        Ok(Talk { site: site.clone(), conversation: id.as_uuid(), authors: vec![BUSY, peer] })
    };
    (1..=count).map(talk).collect()
}

/// Of every member, with the desk.
async fn business(office: &Office, site: &SiteId, shape: &Shape) -> anyhow::Result<Vec<Talk>> {
    let start = (0..shape.members).map(|number| {
        let start = StartBusinessConversation { site: site.clone(), member: message::member(number)? };
        Ok((member(number)?, start))
    });
    office.give("conversations with the business", start).await?;
    let talk = |number| {
        let id = ConversationId::business(site, &message::member(number)?);
        Ok(Talk { site: site.clone(), conversation: id.as_uuid(), authors: vec![number, shape.desk()] })
    };
    (0..shape.members).map(talk).collect()
}
