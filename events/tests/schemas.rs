//! The JSON Schemas of the events: one per type, and each sample is valid against its own only.
#![expect(clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use causerie_events::schema;
use serde_json::{Value, json};

#[test]
fn sample_is_valid_against_its_own_schema_only() {
    let schemas = schema::event_schemas();
    for event in &schemas {
        let file = format!("samples/{}/{}", event.aggregate.as_str(), event.file_name());
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
        let sample: Value = serde_json::from_str(&text).unwrap();
        let fitting: Vec<String> = schemas
            .iter()
            .filter(|schema| validator(&schema.schema).is_valid(&sample))
            .map(schema::EventSchema::file_name)
            .collect();
        assert_eq!(fitting, [event.file_name()], "{file}");
    }
}

#[test]
fn each_type_has_one_schema_which_rejects_missing_fields() {
    let schemas = schema::event_schemas();
    let names: BTreeSet<String> = schemas.iter().map(schema::EventSchema::file_name).collect();
    assert_eq!(names.len(), schemas.len());
    let sent = schemas.iter().find(|schema| schema.event_type == "MessageSent").unwrap();
    assert_eq!(sent.subject(), "message_sent");
    assert!(!validator(&sent.schema).is_valid(&json!({ "type": "MessageSent", "text": "hello" })));
}

fn validator(schema: &Value) -> jsonschema::Validator {
    let validator = jsonschema::options().should_validate_formats(true).build(schema);
    validator.unwrap_or_else(|error| panic!("{}: {error}", schema["title"]))
}
