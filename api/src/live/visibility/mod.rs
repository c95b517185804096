//! What one member may know of an event, decided in log order: membership changes take effect where they stand in the log,
//! so after a removal nothing later reaches the removed.

use std::collections::HashMap;
use std::iter;

use causerie_domain::site::MemberChat;
use causerie_domain::{Actor, Member, Role, Site};
use causerie_events::{
    Aggregate, ConversationEvent, ConversationId, Event, MemberEvent, MemberId, ParticipationEvent, RecordedEvent,
};
use causerie_projections::member_list::Blocks;
use causerie_store::Loaded;

use super::detail::{Detail, MemberChange, MessageDetail};
use super::typing::Typing;

/// The member of a stream, and what they may know.
#[derive(Debug)]
pub(super) struct Visibility {
    pub(super) member: MemberId,
    pub(super) token_role: Role,
    /// Themself, as the log had it when the stream started, and since.
    pub(super) own: Loaded<Member>,
    pub(super) site: Loaded<Site>,
    /// The conversations they are in, with the first log number they may read in each.
    pub(super) reads_from: HashMap<ConversationId, u64>,
    /// The blocks between them and others.
    pub(super) blocks: Blocks,
}

/// What a stream shows of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// A message.
    Message {
        /// Whether a block stands between reader and author.
        collapsed: bool,
        /// Whether the reader may see what it answers.
        with_reply: bool,
    },
    /// The conversation as it is now.
    Conversation(ConversationId),
    /// That the conversation is out of reach.
    ConversationGone(ConversationId),
    /// How far they themselves have read.
    ReadMarker(ConversationId),
    /// A member, with every field.
    MemberInFull,
    /// A member, as in the roster.
    MemberInRoster,
    /// The other of a block that they lifted.
    ContactInRoster(MemberId),
    /// That a member is out of the roster they see.
    MemberGone(MemberId),
    /// Something about the site.
    Site,
    /// What the member may see has changed as a whole, or in a way that no other frame tells: everything has to be fetched.
    Reset {
        /// Whether the member that the event is about is shown first, with every field.
        changed: bool,
    },
    /// Nothing any more: the member is barred, or the site is closed.
    End,
}

impl Visibility {
    pub(super) fn actor(&self) -> Actor {
        Actor::new(self.member.clone(), self.token_role, &self.own.aggregate)
    }

    /// Whether [`Self::see`] needs the detail of an event. No look-up is made for what the member does not see.
    pub(super) fn needs_detail(&self, event: &Event) -> bool {
        match event {
            Event::Site(_) | Event::Member(_) => true,
            Event::Message(event) => self.reads(event.conversation_id()),
            Event::Conversation(ConversationEvent::ParticipantAdded(added)) => added.member_id == self.member,
            Event::Conversation(_) | Event::Participation(_) | Event::System(_) => false,
        }
    }

    /// Takes the event in and says what the member sees of it.
    pub(super) fn see(&mut self, recorded: &RecordedEvent, log_number: u64, event: &Event, detail: &Detail) -> Shown {
        match (event, detail) {
            (Event::Site(site_event), _) => {
                step(&mut self.site, recorded, site_event.clone());
                if self.site.aggregate.is_closed_to(self.token_role) { Shown::End } else { Shown::Site }
            }
            (Event::Member(member_event), Detail::Member(change)) => self.see_member(recorded, member_event, change),
            (Event::Message(message_event), Detail::Message(message)) => {
                self.see_message(message_event.conversation_id(), message)
            }
            (Event::Conversation(conversation_event), _) => match recorded.stream.local_id().parse() {
                Ok(id) => {
                    let from = if matches!(detail, Detail::Newcomer { reads_all: true }) { 0 } else { log_number };
                    self.see_conversation(id, from, conversation_event)
                }
                Err(_) => Shown::Nothing,
            },
            (Event::Participation(participation_event), _) => self.see_participation(recorded, participation_event),
            (Event::Member(_) | Event::Message(_) | Event::System(_), _) => Shown::Nothing,
        }
    }

