//! Measures the lag of each part in Postgres and the JetStream stream, so that every node reports
//! the same lag, whichever process relays and projects.

use std::sync::{Mutex as SyncMutex, PoisonError};
use std::time::Duration;

use causerie_events::Position;
use causerie_projections::{checkpoint, conversation_list, member_list, timeline};
use causerie_store::relay::RelayReports;
use causerie_store::{Database, Lag, Nats, Relayed, StoreError, relayed};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long a sample is reused, so that frequent requests do not overload Postgres.
const SAMPLE_MAX_AGE: Duration = Duration::from_secs(1);
/// Postgres counts as down after this time; NATS is not waited for any longer.
const SAMPLE_TIMEOUT: Duration = Duration::from_secs(2);
/// The age of the oldest missing event, or of the last read, above which a part is behind.
pub(super) const MAX_LAG: Duration = Duration::from_secs(10);

/// How long a report explains the lag. A relay reports each failed attempt.
const RELAY_REPORT_MAX_AGE: Duration = Duration::from_secs(30);
const RELAY_LISTEN_RETRY_INTERVAL: Duration = Duration::from_secs(1);

const PROJECTIONS: [&str; 3] = [conversation_list::NAME, member_list::NAME, timeline::NAME];

/// Takes a sample at most once per `SAMPLE_MAX_AGE`.
#[derive(Debug)]
pub struct Health {
    database: Database,
    nats: Nats,
    last: Mutex<LastSample>,
    /// The last report of a relay in any process.
    report: SyncMutex<Option<(Instant, String)>>,
}

#[derive(Debug, Default)]
struct LastSample {
    sample: Option<(Instant, HealthSample)>,
    /// The last known end of the stream. While NATS is down, the lag is measured from there.
    relayed: Option<Relayed>,
}

#[derive(Debug, Clone, Default)]
pub struct HealthSample {
    /// Postgres responds and accepts writes.
    pub postgres: bool,
    pub nats: bool,
    pub nats_reason: Option<String>,
    pub relay: LagReport,
    pub projections: Vec<(&'static str, LagReport)>,
    /// Whether the live streams of this process are behind; `None` without the role `api`.
    pub live: Option<bool>,
    fence_age: Option<Duration>,
}

/// The lag of a part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct LagReport {
    /// Whether the part keeps up.
    pub status: LagStatus,
    /// Events of the log that the part has not processed; 10,000 means 10,000 or more.
    pub lag_events: Option<u64>,
    /// Age of the oldest of these events.
    pub lag_seconds: Option<f64>,
    /// The part is `behind` above this age.
    pub limit_seconds: u64,
    /// Why the status is not `ok`, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether a part keeps up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LagStatus {
    /// The part keeps up.
    Ok,
    /// The lag is above the limit.
    Behind,
    /// The stream contains events that the log does not. The relay is stopped until an operator
    /// runs `causerie recover`.
    Diverged,
    /// The lag cannot be determined now.
    #[default]
    Unknown,
}

impl Health {
    #[must_use]
    pub fn new(database: Database, nats: Nats) -> Self {
        Self { database, nats, last: Mutex::default(), report: SyncMutex::default() }
    }

    /// Returns a sample of at most `SAMPLE_MAX_AGE`. `live` is the position of the live streams.
    pub async fn sample(&self, live: Option<Position>) -> HealthSample {
        let mut last = self.last.lock().await;
        if let Some((taken, sample)) = &last.sample
            && taken.elapsed() < SAMPLE_MAX_AGE
        {
            return sample.clone();
        }
        let failure = match self.query_stream().await {
            Ok(relayed) => {
                last.relayed = Some(relayed);
                None
            }
            Err(failure) => Some(failure),
        };
        let queried = timeout(SAMPLE_TIMEOUT, self.query_log(last.relayed.as_ref(), live)).await;
        let mut sample = match queried {
            Ok(Ok(sample)) => sample,
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "health query failed; reporting unknown status"
                );
                self.unknown()
            }
            Err(_) => self.unknown(),
        };
        if sample.relay.status != LagStatus::Ok {
            sample.relay.reason = sample.relay.reason.or_else(|| self.report()).or(failure);
        }
        last.sample = Some((Instant::now(), sample.clone()));
        sample
    }

    /// Receives the failure reports of relays. Never completes.
    pub async fn listen_to_relays(&self) {
        loop {
            match RelayReports::listen(&self.nats).await {
                Ok(mut reports) => {
                    while let Some(reason) = reports.next().await {
                        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), reason));
                    }
                }
                Err(error) => tracing::debug!(%error, "failed to subscribe to relay reports; retrying"),
            }
            tokio::time::sleep(RELAY_LISTEN_RETRY_INTERVAL).await;
        }
    }

    fn report(&self) -> Option<String> {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.as_ref().filter(|(at, _)| at.elapsed() < RELAY_REPORT_MAX_AGE).map(|(_, reason)| reason.clone())
    }

    /// The end of the stream, or why it is not known.
    async fn query_stream(&self) -> Result<Relayed, String> {
        if !self.nats.is_connected() {
            return Err(format!("NATS: {}", self.nats.failure().unwrap_or_default()));
        }
        match timeout(SAMPLE_TIMEOUT, relayed(&self.nats, &self.database)).await {
            Ok(queried) => queried.map_err(|error| self.nats.explain(&error)),
            Err(_) => Err(format!("NATS: {}", self.nats.failure().unwrap_or_else(|| "no response in time".to_owned()))),
        }
    }

    async fn query_log(&self, relayed: Option<&Relayed>, live: Option<Position>) -> Result<HealthSample, StoreError> {
        let mut sample = self.unknown();
        sample.postgres = self.database.accepts_writes().await?;
        sample.fence_age = Some(self.database.fence_age().await?);
        match relayed {
            Some(Relayed::UpTo(position)) => sample.relay = LagReport::of(self.database.behind(*position).await?),
            Some(Relayed::Diverged { found }) => {
                sample.relay.status = LagStatus::Diverged;
                sample.relay.reason = Some(found.clone());
            }
            None => {}
        }
        if let Some(position) = live {
            sample.live = Some(LagReport::of(self.database.behind(position).await?).status == LagStatus::Behind);
        }
        for (name, lag) in &mut sample.projections {
            let checkpoint = checkpoint::load(self.database.pool(), name).await?;
            *lag = LagReport::of(self.database.behind(checkpoint.position).await?);
        }
        Ok(sample)
    }

    fn unknown(&self) -> HealthSample {
        let unknown = LagReport { limit_seconds: MAX_LAG.as_secs(), ..LagReport::default() };
        let nats = self.nats.is_connected();
        HealthSample {
            nats,
            nats_reason: if nats { None } else { self.nats.failure() },
            projections: PROJECTIONS.map(|name| (name, unknown.clone())).to_vec(),
            relay: unknown,
            ..HealthSample::default()
        }
    }
}

