//! Commands to a member read their own stream and who asks; registering reads the site too, blocking another reads the
//! other.

use causerie_domain::member::{self, MemberCommand, Moderation, Tag};
use causerie_domain::{Member, Role};
use causerie_events::member::{LogReplayed, MemberProfile};
use causerie_events::{DisplayName, MemberId, SiteId, StreamId};
use causerie_store::StoreError;
use jiff::Timestamp;

use super::{Command, Facts, Sender};

/// RegisterMember.
#[derive(Debug, Clone)]
pub struct RegisterMember {
    /// The site.
    pub site: SiteId,
    /// Who.
    pub member: MemberId,
    /// How the member appears to others.
    pub profile: MemberProfile,
    /// When the host said so.
    pub profile_as_of: Timestamp,
    /// Whether the member has joined the community. None leaves it as it is; a new member is outside.
    pub community: Option<bool>,
    /// Whether this is the member's own first visit.
    pub first_visit: bool,
}

impl Command for RegisterMember {
    type Aggregate = Member;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        let site = facts.site().await?;
        Ok(MemberCommand::RegisterMember(member::RegisterMember {
            actor: facts.actor(sender).await?,
            member: self.member.clone(),
            profile: self.profile.clone(),
            profile_as_of: self.profile_as_of,
            community: self.community,
            first_visit: self.first_visit,
            site: site.aggregate.member_chat(),
            approval: site.aggregate.settings().approval,
        }))
    }
}

/// ChangeMember, and what a newer token of the member says.
#[derive(Debug, Clone)]
pub struct ChangeMember {
    /// The site.
    pub site: SiteId,
    /// Whom it is about.
    pub member: MemberId,
    /// The name as others see it.
    pub display_name: Option<DisplayName>,
    /// The address of the picture; none in it removes the picture.
    pub avatar_url: Option<Option<String>>,
    /// Whether the member is to be in the community.
    pub community: Option<bool>,
    /// When the host said so.
    pub profile_as_of: Timestamp,
    /// Whether the member's own token says so.
    pub by_token: bool,
}

impl Command for ChangeMember {
    type Aggregate = Member;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        Ok(MemberCommand::ChangeMember(member::ChangeMember {
            actor: facts.actor(sender).await?,
            member: self.member.clone(),
            display_name: self.display_name.clone(),
            avatar_url: self.avatar_url.clone(),
            community: self.community,
            profile_as_of: self.profile_as_of,
            by_token: self.by_token,
        }))
    }
}

/// ApproveMember, BlockMember, UnblockMember, MuteMember, UnmuteMember, RemoveMember.
#[derive(Debug, Clone)]
pub struct Moderate {
    /// The site.
    pub site: SiteId,
    /// Whom it is about.
    pub member: MemberId,
    /// What is to be done.
    pub act: Moderation,
    /// The role in a token of theirs that was used and still holds, where that is staff or owner.
    pub token_role: Option<Role>,
}

impl Command for Moderate {
    type Aggregate = Member;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let (member, act, token_role) = (self.member.clone(), self.act, self.token_role);
        Ok(MemberCommand::Moderate(member::Moderate { actor, member, act, token_role }))
    }
}

/// AssignRole, UnassignRole, AssignBadge, UnassignBadge.
#[derive(Debug, Clone)]
pub struct LabelMember {
    /// The site.
    pub site: SiteId,
    /// Whom it is about.
    pub member: MemberId,
    /// Which role or badge.
    pub tag: Tag,
    /// Whether the member is to have it.
    pub on: bool,
}

impl Command for LabelMember {
    type Aggregate = Member;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let (member, tag) = (self.member.clone(), self.tag.clone());
        Ok(MemberCommand::Label(member::LabelMember { actor, member, tag, on: self.on }))
    }
}

/// JoinCommunity, LeaveCommunity.
#[derive(Debug, Clone)]
pub struct ChangeCommunity {
    /// The site.
    pub site: SiteId,
    /// Whom it is about.
    pub member: MemberId,
    /// Whether they are to be in it.
    pub joined: bool,
}

impl Command for ChangeCommunity {
    type Aggregate = Member;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let (member, joined) = (self.member.clone(), self.joined);
        Ok(MemberCommand::ChangeCommunity(member::ChangeCommunity { actor, member, joined }))
    }
}

/// BlockContact, UnblockContact: of the sender.
#[derive(Debug, Clone)]
pub struct BlockContact {
    /// The site.
    pub site: SiteId,
    /// The other.
    pub other: MemberId,
    /// Whether a block is to stand.
    pub blocked: bool,
}

impl Command for BlockContact {
    type Aggregate = Member;

    fn stream(&self, sender: &Sender) -> StreamId {
        StreamId::member(&self.site, &sender.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        // A block is lifted in whatever state the other member is by now: nothing of them is looked up.
        let (other_in_reach, other_is_staff) = if self.blocked {
            let (candidate, other) = facts.candidate_and_other(&actor, &self.other).await?;
            (candidate.in_reach, other.aggregate.is_staff())
        } else {
            (false, false)
        };
        Ok(MemberCommand::BlockContact(member::BlockContact {
            actor,
            other: self.other.clone(),
            blocked: self.blocked,
            other_in_reach,
            other_is_staff,
        }))
    }
}

/// Notes that the sender reads the log of the site.
#[derive(Debug, Clone)]
pub struct ReplayLog {
    /// The site.
    pub site: SiteId,
    /// What is read.
    pub replayed: LogReplayed,
}

impl Command for ReplayLog {
    type Aggregate = Member;

    fn stream(&self, sender: &Sender) -> StreamId {
        StreamId::member(&self.site, &sender.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MemberCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        Ok(MemberCommand::ReplayLog(member::ReplayLog { actor, replayed: self.replayed.clone() }))
    }
}
