//! Loading an aggregate, by way of postgres-es' own repository over our table.
//!
//! Only `new_event_store`: the snapshot and aggregate stores apply each event twice (`tests/double_apply.rs`).

use causerie_events::StreamId;
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{Aggregate, AggregateError, EventStore};
use postgres_es::PostgresEventRepository;

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};

/// An aggregate as its stream tells it.
#[derive(Debug, Clone)]
pub struct Loaded<A> {
    /// Its stream.
    pub stream: StreamId,
    /// Its state.
    pub aggregate: A,
    /// The number of its last event; 0 when it does not exist.
    pub version: u64,
}

impl<A> Loaded<A> {
    /// What the append checks: that the stream is still where the decision saw it.
    #[must_use]
    pub fn seen(&self) -> (StreamId, u64) {
        (self.stream.clone(), self.version)
    }
}

impl Database {
    /// Folds a stream. One round trip; the cost is linear in the length of the stream.
    pub async fn load<A: Aggregate>(&self, stream: StreamId) -> Result<Loaded<A>, StoreError> {
        let store = PersistedEventStore::<_, A>::new_event_store(PostgresEventRepository::new(self.pool().clone()));
        let context = store.load_aggregate(stream.aggregate_id()).await.map_err(|error| load_error(&error))?;
        Ok(Loaded { stream, aggregate: context.aggregate, version: context.current_sequence as u64 })
    }

    /// Which of the streams no longer stand where they were seen. One round trip.
    pub async fn moved(&self, seen: &[(StreamId, u64)]) -> Result<Vec<StreamId>, StoreError> {
        let versions: Vec<i64> = sqlx::query_scalar(
            "SELECT coalesce((SELECT max(sequence) FROM events e
                               WHERE e.aggregate_type = s.t AND e.aggregate_id = s.i), 0)
               FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS s(t, i, o) ORDER BY s.o",
        )
        .bind(seen.iter().map(|(stream, _)| stream.aggregate_type().as_str()).collect::<Vec<_>>())
        .bind(seen.iter().map(|(stream, _)| stream.aggregate_id()).collect::<Vec<_>>())
        .fetch_all(self.pool())
        .await
        .map_err(|source| StoreError::postgres("asking for versions", source))?;
        let moved = seen.iter().zip(versions).filter(|((_, seen), version)| u64::try_from(*version) != Ok(*seen));
        Ok(moved.map(|((stream, _), _)| stream.clone()).collect())
    }
}

fn load_error<E: std::error::Error>(error: &AggregateError<E>) -> StoreError {
    let kind = match error {
        AggregateError::DeserializationError(_) => StoreErrorKind::Corrupt,
        // Pool time-outs come as unexpected errors.
        AggregateError::DatabaseConnectionError(_) | AggregateError::UnexpectedError(_) => StoreErrorKind::Unavailable,
        AggregateError::UserError(_) | AggregateError::AggregateConflict => StoreErrorKind::Refused,
    };
    // postgres-es keeps its causes out of `source()`; the text has them.
    StoreError::new(kind, "loading an aggregate", error.to_string())
}