impl LagReport {
    fn of(behind: Lag) -> Self {
        Self {
            status: if behind.age > MAX_LAG { LagStatus::Behind } else { LagStatus::Ok },
            lag_events: Some(behind.events),
            lag_seconds: Some(behind.age.as_secs_f64()),
            limit_seconds: MAX_LAG.as_secs(),
            reason: None,
        }
    }
}

impl HealthSample {
    /// Whether all parts are up and keep up.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        let mut lags = self.projections.iter().map(|(_, lag)| lag).chain([&self.relay]);
        self.postgres && self.nats && self.live != Some(true) && lags.all(|lag| lag.status == LagStatus::Ok)
    }

    /// Sets the metrics. Unknown ones keep their last value, as `causerie_up` shows.
    pub(super) fn publish(&self) {
        for (part, up) in [("postgres", self.postgres), ("nats", self.nats)] {
            metrics::gauge!("causerie_up", "part" => part).set(f64::from(u8::from(up)));
        }
        if let Some(age) = self.fence_age {
            metrics::gauge!("causerie_fence_age_seconds").set(age);
        }
        if let Some((events, seconds)) = self.relay.gauges() {
            metrics::gauge!("causerie_relay_lag_events").set(events);
            metrics::gauge!("causerie_relay_lag_seconds").set(seconds);
        }
        for (name, lag) in &self.projections {
            if let Some((events, seconds)) = lag.gauges() {
                metrics::gauge!("causerie_projection_lag_events", "projection" => *name).set(events);
                metrics::gauge!("causerie_projection_lag_seconds", "projection" => *name).set(seconds);
            }
        }
    }
}

impl LagReport {
    /// Events and seconds as gauge values.
    fn gauges(&self) -> Option<(f64, f64)> {
        let events = u32::try_from(self.lag_events?).unwrap_or(u32::MAX);
        Some((events.into(), self.lag_seconds?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_is_behind_by_age_not_by_number_of_events() {
        let lag = |events, seconds| LagReport::of(Lag { events, age: Duration::from_secs(seconds) }).status;
        assert_eq!(lag(0, 0), LagStatus::Ok);
        assert_eq!(lag(5_000, 2), LagStatus::Ok);
        assert_eq!(lag(1, 11), LagStatus::Behind);
    }

    #[test]
    fn sample_is_healthy_if_every_part_keeps_up() {
        let up = LagReport::of(Lag::default());
        let well = HealthSample {
            postgres: true,
            nats: true,
            relay: up.clone(),
            projections: vec![("timeline", up.clone())],
            live: Some(false),
            ..HealthSample::default()
        };
        assert!(well.is_healthy());
        assert!(!HealthSample { nats: false, ..well.clone() }.is_healthy());
        assert!(!HealthSample { relay: LagReport::default(), ..well.clone() }.is_healthy());
        assert!(!HealthSample { live: Some(true), ..well.clone() }.is_healthy());
        assert!(HealthSample { live: None, ..well.clone() }.is_healthy());
        let behind = LagReport { status: LagStatus::Behind, ..up.clone() };
        assert!(!HealthSample { projections: vec![("timeline", up), ("member_list", behind)], ..well }.is_healthy());
    }
}
