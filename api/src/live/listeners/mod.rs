//! The open streams, by who can have something to see: an event wakes the streams that it may concern and no others, so that
//! a message costs by the size of its conversation and not by how many are on the site.
//!
//! To whom an event goes here is an upper bound, kept in log order; what each stream shows of it is decided by the stream
//! ([`super::visibility`]). A stream whose conversations are not known yet is told everything.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use causerie_domain::Role;
use causerie_domain::member::STAFF;
use causerie_events::{ConversationEvent, ConversationId, Event, MemberEvent, MemberId, MessageEvent, SiteId};
use tokio::sync::mpsc;

use super::hub::{LiveEvent, Signal};
use super::typing::Typing;
use super::visibility::brought_in;

/// Events that a stream may lag behind before it is closed; the client resumes.
const QUEUE: usize = 1024;

/// All open streams of this process. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Listeners(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    /// Never given again: a stream of a site that was closed must not be taken for a later one.
    next_id: u64,
    sites: HashMap<SiteId, OfSite>,
}

/// One stream's place among them, for as long as this value lives.
#[derive(Debug)]
pub(super) struct Listening {
    all: Listeners,
    site: SiteId,
    id: u64,
    signals: mpsc::Receiver<Signal>,
}

#[derive(Debug, Default)]
struct OfSite {
    streams: HashMap<u64, Listener>,
    of_member: HashMap<MemberId, HashSet<u64>>,
    in_conversation: HashMap<ConversationId, HashSet<u64>>,
    /// Those of staff, who see every conversation with the business.
    staff: HashSet<u64>,
    /// Those whose conversations are not known yet.
    unsettled: HashSet<u64>,
}

#[derive(Debug)]
struct Listener {
    member: MemberId,
    token_role: Role,
    conversations: HashSet<ConversationId>,
    queue: mpsc::Sender<Signal>,
}

impl Listening {
    /// What comes next; none when the hub has let go of this stream, as it was too slow.
    pub(super) async fn next(&mut self) -> Option<Signal> {
        self.signals.recv().await
    }

    /// From now on this stream is told what concerns these conversations, and those that the member comes into.
    pub(super) fn settle(&self, conversations: impl Iterator<Item = ConversationId>, staff: bool) {
        if let Some(site) = self.all.lock().sites.get_mut(&self.site) {
            for conversation in conversations {
                site.join(self.id, conversation);
            }
            if staff {
                site.staff.insert(self.id);
            }
            site.unsettled.remove(&self.id);
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut all = self.all.lock();
        if let Some(site) = all.sites.get_mut(&self.site) {
            site.leave(self.id);
            if site.streams.is_empty() {
                all.sites.remove(&self.site);
            }
        }
    }
}

impl Listeners {
    /// A new stream: from now on it is told everything, until it says what concerns it.
    pub(super) fn add(&self, site: &SiteId, member: &MemberId, token_role: Role) -> Listening {
        let (queue, signals) = mpsc::channel(QUEUE);
        let listener = Listener { member: member.clone(), token_role, conversations: HashSet::new(), queue };
        let mut all = self.lock();
        let id = all.next_id;
        all.next_id += 1;
        let of_site = all.sites.entry(site.clone()).or_default();
        of_site.of_member.entry(member.clone()).or_default().insert(id);
        of_site.unsettled.insert(id);
        of_site.streams.insert(id, listener);
        drop(all);
        Listening { all: self.clone(), site: site.clone(), id, signals }
    }

    pub(super) fn has(&self, site: &SiteId) -> bool {
        self.lock().sites.contains_key(site)
    }

    /// Ends all streams, each with a `reset`.
    pub(super) fn reset_all(&self) {
        for (_, site) in self.lock().sites.drain() {
            for listener in site.streams.into_values() {
                // A full queue ends the stream just as well.
                let _ = listener.queue.try_send(Signal::Reset);
            }
        }
    }

    /// Hands an event to whom it may concern.
    pub(super) fn tell(&self, site: &SiteId, mut live: LiveEvent) {
        if let Some(site) = self.lock().sites.get_mut(site) {
            let concerned = site.concerned(&live);
            if needs_members(&live.event) {
                live.members = site.members_of(&concerned);
            }
            site.send(concerned, &Signal::Event(Arc::new(live)));
        }
    }

