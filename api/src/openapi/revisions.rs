//! `If-Match` on commands, `ETag` and `If-None-Match` on what is read as JSON: the edge sees to both, whatever the handler.

use serde_json::{Value, json};

use super::doc::{REFUSALS, noted_code};
use super::shared::{Object, reference};
use crate::codes;

/// A command can be bound to a version. What changes no aggregate still checks the form of the header.
pub(super) fn refuse_moved(method: &str, operation: &mut Object) {
    if method == "get" {
        return;
    }
    let mut codes = vec![codes::IF_MATCH_INVALID];
    if is_command(operation) {
        codes.push(codes::IF_MATCH_MOVED);
        add(operation, "parameters", reference("parameters", "IfMatch"));
    }
    for code in codes {
        add(operation, REFUSALS, noted_code(code));
    }
}

/// After the answers are complete.
pub(super) fn tag_what_is_read(method: &str, operation: &mut Object) {
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    let Some(read) = responses.get_mut("200").filter(|_| method == "get") else { return };
    let Some(content) = read["content"].as_object().filter(|content| content.contains_key("application/json")) else {
        return;
    };
    read["headers"] = if content.len() == 1 {
        json!({ "ETag": reference("headers", "Revision") })
    } else {
        json!({ "ETag": { "description": "Of the JSON.", "schema": { "type": "string" } } })
    };
    responses.insert("304".to_owned(), reference("responses", "NotModified"));
    add(operation, "parameters", reference("parameters", "IfNoneMatch"));
}

/// Answered with the place of a change.
fn is_command(operation: &Object) -> bool {
    let responses = operation.get("responses").and_then(Value::as_object);
    let mut responses = responses.into_iter().flat_map(Object::values);
    responses.any(|response| response.pointer("/headers/Causerie-Position").is_some())
}

fn add(operation: &mut Object, list: &str, item: Value) {
    if let Value::Array(items) = operation.entry(list).or_insert_with(|| json!([])) {
        items.push(item);
    }
}
