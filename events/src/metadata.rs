//! What is recorded beside an event: who asked for it, and by which request.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::MemberId;

/// Kept in the log's `metadata` column. All values are texts, as postgres-es reads the column as a map of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// Who gave the command.
    pub actor: MemberId,
    /// The role in their token: `member`, `staff`, `owner` or `operator`.
    #[schemars(extend("enum" = ["member", "staff", "owner", "operator"]))]
    pub role: String,
    /// In what capacity they acted: their role, or `staff` where the log gave them that role. Absent in events from before it
    /// was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("enum" = ["member", "staff", "owner", "operator"]))]
    pub capacity: Option<String>,
    /// The id of the request, as in the answer's `trace_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
