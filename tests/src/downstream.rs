//! JetStream as a downstream developer reads it: a plain pull consumer.

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::{ConnectOptions, ServerAddr};
use futures::StreamExt;
use serde_json::Value;
use tokio::time::timeout;

use crate::wait::LIMIT;

#[derive(Debug)]
pub struct Published {
    pub subject: String,
    pub stream_sequence: u64,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Published {
    /// A header that must be there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(async_nats::HeaderValue::as_str);
        value.unwrap_or_else(|| panic!("no header {name} on {}: {:?}", self.subject, self.headers))
    }
}

/// The first `count` messages of `CAUSERIE_EVENTS` that a filter lets through, and how many there are beyond them.
pub async fn jetstream(url: &str, filter: &str, count: usize) -> (Vec<Published>, u64) {
    let address: ServerAddr = url.parse().expect("a NATS URL");
    // The client does not take these from the URL itself.
    let user = address.username().unwrap_or_default().to_owned();
    let password = address.password().unwrap_or_default().to_owned();
    let options = ConnectOptions::new().user_and_password(user, password);
    let client = options.connect(address).await.expect("NATS responds");
    let context = async_nats::jetstream::new(client);
    let stream = context.get_stream("CAUSERIE_EVENTS").await.expect("the stream is there");
    let config = pull::Config {
        filter_subject: filter.to_owned(),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::None,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await.expect("a consumer");
    let mut messages = consumer.messages().await.expect("messages");
    let mut published = Vec::with_capacity(count);
    let mut pending = 0;
    while published.len() < count {
        let message = timeout(LIMIT, messages.next()).await;
        let message = message.unwrap_or_else(|_| panic!("only {} of {count} messages on {filter}", published.len()));
        let message = message.expect("the consumer goes on").expect("a message");
        let info = message.info().expect("a JetStream message");
        pending = info.pending;
        published.push(Published {
            subject: message.subject.to_string(),
            stream_sequence: info.stream_sequence,
            headers: message.headers.clone().unwrap_or_default(),
            body: serde_json::from_slice(&message.payload).expect("a JSON body"),
        });
    }
    (published, pending)
}
