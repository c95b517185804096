//! A JSON Schema for each event type and version, from its Rust type: what a consumer checks a body against.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::stream::AggregateType;
use crate::{ConversationEvent, MemberEvent, MessageEvent, ParticipationEvent, SiteEvent, SystemEvent, subject};

/// The schema of one event type in one version.
#[derive(Debug, Clone)]
pub struct EventSchema {
    /// Whose event it is.
    pub aggregate: AggregateType,
    /// For example `MessageSent`.
    pub event_type: String,
    /// For example `1`.
    pub version: &'static str,
    /// The schema.
    pub schema: Value,
}

impl EventSchema {
    /// The name of its file: `MessageSent.v1.json`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.v{}.json", self.event_type, self.version)
    }

    /// The last part of its subject: `message_sent`.
    #[must_use]
    pub fn subject(&self) -> String {
        subject::snake_case(&self.event_type)
    }
}

/// All of them, by aggregate. A schema that was released once stays as a file beside the samples when the type moves on.
#[must_use]
pub fn all() -> Vec<EventSchema> {
    let mut all = Vec::new();
    all.extend(of::<SiteEvent>(AggregateType::Site));
    all.extend(of::<MemberEvent>(AggregateType::Member));
    all.extend(of::<ConversationEvent>(AggregateType::Conversation));
    all.extend(of::<MessageEvent>(AggregateType::Message));
    all.extend(of::<ParticipationEvent>(AggregateType::Participation));
    all.extend(of::<SystemEvent>(AggregateType::System));
    all
}

/// Replaces schemars' formats of unsigned integers, which strict validators such as Ajv refuse, by those that OpenAPI defines
/// and validators know. `minimum` says that the number is not negative.
pub fn use_known_integer_formats(schema: &mut Schema) {
    let narrow = schema.get("maximum").and_then(Value::as_i64).is_some_and(|maximum| maximum <= i64::from(i32::MAX));
    let known = match schema.get("format").and_then(Value::as_str) {
        Some("uint8" | "uint16") => "int32",
        Some("uint32") if narrow => "int32",
        Some("uint" | "uint32" | "uint64") => "int64",
        _ => return,
    };
    schema.insert("format".to_owned(), json!(known));
}

fn of<E: JsonSchema>(aggregate: AggregateType) -> Vec<EventSchema> {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.inline_subschemas = true);
    let settings = settings.with_transform(RecursiveTransform(use_known_integer_formats));
    let mut of_all = settings.into_generator().into_root_schema_for::<E>();
    let dialect = of_all.remove("$schema");
    let Some(Value::Array(variants)) = of_all.remove("oneOf") else { return Vec::new() };
    variants.into_iter().filter_map(|variant| one(aggregate, dialect.clone(), variant)).collect()
}

fn one(aggregate: AggregateType, dialect: Option<Value>, variant: Value) -> Option<EventSchema> {
    let event_type = variant.pointer("/properties/type/const")?.as_str()?.to_owned();
    let (mut schema, version) = (Schema::try_from(variant).ok()?, "1");
    schema.insert("title".to_owned(), json!(event_type));
    schema.insert("$id".to_owned(), json!(format!("/schemas/{event_type}.v{version}.json")));
    schema.insert("$schema".to_owned(), dialect?);
    Some(EventSchema { aggregate, event_type, version, schema: schema.to_value() })
}
