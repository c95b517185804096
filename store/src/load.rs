//! Loads aggregates: folds their streams with the decoding that all readers use (docs/adr/0011).

use causerie_events::{Aggregate, Event, Position, StreamId};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::append::sql_epoch;
use crate::database::Database;
use crate::error::{Cause, StoreError, StoreErrorKind};

#[derive(Debug, Clone)]
pub struct Loaded<A> {
    pub stream: StreamId,
    pub aggregate: A,
    /// The number of its last event; 0 if it does not exist.
    pub version: u64,
}

impl<A> Loaded<A> {
    /// The stream and version for the check of the append.
    #[must_use]
    pub fn seen(&self) -> (StreamId, u64) {
        (self.stream.clone(), self.version)
    }
}

const LOAD: &str = "SELECT sequence, event_type, event_version, payload FROM events
  WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence <= $3 ORDER BY sequence";

const LOAD_UNTIL: &str = "SELECT sequence, event_type, event_version, payload FROM events
  WHERE aggregate_type = $1 AND aggregate_id = $2 AND (epoch, transaction_id, position) <= ($3, $4::text::xid8, $5) ORDER BY sequence";

const VERSIONS: &str = "SELECT coalesce((SELECT max(sequence) FROM events e
                         WHERE e.aggregate_type = s.t AND e.aggregate_id = s.i), 0), (SELECT max(epoch) FROM log_epochs)
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS s(t, i, o) ORDER BY s.o";

impl Database {
    /// Folds a stream in one round trip. Cost: linear in the length of the stream.
    ///
    /// # Errors
    /// [`StoreErrorKind::Corrupt`] if this version does not know an event of the stream.
    pub async fn load<A: Aggregate>(&self, stream: StreamId) -> Result<Loaded<A>, StoreError> {
        self.load_at(stream, u64::MAX).await
    }

    /// Folds a stream up to one of its events: the aggregate as it was then.
    pub async fn load_at<A: Aggregate>(&self, stream: StreamId, version: u64) -> Result<Loaded<A>, StoreError> {
        let until = i64::try_from(version).unwrap_or(i64::MAX);
        let (kind, id) = (stream.aggregate_type().as_str(), stream.aggregate_id());
        let load = || sqlx::query(LOAD).bind(kind).bind(id).bind(until);
        fold(stream.clone(), &self.read(load).await.map_err(unavailable)?)
    }

    pub async fn load_until<A: Aggregate>(&self, stream: StreamId, until: Position) -> Result<Loaded<A>, StoreError> {
        let (kind, id) = (stream.aggregate_type().as_str(), stream.aggregate_id());
        let transaction = until.transaction_id.to_string();
        let epoch = sql_epoch(until.epoch);
        let load = || sqlx::query(LOAD_UNTIL).bind(kind).bind(id).bind(epoch).bind(&transaction).bind(until.position);
        fold(stream.clone(), &self.read(load).await.map_err(unavailable)?)
    }

    /// The streams whose version has changed since it was read. One round trip.
    ///
    /// # Errors
    /// [`StoreErrorKind::EpochEnded`] if they were read in an earlier epoch, in which the same version may have
    /// been another event.
    pub async fn moved(&self, seen: &[(StreamId, u64)]) -> Result<Vec<StreamId>, StoreError> {
        let failed = |source| StoreError::postgres("reading versions", source);
        let epoch = self.epoch().await?;
        let read_versions = || {
            sqlx::query(VERSIONS)
                .bind(seen.iter().map(|(stream, _)| stream.aggregate_type().as_str()).collect::<Vec<_>>())
                .bind(seen.iter().map(|(stream, _)| stream.aggregate_id()).collect::<Vec<_>>())
        };
        let rows = self.read(read_versions).await.map_err(failed)?;
        let versions = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>().map_err(failed)?;
        if let Some(row) = rows.first()
            && row.try_get::<i32, _>(1).map_err(failed)? != sql_epoch(epoch)
        {
            let ended = "a newer epoch has begun";
            return Err(StoreError::new(StoreErrorKind::EpochEnded, "reading versions", ended));
        }
        let moved = seen.iter().zip(versions).filter(|((_, seen), version)| u64::try_from(*version) != Ok(*seen));
        Ok(moved.map(|((stream, _), _)| stream.clone()).collect())
    }
}

fn fold<A: Aggregate>(stream: StreamId, rows: &[PgRow]) -> Result<Loaded<A>, StoreError> {
    let mut loaded = Loaded { stream, aggregate: A::default(), version: 0 };
    for row in rows {
        let (sequence, event) = numbered(&loaded.stream, row)
            .map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "loading an aggregate", source))?;
        loaded.aggregate.apply(event);
        loaded.version = sequence;
    }
    Ok(loaded)
}

fn unavailable(source: sqlx::Error) -> StoreError {
    StoreError::postgres("loading an aggregate", source)
}

/// An event of the stream and its sequence.
fn numbered<E: TryFrom<Event>>(stream: &StreamId, row: &PgRow) -> Result<(u64, E), Cause> {
    let sequence = u64::try_from(row.try_get::<i64, _>(0)?)?;
    let event = Event::decode_parts(stream.aggregate_type(), row.try_get(1)?, row.try_get(2)?, &row.try_get(3)?)?;
    Ok((sequence, event.try_into().map_err(|_| "an event of another aggregate")?))
}
