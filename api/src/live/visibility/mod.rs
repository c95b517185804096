//! Decides what a member may see of an event. Events are observed in log order, and membership
//! changes take effect at their position, so a removed member sees nothing after the removal.

use std::collections::HashMap;
use std::iter;

use causerie_domain::{Actor, Member, MemberChat, Role, Site};
use causerie_events::{
    Aggregate, ConversationEvent, ConversationId, Event, MemberEvent, MemberId, ParticipationEvent, RecordedEvent,
};
use causerie_projections::member_list::Blocks;
use causerie_store::Loaded;

use super::event::{EventDetail, MemberChange, MessageDetail};
use super::typing::TypingNotification;

/// The member of a stream, and what they may see.
#[derive(Debug)]
pub(super) struct Visibility {
    pub(super) member: MemberId,
    pub(super) token_role: Role,
    /// The state of the member, updated by the observed events.
    pub(super) own: Loaded<Member>,
    pub(super) site: Loaded<Site>,
    /// The conversations of the member, with the first log number that they may read in each.
    pub(super) reads_from: HashMap<ConversationId, u64>,
    pub(super) blocks: Blocks,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum VisibleChange {
    Nothing,
    Message {
        /// Whether reader and author have blocked each other in either direction.
        collapsed: bool,
        /// Whether the reader may see the message that it replies to.
        with_reply: bool,
    },
    Conversation(ConversationId),
    ConversationGone(ConversationId),
    ReadMarker(ConversationId),
    /// A member with every field.
    MemberInFull,
    MemberInRoster,
    /// A contact that the member has unblocked.
    ContactInRoster(MemberId),
    /// A member has left the roster that the member of the stream sees.
    MemberGone(MemberId),
    Site,
    /// No frame expresses the change of visibility: the client must fetch everything.
    Reset {
        /// Whether the member of the event is shown first, with every field.
        changed: bool,
    },
    /// The stream ends: the member is blocked, or the site is closed.
    End,
}

impl Visibility {
    pub(super) fn actor(&self) -> Actor {
        self.own.aggregate.actor(self.member.clone(), self.token_role)
    }

    /// Whether [`Self::observe`] needs the detail of an event: not if the member cannot see it.
    pub(super) fn needs_detail(&self, event: &Event) -> bool {
        match event {
            Event::Site(_) | Event::Member(_) => true,
            Event::Message(event) => self.can_read(event.conversation_id()),
            Event::Conversation(ConversationEvent::ParticipantAdded(added)) => added.member_id == self.member,
            Event::Conversation(_) | Event::Participation(_) | Event::System(_) => false,
        }
    }

    /// Updates the visibility by an event, and returns what the stream shows.
    pub(super) fn observe(
        &mut self,
        recorded: &RecordedEvent,
        log_number: u64,
        event: &Event,
        detail: &EventDetail,
    ) -> VisibleChange {
        match (event, detail) {
            (Event::Site(site_event), _) => {
                apply_next(&mut self.site, recorded, site_event.clone());
                if self.site.aggregate.is_closed_to(self.token_role) { VisibleChange::End } else { VisibleChange::Site }
            }
            (Event::Member(member_event), EventDetail::Member(change)) => {
                self.observe_member(recorded, member_event, change)
            }
            (Event::Message(message_event), EventDetail::Message(message)) => {
                self.observe_message(message_event.conversation_id(), message)
            }
            (Event::Conversation(conversation_event), _) => match recorded.stream.local_id().parse() {
                Ok(id) => {
                    let from = if matches!(detail, EventDetail::Joined { reads_all: true }) { 0 } else { log_number };
                    self.observe_conversation(id, from, conversation_event)
                }
                Err(_) => VisibleChange::Nothing,
            },
            (Event::Participation(participation_event), _) => self.observe_participation(recorded, participation_event),
            (Event::Member(_) | Event::Message(_) | Event::System(_), _) => VisibleChange::Nothing,
        }
    }

    pub(super) fn is_staff(&self) -> bool {
        self.actor().is_staff()
    }

    /// Whether the member can read a conversation with messages. For staff who do not participate,
    /// the caller only asks about conversations with the business.
    pub(super) fn can_read(&self, conversation: ConversationId) -> bool {
        self.reads_from.contains_key(&conversation) || self.is_staff()
    }

