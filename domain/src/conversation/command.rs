//! Commands to a conversation.

use causerie_events::conversation::History;
use causerie_events::{GroupName, MemberId};

use crate::actor::Actor;
use crate::member::Standing;
use crate::site::{GroupCreation, MemberChat};

/// What can be asked of a conversation.
#[derive(Debug, Clone)]
pub enum ConversationCommand {
    /// By an active member of the community.
    CreateGroup(CreateGroup),
    /// By a group admin or the owner.
    AddParticipant(AddParticipant),
    /// By a group admin or the owner; by oneself it is leaving.
    RemoveParticipant(RemoveParticipant),
}

/// A member who is to be in a group, with their standing as looked up.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub member: MemberId,
    /// Looked up.
    pub standing: Standing,
}

/// Starts a group; the actor becomes its first participant and admin.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    /// Who asks.
    pub actor: Actor,
    /// The name of the group.
    pub name: GroupName,
    /// The other participants.
    pub participants: Vec<Candidate>,
    /// What newcomers may read.
    pub history: History,
    /// Looked up: the actor's standing.
    pub actor_standing: Standing,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
    /// Looked up: who may create groups.
    pub group_creation: GroupCreation,
    /// Looked up: the largest group of the site.
    pub max_participants: u32,
}

/// Adds a member to a group.
#[derive(Debug, Clone)]
pub struct AddParticipant {
    /// Who asks.
    pub actor: Actor,
    /// Who is to come in.
    pub candidate: Candidate,
    /// Looked up: the actor's standing.
    pub actor_standing: Standing,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
    /// Looked up: the largest group of the site.
    pub max_participants: u32,
}

/// Takes a member out of a group.
#[derive(Debug, Clone)]
pub struct RemoveParticipant {
    /// Who asks.
    pub actor: Actor,
    /// Who is to go.
    pub member: MemberId,
    /// Looked up: the actor's standing.
    pub actor_standing: Standing,
}
