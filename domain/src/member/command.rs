//! Commands to a member.

use causerie_events::member::MemberProfile;

use crate::actor::Actor;
use crate::site::{Approval, MemberChat};

/// What can be asked of a member.
#[derive(Debug, Clone)]
pub enum MemberCommand {
    /// By the operator or the owner.
    RegisterMember(RegisterMember),
    /// By owner or staff.
    BlockMember(ModerateMember),
    /// By owner or staff.
    UnblockMember(ModerateMember),
}

/// Registers a member with the site, or brings what the host says of them up to date.
#[derive(Debug, Clone)]
pub struct RegisterMember {
    /// Who asks.
    pub actor: Actor,
    /// How the member appears to others.
    pub profile: MemberProfile,
    /// Whether the member has joined the community.
    pub community: bool,
    /// Looked up: whether there is a site.
    pub site: MemberChat,
    /// Looked up: how the site lets new members in.
    pub approval: Approval,
}

/// Blocks or unblocks a member.
#[derive(Debug, Clone)]
pub struct ModerateMember {
    /// Who asks.
    pub actor: Actor,
}
