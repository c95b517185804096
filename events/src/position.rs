//! Where an event stands in the log's order.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A place in the log's one order: first the transaction that appended, then the place within it.
///
/// Its text form is the position token of the API, the live stream and NATS headers: opaque to everybody outside, and not
/// to be compared as text.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(extend("pattern" = "^[0-9a-f]{1,16}-([0-9a-f]{1,15}|[0-7][0-9a-f]{15})$"))]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// Postgres' 64-bit transaction id.
    pub transaction_id: u64,
    /// The value of the log's identity column.
    pub position: i64,
}

impl Position {
    /// Before the first event.
    pub const START: Self = Self { transaction_id: 0, position: 0 };
}

/// A text that is no position token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position token")]
pub struct InvalidPosition;

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.transaction_id, self.position)
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(token: &str) -> Result<Self, InvalidPosition> {
        let (transaction_id, position) = token.split_once('-').ok_or(InvalidPosition)?;
        // from_str_radix also takes a leading '+', which no token of ours has.
        let number = |text: &str| {
            let hex = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            hex.then(|| u64::from_str_radix(text, 16).ok()).flatten().ok_or(InvalidPosition)
        };
        Ok(Self {
            transaction_id: number(transaction_id)?,
            position: i64::try_from(number(position)?).map_err(|_| InvalidPosition)?,
        })
    }
}

impl TryFrom<String> for Position {
    type Error = InvalidPosition;

    fn try_from(token: String) -> Result<Self, InvalidPosition> {
        token.parse()
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_reads_back_as_its_position(transaction_id: u64, position in 0..i64::MAX) {
            let position = Position { transaction_id, position };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Position>();
        }
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for bad in
            ["", "-", "1-", "-1", "+1-1", "1-+1", "g-1", "1-1-1", "FF-1", "1-ffffffffffffffff", "10000000000000000-1"]
        {
            assert_eq!(bad.parse::<Position>(), Err(InvalidPosition), "{bad:?}");
        }
    }

    #[test]
    fn the_transaction_goes_before_the_position() {
        let early = Position { transaction_id: 999, position: 50 };
        let late = Position { transaction_id: 1000, position: 2 };
        assert!(early < late);
    }
}
