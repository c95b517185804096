//! `If-Match` on commands, `ETag` and `If-None-Match` on JSON that is read. `edge` handles both for all handlers.

use serde_json::{Value, json};

use super::doc::{REFUSALS, code_entry};
use super::shared::{Object, reference};
use crate::codes;

/// Commands accept `If-Match`. Other operations that are no queries still check its syntax.
pub(super) fn add_if_match(method: &str, operation: &mut Object) {
    if method == "get" {
        return;
    }
    let mut codes = vec![codes::IF_MATCH_INVALID];
    if is_command(operation) {
        codes.push(codes::IF_MATCH_MOVED);
        add(operation, "parameters", reference("parameters", "IfMatch"));
    }
    for code in codes {
        add(operation, REFUSALS, code_entry(code));
    }
}

/// Must run after the responses are complete.
pub(super) fn add_etag(method: &str, operation: &mut Object) {
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

/// Whether a response has a position.
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
