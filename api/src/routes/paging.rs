//! How many items a page has.

use serde::Deserialize;

/// `limit`: 1 to 200, 50 where none is given.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Limit(u32);

const MAX: u32 = 200;

impl Limit {
    pub(super) const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u32> for Limit {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        if (1..=MAX).contains(&limit) { Ok(Self(limit)) } else { Err("limit must be 1 to 200") }
    }
}
