//! What breaks a client or a consumer: a comparison of two versions of a document.

use serde_json::{Map, Value};

/// Everything in `new` that would break somebody who relies on `old`, as sentences.
pub(crate) fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, found: Vec::new() };
    comparison.paths();
    comparison.found
}

/// The same for AsyncAPI: addresses, which messages come there, and what they hold.
pub(crate) fn breaks_readers(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, found: Vec::new() };
    comparison.channels();
    comparison.found
}

/// The same for the JSON Schema of what the service writes.
pub(crate) fn breaks_schema(name: &str, old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, found: Vec::new() };
    comparison.schema(name, Writer::Service, old, new);
    comparison.found
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    found: Vec<String>,
}

/// Who writes what a schema describes.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    Client,
    Service,
}

impl<'a> Comparison<'a> {
    fn paths(&mut self) {
        for (path, item) in fields(&self.old["paths"]) {
            for (method, operation) in fields(item) {
                let name = format!("{method} {path}");
                match self.new["paths"][path].get(method) {
                    Some(now) => self.operation(&name, operation, now),
                    None => self.found.push(format!("{name} is gone")),
                }
            }
        }
    }

    fn channels(&mut self) {
        for (name, channel) in fields(&self.old["channels"]) {
            let now = &self.new["channels"][name];
            if now["address"] != channel["address"] {
                self.found.push(format!("{name} was at {} and is at {}", channel["address"], now["address"]));
            }
            for (kind, _) in fields(&channel["messages"]).filter(|(kind, _)| now["messages"].get(kind).is_none()) {
                self.found.push(format!("{kind} is gone from {name}"));
            }
        }
        for (kind, message) in fields(&self.old["components"]["messages"]) {
            let now = &self.new["components"]["messages"][kind];
            for part in ["payload", "headers"].into_iter().filter(|part| !message[part].is_null()) {
                self.schema(&format!("{kind}, {part}"), Writer::Service, &message[part], &now[part]);
            }
        }
    }

    fn operation(&mut self, name: &str, old: &'a Value, new: &'a Value) {
        if old["operationId"] != new["operationId"] {
            self.found.push(format!("{name} has another operationId: {}", new["operationId"]));
        }
        self.parameters(name, old, new);
        let body = |operation: &'a Value| &operation["requestBody"]["content"]["application/json"]["schema"];
        match (body(old).is_null(), body(new).is_null()) {
            (false, false) => self.schema(&format!("{name}, body"), Writer::Client, body(old), body(new)),
            (true, false) => self.found.push(format!("{name} needs a body")),
            (false, true) => self.found.push(format!("{name} takes no body any more")),
            (true, true) => {}
        }
        for (status, response) in fields(&old["responses"]).filter(|(status, _)| status.starts_with('2')) {
            let now = &new["responses"][status];
            if now.is_null() {
                self.found.push(format!("{name} does not answer {status} any more"));
                continue;
            }
            for (header, _) in fields(&response["headers"]).filter(|(header, _)| now["headers"].get(header).is_none()) {
                self.found.push(format!("{name}, {status}: the header {header} is gone"));
            }
            for (media_type, content) in fields(&response["content"]) {
                match now["content"].get(media_type) {
                    Some(now) => {
                        let place = format!("{name}, {status}");
                        self.schema(&place, Writer::Service, &content["schema"], &now["schema"]);
                    }
                    None => self.found.push(format!("{name}, {status}: {media_type} is gone")),
                }
            }
        }
    }

