//! Registration, profile and community membership.

use causerie_events::member::{MemberProfile, MemberProfileChanged, MemberRegistered};
use causerie_events::site::Approval;
use causerie_events::{DisplayName, MemberEvent, MemberId, SiteId, StreamId};
use jiff::Timestamp;

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::error::{MemberError, SiteError};
use crate::member::{Member, RegisteredMember};
use crate::permission::{MemberChat, SiteAction, allowed};

/// In bytes.
pub const MAX_AVATAR_URL: usize = 2048;

/// Registers a member with the site, or updates the profile and community of a registered member.
#[derive(Debug, Clone)]
pub struct RegisterMember {
    pub site: SiteId,
    pub member: MemberId,
    pub profile: MemberProfile,
    /// The time of the profile at the host.
    pub profile_as_of: Timestamp,
    /// `None` leaves it unchanged; a new member is then outside the community.
    pub community: Option<bool>,
    /// Whether this is the first visit of the member, with the name in the token, and not a request of the host.
    pub first_visit: bool,
}

#[derive(Debug, Clone)]
pub struct RegistrationFacts {
    pub site: MemberChat,
    pub approval: Approval,
}

impl Decide for RegisterMember {
    type Aggregate = Member;
    type Facts = RegistrationFacts;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    fn decide(&self, member: &Member, actor: &Actor, facts: &RegistrationFacts) -> Decided<Member> {
        let action = if self.first_visit { SiteAction::RegisterSelf } else { SiteAction::RegisterMember };
        if !allowed(action, actor, &self.member) {
            return Err(MemberError::OperatorOrOwnerOnly);
        }
        if facts.site == MemberChat::NoSite {
            return Err(SiteError::NotFound.into());
        }
        if self.profile.avatar_url.as_deref().is_some_and(|url| !is_avatar_url(url)) {
            return Err(MemberError::InvalidAvatar);
        }
        match member {
            Member::Registered(_) if self.first_visit => return Ok(Vec::new()),
            Member::Registered(member) if !member.removed => {
                return Ok(member.updated_to(self.profile.clone(), self.community, self.profile_as_of));
            }
            // A host that registers its members at each login must not revert a removal.
            Member::Registered(_) if !allowed(SiteAction::ReregisterRemoved, actor, &self.member) => {
                return Err(MemberError::WasRemoved);
            }
            Member::Registered(_) | Member::Missing => {}
        }
        Ok(vec![MemberEvent::MemberRegistered(MemberRegistered {
            profile: self.profile.clone(),
            community: self.community.unwrap_or_default(),
            profile_as_of: Some(self.profile_as_of),
            pending: facts.approval == Approval::Manual && !actor.is_staff(),
        })])
    }
}

/// Changes the given fields of a registered member. Issued by the host, or for a newer token of the member.
#[derive(Debug, Clone)]
pub struct ChangeMember {
    pub site: SiteId,
    pub member: MemberId,
    pub display_name: Option<DisplayName>,
    /// `Some(None)` removes the picture.
    pub avatar_url: Option<Option<String>>,
    pub community: Option<bool>,
    /// The time of the profile at the host.
    pub profile_as_of: Timestamp,
    /// Whether the profile comes from the token of the member. Ignored if the recorded profile is newer.
    pub by_token: bool,
}

impl Decide for ChangeMember {
    type Aggregate = Member;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    fn decide(&self, member: &Member, actor: &Actor, (): &()) -> Decided<Member> {
        let action = if self.by_token { SiteAction::RegisterSelf } else { SiteAction::RegisterMember };
        if !allowed(action, actor, &self.member) {
            return Err(MemberError::OperatorOrOwnerOnly);
        }
        let picture = self.avatar_url.as_ref().and_then(Option::as_deref);
        if picture.is_some_and(|url| !is_avatar_url(url)) {
            return Err(MemberError::InvalidAvatar);
        }
        let member = match member.registered() {
            None => return Err(MemberError::NotFound),
            Some(member) if self.by_token && (member.removed || !member.is_older_than(self.profile_as_of)) => {
                return Ok(Vec::new());
            }
            Some(member) if member.removed => return Err(MemberError::WasRemoved),
            Some(member) => member,
        };
        let MemberProfile { display_name, avatar_url } = member.profile.clone();
        let profile = MemberProfile {
            display_name: self.display_name.clone().unwrap_or(display_name),
            avatar_url: self.avatar_url.clone().unwrap_or(avatar_url),
        };
        Ok(member.updated_to(profile, self.community, self.profile_as_of))
    }
}

/// JoinCommunity, LeaveCommunity.
#[derive(Debug, Clone)]
pub struct ChangeCommunity {
    pub site: SiteId,
    pub member: MemberId,
    pub joined: bool,
}

impl Decide for ChangeCommunity {
    type Aggregate = Member;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    fn decide(&self, member: &Member, actor: &Actor, (): &()) -> Decided<Member> {
        if !allowed(SiteAction::ChangeCommunity, actor, &self.member) {
            return Err(MemberError::SelfOnly);
        }
        if actor.member == self.member {
            actor.require_active()?;
        }
        let member = member.require_present()?;
        Ok(if member.community == self.joined { Vec::new() } else { vec![community(self.joined)] })
    }
}

impl Member {
    /// The registered member; not found if removed.
    pub(super) fn require_present(&self) -> Result<&RegisteredMember, MemberError> {
        self.registered().filter(|member| !member.removed).ok_or(MemberError::NotFound)
    }
}

impl RegisteredMember {
    /// The events for the fields that differ from the current ones.
    fn updated_to(&self, profile: MemberProfile, joined: Option<bool>, profile_as_of: Timestamp) -> Vec<MemberEvent> {
        let mut events = Vec::new();
        if self.profile != profile {
            let profile_as_of = Some(profile_as_of);
            events.push(MemberEvent::MemberProfileChanged(MemberProfileChanged { profile, profile_as_of }));
        }
        events.extend(joined.filter(|joined| *joined != self.community).map(community));
        events
    }

    #[must_use]
    pub fn is_older_than(&self, time: Timestamp) -> bool {
        self.profile_as_of.is_none_or(|as_of| as_of < time)
    }
}

const fn community(joined: bool) -> MemberEvent {
    if joined { MemberEvent::CommunityJoined } else { MemberEvent::CommunityLeft }
}

/// Accepts only `http` and `https` URLs, because other members' browsers load them.
#[must_use]
pub fn is_avatar_url(url: &str) -> bool {
    url.len() <= MAX_AVATAR_URL
        && (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b))
}
