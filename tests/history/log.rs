//! The log as `causerie replay` prints it, and what holds of every log.

use std::collections::HashMap;

use causerie_tests::Service;
use serde_json::Value;
use uuid::Uuid;

/// A position token, taken apart.
pub(crate) type Position = (u64, u64);

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// `<site>` or `<site>/<id>`.
    pub(crate) stream: String,
    pub(crate) position: Position,
    pub(crate) data: Value,
}

impl Event {
    /// The id within the site.
    pub(crate) fn local_id(&self) -> &str {
        self.stream.split_once('/').map_or("", |(_, id)| id)
    }

    /// A text of its data.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.data[field].as_str().unwrap_or_default()
    }
}

/// A position token must have this form.
pub(crate) fn position(token: &str) -> Position {
    let parts =
        token.split_once('-').map(|(xid, place)| (u64::from_str_radix(xid, 16), u64::from_str_radix(place, 16)));
    let Some((Ok(xid), Ok(place))) = parts else { panic!("no position: {token:?}") };
    (xid, place)
}

/// The whole log; its order is strict and its streams have no gap.
pub(crate) async fn read(service: &Service) -> Vec<Event> {
    let mut last = (0, 0);
    let mut versions: HashMap<String, u64> = HashMap::new();
    let read = service.replay(None).await.into_iter().map(|event| {
        let text = |field: &str| event[field].as_str().unwrap_or_else(|| panic!("no {field}: {event}")).to_owned();
        let position = position(&text("position"));
        assert!(position > last, "after {last:?}: {event}");
        last = position;
        let version = versions.entry(format!("{} {}", text("aggregate"), text("aggregate_id"))).or_default();
        assert_eq!(event["sequence"].as_u64(), Some(*version + 1), "its stream stands at {version}: {event}");
        *version += 1;
        Event {
            id: text("id"),
            kind: text("type"),
            stream: text("aggregate_id"),
            position,
            data: event["data"].clone(),
        }
    });
    read.collect()
}

/// The messages of a log by their ids, each of which is there once.
pub(crate) fn messages(log: &[Event]) -> HashMap<Uuid, &Event> {
    let mut messages = HashMap::new();
    for event in log.iter().filter(|event| event.kind == "MessageSent") {
        let id = event.local_id().parse().expect("a message's id is a UUID");
        assert!(messages.insert(id, event).is_none(), "a second time: {event:?}");
    }
    messages
}
