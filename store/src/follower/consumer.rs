//! A plain pull consumer under our own care: one that errs, ends or falls silent is thrown away and made anew from where
//! its reader stands, because the library's ordered consumer may come back from the start. NATS being away is no error
//! here: nothing comes until it is back.

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

/// How often the server says that it is still there; two missed in a row end the consumer.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long one pull request stays open.
const EXPIRES: Duration = Duration::from_secs(30);
/// The most messages in flight: what comes while a batch is at work is there when it is done.
const IN_FLIGHT: usize = 2_000;
/// How long the server keeps a consumer that nobody pulls from.
const ABANDONED: Duration = Duration::from_mins(1);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_millis(250);

/// An event, and how many were still to come when it was sent.
pub(super) struct Delivered {
    pub(super) event: LogEvent,
    pub(super) pending: u64,
}

/// The way from JetStream to one reader.
pub(super) struct Consumer {
    nats: Nats,
    state: State,
    /// Whether it has told all that was there when it came, and the log held it.
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

    /// From now on the relay, which knows the log, tells what is new.
    pub(super) const fn trust(&mut self) {
        self.trusted = true;
    }

    /// Until the next message is asked for.
    pub(super) fn close(&mut self) {
        self.state = State::Closed;
    }

    /// For a moment: something is wrong.
    pub(super) fn give_up(&mut self) {
        self.state = State::Waiting(Instant::now() + RETRY);
    }

    /// The next message; where there is no consumer, of a new one from this number on. May be dropped while it waits.
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
                        tracing::debug!(error = &error as &dyn std::error::Error, "no consumer; reading from Postgres");
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

    /// The next message, if it is here already.
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
                tracing::info!(error, "JetStream's consumer is lost; reading from Postgres until there is another");
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
        inactive_threshold: ABANDONED,
        ..Config::default()
    };
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(interrupted)?;
    let consumer = stream.create_consumer(config).await.map_err(interrupted)?;
    let messages = consumer.stream().max_messages_per_batch(IN_FLIGHT).heartbeat(HEARTBEAT).expires(EXPIRES).messages();
    messages.await.map_err(interrupted)
}

fn interrupted(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("following the log", source)
}
