//! Reads the stream from a log number on.
//!
//! It uses a plain pull consumer that the server may lose at any time, because the checkpoint is
//! stored here. (The ordered consumer of the library may restart from the beginning if it is lost
//! before its first message.)

use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context, bail};
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::{ConnectOptions, ServerAddr, jetstream};
use futures::StreamExt;

use crate::event::Event;
use crate::sink::Sink;

const STREAM: &str = "CAUSERIE_EVENTS";
/// Interval of the server's heartbeats. If they stop, the consumer is recreated.
const HEARTBEAT: Duration = Duration::from_secs(5);

pub(crate) struct Follow {
    jetstream: jetstream::Context,
}

impl Follow {
    pub(crate) async fn connect(url: &str) -> anyhow::Result<Self> {
        let address: ServerAddr = url.parse()?;
        // The client does not use the part of the URL before the `@`.
        let user = address.username().unwrap_or_default().to_owned();
        let password = address.password().unwrap_or_default().to_owned();
        let options = ConnectOptions::new().user_and_password(user, password).retry_on_initial_connect();
        Ok(Self { jetstream: jetstream::new(options.connect(address).await?) })
    }

    /// Passes every event after the checkpoint to the sink, in order, until an error occurs.
    pub(crate) async fn from(&self, sink: &mut Sink) -> anyhow::Result<Infallible> {
        let config = Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: sink.checkpoint() + 1 },
            ack_policy: AckPolicy::None,
            memory_storage: true,
            ..Config::default()
        };
        let stream = self.jetstream.get_stream_no_info(STREAM).await?;
        let consumer = stream.create_consumer(config).await?;
        let mut messages = consumer.stream().heartbeat(HEARTBEAT).messages().await?;
        loop {
            let message = messages.next().await.context("the consumer ended")??;
            let event = Event::of(&message)?;
            let next = sink.checkpoint() + 1;
            // Already processed: a stream that was lost is refilled to the same numbers.
            if event.log_number < next {
                continue;
            }
            // A consumer with a subject filter has gaps by design and cannot check this.
            if event.log_number > next {
                bail!("after event {} came {}: a gap", sink.checkpoint(), event.log_number);
            }
            sink.take(&event)?;
        }
    }
}
