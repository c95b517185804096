//! JSON Schemas of the events, with which consumers validate event bodies.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::stream::AggregateType;
use crate::{ConversationEvent, MemberEvent, MessageEvent, ParticipationEvent, SiteEvent, SystemEvent, subject};

/// The schema of one event type in one version.
#[derive(Debug, Clone)]
pub struct EventSchema {
    /// The aggregate type that the event belongs to.
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

/// The current schema of every event type, grouped by aggregate type.
#[must_use]
pub fn event_schemas() -> Vec<EventSchema> {
    let mut schemas = Vec::new();
    schemas.extend(aggregate_schemas::<SiteEvent>(AggregateType::Site));
    schemas.extend(aggregate_schemas::<MemberEvent>(AggregateType::Member));
    schemas.extend(aggregate_schemas::<ConversationEvent>(AggregateType::Conversation));
    schemas.extend(aggregate_schemas::<MessageEvent>(AggregateType::Message));
    schemas.extend(aggregate_schemas::<ParticipationEvent>(AggregateType::Participation));
    schemas.extend(aggregate_schemas::<SystemEvent>(AggregateType::System));
    schemas
}

/// Replaces the formats that schemars gives to unsigned integers, which strict validators such as
/// Ajv reject, by those of OpenAPI. `minimum` excludes negative numbers.
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

fn aggregate_schemas<E: JsonSchema>(aggregate: AggregateType) -> Vec<EventSchema> {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.inline_subschemas = true);
    let settings = settings.with_transform(RecursiveTransform(use_known_integer_formats));
    let mut root = settings.into_generator().into_root_schema_for::<E>();
    let dialect = root.remove("$schema");
    let Some(Value::Array(variants)) = root.remove("oneOf") else { return Vec::new() };
    variants.into_iter().filter_map(|variant| variant_schema(aggregate, dialect.clone(), variant)).collect()
}

fn variant_schema(aggregate: AggregateType, dialect: Option<Value>, variant: Value) -> Option<EventSchema> {
    let event_type = variant.pointer("/properties/type/const")?.as_str()?.to_owned();
    let (mut schema, version) = (Schema::try_from(variant).ok()?, "1");
    schema.insert("title".to_owned(), json!(event_type));
    schema.insert("$id".to_owned(), json!(format!("/schemas/{event_type}.v{version}.json")));
    schema.insert("$schema".to_owned(), dialect?);
    Some(EventSchema { aggregate, event_type, version, schema: schema.to_value() })
}
