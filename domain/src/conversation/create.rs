//! Starting a group.

use std::collections::BTreeSet;

use causerie_events::conversation::GroupCreated;
use causerie_events::{ConversationEvent, MemberId};

use crate::actor::Role;
use crate::conversation::{Candidate, Conversation, ConversationError, CreateGroup};
use crate::member::Standing;
use crate::site::GroupCreation;

impl Conversation {
    pub(super) fn create(&self, command: &CreateGroup) -> Result<Vec<ConversationEvent>, ConversationError> {
        let creation = creation_asked_for(command);
        if let Self::Group(group) = self {
            return if group.created == creation { Ok(Vec::new()) } else { Err(ConversationError::IdTaken) };
        }
        command.member_chat.require_on()?;
        command.actor_standing.require_in_roster()?;
        if command.group_creation == GroupCreation::Staff && command.actor.role == Role::Member {
            return Err(ConversationError::CreationStaffOnly);
        }
        let others_in_roster = command
            .participants
            .iter()
            .all(|candidate| candidate.member == command.actor.member || candidate.standing == Standing::InRoster);
        if !others_in_roster {
            return Err(ConversationError::NotInRoster);
        }
        if creation.participants.len() + 1 > command.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        Ok(vec![ConversationEvent::GroupCreated(creation)])
    }
}

/// The event the command asks for: each participant once, the creator not among them.
fn creation_asked_for(command: &CreateGroup) -> GroupCreated {
    let mut seen: BTreeSet<&MemberId> = BTreeSet::from([&command.actor.member]);
    let participants = command
        .participants
        .iter()
        .map(|Candidate { member, .. }| member)
        .filter(|member| seen.insert(member))
        .cloned();
    GroupCreated {
        participants: participants.collect(),
        name: command.name.clone(),
        creator: command.actor.member.clone(),
        history: command.history,
    }
}
