//! How far each part is behind the log: asked of Postgres and of the stream, so that every node of the API tells the same,
//! whichever process relays and projects.

use std::time::Duration;

use causerie_events::Position;
use causerie_projections::{checkpoint, conversation_list, member_list, timeline};
use causerie_store::{Behind, Database, Nats, Relayed, StoreError, relayed};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// For how long an answer is given again, so that nobody can ask Postgres to death.
const FRESH: Duration = Duration::from_secs(1);
/// How long Postgres may take before it counts as down, and NATS before its answer is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// A part whose oldest missing event is older than this is behind; so is a hub that has not read the log for so long.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

const PROJECTIONS: [&str; 3] = [conversation_list::NAME, member_list::NAME, timeline::NAME];

/// Asks, at most once a second.
#[derive(Debug)]
pub struct Health {
    database: Database,
    nats: Nats,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    sample: Option<(Instant, Sample)>,
    /// Where the stream ended when it was last seen: while NATS is down the lag grows from there.
    relayed: Option<Relayed>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Postgres answers and takes writes.
    pub postgres: bool,
    /// NATS is connected.
    pub nats: bool,
    /// The relay.
    pub relay: Keeping,
    /// Each projection.
    pub projections: Vec<(&'static str, Keeping)>,
    /// Whether the live streams of this process are behind; none where it has none.
    pub live: Option<bool>,
    fence_age: Option<Duration>,
}

/// Whether a part keeps up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Keeping {
    /// The word for it.
    pub status: Word,
    /// Events of the log that it has not got to; 10,000 stands for that many or more.
    pub lag_events: Option<u64>,
    /// How old the oldest of them is.
    pub lag_seconds: Option<f64>,
    /// From when on it counts as behind.
    pub limit_seconds: u64,
}

/// How a part is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "KeepingUp")]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// As it should be.
    Ok,
    /// Further behind than it may be.
    Behind,
    /// The stream holds events that the log does not: nothing is relayed until an operator decides (`causerie recover`).
    Diverged,
    /// Cannot be told now.
    #[default]
    Unknown,
}

impl Health {
    /// Of these servers.
    #[must_use]
    pub fn new(database: Database, nats: Nats) -> Self {
        Self { database, nats, last: Mutex::default() }
    }

    /// How things are, or were a moment ago. `live` is how far the live streams of this process are in the log.
    pub async fn sample(&self, live: Option<Position>) -> Sample {
        let mut last = self.last.lock().await;
        if let Some((taken, sample)) = &last.sample
            && taken.elapsed() < FRESH
        {
            return sample.clone();
        }
        if let Some(relayed) = self.ask_stream().await {
            last.relayed = Some(relayed);
        }
        let asked = timeout(PATIENCE, self.ask_log(last.relayed, live)).await;
        let sample = match asked {
            Ok(Ok(sample)) => sample,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "Postgres does not tell how things are");
                self.unknown()
            }
            Err(_) => self.unknown(),
        };
        last.sample = Some((Instant::now(), sample.clone()));
        sample
    }

    async fn ask_stream(&self) -> Option<Relayed> {
        if !self.nats.is_connected() {
            return None;
        }
        timeout(PATIENCE, relayed(&self.nats, &self.database)).await.ok()?.ok()
    }

    async fn ask_log(&self, relayed: Option<Relayed>, live: Option<Position>) -> Result<Sample, StoreError> {
        let mut sample = self.unknown();
        sample.postgres = self.database.accepts_writes().await?;
        sample.fence_age = Some(self.database.fence_age().await?);
        match relayed {
            Some(Relayed::UpTo(position)) => sample.relay = Keeping::up(self.database.behind(position).await?),
            Some(Relayed::Diverged) => sample.relay.status = Word::Diverged,
            None => {}
        }
        if let Some(position) = live {
            sample.live = Some(Keeping::up(self.database.behind(position).await?).status == Word::Behind);
        }
        for (name, keeping) in &mut sample.projections {
            let checkpoint = checkpoint::load(self.database.pool(), name).await?;
            *keeping = Keeping::up(self.database.behind(checkpoint.position).await?);
        }
        Ok(sample)
    }

    fn unknown(&self) -> Sample {
        let unknown = Keeping { limit_seconds: LIMIT.as_secs(), ..Keeping::default() };
        Sample {
            nats: self.nats.is_connected(),
            relay: unknown,
            projections: PROJECTIONS.map(|name| (name, unknown)).to_vec(),
            ..Sample::default()
        }
    }
}

impl Keeping {
    fn up(behind: Behind) -> Self {
        Self {
            status: if behind.age > LIMIT { Word::Behind } else { Word::Ok },
            lag_events: Some(behind.events),
            lag_seconds: Some(behind.age.as_secs_f64()),
            limit_seconds: LIMIT.as_secs(),
        }
    }
}

impl Sample {
    /// Whether all parts are as they should be.
    #[must_use]
    pub fn is_well(&self) -> bool {
        let keeping = self.projections.iter().map(|(_, keeping)| keeping).chain([&self.relay]);
        self.postgres
            && self.nats
            && self.live != Some(true)
            && keeping.into_iter().all(|keeping| keeping.status == Word::Ok)
    }

    /// As metrics. What is not known keeps its last value: `causerie_up` tells that it is old.
    pub(super) fn publish(&self) {
        for (part, up) in [("postgres", self.postgres), ("nats", self.nats)] {
            metrics::gauge!("causerie_up", "part" => part).set(f64::from(u8::from(up)));
        }
        if let Some(age) = self.fence_age {
            metrics::gauge!("causerie_fence_age_seconds").set(age);
        }
        if let Some((events, seconds)) = self.relay.lag() {
            metrics::gauge!("causerie_relay_lag_events").set(events);
            metrics::gauge!("causerie_relay_lag_seconds").set(seconds);
        }
        for (name, keeping) in &self.projections {
            if let Some((events, seconds)) = keeping.lag() {
                metrics::gauge!("causerie_projection_lag_events", "projection" => *name).set(events);
                metrics::gauge!("causerie_projection_lag_seconds", "projection" => *name).set(seconds);
            }
        }
    }
}

impl Keeping {
    /// As a gauge wants it: a float.
    fn lag(&self) -> Option<(f64, f64)> {
        let events = u32::try_from(self.lag_events?).unwrap_or(u32::MAX);
        Some((events.into(), self.lag_seconds?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_behind_by_the_age_of_what_it_misses_not_by_its_number() {
        let keeping = |events, seconds| Keeping::up(Behind { events, age: Duration::from_secs(seconds) }).status;
        assert_eq!(keeping(0, 0), Word::Ok);
        assert_eq!(keeping(5_000, 2), Word::Ok);
        assert_eq!(keeping(1, 11), Word::Behind);
    }

    #[test]
    fn all_is_well_when_every_part_is_known_to_keep_up() {
        let up = Keeping::up(Behind::default());
        let projections = vec![("timeline", up)];
        let well = Sample { postgres: true, nats: true, relay: up, projections, live: Some(false), fence_age: None };
        assert!(well.is_well());
        assert!(!Sample { nats: false, ..well.clone() }.is_well());
        assert!(!Sample { relay: Keeping::default(), ..well.clone() }.is_well());
        assert!(!Sample { live: Some(true), ..well.clone() }.is_well());
        assert!(Sample { live: None, ..well.clone() }.is_well());
        let behind = Keeping { status: Word::Behind, ..up };
        assert!(!Sample { projections: vec![("timeline", up), ("member_list", behind)], ..well }.is_well());
    }
}
