//! Two JSON values held against each other, and what is told when they differ.

use std::fmt;

use serde_json::Value;

/// Something that is not as the log says.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    /// Who asked, where, what.
    pub(crate) asked: String,
    /// What differs, with both sides.
    pub(crate) found: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.asked)?;
        self.found.iter().take(12).try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// Places in the log of all sites, which no model of one site can know; `tests/differential` holds them.
const LOG_NUMBERS: [&str; 2] = ["as_of", "activity"];

/// Where the two differ: a line for each place. Null is as good as absent.
pub(crate) fn differences(expected: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, got, &mut found);
    found
}

fn compare(path: &str, expected: &Value, got: &Value, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(wanted), Value::Object(there)) => {
            let new = there.keys().filter(|key| !wanted.contains_key(*key) && !LOG_NUMBERS.contains(&key.as_str()));
            for key in wanted.keys().chain(new) {
                let of = |object: &serde_json::Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                compare(&format!("{path}.{key}"), &of(wanted), &of(there), found);
            }
        }
        (Value::Array(wanted), Value::Array(there)) if wanted.len() == there.len() => {
            for (n, (wanted, there)) in wanted.iter().zip(there).enumerate() {
                compare(&format!("{path}[{n}]"), wanted, there, found);
            }
        }
        (Value::Array(wanted), Value::Array(there)) => {
            found.push(format!("{path}: expected {} items, got {}", wanted.len(), there.len()));
            found.push(format!("  expected {}", names(wanted)));
            found.push(format!("  got      {}", names(there)));
        }
        _ if expected == got => {}
        _ => found.push(format!("{path}: expected {expected}, got {got}")),
    }
}

/// Items by their ids, where they have some.
fn names(items: &[Value]) -> String {
    let name = |item: &Value| item["id"].as_str().map_or_else(|| item.to_string(), str::to_owned);
    items.iter().map(name).collect::<Vec<_>>().join(", ")
}
