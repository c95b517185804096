//! Sites, members and groups: what there is before anything is said.

use causerie_api::commands::{ChangeSettings, CreateGroup, RegisterMember, RegisterSite, SwitchMemberChat};
use causerie_events::conversation::History;
use causerie_events::member::MemberProfile;
use causerie_events::{GroupName, NewGroupId, SiteId, SiteName};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Office, member, operator, owner};
use crate::message;

/// The largest group there may be.
const LARGEST: u32 = 1_000;

impl Office {
    /// Sites where members may chat.
    pub(crate) async fn sites(&self, sites: &[SiteId]) -> anyhow::Result<()> {
        let name = SiteName::parse("Bench")?;
        let register = |site: &SiteId| RegisterSite {
            site: site.clone(),
            name: name.clone(),
            locale: "fr".to_owned(),
            allowed_origins: Vec::new(),
        };
        self.give("sites", sites.iter().map(|site| Ok((operator()?, register(site))))).await?;
        let switch = |site: &SiteId| SwitchMemberChat { site: site.clone(), on: true };
        self.give("member chat on", sites.iter().map(|site| Ok((owner()?, switch(site))))).await
    }

    /// Groups as large as can be, from now on.
    pub(crate) async fn allow_large_groups(&self, sites: &[SiteId]) -> anyhow::Result<()> {
        let settings = |site: &SiteId| ChangeSettings {
            site: site.clone(),
            approval: None,
            group_creation: None,
            max_participants: Some(LARGEST),
        };
        self.give("settings", sites.iter().map(|site| Ok((owner()?, settings(site))))).await
    }

    /// Members of sites, each with what others see of them.
    pub(crate) async fn members(
        &self,
        members: impl Iterator<Item = (&SiteId, usize)>,
        profile: impl Fn(usize) -> anyhow::Result<MemberProfile>,
    ) -> anyhow::Result<()> {
        let register = members.map(|(site, number)| {
            let register = RegisterMember {
                site: site.clone(),
                member: message::member(number)?,
                profile: profile(number)?,
                profile_as_of: Timestamp::now(),
                community: Some(true),
                first_visit: false,
            };
            Ok((operator()?, register))
        });
        self.give("members", register).await
    }

    /// Groups, each created by its first participant.
    pub(crate) async fn groups(
        &self,
        site: &SiteId,
        groups: impl Iterator<Item = (Uuid, Vec<usize>)>,
    ) -> anyhow::Result<()> {
        let create = groups.map(|(id, participants)| {
            let mut participants = participants.into_iter();
            let creator = participants.next().unwrap_or_default();
            let create = CreateGroup {
                site: site.clone(),
                conversation: NewGroupId::try_from(id)?,
                name: GroupName::parse("Groupe")?,
                participants: participants.map(message::member).collect::<anyhow::Result<_>>()?,
                history: History::SinceJoined,
            };
            Ok((member(creator)?, create))
        });
        self.give("groups", create).await
    }
}
