//! Errors of queries.

use causerie_store::StoreError;

#[derive(Debug, thiserror::Error)]
#[error("a read model could not be read")]
pub struct ReadError(#[from] sqlx::Error);

impl From<ReadError> for StoreError {
    fn from(error: ReadError) -> Self {
        Self::postgres("reading a read model", error.0)
    }
}
