//! What is recorded beside an event: who asked for it, and by which request.

use serde::{Deserialize, Serialize};

use crate::id::MemberId;

/// Kept in the log's `metadata` column. All values are texts, as postgres-es reads the column as a map of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who gave the command.
    pub actor: MemberId,
    /// In which role: `member`, `staff`, `owner` or `operator`.
    pub role: String,
    /// The id of the request, as in the answer's `trace_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
