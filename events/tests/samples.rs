//! Every released event version still decodes, and current events serialize to their sample.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use causerie_events::{AggregateType, DecodeError, DomainEvent, Event};
use serde_json::Value;

struct Sample {
    aggregate_type: AggregateType,
    event_type: String,
    event_version: String,
    payload: Value,
}

fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut samples = Vec::new();
    for aggregate in ["site", "member", "conversation", "message", "participation", "system"] {
        for file in std::fs::read_dir(root.join(aggregate)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().strip_suffix(".json").unwrap().to_owned();
            let (event_type, event_version) = name.rsplit_once(".v").expect("<EventType>.v<n>.json");
            samples.push(Sample {
                aggregate_type: aggregate.parse().unwrap(),
                event_type: event_type.to_owned(),
                event_version: event_version.to_owned(),
                payload: serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap(),
            });
        }
    }
    samples
}

fn decode(sample: &Sample) -> Event {
    Event::decode_parts(sample.aggregate_type, &sample.event_type, &sample.event_version, &sample.payload).unwrap()
}

fn written(event: &Event) -> (String, String, Value) {
    fn parts<E: DomainEvent>(event: &E) -> (String, String, Value) {
        (event.event_type(), event.event_version(), serde_json::to_value(event).unwrap())
    }
    match event {
        Event::Site(event) => parts(event),
        Event::Member(event) => parts(event),
        Event::Conversation(event) => parts(event),
        Event::Message(event) => parts(event),
        Event::Participation(event) => parts(event),
        Event::System(event) => parts(event),
    }
}

#[test]
fn released_event_versions_decode_and_serialize_to_their_sample() {
    for sample in samples() {
        let (event_type, event_version, payload) = written(&decode(&sample));
        assert_eq!((event_type, event_version, payload), (sample.event_type, sample.event_version, sample.payload));
    }
}

#[test]
fn every_event_type_has_a_sample() {
    // The schemas know every variant of every event type.
    let schemas = [
        schemars::schema_for!(causerie_events::SiteEvent),
        schemars::schema_for!(causerie_events::MemberEvent),
        schemars::schema_for!(causerie_events::ConversationEvent),
        schemars::schema_for!(causerie_events::MessageEvent),
        schemars::schema_for!(causerie_events::ParticipationEvent),
        schemars::schema_for!(causerie_events::SystemEvent),
    ];
    let types: BTreeSet<String> = schemas
        .iter()
        .flat_map(|schema| schema.get("oneOf").and_then(Value::as_array).expect("an enum").clone())
        .map(|variant| variant["properties"]["type"]["const"].as_str().expect("a tag").to_owned())
        .collect();
    let sampled: BTreeSet<String> = samples().into_iter().map(|sample| sample.event_type).collect();
    assert_eq!(types, sampled);
}

#[test]
fn event_of_a_later_version_is_rejected() {
    let sample = samples().pop().unwrap();
    let later = Event::decode_parts(sample.aggregate_type, &sample.event_type, "2", &sample.payload);
    assert!(matches!(later, Err(DecodeError::UnknownVersion { .. })), "{later:?}");
}
