//! What may be done in a conversation.

use crate::actor::{Actor, Role};
use crate::conversation::{Access, ConversationError, Kind, Seat};
use crate::site::{MemberChat, SiteError};

/// An act in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationAct {
    /// Its messages, its participants, its live stream.
    Read,
    /// Its participants and settings, without its messages.
    Inspect,
    /// The own read marker and preferences.
    KeepOwn,
    /// Also typing.
    Send,
    /// The own message.
    Edit,
    React,
    DeleteOwn,
    DeleteOthers,
    /// Another name or image: all its participants see it.
    NameGroup,
    /// The history for newcomers, the admins, the removal of the image.
    ChangeGroup,
    AddParticipant,
    RemoveParticipant,
    Leave,
    DeleteGroup,
}

/// The actors of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// All staff are participants of the conversations with the business.
    Participant,
    /// Participants, and the owner of the site, who need not be in a group to manage it.
    ParticipantOrOwner,
    /// Admins of the group, and the owner of the site.
    Manager,
}

/// The standing on the site that an act needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Active,
    /// In the roster and not muted, member chat on, the other member of a direct conversation in reach. With the business,
    /// active is enough.
    Voice,
    /// The same, except for the owner of the site, who renames a group also while member chat is off.
    VoiceUnlessOwner,
}

struct Rule {
    who: Who,
    needs: Needs,
    /// Whether it is rejected in a closed conversation.
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

/// What a conversation is to the actor, with the facts beside it that an act depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// None where the conversation does not exist.
    pub access: Option<Access>,
    pub member_chat: MemberChat,
    /// Of a direct conversation: whether the other member is in the roster and no block stands between the two.
    pub peer_in_reach: bool,
    /// The version of the conversation that this was seen at.
    pub version: u64,
}

impl Place {
    /// For acts that depend neither on member chat nor on the other member of a direct conversation.
    #[must_use]
    pub const fn regardless(access: Option<Access>) -> Self {
        Self { access, member_chat: MemberChat::On, peer_in_reach: true, version: 0 }
    }
}

/// Rejects what the table does not permit, in this order: a barred actor learns only that they are barred; to an actor who
/// is not in it the conversation does not exist; then what is forbidden at the moment.
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
