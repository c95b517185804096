//! Sites, their members and their conversations.

use causerie_api::commands::LabelMember;
use causerie_domain::member::{STAFF, Tag};
use causerie_events::member::MemberProfile;
use causerie_events::{DisplayName, SiteId};
use uuid::Uuid;

use super::shape::Shape;
use super::town::{Talk, Town};
use crate::message;
use crate::office::{Office, member, owner};

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
    office.sites(&all_sites).await?;
    office.allow_large_groups(&all_sites).await?;
    office.members((0..=shape.members).map(|number| (&site, number)), profile).await?;
    let elsewhere = |other| (0..shape.other_members).map(move |number| (other, number));
    office.members(other_sites.iter().flat_map(elsewhere), profile).await?;
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

fn profile(number: usize) -> anyhow::Result<MemberProfile> {
    Ok(MemberProfile {
        display_name: DisplayName::parse(name(number))?,
        avatar_url: Some(format!("https://pictures.example/{number}.webp")),
    })
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
    office.groups(site, talks.iter().map(|talk| (talk.conversation, talk.authors.clone()))).await?;
    Ok(talks)
}

/// Between the busy member and those who come after.
async fn directs(office: &Office, site: &SiteId, count: usize) -> anyhow::Result<Vec<Talk>> {
    let (mut orders, mut talks) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for peer in 1..=count {
        let start = office.direct(site, BUSY, peer).await?;
        let conversation = start.conversation.as_uuid();
        talks.push(Talk { site: site.clone(), conversation, authors: vec![BUSY, peer] });
        orders.push(start);
    }
    office.give("direct conversations", orders.into_iter().map(|start| Ok((member(BUSY)?, start)))).await?;
    Ok(talks)
}

/// Of every member, with the desk.
async fn business(office: &Office, site: &SiteId, shape: &Shape) -> anyhow::Result<Vec<Talk>> {
    let (mut orders, mut talks) = (Vec::with_capacity(shape.members), Vec::with_capacity(shape.members));
    for number in 0..shape.members {
        let start = office.business(site, number).await?;
        let conversation = start.conversation.as_uuid();
        talks.push(Talk { site: site.clone(), conversation, authors: vec![number, shape.desk()] });
        orders.push((number, start));
    }
    let start = orders.into_iter().map(|(number, start)| Ok((member(number)?, start)));
    office.give("conversations with the business", start).await?;
    Ok(talks)
}
