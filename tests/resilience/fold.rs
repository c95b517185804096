//! The log folded into what is so, by this run's own reading of the brief: no code of the service. On the way it notes each
//! message that something before it in the log forbids (P13), and each marker that moves back (P8).

use std::collections::{HashMap, HashSet};

use causerie_tests::{At, LogEvent as Event, START, at};
use uuid::Uuid;

use crate::history::text_hash;
use crate::sites::site_of;

/// Everything, on all sites.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogFold {
    pub(crate) sites: Vec<Site>,
    /// Of each message: its site, its conversation, its place there.
    pub(crate) messages: HashMap<Uuid, (usize, Uuid, usize)>,
    pub(crate) forbidden: Vec<String>,
    pub(crate) markers_back: Vec<String>,
    pub(crate) markers_moved: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    pub(crate) chat_on: bool,
    pub(crate) members: HashMap<String, Member>,
    pub(crate) conversations: HashMap<Uuid, Conversation>,
    /// By conversation and member: where the last message read stands.
    pub(crate) markers: HashMap<(Uuid, String), At>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Member {
    blocked: bool,
    removed: bool,
    muted: bool,
    blocks: HashSet<String>,
    /// Also those whom they have unblocked since.
    ever_blocked: HashSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    #[default]
    Group,
    Direct,
    Business,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Conversation {
    pub(crate) kind: Kind,
    /// Every time that somebody was in it.
    pub(crate) memberships: Vec<Membership>,
    /// Which of them are whose.
    by_member: HashMap<String, Vec<usize>>,
    pub(crate) messages: Vec<Message>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Membership {
    pub(crate) member: String,
    /// They read what comes after this.
    pub(crate) reads_from: At,
    /// When they went, in the log and by the clock.
    pub(crate) left: Option<(At, u64)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) at: At,
    /// When, by the clock.
    pub(crate) recorded: u64,
    pub(crate) author: String,
    pub(crate) reply_to: Option<Uuid>,
    /// Every text it ever had with the event that gave it to it, the present one last; of a deleted one the empty text.
    pub(crate) texts: Vec<(At, u64)>,
    pub(crate) deleted: bool,
}

impl Message {
    /// What is shown of it now.
    pub(crate) fn text(&self) -> u64 {
        self.texts.last().map_or(0, |(_, text)| *text)
    }

    /// Whether it ever had this text.
    pub(crate) fn had(&self, text: u64) -> bool {
        self.texts.iter().any(|(_, had)| *had == text)
    }

    /// Whether it had this text at that place in the log or at a later one.
    pub(crate) fn had_since(&self, text: u64, place: At) -> bool {
        let first = self.texts.iter().rposition(|(at, _)| *at <= place).unwrap_or_default();
        self.texts.iter().skip(first).any(|(_, had)| *had == text)
    }
}

impl Membership {
    /// Whether a message that stands there was theirs to read while they were in it.
    pub(crate) fn covers(&self, place: At) -> bool {
        place > self.reads_from && self.left.is_none_or(|(left, _)| place < left)
    }
}

impl Conversation {
    pub(crate) fn memberships_of(&self, member: &str) -> impl Iterator<Item = &Membership> + use<'_> {
        self.by_member.get(member).into_iter().flatten().filter_map(|place| self.memberships.get(*place))
    }

    fn enters(&mut self, membership: Membership) {
        self.by_member.entry(membership.member.clone()).or_default().push(self.memberships.len());
        self.memberships.push(membership);
    }

    /// The memberships of all who are in it now.
    pub(crate) fn participants(&self) -> impl Iterator<Item = &Membership> {
        self.by_member.keys().filter_map(|member| self.current_membership(member))
    }

    /// The membership of who is in it now.
    pub(crate) fn current_membership(&self, member: &str) -> Option<&Membership> {
        let last = self.by_member.get(member)?.last()?;
        self.memberships.get(*last).filter(|membership| membership.left.is_none())
    }

    /// What a participant may read now, each with its number.
    pub(crate) fn readable<'a>(&'a self, member: &str) -> impl DoubleEndedIterator<Item = (u64, &'a Message)> {
        let from = self.current_membership(member).map(|membership| membership.reads_from);
        let numbered = self.messages.iter().enumerate().map(|(place, message)| (place as u64 + 1, message));
        numbered.filter(move |(_, message)| from.is_some_and(|from| message.at > from))
    }
}

impl LogFold {
    pub(crate) fn of(log: &[Event], sites: usize) -> Self {
        let mut fold = Self::empty(sites);
        for event in log {
            fold.apply(event);
        }
        fold
    }

    pub(crate) fn empty(sites: usize) -> Self {
        Self { sites: vec![Site::default(); sites], ..Self::default() }
    }

    pub(crate) fn message(&self, id: Uuid) -> Option<(usize, Uuid, u64, &Message)> {
        let (site, conversation, place) = *self.messages.get(&id)?;
        let message = self.sites[site].conversations.get(&conversation)?.messages.get(place)?;
        Some((site, conversation, place as u64 + 1, message))
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        let Some(site) = site_of(event) else { return };
        match event.kind.as_str() {
            "MessageSent" => self.sent(site, event),
            "MessageEdited" => {
                self.change(event, |message| message.texts.push((event.at, text_hash(event.text("text")))))
            }
            "MessageDeleted" => self.change(event, |message| {
                message.deleted = true;
                message.texts.push((event.at, text_hash("")));
            }),
            "ReadMarkerMoved" => self.marker(site, event),
            _ => self.sites[site].apply(event),
        }
    }

