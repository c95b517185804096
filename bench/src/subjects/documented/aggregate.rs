//! A conversation as the documentation of cqrs-es would model it: one aggregate that holds its participants and its
//! messages.

use std::collections::BTreeSet;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Conversation {
    participants: BTreeSet<String>,
    messages: Vec<Message>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Message {
    id: Uuid,
    author: String,
    text: String,
    sent_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) enum ChatCommand {
    Send { id: Uuid, author: String, text: String, sent_at: Timestamp },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum ChatEvent {
    Opened { participants: Vec<String> },
    MessageSent { id: Uuid, author: String, text: String, sent_at: Timestamp },
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("not a participant")]
    NotAParticipant,
}

impl DomainEvent for ChatEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Opened { .. } => "Opened",
            Self::MessageSent { .. } => "MessageSent",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Aggregate for Conversation {
    const TYPE: &'static str = "conversation";
    type Command = ChatCommand;
    type Event = ChatEvent;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, command: ChatCommand, (): &(), sink: &EventSink<Self>) -> Result<(), Refused> {
        let ChatCommand::Send { id, author, text, sent_at } = command;
        if !self.participants.contains(&author) {
            return Err(Refused::NotAParticipant);
        }
        // Sent again: nothing happens, as with the service's own.
        if !self.messages.iter().any(|message| message.id == id) {
            sink.write(ChatEvent::MessageSent { id, author, text, sent_at }, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ChatEvent) {
        match event {
            ChatEvent::Opened { participants } => self.participants = participants.into_iter().collect(),
            ChatEvent::MessageSent { id, author, text, sent_at } => {
                self.messages.push(Message { id, author, text, sent_at });
            }
        }
    }
}
