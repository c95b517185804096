//! A configuration file with every key, made from the code: what each is for, and its default.

use std::fmt::Write;

use schemars::{Schema, schema_for};
use serde_json::Value;

use super::Config;

const HEAD: &str = "\
# Causerie: every setting, with its default. Each can also be set in the environment: CAUSERIE_SECTION__KEY.
# `causerie config example` wrote this file; `causerie config check` tells whether yours is right.
";

/// The file.
#[must_use]
pub fn example() -> String {
    let schema = schema_for!(Config);
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut text = HEAD.to_owned();
    for (section, about) in properties(&schema) {
        let Some(of_section) = definition(&schema, about) else { continue };
        let _ = write!(text, "\n# {}\n[{section}]\n", description(about));
        for (key, about) in properties(&of_section) {
            let value = &defaults[section][key];
            let _ = writeln!(text, "# {}", description(about));
            // A key without a default is shown as a comment.
            let (comment, value) = if value.is_null() { ("# ", "\"\"".to_owned()) } else { ("", value.to_string()) };
            let _ = writeln!(text, "{comment}{key} = {value}");
        }
    }
    text
}

fn properties(schema: &Schema) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// What a section refers to.
fn definition(schema: &Schema, section: &Value) -> Option<Schema> {
    let name = section["$ref"].as_str()?.strip_prefix("#/$defs/")?;
    schema.get("$defs")?.get(name)?.clone().try_into().ok()
}

fn description(about: &Value) -> String {
    about["description"].as_str().unwrap_or_default().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_defaults_and_names_every_key() {
        let example = example();
        let read: Config = toml::from_str(&example).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(Config::default()).unwrap());
        for key in
            ["statement_timeout_ms", "jwks_url", "secret_file", "max_requests", "max_queries", "sends_burst", "filter"]
        {
            assert!(example.contains(&format!("{key} =")), "{key}: {example}");
        }
    }
}