    /// Whether every conversation with the business is theirs too.
    pub(super) fn is_staff(&self) -> bool {
        self.actor().is_staff()
    }

    /// Whether a conversation with messages is the member's to read: of those they have no seat in, staff are asked for
    /// conversations with the business only.
    pub(super) fn reads(&self, conversation: ConversationId) -> bool {
        self.reads_from.contains_key(&conversation) || self.is_staff()
    }

    /// Whether the member sees that somebody types.
    pub(super) fn sees_typing(&self, typing: &Typing) -> bool {
        let here = self.reads_from.contains_key(&typing.conversation) || (typing.business && self.is_staff());
        here && typing.member != self.member && !self.is_apart_from(&typing.member)
    }

    fn see_message(&self, conversation: ConversationId, message: &MessageDetail) -> Shown {
        let from = match self.reads_from.get(&conversation) {
            Some(from) => *from,
            None if message.business && self.is_staff() => 0,
            None => return Shown::Nothing,
        };
        if message.log_number < from {
            return Shown::Nothing;
        }
        Shown::Message {
            collapsed: message.author.as_ref().is_some_and(|author| self.is_apart_from(author)),
            with_reply: message.reply_log_number.is_some_and(|answered| answered >= from),
        }
    }

    fn see_member(&mut self, recorded: &RecordedEvent, event: &MemberEvent, change: &MemberChange) -> Shown {
        let Ok(id) = recorded.stream.local_id().parse::<MemberId>() else { return Shown::Nothing };
        if id == self.member {
            return self.see_oneself(recorded, event, change);
        }
        let own = &self.own.aggregate;
        let was = (self.sees(own, &id, &change.before), own.is_apart_from(&self.member, &change.before, &id));
        let is = (self.sees(own, &id, &change.after), own.is_apart_from(&self.member, &change.after, &id));
        self.note_blocks(&id, &change.after);
        let between_members = is_between_members(event);
        // The operator registers members, so sees them all, as owner and staff do.
        if self.actor().role != Role::Member {
            return match (was.1, is.1) {
                // The member's messages are collapsed from now on, or no longer: the roster of staff does not tell.
                (was_apart, is_apart) if was_apart != is_apart => Shown::Reset { changed: !between_members },
                _ if between_members => Shown::Nothing,
                _ => Shown::MemberInFull,
            };
        }
        match (was, is) {
            ((seen, _), (true, _)) if !seen || !between_members => Shown::MemberInRoster,
            ((true, _), (false, _)) => Shown::MemberGone(id),
            ((_, was_apart), (_, is_apart)) if was_apart != is_apart => Shown::Reset { changed: false },
            _ => Shown::Nothing,
        }
    }

    fn see_oneself(&mut self, recorded: &RecordedEvent, event: &MemberEvent, change: &MemberChange) -> Shown {
        step(&mut self.own, recorded, event.clone());
        if self.actor().require_active().is_err() {
            return Shown::End;
        }
        if let (MemberEvent::ContactBlocked(contact) | MemberEvent::ContactUnblocked(contact), Some(other)) =
            (event, &change.other)
        {
            return self.see_own_block(&contact.member_id, other, change);
        }
        let sight =
            |own: &Member| (own.is_staff(), own.standing().in_roster(), own.standing().require_active().is_ok());
        if sight(&change.before) == sight(&change.after) {
            return Shown::MemberInFull;
        }
        Shown::Reset { changed: true }
    }

    /// The member has blocked another, or has lifted the block.
    fn see_own_block(&mut self, id: &MemberId, other: &Member, change: &MemberChange) -> Shown {
        self.note_blocks(id, other);
        let apart = |own: &Member| own.is_apart_from(&self.member, other, id);
        let (was_apart, is_apart) = (apart(&change.before), apart(&change.after));
        if self.actor().role != Role::Member {
            return if was_apart == is_apart { Shown::Nothing } else { Shown::Reset { changed: false } };
        }
        match (self.sees(&change.before, id, other), self.sees(&change.after, id, other)) {
            (true, false) => Shown::MemberGone(id.clone()),
            (false, true) => Shown::ContactInRoster(id.clone()),
            _ if was_apart != is_apart => Shown::Reset { changed: false },
            _ => Shown::Nothing,
        }
    }

