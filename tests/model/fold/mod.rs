//! The log folded into what is so on one site, by this test's own reading of the brief. No code of the service.
//!
//! `member.rs`: who is on the site. `conversation.rs`: who is in what, and what was said. `sight.rs`: who sees whom and
//! what. What a query answers from this: `expect/`.

mod conversation;
mod member;
mod sight;

use std::collections::{BTreeMap, HashMap};

use causerie_tests::{At, LogEvent as Event};

pub(crate) use conversation::{Conversation, Kind, Message};
pub(crate) use member::{Member, Standing};

/// A site.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) chat_on: bool,
    pub(crate) settings: Settings,
    pub(crate) members: BTreeMap<String, Member>,
    pub(crate) conversations: BTreeMap<String, Conversation>,
    /// In which conversation a message is.
    pub(crate) conversation_of: HashMap<String, String>,
    /// By conversation and member.
    pub(crate) kept: HashMap<(String, String), Kept>,
}

/// What the owner chose.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) approval: String,
    pub(crate) group_creation: String,
    pub(crate) max_participants: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { approval: "automatic".to_owned(), group_creation: "members".to_owned(), max_participants: 256 }
    }
}

/// How a member keeps a conversation. It outlives their going and coming back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// The last message read, and its place.
    pub(crate) marker: Option<(String, At)>,
    pub(crate) muted: bool,
    pub(crate) archived: bool,
    pub(crate) pinned: bool,
}

impl Model {
    /// What is so after all these events.
    pub(crate) fn of(log: &[Event]) -> Self {
        let mut model = Self::default();
        for event in log {
            model.take_in(event);
        }
        model
    }

    /// The next event.
    pub(crate) fn take_in(&mut self, event: &Event) {
        match event.kind.as_str() {
            "SiteRegistered" => event.text("name").clone_into(&mut self.name),
            "MemberChatEnabled" => self.chat_on = true,
            "MemberChatDisabled" => self.chat_on = false,
            "ApprovalChanged" => event.text("approval").clone_into(&mut self.settings.approval),
            "GroupCreationChanged" => event.text("group_creation").clone_into(&mut self.settings.group_creation),
            "MaxParticipantsChanged" => {
                self.settings.max_participants = event.data["max_participants"].as_u64().unwrap_or_default();
            }
            "MemberRegistered" => drop(self.members.insert(event.id.clone(), Member::registered(event))),
            "GroupCreated" | "DirectConversationStarted" | "BusinessConversationStarted" => {
                self.conversations.insert(event.id.clone(), Conversation::started(event));
            }
            "MessageSent" | "MessageEdited" | "MessageDeleted" | "ReactionAdded" | "ReactionRemoved" => {
                self.message(event);
            }
            "ReadMarkerMoved" => {
                let at = causerie_tests::at(event.text("position")).expect("a marker's position");
                self.kept_of(event).marker = Some((event.text("message_id").to_owned(), at));
            }
            "ConversationMuted" => self.kept_of(event).muted = true,
            "ConversationUnmuted" => self.kept_of(event).muted = false,
            "ConversationArchived" => self.kept_of(event).archived = true,
            "ConversationUnarchived" => self.kept_of(event).archived = false,
            "ConversationPinned" => self.kept_of(event).pinned = true,
            "ConversationUnpinned" => self.kept_of(event).pinned = false,
            _ => {
                if let Some(conversation) = self.conversations.get_mut(&event.id) {
                    conversation.take_in(event);
                } else if let Some(member) = self.members.get_mut(&event.id) {
                    member.take_in(event);
                } else {
                    assert!(event.id.is_empty(), "the model does not know {event:?}");
                }
            }
        }
    }

    fn message(&mut self, event: &Event) {
        let conversation = event.text("conversation_id");
        if event.kind == "MessageSent" {
            self.conversation_of.insert(event.id.clone(), conversation.to_owned());
            // It brings the conversation back to those who want notice of it.
            let kept = self.kept.iter_mut().filter(|((of, _), kept)| *of == conversation && !kept.muted);
            kept.for_each(|(_, kept)| kept.archived = false);
        }
        if let Some(conversation) = self.conversations.get_mut(conversation) {
            conversation.take_in_message(event);
        }
    }

    fn kept_of(&mut self, event: &Event) -> &mut Kept {
        let (conversation, member) = event.id.split_once('/').expect("a participation's id has two parts");
        self.kept.entry((conversation.to_owned(), member.to_owned())).or_default()
    }

    /// A message and where it is.
    pub(crate) fn message_of(&self, id: &str) -> Option<(&Conversation, &Message)> {
        let conversation = self.conversations.get(self.conversation_of.get(id)?)?;
        Some((conversation, conversation.messages.iter().find(|message| message.id == id)?))
    }
}
