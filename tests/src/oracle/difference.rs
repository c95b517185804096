//! Compares two JSON values.

use serde_json::{Map, Value};

/// Positions in the log of all sites, which the state of one site does not contain.
const LOG_NUMBERS: [&str; 2] = ["as_of", "activity"];

/// The differences, one line for each path. Null equals absent.
pub fn differences(expected: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, got, &mut found);
    found
}

fn compare(path: &str, expected: &Value, got: &Value, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(wanted), Value::Object(present)) => {
            let new = present.keys().filter(|key| !wanted.contains_key(*key) && !LOG_NUMBERS.contains(&key.as_str()));
            for key in wanted.keys().chain(new) {
                let of = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                compare(&format!("{path}.{key}"), &of(wanted), &of(present), found);
            }
        }
        (Value::Array(wanted), Value::Array(present)) if wanted.len() == present.len() => {
            for (n, (wanted, present)) in wanted.iter().zip(present).enumerate() {
                compare(&format!("{path}[{n}]"), wanted, present, found);
            }
        }
        (Value::Array(wanted), Value::Array(present)) => {
            found.push(format!("{path}: expected {} items, got {}", wanted.len(), present.len()));
            found.push(format!("  expected {}", ids(wanted)));
            found.push(format!("  got      {}", ids(present)));
        }
        _ if expected == got => {}
        _ => found.push(format!("{path}: expected {expected}, got {got}")),
    }
}

/// Items by their ids, if they have any.
fn ids(items: &[Value]) -> String {
    let id = |item: &Value| item["id"].as_str().map_or_else(|| item.to_string(), str::to_owned);
    items.iter().map(id).collect::<Vec<_>>().join(", ")
}
