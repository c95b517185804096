//! Why a command was not carried out.

use std::sync::Arc;

use causerie_domain::Refusal;
use causerie_store::StoreError;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A rule of the domain refuses it.
    #[error("{0}")]
    Refused(Box<dyn Refusal>),
    /// It was to be carried out at another version only.
    #[error("the resource is not at the version that If-Match names")]
    Precondition,
    /// What it read kept moving.
    #[error("the command met too many others at once")]
    Contended,
    /// The log failed. Whether the command took effect is not known: send it again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same, for a whole batch.
    #[error(transparent)]
    Batch(Arc<StoreError>),
    /// Too many commands are waiting; this one was not carried out.
    #[error("too many commands are waiting")]
    Busy,
    /// The task that carried it out ended early: the service is stopping.
    #[error("the service is stopping")]
    Stopping,
}

impl CommandError {
    /// A refusal of the domain.
    pub fn refused(refusal: impl Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
