//! The version that a command expects its aggregate to have, as `If-Match` names it.

use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precondition {
    /// Any version.
    #[default]
    None,
    /// Any version of an aggregate that exists: `*`.
    Exists,
    Version(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPrecondition;

impl Precondition {
    /// Whether an aggregate of this version meets it; one that does not exist has version 0.
    #[must_use]
    pub const fn holds(self, version: u64) -> bool {
        match self {
            Self::None => true,
            Self::Exists => version > 0,
            Self::Version(expected) => version == expected,
        }
    }
}

impl FromStr for Precondition {
    type Err = InvalidPrecondition;

    /// `*`, or one ETag. The ETag of a query is the version, a dash, and a hash of the fields that depend on the caller.
    fn from_str(value: &str) -> Result<Self, InvalidPrecondition> {
        let value = value.trim();
        if value == "*" {
            return Ok(Self::Exists);
        }
        let tag = value.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).ok_or(InvalidPrecondition)?;
        let version = tag.split_once('-').map_or(tag, |(version, _)| version);
        version.parse().map(Self::Version).map_err(|_| InvalidPrecondition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_read_as_it_was_given() {
        assert_eq!("\"17\"".parse(), Ok(Precondition::Version(17)));
        assert_eq!("\"17-9f3c\"".parse(), Ok(Precondition::Version(17)));
        assert_eq!("*".parse(), Ok(Precondition::Exists));
        for odd in ["17", "\"\"", "W/\"17\"", "\"a\"", "\"1\", \"2\"", "\"-1\""] {
            assert_eq!(odd.parse::<Precondition>(), Err(InvalidPrecondition), "{odd}");
        }
    }
}
