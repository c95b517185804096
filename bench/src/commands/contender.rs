//! A subject that takes its turn: conversations, a short warm-up elsewhere, the load.

use std::sync::Arc;
use std::time::Duration;

use super::Round;
use crate::load;
use crate::report::Measurement;
use crate::rooms::{Place, Rooms};
use crate::subjects::Subject;

/// For connections to open, statements to be prepared and caches to fill.
const WARM_UP: Duration = Duration::from_millis(300);

pub(super) struct Contender<S> {
    pub(super) subject: Arc<S>,
    /// Where it warms up: not in the conversations of the measurement, which would grow by it.
    warm_up: Rooms,
}

impl<S: Subject> Contender<S> {
    pub(super) async fn new(subject: S) -> anyhow::Result<Self> {
        let warm_up = subject.open(Place::Spread, 1).await?;
        Ok(Self { subject: Arc::new(subject), warm_up })
    }

    pub(super) async fn measure(&self, round: &Round<'_>) -> anyhow::Result<Measurement> {
        let Round { case, run, time, meter } = round;
        let rooms = self.subject.open(case.place, case.tasks).await?;
        load::drive(&self.subject, &self.warm_up, case.tasks, WARM_UP.min(*time / 3), meter).await?;
        let mark = self.subject.mark().await?;
        let outcome = load::drive(&self.subject, &rooms, case.tasks, *time, meter).await?;
        let batch_mean = self.subject.batch_mean(mark).await?;
        Ok(Measurement::new(case.key(), self.subject.name(), *run, &outcome, batch_mean))
    }
}
