//! Permissions in a conversation.

use causerie_events::conversation::ConversationKind;

use crate::actor::{Actor, Role};
use crate::error::{ConversationError, SiteError};
use crate::permission::{ConversationContext, MemberChat, Membership};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationAction {
    /// The messages, the participants and the live stream.
    Read,
    /// The participants and settings, without the messages.
    Inspect,
    /// The read marker and preferences of the actor.
    UpdateParticipation,
    /// Also typing notifications.
    Send,
    /// A message of the actor.
    Edit,
    React,
    DeleteOwn,
    DeleteOthers,
    /// All participants see the new name or image.
    SetNameOrImage,
    /// The history setting, the admins, the removal of the image.
    ChangeGroup,
    AddParticipant,
    RemoveParticipant,
    Leave,
    DeleteGroup,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AllowedActor {
    /// All staff are participants of business conversations.
    Participant,
    ParticipantOrOwner,
    /// Admins of the group, and the owner of the site.
    Manager,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RequiredStanding {
    Active,
    /// In the roster and not muted, with member chat on and the other member of a direct conversation in reach. In
    /// business conversations, `Active` suffices.
    Voice,
    /// `Voice`, but `Active` for the owner of the site, who may rename a group while member chat is off.
    VoiceUnlessOwner,
}

struct Rule {
    by: AllowedActor,
    needs: RequiredStanding,
    only_while_open: bool,
}

#[expect(clippy::match_same_arms, reason = "a table with one row per action")]
const fn table(action: ConversationAction) -> Rule {
    use ConversationAction as Action;
    const fn row(by: AllowedActor, needs: RequiredStanding, only_while_open: bool) -> Rule {
        Rule { by, needs, only_while_open }
    }
    match action {
        // action                             allowed actor, required standing, only while open
        Action::Read | Action::UpdateParticipation => row(AllowedActor::Participant, RequiredStanding::Active, false),
        Action::Inspect => row(AllowedActor::ParticipantOrOwner, RequiredStanding::Active, false),
        Action::Send | Action::Edit | Action::React => row(AllowedActor::Participant, RequiredStanding::Voice, true),
        Action::DeleteOwn | Action::Leave => row(AllowedActor::Participant, RequiredStanding::Active, false),
        Action::DeleteOthers => row(AllowedActor::Manager, RequiredStanding::Active, false),
        Action::SetNameOrImage => row(AllowedActor::Manager, RequiredStanding::VoiceUnlessOwner, true),
        Action::ChangeGroup => row(AllowedActor::Manager, RequiredStanding::Active, true),
        Action::AddParticipant => row(AllowedActor::Manager, RequiredStanding::Voice, true),
        Action::RemoveParticipant | Action::DeleteGroup => row(AllowedActor::Manager, RequiredStanding::Active, false),
    }
}

/// Returns an error unless the table permits the action. The order of the checks matters: a blocked or removed
/// actor learns nothing else, and an actor without access does not learn that the conversation exists.
pub fn permit(
    action: ConversationAction,
    actor: &Actor,
    context: &ConversationContext,
) -> Result<(), ConversationError> {
    let Rule { by, needs, only_while_open } = table(action);
    if context.member_chat == MemberChat::Closed {
        return Err(SiteError::Closed.into());
    }
    actor.require_active()?;
    let access = context.access.ok_or(ConversationError::NotFound)?;
    let is_participant = access.membership != Membership::None;
    let manages_as_owner = actor.role == Role::Owner && access.kind != ConversationKind::Direct;
    if !is_participant && (by == AllowedActor::Participant || !manages_as_owner) {
        return Err(ConversationError::NotFound);
    }
    if by == AllowedActor::Manager && access.membership != Membership::Admin && !manages_as_owner {
        return Err(ConversationError::AdminOnly);
    }
    // The owner manages any group and need not be in the roster.
    let voice = needs == RequiredStanding::Voice || (needs == RequiredStanding::VoiceUnlessOwner && !manages_as_owner);
    if voice && access.kind != ConversationKind::Business {
        context.member_chat.require_on()?;
        if by == AllowedActor::Participant || !manages_as_owner {
            actor.standing.require_voice()?;
        }
        if !context.peer_in_reach {
            return Err(ConversationError::OutOfReach);
        }
    }
    if only_while_open && access.closed { Err(ConversationError::Closed) } else { Ok(()) }
}
