//! How many items a page has.

use schemars::JsonSchema;
use serde::Deserialize;

/// `limit`: 1 to 200, 50 where none is given.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(try_from = "u32")]
#[schemars(extend("minimum" = 1, "maximum" = MAX, "default" = DEFAULT))]
pub(super) struct Limit(u32);

const MAX: u32 = 200;
const DEFAULT: u32 = 50;

impl Limit {
    pub(super) const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl TryFrom<u32> for Limit {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        if (1..=MAX).contains(&limit) { Ok(Self(limit)) } else { Err("limit must be 1 to 200") }
    }
}
