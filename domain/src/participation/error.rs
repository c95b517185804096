//! Why a participation refuses.

use crate::conversation::ConversationError;
use crate::message::MessageError;

/// Why a command to a participation is refused: it has no reasons of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ParticipationError {
    /// By the conversation.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// By the message.
    #[error(transparent)]
    Message(#[from] MessageError),
}

impl crate::error::Refusal for ParticipationError {
    fn code(&self) -> &'static str {
        match self {
            Self::Conversation(inner) => inner.code(),
            Self::Message(inner) => inner.code(),
        }
    }

    fn kind(&self) -> crate::error::Kind {
        match self {
            Self::Conversation(inner) => inner.kind(),
            Self::Message(inner) => inner.kind(),
        }
    }
}
