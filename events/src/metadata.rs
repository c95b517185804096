//! Metadata of an event: the actor and the request that caused it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::MemberId;

/// The `metadata` column of the log: a map of strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// The member who issued the command.
    pub actor: MemberId,
    /// The role in their token: `member`, `staff`, `owner` or `operator`.
    #[schemars(extend("enum" = ["member", "staff", "owner", "operator"]))]
    pub role: String,
    /// The capacity in which they acted: the role in their token, or `staff` where the log assigns
    /// them that role. Not recorded by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("enum" = ["member", "staff", "owner", "operator"]))]
    pub capacity: Option<String>,
    /// The id of the request, as in `trace_id` of a response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
