//! Relays at work, and what the stream holds.

use std::path::Path;
use std::process::Command;

use causerie_events::{LogEvent, subject};
use causerie_store::headers::{body_of, event_of, headers_of};
use causerie_store::relay::{RelayError, STREAM_NAME};
use causerie_store::{Feed, Nats, Relay, Wake};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::support::{LIMIT, TestStore, until};

pub(crate) struct Running {
    wake: Wake,
    stop: CancellationToken,
    task: JoinHandle<Result<(), RelayError>>,
}

impl Running {
    /// With connections of its own, as another process has.
    pub(crate) async fn start(store: &TestStore) -> Self {
        Self::feeding(store, Feed::default()).await
    }

    /// With readers in its process.
    pub(crate) async fn feeding(store: &TestStore, feed: Feed) -> Self {
        let (wake, stop) = (Wake::default(), CancellationToken::new());
        let relay = Relay::new(store.database.clone(), store.nats().await, wake.clone(), feed);
        Self { wake, stop: stop.clone(), task: tokio::spawn(async move { relay.run(stop).await }) }
    }

    pub(crate) fn wake(&self) {
        self.wake.wake();
    }

    /// How it ended of itself.
    pub(crate) async fn ended(self) -> Result<(), RelayError> {
        let ended = timeout(LIMIT, self.task).await;
        ended.unwrap_or_else(|_| panic!("the relay still runs after {LIMIT:?}")).unwrap()
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// The number of the last message; 0 when there is no stream or no server.
pub(crate) async fn last_sequence(nats: &Nats) -> u64 {
    match nats.jetstream.get_stream(STREAM_NAME).await {
        Ok(stream) => stream.cached_info().state.last_sequence,
        Err(_) => 0,
    }
}

/// Waits until the stream ends with this number.
pub(crate) async fn until_stored(nats: &Nats, last: u64) {
    until("the last message of the stream", async || last_sequence(nats).await, |seen| *seen >= last).await;
}

/// Waits until the stream is as long as the log, and checks that it is its copy: every event once,
/// message `n` the event of number `n`.
pub(crate) async fn assert_copy(store: &TestStore, nats: &Nats) {
    let log = store.log().await;
    until_stored(nats, log.len() as u64).await;
    let stored = stored(nats).await;
    assert_eq!(stored.len(), log.len());
    for (place, ((sequence, stored), event)) in (1..).zip(stored.iter().zip(&log)) {
        assert_eq!((*sequence, stored), (place, event));
    }
}

/// Every message of the stream, with its sequence.
pub(crate) async fn stored(nats: &Nats) -> Vec<(u64, LogEvent)> {
    let stream = nats.jetstream.get_stream(STREAM_NAME).await.unwrap();
    let state = &stream.cached_info().state;
    let mut stored = Vec::new();
    for sequence in state.first_sequence..=state.last_sequence {
        let message = stream.get_raw_message(sequence).await.unwrap();
        stored.push((message.sequence, event_of(&message.subject, &message.headers, &message.payload).unwrap()));
    }
    stored
}

/// Publishes an event as the relay would, without asking anybody.
pub(crate) async fn publish(nats: &Nats, event: &LogEvent) {
    let body = body_of(&event.recorded).unwrap();
    let publishing =
        nats.jetstream.publish_with_headers(subject::event_subject(&event.recorded), headers_of(event), body).await;
    publishing.unwrap().await.unwrap();
}

/// Copies a folder with its owners.
pub(crate) fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success(), "copying {} to {}", from.display(), to.display());
}