    pub(super) fn sees_typing(&self, typing: &TypingNotification) -> bool {
        let is_reader = self.reads_from.contains_key(&typing.conversation) || (typing.business && self.is_staff());
        is_reader && typing.member != self.member && !self.is_blocked_pair(&typing.member)
    }

    fn observe_message(&self, conversation: ConversationId, message: &MessageDetail) -> VisibleChange {
        let from = match self.reads_from.get(&conversation) {
            Some(from) => *from,
            None if message.business && self.is_staff() => 0,
            None => return VisibleChange::Nothing,
        };
        if message.log_number < from {
            return VisibleChange::Nothing;
        }
        VisibleChange::Message {
            collapsed: message.author.as_ref().is_some_and(|author| self.is_blocked_pair(author)),
            with_reply: message.reply_log_number.is_some_and(|reply_target| reply_target >= from),
        }
    }

    fn observe_member(
        &mut self,
        recorded: &RecordedEvent,
        event: &MemberEvent,
        change: &MemberChange,
    ) -> VisibleChange {
        let Ok(id) = recorded.stream.local_id().parse::<MemberId>() else { return VisibleChange::Nothing };
        if id == self.member {
            return self.observe_own_member(recorded, event, change);
        }
        let own = &self.own.aggregate;
        let was = (self.sees_member(own, &id, &change.before), own.has_block_with(&self.member, &change.before, &id));
        let is = (self.sees_member(own, &id, &change.after), own.has_block_with(&self.member, &change.after, &id));
        self.update_blocks(&id, &change.after);
        let between_members = is_between_members(event);
        // Operators register members, so they see all of them, as owner and staff do.
        if self.actor().role != Role::Member {
            return match (was.1, is.1) {
                // Messages become collapsed or visible, which no roster frame shows to staff.
                (was_blocked, is_blocked) if was_blocked != is_blocked => {
                    VisibleChange::Reset { changed: !between_members }
                }
                _ if between_members => VisibleChange::Nothing,
                _ => VisibleChange::MemberInFull,
            };
        }
        match (was, is) {
            ((seen, _), (true, _)) if !seen || !between_members => VisibleChange::MemberInRoster,
            ((true, _), (false, _)) => VisibleChange::MemberGone(id),
            ((_, was_blocked), (_, is_blocked)) if was_blocked != is_blocked => VisibleChange::Reset { changed: false },
            _ => VisibleChange::Nothing,
        }
    }

    fn observe_own_member(
        &mut self,
        recorded: &RecordedEvent,
        event: &MemberEvent,
        change: &MemberChange,
    ) -> VisibleChange {
        apply_next(&mut self.own, recorded, event.clone());
        if self.actor().require_active().is_err() {
            return VisibleChange::End;
        }
        if let (MemberEvent::ContactBlocked(contact) | MemberEvent::ContactUnblocked(contact), Some(other)) =
            (event, &change.other)
        {
            return self.observe_own_block(&contact.member_id, other, change);
        }
        let sight =
            |own: &Member| (own.is_staff(), own.standing().in_roster(), own.standing().require_active().is_ok());
        if sight(&change.before) == sight(&change.after) {
            return VisibleChange::MemberInFull;
        }
        VisibleChange::Reset { changed: true }
    }

    fn observe_own_block(&mut self, id: &MemberId, other: &Member, change: &MemberChange) -> VisibleChange {
        self.update_blocks(id, other);
        let blocked = |own: &Member| own.has_block_with(&self.member, other, id);
        let (was_blocked, is_blocked) = (blocked(&change.before), blocked(&change.after));
        if self.actor().role != Role::Member {
            return if was_blocked == is_blocked {
                VisibleChange::Nothing
            } else {
                VisibleChange::Reset { changed: false }
            };
        }
        match (self.sees_member(&change.before, id, other), self.sees_member(&change.after, id, other)) {
            (true, false) => VisibleChange::MemberGone(id.clone()),
            (false, true) => VisibleChange::ContactInRoster(id.clone()),
            _ if was_blocked != is_blocked => VisibleChange::Reset { changed: false },
            _ => VisibleChange::Nothing,
        }
    }

    /// Computed on each use, because it depends on the member's own role.
    fn is_blocked_pair(&self, other: &MemberId) -> bool {
        self.blocks.hold(other, self.own.aggregate.is_staff())
    }

