//! Texts that members write. Each kind has its own type, so that there is one place where personal
//! text enters the log and one place to encrypt it later.
//!
//! `parse` checks the limits of a request and removes misleading characters (`characters/`).
//! Deserializing does neither, because an event in the log must always decode.

mod characters;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use characters::is_blank;

/// A text outside its limits. The code names the field and the defect, for example
/// `group.name_too_long`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidText {
    /// The stable error code.
    pub code: &'static str,
    /// The defect, with the limit.
    pub detail: &'static str,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $noun:literal, $max:literal, $max_words:literal, $clean:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(extend("minLength" = 1, "maxLength" = $max, "pattern" = r"^[^\x00]*\S[^\x00]*$"))]
        pub struct $name(String);

        impl $name {
            /// The maximum number of characters (Unicode scalar values).
            pub const MAX_CHARS: usize = $max;

            /// The error for a text without a visible character.
            pub const EMPTY: InvalidText =
                InvalidText { code: concat!($field, "_empty"), detail: concat!($noun, " has no visible character") };
            /// The error for a text with more than [`Self::MAX_CHARS`] characters.
            pub const TOO_LONG: InvalidText = InvalidText {
                code: concat!($field, "_too_long"),
                detail: concat!($noun, " is longer than ", $max_words, " characters"),
            };
            /// The error for a text with U+0000.
            pub const INVALID: InvalidText =
                InvalidText { code: concat!($field, "_invalid"), detail: concat!($noun, " contains U+0000") };

            /// Checks and cleans a text. It must contain a visible character, at most
            /// [`Self::MAX_CHARS`] as sent and as stored, and no U+0000 (legal in JSON, but
            /// Postgres cannot store it in `jsonb`).
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
                let is_too_long = |text: &str| text.chars().nth(Self::MAX_CHARS).is_some();
                let text = text.into();
                if is_blank(&text) {
                    Err(Self::EMPTY)
                } else if is_too_long(&text) {
                    Err(Self::TOO_LONG)
                } else if text.contains('\0') {
                    Err(Self::INVALID)
                } else {
                    let clean: fn(String) -> String = $clean;
                    let text = clean(text);
                    if is_too_long(&text) { Err(Self::TOO_LONG) } else { Ok(Self(text)) }
                }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        // Debug output reaches log lines, so it must not contain personal text.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    };
}

text!(
    /// The text of a message: plain text, 1 to 4,000 characters.
    MessageText, "message.text", "the text", 4000, "4,000", characters::clean_text
);
text!(
    /// The name of a member that others see: 1 to 100 characters.
    DisplayName, "member.display_name", "the display name", 100, "100", characters::clean_name
);
text!(
    /// The name of a group: 1 to 100 characters.
    GroupName, "group.name", "the name of the group", 100, "100", characters::clean_name
);
text!(
    /// The name of a site: 1 to 100 characters.
    SiteName, "site.name", "the name of the site", 100, "100", characters::clean_name
);

text!(
    /// The text that greets the members of a site: 1 to 200 characters.
    WelcomeText, "site.welcome", "the welcome text", 200, "200", characters::clean_text
);
text!(
    /// What members see of a badge: 1 to 40 characters.
    BadgeLabel, "badge.label", "the label of the badge", 40, "40", characters::clean_name
);

text!(
    /// An emoji. The domain checks that it is one emoji, because Unicode adds new ones every year.
    Emoji, "reaction.emoji", "the emoji", 16, "16", std::convert::identity
);

impl DisplayName {
    /// The closest valid name to a text that its author cannot correct, such as a claim of a token.
    /// `None` if it is blank.
    #[must_use]
    pub fn closest(text: &str) -> Option<Self> {
        let clean = |text: String| characters::clean_name(text);
        let cleaned = clean(text.chars().filter(|c| *c != '\0').collect());
        let cut = clean(cleaned.chars().take(Self::MAX_CHARS).collect());
        (!is_blank(&cut)).then_some(Self(cut))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_length_is_counted_in_characters() {
        assert!(MessageText::parse("é".repeat(4000)).is_ok());
        assert_eq!(MessageText::parse("é".repeat(4001)).unwrap_err().code, "message.text_too_long");
    }

    #[test]
    fn blank_text_and_nul_are_rejected() {
        assert_eq!(GroupName::parse(" \n").unwrap_err().code, "group.name_empty");
        assert_eq!(GroupName::parse("a\0b").unwrap_err().code, "group.name_invalid");
    }

    #[test]
    fn text_of_invisible_characters_is_empty() {
        for invisible in ["\u{200b}\u{200b}", "\u{3164}", "\u{2800}", "\u{feff}", "\u{e0020}"] {
            assert_eq!(DisplayName::parse(invisible).unwrap_err().code, "member.display_name_empty");
            assert_eq!(GroupName::parse(invisible).unwrap_err().code, "group.name_empty");
            assert_eq!(SiteName::parse(invisible).unwrap_err().code, "site.name_empty");
            assert_eq!(MessageText::parse(invisible).unwrap_err().code, "message.text_empty");
            assert_eq!(Emoji::parse(invisible).unwrap_err().code, "reaction.emoji_empty");
        }
    }

    #[test]
    fn limit_holds_for_the_text_as_sent_and_as_stored() {
        assert!(DisplayName::parse(format!("{} ", "a".repeat(100))).is_err());
        // NFC writes this letter as two.
        assert!(DisplayName::parse("\u{958}".repeat(51)).is_err());
    }

    #[test]
    fn closest_name_is_cut_and_cleaned() {
        let closest = |text: &str| DisplayName::closest(text).map(|name| name.as_str().to_owned());
        assert_eq!(closest(" Ada\0\n").as_deref(), Some("Ada"));
        assert_eq!(closest(&format!("{} b", "a".repeat(99))), Some("a".repeat(99)));
        assert_eq!(closest(&"é".repeat(500)), Some("é".repeat(100)));
        assert_eq!(closest(" \u{200b}"), None);
    }

    #[test]
    fn debug_does_not_show_the_text() {
        assert_eq!(format!("{:?}", MessageText::parse("secret").unwrap()), "MessageText(6 bytes)");
    }
}
