//! The position of an event in the log.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A position in the total order of the log: epoch, appending transaction, place within it.
///
/// Transaction ids are comparable within an epoch only: one timeline of one Postgres cluster
/// (docs/adr/0022).
///
/// Its text form is the position token of the API, the live stream and NATS headers. Clients treat
/// it as opaque and do not compare it as text. The upper 16 bits of the first number hold the
/// epoch, so tokens of versions without epochs belong to epoch 0.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(extend("pattern" = "^[0-9a-f]{1,16}-([0-9a-f]{1,15}|[0-7][0-9a-f]{15})$"))]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// How many times the log has changed its cluster or its timeline.
    pub epoch: u16,
    /// The 64-bit transaction id of Postgres, of which a token holds the lower 48 bits.
    pub transaction_id: u64,
    /// The value of the log's identity column.
    pub position: i64,
}

impl Position {
    /// The position before the first event.
    pub const START: Self = Self { epoch: 0, transaction_id: 0, position: 0 };
}

/// The lower bits of the first number in a token, which hold the transaction id.
const TRANSACTION_BITS: u32 = 48;

/// A text that is not a position token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position token")]
pub struct InvalidPosition;

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, transaction_id, position } = *self;
        write!(f, "{:x}-{position:x}", (u64::from(epoch) << TRANSACTION_BITS) | transaction_id)
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(token: &str) -> Result<Self, InvalidPosition> {
        // from_str_radix also accepts a leading '+', which tokens never have.
        let number = |text: &str| {
            let hex = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            hex.then(|| u64::from_str_radix(text, 16).ok()).flatten().ok_or(InvalidPosition)
        };
        let (transaction, position) = token.split_once('-').ok_or(InvalidPosition)?;
        let transaction = number(transaction)?;
        Ok(Self {
            epoch: u16::try_from(transaction >> TRANSACTION_BITS).map_err(|_| InvalidPosition)?,
            transaction_id: transaction & ((1 << TRANSACTION_BITS) - 1),
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
        fn a_token_reads_back_as_its_position(epoch: u16, transaction_id in 0..1_u64 << 48, position in 0..i64::MAX) {
            let position = Position { epoch, transaction_id, position };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Position>();
        }
    }

    #[test]
    fn malformed_tokens_are_rejected() {
        for bad in [
            "",
            "-",
            "1-",
            "-1",
            "+1-1",
            "1-+1",
            "g-1",
            "1-1-1",
            "-1-1",
            "1--1",
            "FF-1",
            "1-ffffffffffffffff",
            "10000000000000000-1",
        ] {
            assert_eq!(bad.parse::<Position>(), Err(InvalidPosition), "{bad:?}");
        }
    }

    #[test]
    fn token_without_an_epoch_belongs_to_epoch_0() {
        let first = Position { epoch: 0, transaction_id: 255, position: 16 };
        assert_eq!((first.to_string().as_str(), "ff-10".parse()), ("ff-10", Ok(first)));
        let second = Position { epoch: 1, ..first };
        assert_eq!((second.to_string().as_str(), "10000000000ff-10".parse()), ("10000000000ff-10", Ok(second)));
    }

    #[test]
    fn positions_order_by_epoch_then_transaction_then_position() {
        let at = |epoch, transaction_id, position| Position { epoch, transaction_id, position };
        let in_order = [at(0, 999, 50), at(0, 1000, 2), at(0, 1000, 3), at(1, 7, 1), at(1, 8, 1), at(2, 3, 1)];
        assert!(in_order.is_sorted());
    }
}
