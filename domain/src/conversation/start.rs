//! Starting a conversation.

use std::collections::BTreeSet;

use causerie_events::conversation::{DirectConversationStarted, GroupCreated, History, Participant};
use causerie_events::site::GroupCreation;
use causerie_events::{ConversationEvent, ConversationId, GroupName, MemberId, NewGroupId, SiteId, StreamId};

use crate::actor::{Actor, Standing};
use crate::conversation::Conversation;
use crate::decide::{Decide, Decided};
use crate::error::{ConversationError, ListElement, MemberError};
use crate::permission::MemberChat;

/// Creates a group. The actor becomes its first participant and admin.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    pub site: SiteId,
    pub conversation: NewGroupId,
    pub name: GroupName,
    pub participants: Vec<MemberId>,
    pub history: History,
}

#[derive(Debug, Clone)]
pub struct CreateGroupFacts {
    /// The participants who are in the roster and have no block between them and the actor.
    pub in_reach: BTreeSet<MemberId>,
    pub member_chat: MemberChat,
    pub group_creation: GroupCreation,
    pub max_participants: u32,
}

impl Decide for CreateGroup {
    type Aggregate = Conversation;
    type Facts = CreateGroupFacts;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation.conversation())
    }

    fn decide(&self, state: &Conversation, actor: &Actor, facts: &CreateGroupFacts) -> Decided<Conversation> {
        let creation = self.creation_by(actor);
        actor.require_active()?;
        if matches!(state, Conversation::Group(group) if group.created == creation) {
            return Ok(Vec::new());
        }
        facts.member_chat.require_on()?;
        actor.standing.require_voice()?;
        if facts.group_creation == GroupCreation::Staff && !actor.is_staff() {
            return Err(ConversationError::CreationStaffOnly);
        }
        let out_of_reach = ListElement::first_failing("participants", &self.participants, |member| {
            *member == actor.member || facts.in_reach.contains(member)
        });
        if out_of_reach.is_some() {
            return Err(ConversationError::NotInRoster(out_of_reach));
        }
        if creation.participants.len() + 1 > facts.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        // Last: an actor who may not create a group must not learn that the id is taken.
        if *state != Conversation::Missing {
            return Err(ConversationError::IdTaken);
        }
        Ok(vec![ConversationEvent::GroupCreated(creation)])
    }
}

impl CreateGroup {
    /// The event of the command. Lists each participant once, without the creator.
    fn creation_by(&self, actor: &Actor) -> GroupCreated {
        let mut seen = BTreeSet::from([&actor.member]);
        GroupCreated {
            participants: self.participants.iter().filter(|member| seen.insert(member)).cloned().collect(),
            name: self.name.clone(),
            creator: actor.member.clone(),
            history: self.history,
        }
    }
}

/// Starts the direct conversation of two members. There is one per pair.
#[derive(Debug, Clone)]
pub struct StartDirectConversation {
    pub site: SiteId,
    /// Derived from the two members, so that both start the same conversation.
    pub conversation: ConversationId,
    pub member: MemberId,
}

#[derive(Debug, Clone)]
pub struct StartDirectFacts {
    /// Whether the other member is in the roster and neither of the two has blocked the other.
    pub in_reach: bool,
    pub member_chat: MemberChat,
}

impl Decide for StartDirectConversation {
    type Aggregate = Conversation;
    type Facts = StartDirectFacts;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, facts: &StartDirectFacts) -> Decided<Conversation> {
        actor.require_active()?;
        if self.member == actor.member {
            return Err(ConversationError::DirectWithSelf);
        }
        match state {
            Conversation::Missing => {}
            Conversation::Direct(direct) if direct.has(&actor.member) && direct.has(&self.member) => {
                return Ok(Vec::new());
            }
            _ => return Err(ConversationError::IdTaken),
        }
        facts.member_chat.require_on()?;
        actor.standing.require_voice()?;
        // The same refusal for a member who is unknown, is blocked on the site, or has blocked the actor.
        if !facts.in_reach {
            return Err(MemberError::NotFound.into());
        }
        let started = DirectConversationStarted { starter: actor.member.clone(), peer: self.member.clone() };
        Ok(vec![ConversationEvent::DirectConversationStarted(started)])
    }
}

/// Starts the conversation of a member with the business; there is one per member. Issued by the member or by
/// staff.
#[derive(Debug, Clone)]
pub struct StartBusinessConversation {
    pub site: SiteId,
    /// Derived from the member.
    pub conversation: ConversationId,
    pub member: MemberId,
}

impl Decide for StartBusinessConversation {
    type Aggregate = Conversation;
    type Facts = Standing;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, standing: &Standing) -> Decided<Conversation> {
        actor.require_active()?;
        if !actor.is_staff() && actor.member != self.member {
            return Err(MemberError::SelfOnly.into());
        }
        match state {
            Conversation::Missing => {}
            Conversation::Business(business) if business.member == self.member => return Ok(Vec::new()),
            _ => return Err(ConversationError::IdTaken),
        }
        if standing.require_active().is_err() {
            return Err(MemberError::NotFound.into());
        }
        Ok(vec![ConversationEvent::BusinessConversationStarted(Participant { member_id: self.member.clone() })])
    }
}