    /// Asked each time: whether a block holds changes with what the member is, and no other is heard of then.
    fn is_apart_from(&self, other: &MemberId) -> bool {
        self.blocks.hold(other, self.own.aggregate.is_staff())
    }

    fn note_blocks(&mut self, id: &MemberId, other: &Member) {
        let has_blocked = |blocker: &Member, blocked: &MemberId| {
            blocker.membership().is_some_and(|member| member.blocked_contacts.contains(blocked))
        };
        let Self { member, own, blocks, .. } = self;
        let made = has_blocked(&own.aggregate, id) && !other.is_staff();
        for (others, is_one) in [(&mut blocks.made, made), (&mut blocks.received, has_blocked(other, member))] {
            if is_one {
                others.insert(id.clone());
            } else {
                others.remove(id);
            }
        }
    }

    /// Whether another is in the roster that this member sees, who is `own` now.
    pub(super) fn sees(&self, own: &Member, id: &MemberId, other: &Member) -> bool {
        self.site.aggregate.member_chat() == MemberChat::On
            && own.standing().in_roster()
            && other.standing().in_roster()
            && !own.is_apart_from(&self.member, other, id)
    }

    fn see_participation(&self, recorded: &RecordedEvent, event: &ParticipationEvent) -> Shown {
        match recorded.stream.participant() {
            Some((id, member)) if member == self.member => match event {
                ParticipationEvent::ReadMarkerMoved(_) => Shown::ReadMarker(id),
                _ => Shown::Conversation(id),
            },
            _ => Shown::Nothing,
        }
    }

    fn see_conversation(&mut self, id: ConversationId, from: u64, event: &ConversationEvent) -> Shown {
        match event {
            ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant)
                if participant.member_id == self.member =>
            {
                // Also when it is not in the map: a resumed stream starts with what the member may read by now.
                self.reads_from.remove(&id);
                return Shown::ConversationGone(id);
            }
            ConversationEvent::BusinessConversationStarted(participant)
                if participant.member_id != self.member && self.is_staff() =>
            {
                return Shown::Conversation(id);
            }
            event if brought_in(event).contains(&&self.member) => {
                self.reads_from.entry(id).or_insert(from);
            }
            _ => {}
        }
        if self.reads_from.contains_key(&id) { Shown::Conversation(id) } else { Shown::Nothing }
    }
}

/// Whether an event is about what stands between two members, which concerns no other member.
pub(super) const fn is_between_members(event: &MemberEvent) -> bool {
    matches!(event, MemberEvent::ContactBlocked(_) | MemberEvent::ContactUnblocked(_))
}

/// Who is in the conversation from this event on.
pub(super) fn brought_in(event: &ConversationEvent) -> Vec<&MemberId> {
    match event {
        ConversationEvent::GroupCreated(created) => iter::once(&created.creator).chain(&created.participants).collect(),
        ConversationEvent::DirectConversationStarted(started) => vec![&started.starter, &started.peer],
        ConversationEvent::BusinessConversationStarted(participant)
        | ConversationEvent::ParticipantAdded(participant) => vec![&participant.member_id],
        _ => Vec::new(),
    }
}

/// Applies an event that the state does not have yet: a stream can start ahead of the log it then reads.
fn step<A: Aggregate>(loaded: &mut Loaded<A>, recorded: &RecordedEvent, event: A::Event) {
    if recorded.sequence == loaded.version + 1 {
        loaded.aggregate.apply(event);
        loaded.version = recorded.sequence;
    }
}

#[cfg(test)]
mod tests;