    fn update_blocks(&mut self, id: &MemberId, other: &Member) {
        let has_blocked = |blocker: &Member, blocked: &MemberId| {
            blocker.registered().is_some_and(|member| member.blocked_contacts.contains(blocked))
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

    /// Whether another member is in the roster that the member sees with the state `own`.
    pub(super) fn sees_member(&self, own: &Member, id: &MemberId, other: &Member) -> bool {
        self.site.aggregate.member_chat() == MemberChat::On
            && own.standing().in_roster()
            && other.standing().in_roster()
            && !own.has_block_with(&self.member, other, id)
    }

    fn observe_participation(&self, recorded: &RecordedEvent, event: &ParticipationEvent) -> VisibleChange {
        match recorded.stream.participant() {
            Some((id, member)) if member == self.member => match event {
                ParticipationEvent::ReadMarkerMoved(_) => VisibleChange::ReadMarker(id),
                ParticipationEvent::ConversationMuted
                | ParticipationEvent::ConversationUnmuted
                | ParticipationEvent::ConversationArchived
                | ParticipationEvent::ConversationUnarchived
                | ParticipationEvent::ConversationPinned
                | ParticipationEvent::ConversationUnpinned => VisibleChange::Conversation(id),
            },
            _ => VisibleChange::Nothing,
        }
    }

    fn observe_conversation(&mut self, id: ConversationId, from: u64, event: &ConversationEvent) -> VisibleChange {
        if removes(event, &self.member) {
            // Also if not in the map: a resumed stream starts with the current map.
            self.reads_from.remove(&id);
            return VisibleChange::ConversationGone(id);
        }
        if let ConversationEvent::BusinessConversationStarted(participant) = event
            && participant.member_id != self.member
            && self.is_staff()
        {
            return VisibleChange::Conversation(id);
        }
        if joining_members(event).contains(&&self.member) {
            self.reads_from.entry(id).or_insert(from);
        }
        if self.reads_from.contains_key(&id) { VisibleChange::Conversation(id) } else { VisibleChange::Nothing }
    }
}

/// Whether an event is a block between two members, which no other member sees.
pub(super) const fn is_between_members(event: &MemberEvent) -> bool {
    matches!(event, MemberEvent::ContactBlocked(_) | MemberEvent::ContactUnblocked(_))
}

/// How an event changes the participants of its conversation.
#[derive(Debug)]
enum ParticipantChange<'a> {
    Join(Vec<&'a MemberId>),
    Leave(&'a MemberId),
    None,
}

pub(super) fn joining_members(event: &ConversationEvent) -> Vec<&MemberId> {
    match participant_change(event) {
        ParticipantChange::Join(members) => members,
        ParticipantChange::Leave(_) | ParticipantChange::None => Vec::new(),
    }
}

pub(super) fn removes(event: &ConversationEvent, member: &MemberId) -> bool {
    matches!(participant_change(event), ParticipantChange::Leave(left) if left == member)
}

fn participant_change(event: &ConversationEvent) -> ParticipantChange<'_> {
    match event {
        ConversationEvent::GroupCreated(created) => {
            ParticipantChange::Join(iter::once(&created.creator).chain(&created.participants).collect())
        }
        ConversationEvent::DirectConversationStarted(started) => {
            ParticipantChange::Join(vec![&started.starter, &started.peer])
        }
        ConversationEvent::BusinessConversationStarted(participant)
        | ConversationEvent::ParticipantAdded(participant) => ParticipantChange::Join(vec![&participant.member_id]),
        ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
            ParticipantChange::Leave(&participant.member_id)
        }
        ConversationEvent::AdminGranted(_)
        | ConversationEvent::AdminRevoked(_)
        | ConversationEvent::GroupRenamed(_)
        | ConversationEvent::GroupImageChanged(_)
        | ConversationEvent::GroupImageRemoved
        | ConversationEvent::HistoryChanged(_)
        | ConversationEvent::GroupClosed
        | ConversationEvent::GroupDeleted => ParticipantChange::None,
    }
}

/// Applies an event unless the state, which can be ahead, contains it.
fn apply_next<A: Aggregate>(loaded: &mut Loaded<A>, recorded: &RecordedEvent, event: A::Event) {
    if recorded.sequence == loaded.version + 1 {
        loaded.aggregate.apply(event);
        loaded.version = recorded.sequence;
    }
}

#[cfg(test)]
mod tests;
