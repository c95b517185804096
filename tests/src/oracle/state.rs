//! The state of one site: the fold of its log.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::conversation::Conversation;
use super::member::Member;
use super::message::Message;
use crate::log::at;
use crate::{At, LogEvent};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Member,
    Staff,
    Owner,
    Operator,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Owner => "owner",
            Self::Operator => "operator",
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct SiteState {
    pub id: String,
    pub name: String,
    pub member_chat: bool,
    pub settings: Settings,
    pub members: BTreeMap<String, Member>,
    pub conversations: BTreeMap<String, Conversation>,
    /// By conversation and member.
    pub participations: BTreeMap<(String, String), Participation>,
    /// The conversation of each message, and its index there.
    message_index: HashMap<String, (String, usize)>,
    /// The callers whose tokens have another role than `member`. A log does not record it.
    token_roles: HashMap<String, Role>,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub approval: String,
    pub group_creation: String,
    pub max_participants: u64,
    pub appearance: Value,
    pub badges: Value,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            approval: "automatic".to_owned(),
            group_creation: "members".to_owned(),
            max_participants: 256,
            appearance: json!({ "accent": null, "position": "right", "welcome": { "en": null, "fr": null } }),
            badges: json!({}),
        }
    }
}

/// The read marker and the preferences of a member in a conversation. Leaving does not reset them.
#[derive(Debug, Clone, Default)]
pub struct Participation {
    /// The last message read, and its position.
    pub marker: Option<(String, At)>,
    pub muted: bool,
    pub archived: bool,
    pub pinned: bool,
}

impl SiteState {
    /// The empty site. The callers whose tokens have another role than `member` are listed.
    pub fn new(token_roles: &[(&str, Role)]) -> Self {
        let token_roles = token_roles.iter().map(|(id, role)| ((*id).to_owned(), *role)).collect();
        Self { token_roles, ..Self::default() }
    }

    /// The state after these events of one site.
    pub fn of<'a>(token_roles: &[(&str, Role)], log: impl IntoIterator<Item = &'a LogEvent>) -> Self {
        let mut state = Self::new(token_roles);
        for event in log {
            state.apply(event);
        }
        state
    }

    pub fn apply(&mut self, event: &LogEvent) {
        match event.kind.as_str() {
            "SiteRegistered" | "SiteRenamed" => {
                event.site.clone_into(&mut self.id);
                event.text("name").clone_into(&mut self.name);
            }
            "MemberChatEnabled" => self.member_chat = true,
            "MemberChatDisabled" => self.member_chat = false,
            "ApprovalChanged" => event.text("approval").clone_into(&mut self.settings.approval),
            "GroupCreationChanged" => event.text("group_creation").clone_into(&mut self.settings.group_creation),
            "MaxParticipantsChanged" => {
                self.settings.max_participants = event.data["max_participants"].as_u64().unwrap_or_default();
            }
            "AppearanceChanged" => event.data["appearance"].clone_into(&mut self.settings.appearance),
            "BadgesChanged" => event.data["badges"].clone_into(&mut self.settings.badges),
            "MemberRegistered" => drop(self.members.insert(event.id.clone(), Member::registered(event))),
            "GroupCreated" | "DirectConversationStarted" | "BusinessConversationStarted" => {
                self.conversations.insert(event.id.clone(), Conversation::started(event));
            }
            "MessageSent" => self.apply_sent(event),
            "ReadMarkerMoved" => {
                let position = at(event.text("position")).expect("a marker has a position");
                self.participation_of(event).marker = Some((event.text("message_id").to_owned(), position));
            }
            "ConversationMuted" => self.participation_of(event).muted = true,
            "ConversationUnmuted" => self.participation_of(event).muted = false,
            "ConversationArchived" => self.participation_of(event).archived = true,
            "ConversationUnarchived" => self.participation_of(event).archived = false,
            "ConversationPinned" => self.participation_of(event).pinned = true,
            "ConversationUnpinned" => self.participation_of(event).pinned = false,
            _ => {
                if let Some((conversation, index)) = self.message_index.get(&event.id) {
                    let conversation = self.conversations.get_mut(conversation).expect("its conversation was started");
                    conversation.messages[*index].apply(event);
                } else if let Some(conversation) = self.conversations.get_mut(&event.id) {
                    conversation.apply(event);
                } else if let Some(member) = self.members.get_mut(&event.id) {
                    member.apply(event);
                } else {
                    let by_outsider = event.kind == "LogReplayed";
                    assert!(event.id.is_empty() || by_outsider, "the oracle does not know {event:?}");
                }
            }
        }
    }

    fn apply_sent(&mut self, event: &LogEvent) {
        let Some(conversation) = self.conversations.get_mut(event.text("conversation_id")) else { return };
        let location = (conversation.id.clone(), conversation.messages.len());
        // A message returns the conversation to the list of each member who has not muted it.
        let participations = self.participations.range_mut((location.0.clone(), String::new())..);
        for (_, participation) in participations.take_while(|((of, _), _)| *of == location.0) {
            participation.archived &= participation.muted;
        }
        conversation.messages.push(Message::sent(event, location.1 + 1));
        self.message_index.insert(event.id.clone(), location);
    }

    fn participation_of(&mut self, event: &LogEvent) -> &mut Participation {
        let (conversation, member) = event.id.split_once('/').expect("a participation has a conversation and a member");
        self.participations.entry((conversation.to_owned(), member.to_owned())).or_default()
    }

    pub fn message(&self, id: &str) -> Option<(&Conversation, &Message)> {
        let (conversation, index) = self.message_index.get(id)?;
        let conversation = self.conversations.get(conversation)?;
        Some((conversation, conversation.messages.get(*index)?))
    }

    pub fn token_role(&self, caller: &str) -> Role {
        self.token_roles.get(caller).copied().unwrap_or(Role::Member)
    }
}
