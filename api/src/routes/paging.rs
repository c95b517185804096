//! The query parameters of pages.

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The parameters of a list that has no filters. Other lists contain [`Limit`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// The `next` of the previous page.
    pub(super) cursor: Option<String>,
    #[serde(default)]
    pub(super) limit: Limit,
}

/// `limit`: 1 to 200, by default 50.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(extend("minimum" = 1, "maximum" = MAX_PAGE_ITEMS, "default" = DEFAULT_PAGE_ITEMS))]
pub(super) struct Limit(u32);

const MAX_PAGE_ITEMS: u32 = 200;
const DEFAULT_PAGE_ITEMS: u32 = 50;

impl Limit {
    pub(super) const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_PAGE_ITEMS)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit =
            String::deserialize(deserializer)?.parse().ok().filter(|limit| (1..=MAX_PAGE_ITEMS).contains(limit));
        limit
            .map(Self)
            .ok_or_else(|| D::Error::custom(format_args!("must be a whole number from 1 to {MAX_PAGE_ITEMS}")))
    }
}
