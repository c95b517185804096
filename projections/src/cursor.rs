//! Opaque, versioned cursors: where a page of a query ended.

use std::fmt::Write;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;

/// The form that clients carry: version 1, then the place as JSON in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Cursor(String);

/// A cursor that no query of this version returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list")]
pub struct InvalidCursor;

const CURSOR_VERSION: &str = "1";
/// No valid cursor is longer.
const MAX_CURSOR_LENGTH: usize = 2048;

impl Cursor {
    pub fn at<T: Serialize>(place: &T) -> Self {
        // Places are tuples of numbers and texts, whose serialisation cannot fail; an empty cursor
        // would be rejected.
        let json = serde_json::to_vec(place).unwrap_or_default();
        let mut text = CURSOR_VERSION.to_owned();
        for byte in json {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, InvalidCursor> {
        let hex = text
            .strip_prefix(CURSOR_VERSION)
            .filter(|hex| hex.len() <= MAX_CURSOR_LENGTH && hex.is_ascii())
            .ok_or(InvalidCursor)?;
        let pairs = hex.as_bytes().chunks(2);
        let json: Option<Vec<u8>> =
            pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        serde_json::from_slice(&json.ok_or(InvalidCursor)?).map_err(|_| InvalidCursor)
    }
}

/// The rows of a page of this length, and the cursor of the next page. One row more was read than
/// the page has, which shows whether there is a next page.
pub(crate) fn page_of<'r, T: Serialize>(
    rows: &'r [PgRow],
    length: usize,
    place: impl Fn(&'r PgRow) -> Result<T, sqlx::Error>,
) -> Result<(&'r [PgRow], Option<Cursor>), sqlx::Error> {
    let shown = rows.get(..length).unwrap_or(rows);
    let last = shown.last().filter(|_| rows.len() > shown.len());
    let next = last.map(|row| place(row).map(|place| Cursor::at(&place))).transpose()?;
    Ok((shown, next))
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_its_place() {
        let place = ("Zoé".to_owned(), 7_i64);
        assert_eq!(Cursor::read::<(String, i64)>(&Cursor::at(&place).to_string()), Ok(place));
    }

    #[test]
    fn invalid_cursors_are_rejected() {
        for bad in ["", "1", "2", "15b", "1zz", "é", "1é", "15b315d00", &"1".repeat(5000)] {
            assert_eq!(Cursor::read::<(i64,)>(bad), Err(InvalidCursor), "{bad}");
        }
    }
}
