//! Completes the document that types and `Doc`s produce: ids of paths, problems by status, examples, and shared components.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::code_groups::{BODY_CODES, CALLER_CODES};
use super::doc::{EXAMPLE, REFUSALS, RESPONSES};
use super::shared::{Object, reference};
use super::{examples, revisions, shared};

/// Problem responses that are shared by all operations whose codes of this status come from the extractors alone.
const SHARED_RESPONSES: [(u16, &str); 4] =
    [(401, "Unauthorized"), (413, "TooLarge"), (415, "NotJson"), (429, "TooMany")];

pub(super) fn complete(mut paths: Value, schemas: Value) -> Value {
    let mut schemas = if let Value::Object(schemas) = schemas { schemas } else { Object::new() };
    schemas.extend(shared::more_schemas());
    for (path, item) in paths.as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Value::Object(operation) = operation {
                name_ids(path, operation);
                name_body(operation, &mut schemas);
                revisions::add_if_match(method, operation);
                complete_responses(operation);
                revisions::add_etag(method, operation);
                // Explicit: an operation without `security` inherits the requirement of the document.
                operation.entry("security").or_insert_with(|| json!([]));
            }
        }
    }
    let mut responses = Object::new();
    for (status, name) in SHARED_RESPONSES {
        responses.insert(name.to_owned(), problem(status, &shared_codes(status)));
    }
    responses.insert("NotModified".to_owned(), shared::not_modified());
    json!({
        "openapi": "3.1.0",
        "info": shared::info(),
        "servers": [{ "url": "/" }],
        "tags": shared::tags(),
        "paths": paths,
        "components": {
            "securitySchemes": shared::security(),
            "parameters": shared::parameters(),
            "headers": shared::headers(),
            "responses": responses,
            "schemas": schemas,
        },
    })
}

/// Adds the parameters of the path. Each name has one definition.
fn name_ids(path: &str, operation: &mut Object) {
    let ids = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.split('}').next());
    let ids = ids.map(|id| json!({ "$ref": format!("#/components/parameters/{id}") }));
    let others = operation.remove("parameters").and_then(|others| others.as_array().cloned()).unwrap_or_default();
    let all: Vec<Value> = ids.chain(others).collect();
    if !all.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(all));
    }
}

/// Names the schema of the body, so that generated clients have a type for it.
fn name_body(operation: &mut Object, schemas: &mut Object) {
    let example = operation.remove(EXAMPLE);
    let name = format!("{}Request", operation["operationId"].as_str().unwrap_or_default());
    let body = operation.get_mut("requestBody").and_then(|body| body.pointer_mut("/content/application~1json"));
    let Some(Value::Object(content)) = body else { return };
    if let Some(schema) = content.insert("schema".to_owned(), reference("schemas", &name)) {
        schemas.insert(name, schema);
    }
    if let Some(example) = example {
        content.insert("example".to_owned(), example);
    }
}

fn complete_responses(operation: &mut Object) {
    let refusals = operation.remove(REFUSALS);
    let declared = operation.remove(RESPONSES);
    let mut responses: BTreeMap<String, Value> = operation
        .remove("responses")
        .and_then(|responses| responses.as_object().cloned())
        .map(|responses| responses.into_iter().collect())
        .unwrap_or_default();
    for response in responses.values_mut() {
        add_example(response);
        if response["description"] == "" {
            response["description"] = json!("Done.");
        }
    }
    for declaration in declared.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let response = media_type_response(declaration[1].as_str().unwrap_or_default());
        // The same status in another media type.
        match responses.get_mut(&declaration[0].to_string()).and_then(|known| known["content"].as_object_mut()) {
            Some(known) => known.extend(response["content"].as_object().cloned().unwrap_or_default()),
            None => drop(responses.insert(declaration[0].to_string(), response)),
        }
    }
    for (status, codes) in by_status(refusals.as_ref()) {
        let shared = SHARED_RESPONSES.iter().find(|(shared, _)| *shared == status && codes == shared_codes(status));
        let response = shared.map_or_else(|| problem(status, &codes), |(_, name)| reference("responses", name));
        responses.insert(status.to_string(), response);
    }
    operation.insert("responses".to_owned(), json!(responses));
}

fn add_example(response: &mut Value) {
    let Some(Value::Object(content)) = response.pointer_mut("/content/application~1json") else { return };
    let named = content.get("schema").and_then(|schema| schema.get("$ref").or_else(|| schema.pointer("/anyOf/0/$ref")));
    let name = named.and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    if let Some(example) = name.and_then(examples::of_schema) {
        content.insert("example".to_owned(), example);
    }
}

fn media_type_response(media_type: &str) -> Value {
    if let Some((media_type, schema)) = media_type.split_once(' ') {
        return json!({ "description": schema, "content": { media_type: { "schema": reference("schemas", schema) } } });
    }
    let text = json!({ "type": "string" });
    let schema = if media_type.starts_with("image/") { shared::binary() } else { text };
    json!({ "description": media_type, "content": { media_type: { "schema": schema } } })
}

fn shared_codes(status: u16) -> Vec<String> {
    let codes = CALLER_CODES.iter().chain(BODY_CODES).filter(|code| code.status() == status);
    codes.map(|code| code.name().to_owned()).collect()
}

fn by_status(refusals: Option<&Value>) -> BTreeMap<u16, Vec<String>> {
    let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let refusals: Vec<(u16, String)> = refusals.map(Vec::deserialize).and_then(Result::ok).unwrap_or_default();
    for (status, code) in refusals {
        let codes = by_status.entry(status).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    by_status
}

fn problem(status: u16, codes: &[String]) -> Value {
    let narrowed = json!({
        "allOf": [reference("schemas", "Problem")],
        "properties": { "status": { "const": status }, "code": { "enum": codes } },
    });
    let example = codes.first().map(|code| examples::problem(status, code));
    let content = json!({ "application/problem+json": { "schema": narrowed, "example": example } });
    let mut problem = json!({ "description": codes.join(", "), "content": content });
    if matches!(status, 429 | 503) {
        problem["headers"] = json!({ "Retry-After": reference("headers", "Retry-After") });
    }
    if status == 429 {
        problem["headers"]["RateLimit"] = reference("headers", "RateLimit");
        problem["headers"]["RateLimit-Policy"] = reference("headers", "RateLimit-Policy");
    }
    problem
}