    /// Shows those who are there that somebody types.
    pub(super) fn show_typing(&self, typing: Typing) {
        if let Some(site) = self.lock().sites.get_mut(&typing.site) {
            let concerned = site.in_reach(typing.conversation, typing.business);
            site.send(concerned, &Signal::Typing(Arc::new(typing)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OfSite {
    fn join(&mut self, id: u64, conversation: ConversationId) {
        if let Some(listener) = self.streams.get_mut(&id)
            && listener.conversations.insert(conversation)
        {
            self.in_conversation.entry(conversation).or_default().insert(id);
        }
    }

    fn leave(&mut self, id: u64) {
        let Some(listener) = self.streams.remove(&id) else { return };
        for conversation in &listener.conversations {
            forget(&mut self.in_conversation, conversation, id);
        }
        forget(&mut self.of_member, &listener.member, id);
        self.staff.remove(&id);
        self.unsettled.remove(&id);
    }

    /// Whose streams an event may have something for; and who is in which conversation from it on.
    fn concerned(&mut self, live: &LiveEvent) -> Vec<u64> {
        match &live.event {
            // Where it is not known whether a conversation is with the business, staff may be concerned.
            Event::Message(event) => self.in_reach(event.conversation_id(), live.business != Some(false)),
            Event::Conversation(event) => match live.log.recorded.stream.local_id().parse() {
                Ok(id) => self.changed(id, event),
                Err(_) => Vec::new(),
            },
            Event::Participation(_) => match live.log.recorded.stream.participant() {
                Some((_, member)) => self.of(&member),
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

    /// Whose streams these are.
    fn members_of(&self, streams: &[u64]) -> HashSet<MemberId> {
        streams.iter().filter_map(|id| self.streams.get(id)).map(|listener| listener.member.clone()).collect()
    }

    fn in_reach(&self, conversation: ConversationId, business: bool) -> Vec<u64> {
        let there = self.in_conversation.get(&conversation).into_iter().flatten();
        let staff = self.staff.iter().filter(|_| business);
        there.chain(staff).chain(&self.unsettled).copied().collect()
    }

    fn changed(&mut self, id: ConversationId, event: &ConversationEvent) -> Vec<u64> {
        for member in brought_in(event) {
            for stream in self.of(member) {
                self.join(stream, id);
            }
        }
        let mut concerned = self.in_reach(id, matches!(event, ConversationEvent::BusinessConversationStarted(_)));
        // A stream may know less than the log by now: who is out is told in any case.
        if let ConversationEvent::ParticipantRemoved(out) | ConversationEvent::ParticipantLeft(out) = event {
            concerned.extend(self.of(&out.member_id));
        }
        concerned
    }

    fn of(&self, member: &MemberId) -> Vec<u64> {
        self.of_member.get(member).into_iter().flatten().copied().collect()
    }

    /// Whether a member is of the staff from an event on. Staff by token stay so.
    fn change_role(&mut self, member: &MemberId, event: &MemberEvent) {
        let is_staff = match event {
            MemberEvent::RoleAssigned(assigned) if assigned.role.as_str() == STAFF => true,
            MemberEvent::RoleUnassigned(assigned) if assigned.role.as_str() == STAFF => false,
            _ => return,
        };
        for id in self.of(member) {
            let Some(listener) = self.streams.get(&id) else { continue };
            if is_staff || listener.token_role != Role::Member {
                self.staff.insert(id);
            } else {
                self.staff.remove(&id);
            }
        }
    }

    /// To each once; who cannot take any more is let go.
    fn send(&mut self, mut to: Vec<u64>, signal: &Signal) {
        to.sort_unstable();
        to.dedup();
        for id in to {
            let Some(listener) = self.streams.get(&id) else { continue };
            if listener.queue.try_send(signal.clone()).is_err() {
                self.leave(id);
            }
        }
    }
}

/// Whether a stream that shows the event needs the conversation as its member sees it.
const fn needs_members(event: &Event) -> bool {
    match event {
        Event::Conversation(_) | Event::Participation(_) | Event::Message(MessageEvent::MessageDeleted(_)) => true,
        Event::Site(_) | Event::Member(_) | Event::Message(_) | Event::System(_) => false,
    }
}

fn forget<K: Eq + Hash>(index: &mut HashMap<K, HashSet<u64>>, key: &K, id: u64) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

#[cfg(test)]
mod tests;
