//! A fold of the log that shares no code with the service: the history of texts, memberships and
//! markers, beside the state of the oracle. It records each message that an earlier event forbids
//! (P13), and each read marker that moves back (P8).

use std::collections::{HashMap, HashSet};
use std::iter::once;

use causerie_tests::oracle::{Role, SiteState};
use causerie_tests::{At, LogEvent, START, at};
use serde_json::Value;
use uuid::Uuid;

use crate::history::text_hash;
use crate::sites::{OWNER, site_of};

#[derive(Debug, Clone, Default)]
pub(crate) struct LogFold {
    pub(crate) sites: Vec<Site>,
    /// By message: its site, its conversation and its index there.
    pub(crate) messages: HashMap<Uuid, (usize, Uuid, usize)>,
    pub(crate) forbidden: Vec<String>,
    pub(crate) markers_back: Vec<String>,
    pub(crate) markers_moved: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) state: SiteState,
    /// Pairs of members of whom the first has ever blocked the second.
    blocks: HashSet<(String, String)>,
    pub(crate) conversations: HashMap<Uuid, Conversation>,
    /// By conversation and member, the position of the last message read.
    pub(crate) markers: HashMap<(Uuid, String), At>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Conversation {
    /// By member, in the order of the log.
    memberships: HashMap<String, Vec<Membership>>,
    pub(crate) messages: Vec<Message>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Membership {
    /// The member reads messages after this position.
    pub(crate) reads_from: At,
    /// The position and the time of the end.
    pub(crate) left: Option<(At, u64)>,
    /// Ascending over all members of the conversation.
    order: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) at: At,
    pub(crate) recorded: u64,
    pub(crate) author: String,
    pub(crate) reply_to: Option<Uuid>,
    /// Every text with the position of its event, the current one last. A deleted message has the
    /// empty text.
    pub(crate) texts: Vec<(At, u64)>,
    pub(crate) deleted: bool,
}

impl Message {
    pub(crate) fn text(&self) -> u64 {
        self.texts.last().map_or(0, |(_, text)| *text)
    }

    pub(crate) fn ever_had(&self, text: u64) -> bool {
        self.texts.iter().any(|(_, had)| *had == text)
    }

    /// Whether this was the text at a position or later.
    pub(crate) fn had_since(&self, text: u64, position: At) -> bool {
        let first = self.texts.iter().rposition(|(at, _)| *at <= position).unwrap_or_default();
        self.texts.iter().skip(first).any(|(_, had)| *had == text)
    }
}

impl Membership {
    pub(crate) fn covers(&self, position: At) -> bool {
        position > self.reads_from && self.left.is_none_or(|(left, _)| position < left)
    }
}

impl Conversation {
    pub(crate) fn memberships_of(&self, member: &str) -> &[Membership] {
        self.memberships.get(member).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn current_membership(&self, member: &str) -> Option<&Membership> {
        self.memberships_of(member).last().filter(|membership| membership.left.is_none())
    }

    /// The current participants in the order in which they were added.
    pub(crate) fn participants(&self) -> Vec<(&String, &Membership)> {
        let members = self.memberships.keys();
        let mut participants: Vec<_> =
            members.filter_map(|member| Some((member, self.current_membership(member)?))).collect();
        participants.sort_by_key(|(_, membership)| membership.order);
        participants
    }

    fn add(&mut self, member: &str, reads_from: At) {
        let order = self.memberships.values().map(Vec::len).sum();
        self.memberships.entry(member.to_owned()).or_default().push(Membership { reads_from, left: None, order });
    }

    /// The messages that a participant may read now, each with its number.
    pub(crate) fn readable<'a>(&'a self, member: &str) -> impl DoubleEndedIterator<Item = (u64, &'a Message)> {
        let from = self.current_membership(member).map(|membership| membership.reads_from);
        let numbered = self.messages.iter().enumerate().map(|(index, message)| (index as u64 + 1, message));
        numbered.filter(move |(_, message)| from.is_some_and(|from| message.at > from))
    }
}

impl LogFold {
    pub(crate) fn of(log: &[LogEvent], sites: usize) -> Self {
        let mut fold = Self::empty(sites);
        for event in log {
            fold.apply(event);
        }
        fold
    }

    pub(crate) fn empty(sites: usize) -> Self {
        let site = Site {
            state: SiteState::new(&[(OWNER, Role::Owner)]),
            blocks: HashSet::new(),
            conversations: HashMap::new(),
            markers: HashMap::new(),
        };
        Self { sites: vec![site; sites], ..Self::default() }
    }

