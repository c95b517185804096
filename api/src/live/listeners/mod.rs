//! Indexes the open streams, so that an event wakes only the streams that may show it. The cost of
//! a message depends on the size of its conversation, not on the number of streams of the site.
//!
//! The selection is an upper bound; each stream decides what it shows ([`super::visibility`]). A
//! stream whose conversations are not known yet receives all events of its site.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use causerie_domain::Role;
use causerie_domain::member::STAFF;
use causerie_events::{ConversationEvent, ConversationId, Event, MemberEvent, MemberId, MessageEvent, SiteId};
use tokio::sync::mpsc;

use super::event::{LiveEvent, Signal};
use super::typing::TypingNotification;
use super::visibility::joining_members;

/// A stream with more unread signals is closed, and its client resumes.
const MAX_QUEUED_SIGNALS: usize = 1024;

/// The open streams of this process. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Listeners(Arc<Mutex<ListenersState>>);

#[derive(Debug, Default)]
struct ListenersState {
    /// Ids are never reused, so that a handle cannot remove a later stream.
    next_id: u64,
    sites: HashMap<SiteId, SiteListeners>,
}

/// The registration of a stream, removed on drop.
#[derive(Debug)]
pub(super) struct ListenerHandle {
    listeners: Listeners,
    site: SiteId,
    id: u64,
    signals: mpsc::Receiver<Signal>,
}

#[derive(Debug, Default)]
struct SiteListeners {
    streams: HashMap<u64, Listener>,
    by_member: HashMap<MemberId, HashSet<u64>>,
    by_conversation: HashMap<ConversationId, HashSet<u64>>,
    /// Streams of staff, who see every conversation with the business.
    staff: HashSet<u64>,
    /// Streams whose conversations are not known yet.
    unfiltered: HashSet<u64>,
}

#[derive(Debug)]
struct Listener {
    member: MemberId,
    token_role: Role,
    conversations: HashSet<ConversationId>,
    queue: mpsc::Sender<Signal>,
}

impl ListenerHandle {
    /// The next signal; `None` if the stream was closed because it is too slow.
    pub(super) async fn next(&mut self) -> Option<Signal> {
        self.signals.recv().await
    }

    /// Limits the stream to these conversations, and to those that its member joins later.
    pub(super) fn set_conversations(&self, conversations: impl Iterator<Item = ConversationId>, staff: bool) {
        if let Some(site) = self.listeners.lock().sites.get_mut(&self.site) {
            for conversation in conversations {
                site.join(self.id, conversation);
            }
            if staff {
                site.staff.insert(self.id);
            }
            site.unfiltered.remove(&self.id);
        }
    }
}

impl Drop for ListenerHandle {
    fn drop(&mut self) {
        let mut state = self.listeners.lock();
        if let Some(site) = state.sites.get_mut(&self.site) {
            site.leave(self.id);
            if site.streams.is_empty() {
                state.sites.remove(&self.site);
            }
        }
    }
}

impl Listeners {
    /// Registers a stream, which receives all events of its site until
    /// [`ListenerHandle::set_conversations`].
    pub(super) fn add(&self, site: &SiteId, member: &MemberId, token_role: Role) -> ListenerHandle {
        let (queue, signals) = mpsc::channel(MAX_QUEUED_SIGNALS);
        let listener = Listener { member: member.clone(), token_role, conversations: HashSet::new(), queue };
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        let site_listeners = state.sites.entry(site.clone()).or_default();
        site_listeners.by_member.entry(member.clone()).or_default().insert(id);
        site_listeners.unfiltered.insert(id);
        site_listeners.streams.insert(id, listener);
        drop(state);
        ListenerHandle { listeners: self.clone(), site: site.clone(), id, signals }
    }

    pub(super) fn has(&self, site: &SiteId) -> bool {
        self.lock().sites.contains_key(site)
    }

    pub(super) fn reset_all(&self) {
        for (_, site) in self.lock().sites.drain() {
            for listener in site.streams.into_values() {
                // If the queue is full, the stream ends anyway.
                let _ = listener.queue.try_send(Signal::Reset);
            }
        }
    }

    /// Sends an event to the streams that may show it.
    pub(super) fn dispatch(&self, site: &SiteId, mut live: LiveEvent) {
        if let Some(site) = self.lock().sites.get_mut(site) {
            let affected = site.affected_by(&live);
            if needs_members(&live.event) {
                live.members = site.members_of(&affected);
            }
            site.send(affected, &Signal::Event(Arc::new(live)));
        }
    }

