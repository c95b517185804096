//! Why a command to a participation is rejected.

use crate::conversation::ConversationError;
use crate::message::MessageError;

/// A participation has no reasons of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ParticipationError {
    #[error(transparent)]
    Conversation(#[from] ConversationError),
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
