//! Who is measured: the service's own commands, and the baselines.

pub(crate) mod causerie;
pub(crate) mod documented;
pub(crate) mod plain;

use crate::load::Stop;
use crate::rooms::{Place, Rooms};

/// Something that messages are sent to.
pub(crate) trait Subject: Send + Sync + 'static {
    /// Its name in the results.
    fn name(&self) -> &'static str;

    /// The conversations of one load, ready to be sent to.
    fn open(&self, place: Place, tasks: usize) -> impl Future<Output = anyhow::Result<Rooms>> + Send;

    /// Sends the task's `count`-th message and waits until it is durable.
    fn send(
        &self,
        rooms: &Rooms,
        task: usize,
        count: usize,
        stop: &Stop,
    ) -> impl Future<Output = anyhow::Result<Sent>> + Send;

    /// Where its log stands, if it writes in batches; for [`Subject::batch_mean`].
    fn mark(&self) -> impl Future<Output = anyhow::Result<Option<i64>>> + Send {
        async { Ok(None) }
    }

    /// How many messages a transaction has carried since the mark.
    fn batch_mean(&self, _mark: Option<i64>) -> impl Future<Output = anyhow::Result<Option<f64>>> + Send {
        async { Ok(None) }
    }
}

/// What became of a send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// Whether it was taken. Not: it met others too often, or the load ended before it got through.
    pub(crate) taken: bool,
    /// How often it met others and was tried again.
    pub(crate) conflicts: u64,
}

impl Sent {
    /// At the first try.
    pub(crate) const TAKEN: Self = Self { taken: true, conflicts: 0 };
}