    pub(super) fn dispatch_typing(&self, typing: TypingNotification) {
        if let Some(site) = self.lock().sites.get_mut(&typing.site) {
            let affected = site.viewers_of(typing.conversation, typing.business);
            site.send(affected, &Signal::Typing(Arc::new(typing)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, ListenersState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SiteListeners {
    fn join(&mut self, id: u64, conversation: ConversationId) {
        if let Some(listener) = self.streams.get_mut(&id)
            && listener.conversations.insert(conversation)
        {
            self.by_conversation.entry(conversation).or_default().insert(id);
        }
    }

    fn leave(&mut self, id: u64) {
        let Some(listener) = self.streams.remove(&id) else { return };
        for conversation in &listener.conversations {
            remove_from_index(&mut self.by_conversation, conversation, id);
        }
        remove_from_index(&mut self.by_member, &listener.member, id);
        self.staff.remove(&id);
        self.unfiltered.remove(&id);
    }

    /// The streams that may show an event. Also updates the index.
    fn affected_by(&mut self, live: &LiveEvent) -> Vec<u64> {
        match &live.event {
            // If it is not known whether a conversation is with the business, staff may see it.
            Event::Message(event) => self.viewers_of(event.conversation_id(), live.business != Some(false)),
            Event::Conversation(event) => match live.log.recorded.stream.local_id().parse() {
                Ok(id) => self.changed(id, event),
                Err(_) => Vec::new(),
            },
            Event::Participation(_) => match live.log.recorded.stream.participant() {
                Some((_, member)) => self.streams_of(&member),
                None => Vec::new(),
            },
            Event::Member(event) => {
                if let Ok(member) = live.log.recorded.stream.local_id().parse() {
                    self.change_role(&member, event);
                }
                self.streams.keys().copied().collect()
            }
            Event::Site(_) => self.streams.keys().copied().collect(),
            Event::System(_) => Vec::new(),
        }
    }

    fn members_of(&self, streams: &[u64]) -> HashSet<MemberId> {
        streams.iter().filter_map(|id| self.streams.get(id)).map(|listener| listener.member.clone()).collect()
    }

    fn viewers_of(&self, conversation: ConversationId, business: bool) -> Vec<u64> {
        let participants = self.by_conversation.get(&conversation).into_iter().flatten();
        let staff = self.staff.iter().filter(|_| business);
        participants.chain(staff).chain(&self.unfiltered).copied().collect()
    }

    fn changed(&mut self, id: ConversationId, event: &ConversationEvent) -> Vec<u64> {
        for member in joining_members(event) {
            for stream in self.streams_of(member) {
                self.join(stream, id);
            }
        }
        let mut affected = self.viewers_of(id, matches!(event, ConversationEvent::BusinessConversationStarted(_)));
        // The index may lack the conversation, and the streams must show the removal.
        if let ConversationEvent::ParticipantRemoved(former) | ConversationEvent::ParticipantLeft(former) = event {
            affected.extend(self.streams_of(&former.member_id));
        }
        affected
    }

    fn streams_of(&self, member: &MemberId) -> Vec<u64> {
        self.by_member.get(member).into_iter().flatten().copied().collect()
    }

    /// Updates the staff index. Members who are staff by their token stay in it.
    fn change_role(&mut self, member: &MemberId, event: &MemberEvent) {
        let is_staff = match event {
            MemberEvent::RoleAssigned(assigned) if assigned.role.as_str() == STAFF => true,
            MemberEvent::RoleUnassigned(assigned) if assigned.role.as_str() == STAFF => false,
            _ => return,
        };
        for id in self.streams_of(member) {
            let Some(listener) = self.streams.get(&id) else { continue };
            if is_staff || listener.token_role != Role::Member {
                self.staff.insert(id);
            } else {
                self.staff.remove(&id);
            }
        }
    }

    /// Sends to each stream once, and closes streams whose queue is full.
    fn send(&mut self, mut streams: Vec<u64>, signal: &Signal) {
        streams.sort_unstable();
        streams.dedup();
        for id in streams {
            let Some(listener) = self.streams.get(&id) else { continue };
            if listener.queue.try_send(signal.clone()).is_err() {
                self.leave(id);
            }
        }
    }
}

/// Whether a stream that shows the event needs the conversation from the view of its member.
const fn needs_members(event: &Event) -> bool {
    match event {
        Event::Conversation(_) | Event::Participation(_) | Event::Message(MessageEvent::MessageDeleted(_)) => true,
        Event::Site(_) | Event::Member(_) | Event::Message(_) | Event::System(_) => false,
    }
}

fn remove_from_index<K: Eq + Hash>(index: &mut HashMap<K, HashSet<u64>>, key: &K, id: u64) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

#[cfg(test)]
mod tests;
