//! How types become schemas: of responses, and of requests.

use causerie_events::schema::use_known_integer_formats;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Value, json};

pub(super) fn response_settings() -> SchemaSettings {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings
        .with_transform(RecursiveTransform(list_enum_names))
        .with_transform(RecursiveTransform(drop_null_of_optional_fields))
        .with_transform(RecursiveTransform(use_known_integer_formats))
}

/// For requests, without references.
pub(super) fn request_settings() -> SchemaSettings {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings
        .with_transform(RecursiveTransform(list_enum_names))
        .with_transform(RecursiveTransform(use_known_integer_formats))
}

/// Turns a `oneOf` of names into an `enum`, which every generator of clients supports. The description lists the meanings.
fn list_enum_names(schema: &mut Schema) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
    let names: Option<Vec<Value>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    let Some(names) = names else { return };
    let meanings = choices.iter().filter_map(|choice| {
        Some(format!("`{}`: {}", choice.get("const")?.as_str()?, choice.get("description")?.as_str()?))
    });
    let said = schema.get("description").and_then(Value::as_str).map(str::to_owned);
    let description: Vec<String> = said.into_iter().chain(meanings).collect();
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), Value::Array(names));
    schema.insert("description".to_owned(), json!(description.join(" ")));
}

/// An optional field of a response is absent and never null.
fn drop_null_of_optional_fields(schema: &mut Schema) {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    for (_, field) in fields.iter_mut().filter(|(name, _)| !required.iter().any(|required| required == name.as_str())) {
        let one_type = match field.get("type") {
            Some(Value::Array(types)) if types.len() == 2 => types.iter().find(|one| *one != "null").cloned(),
            _ => None,
        };
        let one_schema = match field.get("anyOf") {
            Some(Value::Array(any)) if any.len() == 2 && any[1] == json!({ "type": "null" }) => Some(any[0].clone()),
            _ => None,
        };
        let Value::Object(field) = field else { continue };
        if let Some(one_type) = one_type {
            field.insert("type".to_owned(), one_type);
        } else if let Some(Value::Object(one_schema)) = one_schema {
            field.remove("anyOf");
            field.extend(one_schema);
        }
    }
}
