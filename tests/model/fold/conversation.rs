//! A conversation: who is in it, and what was said.

use std::collections::BTreeSet;

use causerie_tests::{At, LogEvent as Event, START};

/// A conversation.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// Of a group.
    pub(crate) name: String,
    /// Whether newcomers to a group read what was before.
    pub(crate) all_history: bool,
    pub(crate) closed: bool,
    /// By standing. Of a conversation with the business only the member: staff are not seated.
    pub(crate) seats: Vec<Seat>,
    /// Who was in it once, and may leave again.
    pub(crate) former: BTreeSet<String>,
    pub(crate) started_at: At,
    /// In log order.
    pub(crate) messages: Vec<Message>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Direct,
    Business,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Direct => "direct",
            Self::Business => "business",
        }
    }
}

/// Somebody in it.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) member: String,
    pub(crate) admin: bool,
    /// When they came in.
    pub(crate) joined_at: At,
    /// They read what comes after this place.
    pub(crate) reads_from: At,
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) at: At,
    pub(crate) seq: usize,
    pub(crate) author: String,
    pub(crate) text: String,
    pub(crate) sent_at: String,
    pub(crate) edited_at: Option<String>,
    pub(crate) deleted: bool,
    pub(crate) reply_to: Option<String>,
    /// Each reaction that stands, in log order: who, with what.
    pub(crate) reactions: Vec<(String, String)>,
}

impl Conversation {
    pub(super) fn started(event: &Event) -> Self {
        let (kind, people) = match event.kind.as_str() {
            "GroupCreated" => {
                let others = event.data["participants"].as_array().cloned().unwrap_or_default();
                let others = others.iter().filter_map(|member| member.as_str().map(str::to_owned));
                (Kind::Group, std::iter::once(event.text("creator").to_owned()).chain(others).collect())
            }
            "DirectConversationStarted" => {
                (Kind::Direct, vec![event.text("starter").to_owned(), event.text("peer").to_owned()])
            }
            _ => (Kind::Business, vec![event.text("member_id").to_owned()]),
        };
        let seat = |(place, member)| {
            let admin = kind == Kind::Group && place == 0;
            Seat { member, admin, joined_at: event.at, reads_from: START }
        };
        Self {
            id: event.id.clone(),
            kind,
            name: event.text("name").to_owned(),
            all_history: event.data["history"] == "all",
            closed: false,
            seats: people.into_iter().enumerate().map(seat).collect(),
            former: BTreeSet::new(),
            started_at: event.at,
            messages: Vec::new(),
        }
    }

    pub(super) fn take_in(&mut self, event: &Event) {
        let member = event.text("member_id");
        let seat = || self.seats.iter().position(|seat| seat.member == member).expect("who is spoken of is in it");
        match event.kind.as_str() {
            "ParticipantAdded" => {
                assert!(!self.seats.iter().any(|seat| seat.member == member), "is in it already: {event:?}");
                let reads_from = if self.all_history { START } else { event.at };
                self.seats.push(Seat { member: member.to_owned(), admin: false, joined_at: event.at, reads_from });
            }
            "ParticipantRemoved" | "ParticipantLeft" => {
                let seat = seat();
                self.former.insert(self.seats.remove(seat).member);
            }
            "AdminGranted" => {
                let seat = seat();
                self.seats[seat].admin = true;
            }
            "AdminRevoked" => {
                let seat = seat();
                self.seats[seat].admin = false;
            }
            "GroupRenamed" => event.text("name").clone_into(&mut self.name),
            // No run asks for one yet: `brief/images.rs` has what is promised of them.
            "GroupImageChanged" | "GroupImageRemoved" => {}
            "HistoryChanged" => self.all_history = event.data["history"] == "all",
            "GroupClosed" | "GroupDeleted" => self.closed = true,
            other => panic!("the model does not know {other}"),
        }
    }

    pub(super) fn take_in_message(&mut self, event: &Event) {
        if event.kind == "MessageSent" {
            return self.messages.push(Message {
                id: event.id.clone(),
                at: event.at,
                seq: self.messages.len() + 1,
                author: event.text("author_id").to_owned(),
                text: event.text("text").to_owned(),
                sent_at: event.text("sent_at").to_owned(),
                edited_at: None,
                deleted: false,
                reply_to: event.data["reply_to"].as_str().map(str::to_owned),
                reactions: Vec::new(),
            });
        }
        let message = self.messages.iter_mut().find(|message| message.id == event.id).expect("it was sent");
        let reaction = (event.text("member_id").to_owned(), event.text("emoji").to_owned());
        match event.kind.as_str() {
            "MessageEdited" => {
                event.text("text").clone_into(&mut message.text);
                message.edited_at = Some(event.text("edited_at").to_owned());
            }
            "MessageDeleted" => {
                message.deleted = true;
                message.text.clear();
                message.reactions.clear();
            }
            "ReactionAdded" => {
                assert!(!message.reactions.contains(&reaction), "one of each emoji per member: {event:?}");
                message.reactions.push(reaction);
            }
            _ => message.reactions.retain(|there| *there != reaction),
        }
    }

    pub(crate) fn seat(&self, member: &str) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.member == member)
    }

    /// The other of a direct conversation.
    pub(crate) fn other_than(&self, member: &str) -> Option<&str> {
        self.seats.iter().map(|seat| seat.member.as_str()).find(|id| *id != member)
    }
}
