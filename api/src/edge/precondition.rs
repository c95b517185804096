//! `If-Match`: a command that is to be carried out only if its aggregate is where the caller saw it.

use axum::http::{HeaderMap, header};

use crate::problem::Problem;

/// What version a command expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precondition {
    /// Any.
    #[default]
    None,
    /// That it exists: `*`.
    Exists,
    /// This one.
    Version(u64),
}

impl Precondition {
    /// Of a request.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(value) = headers.get(header::IF_MATCH) else { return Ok(Self::None) };
        let value = value.to_str().unwrap_or_default().trim();
        if value == "*" {
            return Ok(Self::Exists);
        }
        let tag = value.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        tag.and_then(version).map(Self::Version).ok_or_else(|| {
            Problem::malformed("if_match.invalid", "If-Match takes one ETag as the service gave it, or *")
        })
    }

    /// Whether an aggregate of this version is what was expected; one that does not exist has version 0.
    #[must_use]
    pub const fn holds(self, version: u64) -> bool {
        match self {
            Self::None => true,
            Self::Exists => version > 0,
            Self::Version(expected) => version == expected,
        }
    }
}

/// The version in an ETag. That of a query goes on behind a dash: it also tells what the caller alone sees.
fn version(tag: &str) -> Option<u64> {
    tag.split_once('-').map_or(tag, |(version, _)| version).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &'static str) -> Option<Precondition> {
        let headers = [(header::IF_MATCH, value.parse().unwrap())].into_iter().collect();
        Precondition::of(&headers).ok()
    }

    #[test]
    fn an_etag_is_read_as_it_was_given() {
        assert_eq!(of("\"17\""), Some(Precondition::Version(17)));
        assert_eq!(of("\"17-9f3c\""), Some(Precondition::Version(17)));
        assert_eq!(of("*"), Some(Precondition::Exists));
        for odd in ["17", "\"\"", "W/\"17\"", "\"a\"", "\"1\", \"2\"", "\"-1\""] {
            assert_eq!(of(odd), None, "{odd}");
        }
        assert_eq!(Precondition::of(&HeaderMap::new()).ok(), Some(Precondition::None));
    }
}
