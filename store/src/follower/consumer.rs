//! A pull consumer that is recreated at the position of its reader after an error, an end or a
//! silence: the ordered consumer of the library may start again from the first message. An
//! unreachable NATS is not an error here: no messages arrive until it is back.

use std::sync::LazyLock;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::pull::{Config, MessagesError, MessagesErrorKind, Stream};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use causerie_events::LogEvent;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use tokio::time::Instant;

use crate::error::{Cause, StoreError};
use crate::headers::event_of;
use crate::nats::Nats;
use crate::relay::STREAM_NAME;

/// Two heartbeats missed in a row end the consumer.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);
const PULL_TIMEOUT: Duration = Duration::from_secs(30);
/// Messages that arrive while a batch is applied are ready when it is done.
const MAX_MESSAGES_IN_FLIGHT: usize = 2_000;
/// After this time without a pull request, the server deletes the consumer.
const INACTIVE_TIMEOUT: Duration = Duration::from_mins(1);
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// An event, and the number of messages that were pending when it was sent.
pub(super) struct Delivered {
    pub(super) event: LogEvent,
    pub(super) pending: u64,
}

pub(super) struct Consumer {
    nats: Nats,
    state: State,
    /// Whether it has delivered all messages that existed at its start, and the log contains them.
    trusted: bool,
}

enum State {
    Closed,
    Waiting(Instant),
    Opening(BoxFuture<'static, Result<Stream, StoreError>>),
    Open(Box<Stream>),
}

impl Consumer {
    pub(super) const fn new(nats: Nats) -> Self {
        Self { nats, state: State::Closed, trusted: false }
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    pub(super) const fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// From now on new messages are those of the relay, which has compared the stream with the log.
    pub(super) const fn trust(&mut self) {
        self.trusted = true;
    }

    /// [`Self::next`] opens it again.
    pub(super) fn close(&mut self) {
        self.state = State::Closed;
    }

    /// Closes the consumer for a moment after a failure.
    pub(super) fn give_up(&mut self) {
        self.state = State::Waiting(Instant::now() + RETRY_DELAY);
    }

    /// The next message. A new consumer starts at this number. Cancel-safe.
    pub(super) async fn next(&mut self, start: u64) -> Delivered {
        loop {
            match &mut self.state {
                State::Closed => self.state = State::Opening(open(self.nats.clone(), start).boxed()),
                State::Waiting(until) => {
                    tokio::time::sleep_until(*until).await;
                    self.close();
                }
                State::Opening(opening) => match opening.await {
                    Ok(stream) => {
                        self.trusted = false;
                        self.state = State::Open(Box::new(stream));
                    }
                    Err(error) => {
                        tracing::debug!(
                            error = &error as &dyn std::error::Error,
                            "opening a JetStream consumer failed; reading from Postgres"
                        );
                        self.give_up();
                    }
                },
                State::Open(stream) => {
                    let message = stream.next().await;
                    if let Some(delivered) = self.read(message) {
                        return delivered;
                    }
                }
            }
        }
    }

    pub(super) fn next_now(&mut self) -> Option<Delivered> {
        let State::Open(stream) = &mut self.state else { return None };
        let message = stream.next().now_or_never()?;
        self.read(message)
    }

    fn read(&mut self, message: Option<Result<Message, MessagesError>>) -> Option<Delivered> {
        match message
            .unwrap_or_else(|| Err(MessagesErrorKind::Other.into()))
            .map_err(interrupted)
            .and_then(|message| delivered(&message))
        {
            Ok(delivered) => Some(delivered),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::info!(error, "JetStream consumer lost; reading from Postgres until a new one is open");
                self.give_up();
                None
            }
        }
    }
}

fn delivered(message: &Message) -> Result<Delivered, StoreError> {
    static NO_HEADERS: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
    let event = event_of(&message.subject, message.headers.as_ref().unwrap_or(&NO_HEADERS), &message.payload)?;
    Ok(Delivered { event, pending: message.info().map_or(0, |info| info.pending) })
}

async fn open(nats: Nats, start_sequence: u64) -> Result<Stream, StoreError> {
    let config = Config {
        ack_policy: AckPolicy::None,
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: INACTIVE_TIMEOUT,
        ..Config::default()
    };
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(interrupted)?;
    let consumer = stream.create_consumer(config).await.map_err(interrupted)?;
    let messages = consumer
        .stream()
        .max_messages_per_batch(MAX_MESSAGES_IN_FLIGHT)
        .heartbeat(HEARTBEAT_INTERVAL)
        .expires(PULL_TIMEOUT)
        .messages();
    messages.await.map_err(interrupted)
}

fn interrupted(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("following the log", source)
}
