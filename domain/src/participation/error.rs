//! Why a command to a participation is rejected.

use crate::conversation::ConversationError;
use crate::message::MessageError;

/// All refusals come from the conversation or the message.
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

    fn kind(&self) -> crate::error::RefusalKind {
        match self {
            Self::Conversation(inner) => inner.kind(),
            Self::Message(inner) => inner.kind(),
        }
    }
}
