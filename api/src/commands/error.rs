//! Why a command was not executed.

use std::sync::Arc;

use causerie_domain::Refusal;
use causerie_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{0}")]
    Refused(Box<dyn Refusal>),
    #[error("the resource is not at the version that If-Match names")]
    Precondition,
    /// Each attempt met a version conflict.
    #[error("the command met too many others at once")]
    Contended,
    /// The log failed. Whether the command took effect is not known; sending it again is safe.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same, for a whole batch.
    #[error(transparent)]
    Batch(Arc<StoreError>),
    /// The queue is full; the command was not executed.
    #[error("too many commands are waiting")]
    Busy,
    #[error("the service is stopping")]
    Stopping,
}

impl CommandError {
    pub fn refused(refusal: impl Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
