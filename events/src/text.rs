//! Text that people write. Each kind is its own type, so that there is one place where personal text enters the log and
//! one place to seal it later.
//!
//! `parse` checks the limits at the edge; deserializing does not, because an event once in the log must always decode.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Text outside its limits. The code names the field and what is wrong with it, for example `group.name_too_long`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidText {
    /// The stable error code.
    pub code: &'static str,
    /// What is wrong, with the limit.
    pub detail: &'static str,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $noun:literal, $max:literal, $max_words:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(extend("minLength" = 1, "maxLength" = $max, "pattern" = r"^[^\x00]*\S[^\x00]*$"))]
        pub struct $name(String);

        impl $name {
            /// The most characters (Unicode scalar values) it holds.
            pub const MAX_CHARS: usize = $max;

            /// Checks the limits: at least one character that is not white space, at most [`Self::MAX_CHARS`], no U+0000
            /// (legal in JSON, but Postgres cannot store it in `jsonb`).
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
                let text = text.into();
                if text.trim().is_empty() {
                    Err(InvalidText { code: concat!($field, "_empty"), detail: concat!($noun, " is empty") })
                } else if text.chars().nth(Self::MAX_CHARS).is_some() {
                    Err(InvalidText {
                        code: concat!($field, "_too_long"),
                        detail: concat!($noun, " is longer than ", $max_words, " characters"),
                    })
                } else if text.contains('\0') {
                    Err(InvalidText { code: concat!($field, "_invalid"), detail: concat!($noun, " contains U+0000") })
                } else {
                    Ok(Self(text))
                }
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        // What people wrote never reaches a log line by way of Debug.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    };
}

text!(
    /// The text of a message: plain text, 1 to 4,000 characters.
    MessageText, "message.text", "the text", 4000, "4,000"
);
text!(
    /// A member's name as others see it: 1 to 100 characters.
    DisplayName, "member.display_name", "the display name", 100, "100"
);
text!(
    /// The name of a group: 1 to 100 characters.
    GroupName, "group.name", "the name of the group", 100, "100"
);
text!(
    /// The name of a site: 1 to 100 characters.
    SiteName, "site.name", "the name of the site", 100, "100"
);

text!(
    /// One emoji. That it is one, the rules of a message check: new ones appear every year.
    Emoji, "reaction.emoji", "the emoji", 16, "16"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_is_counted_in_characters_not_bytes() {
        assert!(MessageText::parse("é".repeat(4000)).is_ok());
        let refused = MessageText::parse("é".repeat(4001)).unwrap_err();
        assert_eq!(refused.code, "message.text_too_long");
    }

    #[test]
    fn blank_text_and_nul_are_refused() {
        assert_eq!(GroupName::parse(" \n").unwrap_err().code, "group.name_empty");
        assert_eq!(GroupName::parse("a\0b").unwrap_err().code, "group.name_invalid");
    }

    #[test]
    fn debug_does_not_show_what_people_wrote() {
        assert_eq!(format!("{:?}", MessageText::parse("secret").unwrap()), "MessageText(6 bytes)");
    }
}
