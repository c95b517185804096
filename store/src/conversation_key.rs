//! The key of the ids of direct and business conversations, generated once per database by the
//! migrations.

use sqlx::Row;

use crate::database::Database;
use crate::error::StoreError;

/// Its bytes are not part of its `Debug` output.
pub struct ConversationKey(Vec<u8>);

impl ConversationKey {
    /// The bytes, to derive ids from them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for ConversationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConversationKey")
    }
}

impl Database {
    pub async fn conversation_key(&self) -> Result<ConversationKey, StoreError> {
        let failed = |source| StoreError::postgres("reading the key of conversation ids", source);
        let row = sqlx::query("SELECT key FROM conversation_id_key").fetch_one(self.pool()).await.map_err(failed)?;
        row.try_get(0).map(ConversationKey).map_err(failed)
    }
}