    fn sent(&mut self, number: usize, event: &Event) {
        let (site, conversation, id) = (&mut self.sites[number], event.uuid("conversation_id"), event.own_id());
        if let Some(why) = site.forbids(conversation, event.text("author_id")) {
            self.forbidden.push(format!("{id} at {:?}: {why}", event.at));
        }
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

    fn change(&mut self, event: &Event, change: impl FnOnce(&mut Message)) {
        let Some((site, conversation, place)) = self.messages.get(&event.own_id()) else { return };
        let conversation = self.sites[*site].conversations.get_mut(conversation);
        if let Some(message) = conversation.and_then(|conversation| conversation.messages.get_mut(*place)) {
            change(message);
        }
    }

    fn marker(&mut self, site: usize, event: &Event) {
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
    fn apply(&mut self, event: &Event) {
        let member_id = event.text("member_id").to_owned();
        let membership = |member: &str, reads_from| Membership { member: member.to_owned(), reads_from, left: None };
        match event.kind.as_str() {
            "MemberChatEnabled" => self.chat_on = true,
            "MemberChatDisabled" => self.chat_on = false,
            "MemberRegistered" => drop(self.members.insert(event.id.clone(), Member::default())),
            "MemberBlocked" => self.member(event).blocked = true,
            "MemberUnblocked" => self.member(event).blocked = false,
            "MemberMuted" => self.member(event).muted = true,
            "MemberUnmuted" => self.member(event).muted = false,
            "MemberRemoved" => self.member(event).removed = true,
            "ContactBlocked" => {
                let member = self.member(event);
                member.ever_blocked.insert(member_id.clone());
                member.blocks.insert(member_id);
            }
            "ContactUnblocked" => drop(self.member(event).blocks.remove(&member_id)),
            "GroupCreated" => {
                let others = event.data["participants"].as_array().cloned().unwrap_or_default();
                let people = std::iter::once(event.text("creator")).chain(others.iter().filter_map(|id| id.as_str()));
                self.begin(event, Kind::Group, people.map(|member| membership(member, START)).collect());
            }
            "DirectConversationStarted" => {
                let people = [event.text("starter"), event.text("peer")];
                self.begin(event, Kind::Direct, people.map(|member| membership(member, START)).to_vec());
            }
            "BusinessConversationStarted" => {
                self.begin(event, Kind::Business, vec![membership(&member_id, START)]);
            }
            "ParticipantAdded" => self.conversation(event).enters(membership(&member_id, event.at)),
            "ParticipantRemoved" | "ParticipantLeft" => {
                let conversation = self.conversation(event);
                let last = conversation.by_member.get(&member_id).and_then(|places| places.last()).copied();
                if let Some(membership) = last.and_then(|place| conversation.memberships.get_mut(place)) {
                    membership.left = membership.left.or(Some((event.at, event.recorded)));
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, event: &Event, kind: Kind, memberships: Vec<Membership>) {
        let conversation = self.conversation(event);
        conversation.kind = kind;
        for membership in memberships {
            conversation.enters(membership);
        }
    }

    fn member(&mut self, event: &Event) -> &mut Member {
        self.members.entry(event.id.clone()).or_default()
    }

    fn conversation(&mut self, event: &Event) -> &mut Conversation {
        self.conversations.entry(event.own_id()).or_default()
    }

    /// Whether a block stands between two.
    pub(crate) fn blocked_between(&self, one: &str, other: &str) -> bool {
        let blocks = |by: &str, whom: &str| self.members.get(by).is_some_and(|by| by.blocks.contains(whom));
        blocks(one, other) || blocks(other, one)
    }

    /// Whether a block has ever stood between two.
    pub(crate) fn ever_blocked_between(&self, one: &str, other: &str) -> bool {
        let blocked = |by: &str, whom: &str| self.members.get(by).is_some_and(|by| by.ever_blocked.contains(whom));
        blocked(one, other) || blocked(other, one)
    }

    /// Why somebody may not speak there now.
    fn forbids(&self, id: Uuid, author: &str) -> Option<&'static str> {
        let Some(conversation) = self.conversations.get(&id) else { return Some("no such conversation") };
        let Some(member) = self.members.get(author) else { return Some("no such member") };
        if member.blocked || member.removed {
            return Some("the author is barred");
        }
        if conversation.current_membership(author).is_none() {
            return Some("the author is not in it");
        }
        if conversation.kind == Kind::Business {
            return None;
        }
        let others = || {
            conversation
                .memberships
                .iter()
                .filter(|membership| membership.member != author && membership.left.is_none())
        };
        if member.muted {
            Some("the author is muted")
        } else if !self.chat_on {
            Some("member chat is off")
        } else if conversation.kind == Kind::Direct
            && others().any(|membership| self.blocked_between(author, &membership.member))
        {
            Some("one has blocked the other")
        } else {
            None
        }
    }
}
