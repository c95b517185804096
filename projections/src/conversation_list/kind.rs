//! The kinds of conversation.

use serde::{Deserialize, Serialize};

/// The kinds of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "ConversationKind")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any number of members under a name.
    Group,
    /// Two members.
    Direct,
    /// A member and the business, that is, all of its staff.
    Business,
}

impl Kind {
    /// The name in JSON and in the tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Direct => "direct",
            Self::Business => "business",
        }
    }

    pub(crate) fn stored(name: &str) -> Result<Self, sqlx::Error> {
        [Self::Group, Self::Direct, Self::Business]
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| sqlx::Error::Decode(format!("invalid kind of conversation: {name}").into()))
    }
}
