//! The definition of the JetStream stream, as code.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use causerie_events::subject;

use crate::error::{StoreError, StoreErrorKind};

/// The stream that holds a copy of the log.
pub const STREAM_NAME: &str = "CAUSERIE_EVENTS";

/// No limits: the stream holds the whole log, so that it can be replayed from the start and its sequence is the log number.
fn definition() -> Config {
    Config {
        name: STREAM_NAME.to_owned(),
        description: Some("Causerie: every event in the order of the log; sequence = log number".to_owned()),
        subjects: vec![subject::ALL.to_owned()],
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        num_replicas: 1,
        duplicate_window: Duration::from_secs(30),
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        ..Config::default()
    }
}

/// Creates the stream where it is missing, and checks that the server took the definition as it is: old servers drop
/// fields they do not know, without a word.
pub(super) async fn ensure(jetstream: &Context) -> Result<Stream<()>, StoreError> {
    let wanted = definition();
    let info = jetstream
        .create_or_update_stream(wanted.clone())
        .await
        .map_err(|source| StoreError::unavailable("creating the JetStream stream", source))?;
    let got = &info.config;
    let same = got.subjects == wanted.subjects
        && got.storage == wanted.storage
        && got.retention == wanted.retention
        && got.deny_delete
        && got.deny_purge
        && got.max_messages <= 0
        && got.max_bytes <= 0
        && got.max_age.is_zero();
    if !same {
        return Err(StoreError::new(
            StoreErrorKind::Refused,
            "checking the JetStream stream",
            format!("the server keeps {STREAM_NAME} with another configuration: {got:?}"),
        ));
    }
    jetstream
        .get_stream_no_info(STREAM_NAME)
        .await
        .map_err(|source| StoreError::unavailable("opening the JetStream stream", source))
}
