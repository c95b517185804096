//! Reading the stream from a number on.
//!
//! A plain pull consumer that the server may forget at any time: the checkpoint is ours. (The library's ordered consumer
//! may come back from the start when it is lost before its first message.)

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
/// The server says that it is there; when it does not, the consumer is made anew.
const HEARTBEAT: Duration = Duration::from_secs(5);

pub(crate) struct Follow {
    jetstream: jetstream::Context,
}

impl Follow {
    pub(crate) async fn connect(url: &str) -> anyhow::Result<Self> {
        let address: ServerAddr = url.parse()?;
        // The client leaves what stands before the `@` to its caller.
        let user = address.username().unwrap_or_default().to_owned();
        let password = address.password().unwrap_or_default().to_owned();
        let options = ConnectOptions::new().user_and_password(user, password).retry_on_initial_connect();
        Ok(Self { jetstream: jetstream::new(options.connect(address).await?) })
    }

    /// Hands over every event after the checkpoint, in order, until something breaks off.
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
            // Seen before: a stream that was lost is written again, to the same numbers.
            if event.log_number < next {
                continue;
            }
            // With a filter on some subjects the numbers would have holes by design.
            if event.log_number > next {
                bail!("after event {} came {}: a gap", sink.checkpoint(), event.log_number);
            }
            sink.take(&event)?;
        }
    }
}
