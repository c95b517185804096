//! The definition of the JetStream stream, as code.

use std::time::Duration;

use async_nats::jetstream::context::{GetStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, ErrorCode};
use causerie_events::subject;

use crate::error::{Cause, StoreError, StoreErrorKind};
use crate::nats::Nats;

pub const STREAM_NAME: &str = "CAUSERIE_EVENTS";

/// No limits: the stream holds the whole log, so that it can be replayed from the start and its
/// sequence is the log number.
fn definition(replicas: usize) -> Config {
    Config {
        name: STREAM_NAME.to_owned(),
        description: Some("Causerie: every event in the order of the log; sequence = log number".to_owned()),
        subjects: vec![subject::ALL_SUBJECTS.to_owned()],
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        num_replicas: replicas,
        duplicate_window: Duration::from_secs(30),
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        ..Config::default()
    }
}

/// Creates the stream if it is missing. An existing one keeps the settings of the operator: only
/// what a correct copy requires is added, and replicas are increased, never decreased.
pub(super) async fn ensure(nats: &Nats, replicas: usize) -> Result<Stream<()>, StoreError> {
    nats.require_supported_server()?;
    let jetstream = &nats.jetstream;
    let existing = match jetstream.get_stream(STREAM_NAME).await {
        Ok(stream) => stream.cached_info().config.clone(),
        Err(error) if is_missing(&error) => created(jetstream, definition(replicas)).await?,
        Err(source) => return Err(StoreError::unavailable("opening the JetStream stream", source)),
    };
    let needed = Config {
        num_replicas: existing.num_replicas.max(replicas),
        deny_delete: true,
        deny_purge: true,
        ..existing.clone()
    };
    check(&needed)?;
    let config = if needed == existing {
        existing
    } else {
        tracing::info!(
            replicas = needed.num_replicas,
            "changing the JetStream stream to what a copy of the log requires"
        );
        let updated = jetstream.update_stream(&needed).await;
        updated.map_err(|source| StoreError::unavailable("changing the JetStream stream", source))?.config
    };
    check(&config)?;
    open(jetstream).await
}

/// Deletes the stream and creates it with the same settings, without messages.
pub(super) async fn recreate(jetstream: &Context, stream: &Stream<()>) -> Result<Stream<()>, StoreError> {
    let unavailable = |source: Cause| StoreError::unavailable("recreating the JetStream stream", source);
    let config = stream.get_info().await.map_err(|source| unavailable(source.into()))?.config;
    jetstream.delete_stream(STREAM_NAME).await.map_err(|source| unavailable(source.into()))?;
    created(jetstream, Config { deny_delete: true, deny_purge: true, ..config }).await?;
    open(jetstream).await
}

/// The error for a stream that contains nothing of this log.
pub(super) fn foreign() -> StoreError {
    let foreign = format!(
        "the stream {STREAM_NAME} of this NATS account holds the events of another installation, or Postgres was replaced by \
         an empty database: give each installation an account or a nats-server of its own, or, if those events may go, delete \
         the stream by hand: nats stream rm {STREAM_NAME}"
    );
    StoreError::new(StoreErrorKind::Refused, "comparing the stream with the log", foreign)
}

/// The number of the last message, and whether the stream contains every number up to it.
pub(super) async fn extent(stream: &Stream<()>) -> Result<(u64, bool), StoreError> {
    let info = stream.get_info().await;
    let info = info.map_err(|source| StoreError::unavailable("checking the JetStream stream", source))?;
    let (state, first) = (&info.state, info.config.first_sequence.unwrap_or(1).max(1));
    let whole = state.last_sequence < first
        || (state.first_sequence == first
            && state.messages == state.last_sequence + 1 - first
            && state.deleted_count.unwrap_or(0) == 0);
    Ok((state.last_sequence, whole))
}

async fn created(jetstream: &Context, config: Config) -> Result<Config, StoreError> {
    let created = jetstream.create_stream(config).await;
    let created = created.map_err(|source| StoreError::unavailable("creating the JetStream stream", source))?;
    Ok(created.cached_info().config.clone())
}

pub(super) async fn existing(jetstream: &Context) -> Result<Option<Stream<()>>, StoreError> {
    match jetstream.get_stream(STREAM_NAME).await {
        Ok(_) => open(jetstream).await.map(Some),
        Err(error) if is_missing(&error) => Ok(None),
        Err(source) => Err(StoreError::unavailable("opening the JetStream stream", source)),
    }
}

/// Whether the stream exists. Rejects one that cannot contain the log.
pub(super) async fn inspect(jetstream: &Context) -> Result<bool, StoreError> {
    match jetstream.get_stream(STREAM_NAME).await {
        Ok(stream) => check(&stream.cached_info().config).map(|()| true),
        Err(error) if is_missing(&error) => Ok(false),
        Err(source) => Err(StoreError::unavailable("opening the JetStream stream", source)),
    }
}

async fn open(jetstream: &Context) -> Result<Stream<()>, StoreError> {
    let stream = jetstream.get_stream_no_info(STREAM_NAME).await;
    stream.map_err(|source| StoreError::unavailable("opening the JetStream stream", source))
}

fn is_missing(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

/// Checks what a copy of the log requires. Old servers drop unknown fields without an error.
fn check(config: &Config) -> Result<(), StoreError> {
    let holds_the_log = config.subjects == [subject::ALL_SUBJECTS]
        && config.storage == StorageType::File
        && config.retention == RetentionPolicy::Limits
        && config.deny_delete
        && config.deny_purge
        && config.max_messages <= 0
        && config.max_messages_per_subject <= 0
        && config.max_bytes <= 0
        && config.max_age.is_zero();
    if holds_the_log {
        return Ok(());
    }
    Err(StoreError::new(
        StoreErrorKind::Refused,
        "checking the JetStream stream",
        format!(
            "{STREAM_NAME} cannot hold a copy of the log as it is set: it needs the one subject {}, file storage, the \
             retention `limits`, no limits, and denies of deleting and purging; it has {config:?}",
            subject::ALL_SUBJECTS
        ),
    ))
}
