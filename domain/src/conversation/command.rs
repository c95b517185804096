//! Commands to a conversation.

use std::collections::BTreeMap;

use causerie_events::conversation::{GroupImage, History};
use causerie_events::site::GroupCreation;
use causerie_events::{GroupName, MemberId};

use crate::actor::Actor;
use crate::member::Standing;
use crate::site::MemberChat;

/// What can be asked of a conversation. Who may ask what: `permission/conversation.rs`.
#[derive(Debug, Clone)]
pub enum ConversationCommand {
    /// By an active member of the community.
    CreateGroup(CreateGroup),
    /// By an active member of the community, with another.
    StartDirectConversation(StartDirectConversation),
    /// By an active member, or by staff for them.
    StartBusinessConversation(StartBusinessConversation),
    /// Name and history.
    ChangeGroup(ChangeGroup),
    /// Giving it one, or taking it away.
    ChangeGroupImage(ChangeGroupImage),
    /// Of somebody new.
    AddParticipant(AddParticipant),
    /// By oneself it is leaving.
    RemoveParticipant(RemoveParticipant),
    /// GrantAdmin, RevokeAdmin.
    ChangeAdmin(ChangeAdmin),
    /// What follows when an admin is barred from the site or leaves its community.
    AppointAdmin(AppointAdmin),
    /// For everybody.
    DeleteGroup(DeleteGroup),
}

/// A member who is to be in a conversation.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub member: MemberId,
    /// Looked up: in the roster, and no block stands between them and the actor.
    pub in_reach: bool,
}

/// How participants of a group stand on the site, as far as a decision depends on it. A participant who was not looked up
/// counts as one in the roster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings(BTreeMap<MemberId, Standing>);

impl Standings {
    /// How a participant stands.
    #[must_use]
    pub fn of(&self, member: &MemberId) -> Standing {
        self.0.get(member).copied().unwrap_or(Standing::InRoster)
    }
}

impl Extend<(MemberId, Standing)> for Standings {
    fn extend<T: IntoIterator<Item = (MemberId, Standing)>>(&mut self, standings: T) {
        self.0.extend(standings);
    }
}

/// Starts a group; the actor becomes its first participant and admin.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    /// The actor.
    pub actor: Actor,
    /// The name of the group.
    pub name: GroupName,
    /// The other participants.
    pub participants: Vec<Candidate>,
    /// What newcomers may read.
    pub history: History,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
    /// Looked up: who may create groups.
    pub group_creation: GroupCreation,
    /// Looked up: the largest group of the site.
    pub max_participants: u32,
}

/// Starts the one conversation of two members.
#[derive(Debug, Clone)]
pub struct StartDirectConversation {
    /// The actor.
    pub actor: Actor,
    /// The other.
    pub peer: Candidate,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
}

/// Starts the one conversation of a member with the business.
#[derive(Debug, Clone)]
pub struct StartBusinessConversation {
    /// The actor.
    pub actor: Actor,
    /// Whose conversation.
    pub member: MemberId,
    /// Looked up: how they stand on the site.
    pub member_standing: Standing,
}

/// Changes what is given of a group.
#[derive(Debug, Clone)]
pub struct ChangeGroup {
    /// The actor.
    pub actor: Actor,
    /// Its name.
    pub name: Option<GroupName>,
    /// What newcomers from now on may read.
    pub history: Option<History>,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
}

/// Gives a group an image, or takes it away.
#[derive(Debug, Clone)]
pub struct ChangeGroupImage {
    /// The actor.
    pub actor: Actor,
    /// The image, kept already; none takes away what there is.
    pub image: Option<GroupImage>,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
}

/// Adds a member to a group.
#[derive(Debug, Clone)]
pub struct AddParticipant {
    /// The actor.
    pub actor: Actor,
    /// Who is to come in.
    pub candidate: Candidate,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
    /// Looked up: the largest group of the site.
    pub max_participants: u32,
    /// Looked up: those of the participants, where the group is full.
    pub standings: Standings,
}

/// Takes a member out of a group.
#[derive(Debug, Clone)]
pub struct RemoveParticipant {
    /// The actor.
    pub actor: Actor,
    /// Who is to go.
    pub member: MemberId,
    /// Looked up: those of the admins who stay, and of the participants up to the first who can take over from them.
    pub standings: Standings,
}

/// Makes a participant an admin, or no admin any more.
#[derive(Debug, Clone)]
pub struct ChangeAdmin {
    /// The actor.
    pub actor: Actor,
    /// Whom it is about.
    pub member: MemberId,
    /// Whether they are to be an admin.
    pub admin: bool,
    /// Looked up: those of the other admins.
    pub standings: Standings,
}

/// Makes a participant an admin where no admin can act.
#[derive(Debug, Clone)]
pub struct AppointAdmin {
    /// Looked up: those of the admins, and of the participants up to the first who can take over from them.
    pub standings: Standings,
}

/// Deletes a group.
#[derive(Debug, Clone)]
pub struct DeleteGroup {
    /// The actor.
    pub actor: Actor,
}