    pub(crate) fn conversation(&self, site: usize, id: Uuid) -> Option<&Conversation> {
        self.sites.get(site)?.conversations.get(&id)
    }

    /// A message with its site, its conversation and its number there.
    pub(crate) fn message(&self, id: Uuid) -> Option<(usize, Uuid, u64, &Message)> {
        let (site, conversation, index) = *self.messages.get(&id)?;
        let message = self.conversation(site, conversation)?.messages.get(index)?;
        Some((site, conversation, index as u64 + 1, message))
    }

    pub(crate) fn apply(&mut self, event: &LogEvent) {
        let Some(site) = site_of(event) else { return };
        if event.kind == "MessageSent"
            && let Some(reason) = self.sites[site].state.forbids(event)
        {
            self.forbidden.push(format!("{} at {:?}: {reason}", event.id, event.at));
        }
        self.sites[site].state.apply(event);
        match event.kind.as_str() {
            "MessageSent" => self.send(site, event),
            "MessageEdited" => self.change(event, event.text("text"), false),
            "MessageDeleted" => self.change(event, "", true),
            "ReadMarkerMoved" => self.move_marker(site, event),
            _ => self.sites[site].apply(event),
        }
    }

    fn send(&mut self, number: usize, event: &LogEvent) {
        let (site, conversation, id) = (&mut self.sites[number], event.uuid("conversation_id"), event.own_id());
        let messages = &mut site.conversations.entry(conversation).or_default().messages;
        self.messages.insert(id, (number, conversation, messages.len()));
        messages.push(Message {
            id,
            at: event.at,
            recorded: event.recorded,
            author: event.text("author_id").to_owned(),
            reply_to: event.text("reply_to").parse().ok(),
            texts: vec![(event.at, text_hash(event.text("text")))],
            deleted: false,
        });
    }

    fn change(&mut self, event: &LogEvent, text: &str, delete: bool) {
        let Some((site, conversation, index)) = self.messages.get(&event.own_id()) else { return };
        let conversation = self.sites[*site].conversations.get_mut(conversation);
        if let Some(message) = conversation.and_then(|conversation| conversation.messages.get_mut(*index)) {
            message.texts.push((event.at, text_hash(text)));
            message.deleted |= delete;
        }
    }

    fn move_marker(&mut self, site: usize, event: &LogEvent) {
        let Some((conversation, member)) = event.id.split_once('/') else { return };
        let (Ok(conversation), Some(to)) = (conversation.parse(), at(event.text("position"))) else { return };
        self.markers_moved += 1;
        let before = self.sites[site].markers.insert((conversation, member.to_owned()), to);
        if before.is_some_and(|before| before >= to) {
            self.markers_back.push(format!("{} at {:?}: from {before:?} to {to:?}", event.id, event.at));
        }
    }
}

impl Site {
    fn apply(&mut self, event: &LogEvent) {
        let member_id = event.text("member_id");
        match event.kind.as_str() {
            "ContactBlocked" => _ = self.blocks.insert((event.id.clone(), member_id.to_owned())),
            "GroupCreated" => {
                let others = event.data["participants"].as_array().into_iter().flatten().filter_map(Value::as_str);
                self.start(event, once(event.text("creator")).chain(others));
            }
            "DirectConversationStarted" => {
                self.start(event, [event.text("starter"), event.text("peer")]);
            }
            "BusinessConversationStarted" => self.start(event, [member_id]),
            "ParticipantAdded" => self.conversation(event).add(member_id, event.at),
            "ParticipantRemoved" | "ParticipantLeft" => {
                let memberships = self.conversation(event).memberships.get_mut(member_id);
                if let Some(membership) = memberships.and_then(|memberships| memberships.last_mut()) {
                    membership.left = membership.left.or(Some((event.at, event.recorded)));
                }
            }
            _ => {}
        }
    }

    fn start<'a>(&mut self, event: &LogEvent, participants: impl IntoIterator<Item = &'a str>) {
        let conversation = self.conversation(event);
        for member in participants {
            conversation.add(member, START);
        }
    }

    fn conversation(&mut self, event: &LogEvent) -> &mut Conversation {
        self.conversations.entry(event.own_id()).or_default()
    }

    pub(crate) fn ever_blocked_between(&self, one: &str, other: &str) -> bool {
        let has_blocked = |by: &str, of: &str| self.blocks.contains(&(by.to_owned(), of.to_owned()));
        has_blocked(one, other) || has_blocked(other, one)
    }
}
