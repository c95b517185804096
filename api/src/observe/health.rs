//! How far each part is behind the log: asked of Postgres and of the stream, so that every node of the API tells the same,
//! whichever process relays and projects.

use std::sync::{Mutex as SyncMutex, PoisonError};
use std::time::Duration;

use causerie_events::Position;
use causerie_projections::{checkpoint, conversation_list, member_list, timeline};
use causerie_store::relay::RelayReports;
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

/// For how long a report of a relay explains why it is behind. It reports each of its attempts.
const REPORT_COUNTS: Duration = Duration::from_secs(30);
/// How long to wait before listening to relays again.
const RETRY: Duration = Duration::from_secs(1);

const PROJECTIONS: [&str; 3] = [conversation_list::NAME, member_list::NAME, timeline::NAME];

/// Asks, at most once a second.
#[derive(Debug)]
pub struct Health {
    database: Database,
    nats: Nats,
    last: Mutex<Last>,
    /// What a relay has reported last, of whichever process.
    report: SyncMutex<Option<(Instant, String)>>,
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
    /// Why it is not.
    pub nats_reason: Option<String>,
    /// The relay.
    pub relay: Keeping,
    /// Each projection.
    pub projections: Vec<(&'static str, Keeping)>,
    /// Whether the live streams of this process are behind; none where it has none.
    pub live: Option<bool>,
    fence_age: Option<Duration>,
}

/// Whether a part keeps up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Keeping {
    /// The word for it.
    pub status: Word,
    /// Events of the log that it has not got to; 10,000 stands for that many or more.
    pub lag_events: Option<u64>,
    /// How old the oldest of them is.
    pub lag_seconds: Option<f64>,
    /// From when on it counts as behind.
    pub limit_seconds: u64,
    /// Why it is not `ok`, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
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
        Self { database, nats, last: Mutex::default(), report: SyncMutex::default() }
    }

    /// How things are, or were a moment ago. `live` is how far the live streams of this process are in the log.
    pub async fn sample(&self, live: Option<Position>) -> Sample {
        let mut last = self.last.lock().await;
        if let Some((taken, sample)) = &last.sample
            && taken.elapsed() < FRESH
        {
            return sample.clone();
        }
        let failure = match self.ask_stream().await {
            Ok(relayed) => {
                last.relayed = Some(relayed);
                None
            }
            Err(failure) => Some(failure),
        };
        let asked = timeout(PATIENCE, self.ask_log(last.relayed.as_ref(), live)).await;
        let mut sample = match asked {
            Ok(Ok(sample)) => sample,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "Postgres does not tell how things are");
                self.unknown()
            }
            Err(_) => self.unknown(),
        };
        if sample.relay.status != Word::Ok {
            sample.relay.reason = sample.relay.reason.or_else(|| self.report()).or(failure);
        }
        last.sample = Some((Instant::now(), sample.clone()));
        sample
    }

    /// Hears why relays do not get on, for as long as it is polled.
    pub async fn hear_relays(&self) {
        loop {
            match RelayReports::listen(&self.nats).await {
                Ok(mut reports) => {
                    while let Some(reason) = reports.next().await {
                        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), reason));
                    }
                }
                Err(error) => tracing::debug!(%error, "reports of relays are not heard"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    fn report(&self) -> Option<String> {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.as_ref().filter(|(at, _)| at.elapsed() < REPORT_COUNTS).map(|(_, reason)| reason.clone())
    }

    /// Where the stream ends, or why that is not known.
    async fn ask_stream(&self) -> Result<Relayed, String> {
        if !self.nats.is_connected() {
            return Err(format!("NATS: {}", self.nats.failure().unwrap_or_default()));
        }
        match timeout(PATIENCE, relayed(&self.nats, &self.database)).await {
            Ok(asked) => asked.map_err(|error| self.nats.explain(&error)),
            Err(_) => Err(format!("NATS: {}", self.nats.failure().unwrap_or_else(|| "no response in time".to_owned()))),
        }
    }

    async fn ask_log(&self, relayed: Option<&Relayed>, live: Option<Position>) -> Result<Sample, StoreError> {
        let mut sample = self.unknown();
        sample.postgres = self.database.accepts_writes().await?;
        sample.fence_age = Some(self.database.fence_age().await?);
        match relayed {
            Some(Relayed::UpTo(position)) => sample.relay = Keeping::up(self.database.behind(*position).await?),
            Some(Relayed::Diverged { found }) => {
                sample.relay.status = Word::Diverged;
                sample.relay.reason = Some(found.clone());
            }
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
        let nats = self.nats.is_connected();
        Sample {
            nats,
            nats_reason: if nats { None } else { self.nats.failure() },
            projections: PROJECTIONS.map(|name| (name, unknown.clone())).to_vec(),
            relay: unknown,
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
            reason: None,
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
        let well = Sample {
            postgres: true,
            nats: true,
            relay: up.clone(),
            projections: vec![("timeline", up.clone())],
            live: Some(false),
            ..Sample::default()
        };
        assert!(well.is_well());
        assert!(!Sample { nats: false, ..well.clone() }.is_well());
        assert!(!Sample { relay: Keeping::default(), ..well.clone() }.is_well());
        assert!(!Sample { live: Some(true), ..well.clone() }.is_well());
        assert!(Sample { live: None, ..well.clone() }.is_well());
        let behind = Keeping { status: Word::Behind, ..up.clone() };
        assert!(!Sample { projections: vec![("timeline", up), ("member_list", behind)], ..well }.is_well());
    }
}