    fn parameters(&mut self, name: &str, old: &'a Value, new: &'a Value) {
        let (was, is) = (self.old, self.new);
        let old: Vec<&Value> = items(&old["parameters"]).map(|parameter| resolve(was, parameter)).collect();
        let new: Vec<&Value> = items(&new["parameters"]).map(|parameter| resolve(is, parameter)).collect();
        for parameter in &old {
            let place = format!("{name}, parameter {}", parameter["name"]);
            match new.iter().find(|now| now["name"] == parameter["name"] && now["in"] == parameter["in"]) {
                Some(now) => {
                    if now["required"] == true && parameter["required"] != true {
                        self.found.push(format!("{place} is required now"));
                    }
                    self.schema(&place, Writer::Client, &parameter["schema"], &now["schema"]);
                }
                None => self.found.push(format!("{place} is gone")),
            }
        }
        for parameter in new.iter().filter(|parameter| parameter["required"] == true) {
            if !old.iter().any(|was| was["name"] == parameter["name"] && was["in"] == parameter["in"]) {
                self.found.push(format!("{name} needs the parameter {} now", parameter["name"]));
            }
        }
    }

    fn schema(&mut self, place: &str, writer: Writer, old: &'a Value, new: &'a Value) {
        // A schema of ours refers to itself nowhere, so this ends.
        let (old, new) = (resolve(self.old, old), resolve(self.new, new));
        self.types(place, writer, old, new);
        self.fields(place, writer, old, new);
        if writer == Writer::Client {
            self.limits(place, old, new);
        }
        if !old["items"].is_null() {
            self.schema(&format!("{place}[]"), writer, &old["items"], &new["items"]);
        }
        for key in ["anyOf", "allOf"] {
            for (at, alternative) in items(&old[key]).enumerate() {
                self.schema(place, writer, alternative, &new[key][at]);
            }
        }
    }

    fn types(&mut self, place: &str, writer: Writer, old: &Value, new: &Value) {
        let (was, is) = (types(old), types(new));
        let (given, known) = if writer == Writer::Client { (&was, &is) } else { (&is, &was) };
        if !known.is_empty() && !given.iter().all(|one| known.contains(one)) {
            self.found.push(format!("{place} was {was:?} and is {is:?}"));
        }
        let taken_away: Vec<&Value> =
            items(&old["enum"]).filter(|value| !items(&new["enum"]).any(|now| now == *value)).collect();
        let narrowed = writer == Writer::Client && old["enum"].is_null() && !new["enum"].is_null();
        if (!taken_away.is_empty() && !new["enum"].is_null()) || narrowed {
            self.found.push(format!("{place} does not know {taken_away:?} any more"));
        }
    }

    fn fields(&mut self, place: &str, writer: Writer, old: &'a Value, new: &'a Value) {
        for (name, field) in fields(&old["properties"]) {
            let inner = format!("{place}.{name}");
            match new["properties"].get(name) {
                Some(now) => self.schema(&inner, writer, field, now),
                None => self.found.push(format!("{inner} is gone")),
            }
        }
        let required = |schema: &'a Value| items(&schema["required"]).filter_map(Value::as_str);
        let (was, is): (Vec<&str>, Vec<&str>) = (required(old).collect(), required(new).collect());
        let (more, less) = if writer == Writer::Client { (&is, &was) } else { (&was, &is) };
        for name in more.iter().filter(|name| !less.contains(name)) {
            let what = if writer == Writer::Client { "is required now" } else { "is not always there any more" };
            self.found.push(format!("{place}.{name} {what}"));
        }
    }

    fn limits(&mut self, place: &str, old: &Value, new: &Value) {
        let number = |schema: &Value, key: &str| schema[key].as_f64();
        for key in ["maxLength", "maximum", "maxItems"] {
            let (was, is) = (number(old, key).unwrap_or(f64::INFINITY), number(new, key).unwrap_or(f64::INFINITY));
            if is < was {
                self.found.push(format!("{place}: {key} is {is} and was {was}"));
            }
        }
        for key in ["minLength", "minimum", "minItems"] {
            let (was, is) =
                (number(old, key).unwrap_or(f64::NEG_INFINITY), number(new, key).unwrap_or(f64::NEG_INFINITY));
            if is > was {
                self.found.push(format!("{place}: {key} is {is} and was {was}"));
            }
        }
        if !new["pattern"].is_null() && old["pattern"] != new["pattern"] {
            self.found.push(format!("{place} has another pattern: {}", new["pattern"]));
        }
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
