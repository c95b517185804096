//! Commands to a member.

use causerie_events::member::{LogReplayed, MemberProfile};
use causerie_events::site::Approval;
use causerie_events::{DisplayName, Label, MemberId};
use jiff::Timestamp;

use crate::actor::{Actor, Role};
use crate::site::MemberChat;

/// What can be asked of a member. Who may ask what: `permission/site.rs`.
#[derive(Debug, Clone)]
pub enum MemberCommand {
    /// With the site, or bringing what the host says of them up to date.
    RegisterMember(RegisterMember),
    /// One of the acts of owner and staff.
    Moderate(Moderate),
    /// A role or a badge.
    Label(LabelMember),
    /// JoinCommunity, LeaveCommunity.
    ChangeCommunity(ChangeCommunity),
    /// BlockContact, UnblockContact.
    BlockContact(BlockContact),
    /// The owner reads the log of the site.
    ReplayLog(ReplayLog),
    /// By the host, or by a newer token of the member.
    ChangeMember(ChangeMember),
}

/// Registers a member with the site, or brings what the host says of them up to date.
#[derive(Debug, Clone)]
pub struct RegisterMember {
    /// The actor.
    pub actor: Actor,
    /// Who is registered.
    pub member: MemberId,
    /// How the member appears to others.
    pub profile: MemberProfile,
    /// When the host said so.
    pub profile_as_of: Timestamp,
    /// Whether the member has joined the community. None leaves it as it is; a new member is outside.
    pub community: Option<bool>,
    /// Whether this is the member's own first visit, by the name in their token, and not the word of the host.
    pub first_visit: bool,
    /// Looked up: whether there is a site.
    pub site: MemberChat,
    /// Looked up: how the site lets new members in.
    pub approval: Approval,
}

/// Changes what is given of a member who is registered.
#[derive(Debug, Clone)]
pub struct ChangeMember {
    /// The actor.
    pub actor: Actor,
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
    /// Whether this is what the member's own token says: it counts where it is newer than what the log has.
    pub by_token: bool,
}

/// What owner and staff do to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moderation {
    /// ApproveMember.
    Approve,
    /// BlockMember.
    Block,
    /// UnblockMember.
    Unblock,
    /// MuteMember.
    Mute,
    /// UnmuteMember.
    Unmute,
    /// RemoveMember.
    Remove,
}

/// An act of owner or staff.
#[derive(Debug, Clone)]
pub struct Moderate {
    /// The actor.
    pub actor: Actor,
    /// Whom it is about.
    pub member: MemberId,
    /// What is to be done.
    pub act: Moderation,
    /// Looked up: the role in a token of theirs that was used and still holds, where that is staff or owner.
    pub token_role: Option<Role>,
}

/// A role or a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// A role.
    Role(Label),
    /// A badge.
    Badge(Label),
}

/// Gives a member a role or a badge, or takes it away.
#[derive(Debug, Clone)]
pub struct LabelMember {
    /// The actor.
    pub actor: Actor,
    /// Whom it is about.
    pub member: MemberId,
    /// Which.
    pub tag: Tag,
    /// Whether the member is to have it.
    pub on: bool,
}

/// Joins or leaves the community.
#[derive(Debug, Clone)]
pub struct ChangeCommunity {
    /// The actor.
    pub actor: Actor,
    /// Whom it is about.
    pub member: MemberId,
    /// Whether they are to be in it.
    pub joined: bool,
}

/// Blocks another member, or lifts one's own block.
#[derive(Debug, Clone)]
pub struct BlockContact {
    /// Who asks: the member themself.
    pub actor: Actor,
    /// The other.
    pub other: MemberId,
    /// Whether a block is to stand.
    pub blocked: bool,
    /// Looked up: whether the actor sees the other: in the roster, and no block stands between the two.
    pub other_in_reach: bool,
    /// Looked up: whether the other is staff.
    pub other_is_staff: bool,
}

/// Notes that the owner reads the log of the site.
#[derive(Debug, Clone)]
pub struct ReplayLog {
    /// Who reads.
    pub actor: Actor,
    /// What.
    pub replayed: LogReplayed,
}
