//! What may be done in a conversation.

use crate::actor::{Actor, Role};
use crate::conversation::{Access, ConversationError, Kind, Seat};
use crate::site::{MemberChat, SiteError};

/// Something done in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationAct {
    /// Its messages, its participants, its live stream.
    Read,
    /// Who is in it and how it is set up, without its messages.
    Inspect,
    /// The read marker, and how oneself keeps it in the list.
    KeepOwn,
    /// Also showing that one types.
    Send,
    /// One's own message.
    Edit,
    /// With an emoji.
    React,
    /// One's own message.
    DeleteOwn,
    /// The message of another.
    DeleteOthers,
    /// Another name or image: all its participants see it.
    NameGroup,
    /// What newcomers may read; who is an admin; no image any more.
    ChangeGroup,
    /// Bringing somebody in.
    AddParticipant,
    /// Putting somebody out.
    RemoveParticipant,
    /// Going out oneself.
    Leave,
    /// For everybody.
    DeleteGroup,
}

/// Who, in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Whoever is in it. All staff are in the conversations with the business.
    Participant,
    /// Whoever is in it, and the owner of the site, who need not be in a group to manage it.
    ParticipantOrOwner,
    /// Admins of the group, and the owner of the site.
    Manager,
}

/// How they must stand on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Not barred, not waiting.
    Active,
    /// In the roster and not muted, member chat on, the other of a direct conversation within reach. With the business,
    /// active is enough.
    Voice,
    /// The same, except for the owner of the site: they rename a group also while member chat is off.
    VoiceUnlessOwner,
}

struct Rule {
    who: Who,
    needs: Needs,
    /// Whether a closed conversation refuses it.
    open: bool,
}

#[expect(clippy::match_same_arms, reason = "a table, read by act")]
const fn table(act: ConversationAct) -> Rule {
    use ConversationAct as Act;
    const fn row(who: Who, needs: Needs, open: bool) -> Rule {
        Rule { who, needs, open }
    }
    match act {
        //                               who               needs           only while open
        Act::Read | Act::KeepOwn => row(Who::Participant, Needs::Active, false),
        Act::Inspect => row(Who::ParticipantOrOwner, Needs::Active, false),
        Act::Send | Act::Edit | Act::React => row(Who::Participant, Needs::Voice, true),
        Act::DeleteOwn | Act::Leave => row(Who::Participant, Needs::Active, false),
        Act::DeleteOthers => row(Who::Manager, Needs::Active, false),
        Act::NameGroup => row(Who::Manager, Needs::VoiceUnlessOwner, true),
        Act::ChangeGroup => row(Who::Manager, Needs::Active, true),
        Act::AddParticipant => row(Who::Manager, Needs::Voice, true),
        Act::RemoveParticipant | Act::DeleteGroup => row(Who::Manager, Needs::Active, false),
    }
}

/// What a conversation is to the actor, and what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What the actor is in it; none where it does not exist.
    pub access: Option<Access>,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
    /// Looked up: of a direct conversation, whether the other is in the roster and no block stands between the two.
    pub peer_in_reach: bool,
    /// The version of the conversation that this was seen at.
    pub version: u64,
}

impl Place {
    /// For what depends neither on member chat nor on the other of a direct conversation.
    #[must_use]
    pub const fn regardless(access: Option<Access>) -> Self {
        Self { access, member_chat: MemberChat::On, peer_in_reach: true, version: 0 }
    }
}

/// Refuses what the table does not give. In this order: who is barred learns only that; to who is not in it the
/// conversation does not exist; then what is forbidden at the moment.
pub fn permit(act: ConversationAct, actor: &Actor, place: &Place) -> Result<(), ConversationError> {
    let Rule { who, needs, open } = table(act);
    if place.member_chat == MemberChat::Closed {
        return Err(SiteError::Closed.into());
    }
    actor.require_active()?;
    let access = place.access.ok_or(ConversationError::NotFound)?;
    let here = access.seat != Seat::Outside;
    let owns = actor.role == Role::Owner && access.kind != Kind::Direct;
    if !here && (who == Who::Participant || !owns) {
        return Err(ConversationError::NotFound);
    }
    if who == Who::Manager && access.seat != Seat::Admin && !owns {
        return Err(ConversationError::AdminOnly);
    }
    // The owner manages any group, in it or not, without being in the roster.
    let voice = needs == Needs::Voice || (needs == Needs::VoiceUnlessOwner && !owns);
    if voice && access.kind != Kind::Business {
        place.member_chat.require_on()?;
        if who == Who::Participant || !owns {
            actor.standing.require_voice()?;
        }
        if !place.peer_in_reach {
            return Err(ConversationError::OutOfReach);
        }
    }
    if open && access.closed { Err(ConversationError::Closed) } else { Ok(()) }
}
