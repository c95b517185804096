//! A conversation with its participants.

use std::collections::BTreeSet;

use serde_json::Value;

use super::message::Message;
use crate::{At, LogEvent, START};

#[derive(Debug, Clone)]
pub struct Conversation {
    pub id: String,
    pub kind: Kind,
    /// Empty unless it is a group.
    pub name: String,
    /// The id of the image of a group.
    pub image: Option<String>,
    /// Whether new participants read the earlier messages.
    pub all_history: bool,
    pub closed: bool,
    /// Longest-standing first. In a business conversation only the member, without the staff.
    pub participants: Vec<Participant>,
    /// Members who have left or were removed at least once.
    pub former: BTreeSet<String>,
    pub started_at: At,
    /// In log order.
    pub messages: Vec<Message>,
    creation: Creation,
}

/// What CreateGroup requested. Repeating the request is permitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Creation {
    creator: String,
    name: String,
    others: Vec<String>,
    all_history: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Group,
    Direct,
    Business,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Direct => "direct",
            Self::Business => "business",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Participant {
    pub member: String,
    pub admin: bool,
    pub joined_at: At,
    /// Later messages are visible.
    pub reads_from: At,
}

impl Creation {
    /// From the data of an event or the body of a request. Each other participant is listed once.
    pub(super) fn of(creator: &str, data: &Value) -> Self {
        let mut seen = BTreeSet::from([creator]);
        let others = data["participants"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Self {
            creator: creator.to_owned(),
            name: data["name"].as_str().unwrap_or_default().to_owned(),
            others: others.filter(|id| seen.insert(id)).map(str::to_owned).collect(),
            all_history: data["history"] == "all",
        }
    }

    pub(super) fn others(&self) -> &[String] {
        &self.others
    }
}

impl Conversation {
    pub(super) fn started(event: &LogEvent) -> Self {
        let creation = Creation::of(event.text("creator"), &event.data);
        let (kind, members) = match event.kind.as_str() {
            "GroupCreated" => (Kind::Group, [std::slice::from_ref(&creation.creator), creation.others()].concat()),
            "DirectConversationStarted" => {
                (Kind::Direct, ["starter", "peer"].map(|field| event.text(field).to_owned()).to_vec())
            }
            _ => (Kind::Business, vec![event.text("member_id").to_owned()]),
        };
        let participant = |(n, member)| {
            let admin = kind == Kind::Group && n == 0;
            Participant { member, admin, joined_at: event.at, reads_from: START }
        };
        Self {
            id: event.id.clone(),
            kind,
            name: event.text("name").to_owned(),
            image: None,
            all_history: creation.all_history,
            closed: false,
            participants: members.into_iter().enumerate().map(participant).collect(),
            former: BTreeSet::new(),
            started_at: event.at,
            messages: Vec::new(),
            creation,
        }
    }

    pub(super) fn apply(&mut self, event: &LogEvent) {
        let member = event.text("member_id");
        match event.kind.as_str() {
            "ParticipantAdded" => {
                assert!(self.participant(member).is_none(), "already a participant: {event:?}");
                let reads_from = if self.all_history { START } else { event.at };
                let member = member.to_owned();
                self.participants.push(Participant { member, admin: false, joined_at: event.at, reads_from });
            }
            "ParticipantRemoved" | "ParticipantLeft" => {
                let index = self.participants.iter().position(|participant| participant.member == member);
                let departed = self.participants.remove(index.expect("the member is a participant"));
                self.former.insert(departed.member);
            }
            kind @ ("AdminGranted" | "AdminRevoked") => {
                let participant = self.participants.iter_mut().find(|participant| participant.member == member);
                participant.expect("the member is a participant").admin = kind == "AdminGranted";
            }
            "GroupRenamed" => event.text("name").clone_into(&mut self.name),
            "GroupImageChanged" => self.image = Some(event.text("image").to_owned()),
            "GroupImageRemoved" => self.image = None,
            "HistoryChanged" => self.all_history = event.data["history"] == "all",
            "GroupClosed" | "GroupDeleted" => {
                self.closed = true;
                self.image = None;
            }
            other => panic!("the oracle does not know {other}"),
        }
    }

    pub fn participant(&self, member: &str) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.member == member)
    }

    pub fn is_admin(&self, member: &str) -> bool {
        self.participant(member).is_some_and(|participant| participant.admin)
    }

    pub fn peer_of(&self, member: &str) -> Option<&str> {
        let mut members = self.participants.iter().map(|participant| participant.member.as_str());
        members.find(|id| self.kind == Kind::Direct && *id != member)
    }

    /// Whether CreateGroup with this content has created it.
    pub(super) fn was_created_by(&self, creation: &Creation) -> bool {
        self.kind == Kind::Group && self.creation == *creation
    }
}
