//! AsyncAPI 3: the frames of the live stream, and the subjects, headers and payloads on NATS.

use causerie_events::schema::{self, EventSchema};
use causerie_events::{AggregateType, Position};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::schemas;
use crate::live::{Frame, HEARTBEAT_INTERVAL};

const AGGREGATES: [AggregateType; 6] = [
    AggregateType::Site,
    AggregateType::Member,
    AggregateType::Conversation,
    AggregateType::Message,
    AggregateType::Participation,
    AggregateType::System,
];

pub(crate) fn asyncapi() -> Value {
    let mut generator = schemas::response_settings().into_generator();
    let kinds = kinds(&mut generator);
    let events = schema::event_schemas();
    let mut channels = Map::new();
    let mut operations = Map::new();
    channels.insert("stream".to_owned(), stream(&kinds));
    operations.insert("Stream".to_owned(), operation("stream", "Events that the member may see, as they happen."));
    for aggregate in AGGREGATES {
        let name = aggregate.as_str();
        channels.insert(name.to_owned(), subjects(aggregate, &events));
        operations.insert(format!("publish_{name}_events"), operation(name, "The log, in order."));
    }
    let mut messages = Map::new();
    messages.extend(kinds.into_iter().map(|(kind, summary, payload)| (kind.clone(), frame(&kind, &summary, &payload))));
    messages.extend(events.iter().map(|event| (event.event_type.clone(), published(event))));
    let mut schemas = generator.take_definitions(true);
    schemas.insert("NatsHeaders".to_owned(), headers());
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Causerie",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The live stream of a member, and the log of all sites on JetStream (stream `CAUSERIE_EVENTS`). \
                Log numbers have no gaps and equal the JetStream sequence, so a consumer detects a gap at once. JetStream is \
                a copy: if it is lost, it is filled again with the same numbers.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "http": { "host": "localhost:8080", "protocol": "http", "description": "The service." },
            "nats": { "host": "localhost:4222", "protocol": "nats", "description": "NATS with JetStream." },
        },
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn operation(channel: &str, summary: &str) -> Value {
    json!({ "action": "send", "channel": { "$ref": format!("#/channels/{channel}") }, "summary": summary })
}

fn stream(kinds: &[(String, String, Value)]) -> Value {
    let messages: Map<String, Value> = kinds.iter().map(|(kind, ..)| (kind.clone(), message(kind))).collect();
    json!({
        "address": "/v1/sites/{site}/stream",
        "description": format!(
            "Server-sent events: `event` is the kind, `id` a position token (only of events in the log), `data` the payload. \
             A comment is sent every {} s. `Last-Event-ID` resumes without gaps or duplicates.",
            HEARTBEAT_INTERVAL.as_secs(),
        ),
        "servers": [{ "$ref": "#/servers/http" }],
        "parameters": { "site": { "description": "The site." } },
        "messages": messages,
    })
}

fn subjects(aggregate: AggregateType, events: &[EventSchema]) -> Value {
    let of_aggregate = || events.iter().filter(|event| event.aggregate == aggregate);
    let names: Vec<String> = of_aggregate().map(EventSchema::subject).collect();
    let messages: Map<String, Value> =
        of_aggregate().map(|event| (event.event_type.clone(), message(&event.event_type))).collect();
    json!({
        "address": format!("causerie.v1.{{site}}.{}.{{event}}", aggregate.as_str()),
        "servers": [{ "$ref": "#/servers/nats" }],
        "parameters": {
            "site": { "description": "The site." },
            "event": { "description": "The type of the event in snake case.", "enum": names },
        },
        "messages": messages,
    })
}

fn message(name: &str) -> Value {
    json!({ "$ref": format!("#/components/messages/{name}") })
}

fn published(event: &EventSchema) -> Value {
    json!({
        "name": event.event_type,
        "summary": event.schema.get("description"),
        "headers": { "$ref": "#/components/schemas/NatsHeaders" },
        "payload": { "$ref": format!("./schemas/{}", event.file_name()) },
    })
}

fn frame(kind: &str, summary: &str, payload: &Value) -> Value {
    json!({ "name": kind, "summary": summary, "payload": payload })
}

/// The kinds of [`Frame`], each with its description and the schema of its data.
fn kinds(generator: &mut SchemaGenerator) -> Vec<(String, String, Value)> {
    let schema = Frame::json_schema(generator).to_value();
    let variants = schema.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |variant: &Value, pointer: &str| {
        variant.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let kind = |variant: &Value| {
        let data = variant.pointer("/properties/data").cloned().unwrap_or_default();
        (text(variant, "/properties/event/const"), text(variant, "/description"), data)
    };
    variants.iter().map(kind).collect()
}

fn headers() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let number = |description: &str| json!({ "type": "string", "pattern": "^[0-9]+$", "description": description });
    let position =
        schemas::response_settings().into_generator().into_root_schema_for::<Position>().get("pattern").cloned();
    json!({
        "type": "object",
        "required": ["Nats-Msg-Id", "ce-specversion", "ce-id", "ce-type", "ce-source", "ce-subject", "ce-time",
            "ce-dataschema", "causerie-position", "causerie-log-number", "causerie-epoch", "causerie-sequence"],
        "properties": {
            "Nats-Msg-Id": text("The id of the event."),
            "ce-specversion": { "const": "1.0" },
            "ce-id": text("The id of the event."),
            "ce-type": text("`<EventType>.v<n>`"),
            "ce-source": text("`/sites/<site>`"),
            "ce-subject": text("The id of the aggregate."),
            "ce-time": { "type": "string", "format": "date-time", "description": "The time of recording." },
            "ce-datacontenttype": { "const": "application/json" },
            "ce-dataschema": text("`/schemas/<EventType>.v<n>.json`"),
            "causerie-position": { "type": "string", "pattern": position, "description": "The position in the log." },
            "causerie-epoch": number("The number of changes of the Postgres cluster or timeline. A consumer that sees a new epoch compares \
                its last event with the stream: events that the log has lost are no longer in it."),
            "causerie-log-number": number("The number of the event in the log, without gaps. Equals the JetStream sequence."),
            "causerie-sequence": number("The version of the aggregate, from 1."),
            "causerie-actor": text("The actor of the command."),
        },
    })
}
