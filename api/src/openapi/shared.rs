//! Components that operations share: parameters, headers, problems, authentication.

use causerie_events::{ConversationId, Emoji, ImageId, Label, MemberId, MessageId, Position, SiteId};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::schemas;
use crate::codes::{self, ProblemType};
use crate::problem::ProblemBody;
use crate::request::MAX_BODY;
use crate::state::READ_MODEL_TIMEOUT;

/// An ETag of a query: the version of an aggregate and a hash of the response, or the hash alone.
const REVISION: &str = r#"^"([0-9]+-)?[0-9a-f]{16}"$"#;
/// An ETag that begins with a version, or `*`.
const IF_MATCH: &str = r#"^(\*|"[0-9]{1,18}(-[0-9a-f]{16})?")$"#;

pub(super) type Object = Map<String, Value>;

pub(super) fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

pub(super) fn info() -> Value {
    json!({
        "title": "Causerie",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Member chat for any web site.",
        "description": format!(
            "Commands are idempotent: repeating a command changes nothing and returns the same response. A command returns the \
             resource, its version as `ETag` and its position in the log as `Causerie-Position`. A query that sends this \
             position as `Causerie-Min-Position` includes the change. Errors are `application/problem+json` with a stable \
             `code`; their `type` is the URL of an explanation. Bodies have at most {} KiB; unknown fields are rejected. \
             Authenticate with `Authorization: Bearer <token>`, a JSON Web Token that the back end of the host signs; `/docs` \
             shows its claims.",
            MAX_BODY / 1024,
        ),
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    })
}

pub(super) fn tags() -> Value {
    json!([
        { "name": "Sites", "description": "The tenants, and their switch for member chat." },
        { "name": "Members", "description": "The members of a site, their profiles, roles and moderation." },
        { "name": "Conversations", "description": "Groups, direct conversations and conversations with the business." },
        { "name": "Messages", "description": "Messages and reactions." },
        { "name": "Live", "description": "Events as they happen." },
        { "name": "Log", "description": "All past events." },
        { "name": "Service", "description": "The service itself: health, metrics and documents. No token is needed." },
    ])
}

pub(super) fn security() -> Value {
    json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Sent as `Authorization: Bearer <token>`. A JSON Web Token, signed by the back end of the host, with \
                `sub` (the member), `site`, `role` (`member`, `staff`, `owner`, `operator`), `aud` = `causerie`, `iss` (the \
                value of `auth.issuer`) and `exp` (in seconds). `name` and `picture` register the member at the first visit, \
                and later update the profile if `iat` is newer than the recorded profile. To try it out, \
                `causerie token --site acme --member ada` prints a token.",
        },
        "ticket": {
            "type": "apiKey",
            "in": "query",
            "name": "ticket",
            "description": "From GiveStreamTicket, for clients that cannot send headers. Opens one stream, once.",
        },
    })
}

pub(super) fn parameters() -> Value {
    json!({
        "site": in_path("site", "The site.", &schema_of::<SiteId>(), "acme"),
        "member": in_path("member", "The id of the member at the host; `me` is the caller.", &schema_of::<MemberId>(), "ada"),
        "conversation": in_path(
            "conversation", "The conversation. The client generates the id of a group: a UUID of version 7 (recommended) or 4.",
            &schema_of::<ConversationId>(), "01980f6e-6c2a-7b3d-9d5e-0a1b2c3d4e5f",
        ),
        "message": in_path(
            "message", "The message. The client generates the id: a UUID, preferably of version 7, which sorts by time.",
            &schema_of::<MessageId>(), "01980f6e-8d11-7c04-8a6b-5f4e3d2c1b0a",
        ),
        "image": in_path(
            "image", "The image: the last part of the `image_url` of a group.",
            &schema_of::<ImageId>(), "01980f6e-9e53-7a1f-b3c8-1d2e3f405162",
        ),
        "role": in_path("role", "The role. `staff` grants the permissions of staff.", &schema_of::<Label>(), "moderator"),
        "badge": in_path("badge", "The badge.", &schema_of::<Label>(), "founder"),
        "emoji": in_path("emoji", "One emoji, percent-encoded.", &schema_of::<Emoji>(), "👍"),
        "code": in_path(
            "code", "The code of a problem.", &json!({ "type": "string", "pattern": "^[a-z_.]+$" }), codes::GROUP_LAST_ADMIN.name(),
        ),
        "schema": in_path(
            "schema", "The type and version of the event.",
            &json!({ "type": "string", "pattern": "^[A-Z][A-Za-z]+\\.v[0-9]+\\.json$" }), "MessageSent.v1.json",
        ),
        "MinPosition": {
            "name": "Causerie-Min-Position", "in": "header", "schema": schema_of::<Position>(),
            "description": format!(
                "Waits up to {} s until the response includes this position of the log; otherwise 503.", READ_MODEL_TIMEOUT.as_secs(),
            ),
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "schema": { "type": "string", "pattern": IF_MATCH },
            "description": "Executes the command only if the resource has the version of this ETag; `*`: only if it exists; \
                `\"0\"`: only if it does not exist. Otherwise 412, and nothing is changed.",
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "schema": { "type": "string" },
            "description": "The ETag of an earlier response. 304 if the response is still the same.",
        },
        "LastEventId": {
            "name": "Last-Event-ID", "in": "header", "schema": schema_of::<Position>(),
            "description": "The `id` of the last event received: the stream continues after it. Takes precedence over `after`.",
        },
    })
}

fn in_path(name: &str, description: &str, schema: &Value, example: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true, "description": description, "schema": schema, "example": example,
    })
}

pub(super) fn headers() -> Value {
    json!({
        "ETag": {
            "description": "The version of the resource.",
            "required": true, "schema": { "type": "string", "pattern": "^\"[0-9]+\"$" }, "example": "\"3\"",
        },
        "Revision": {
            "description": "Identifies this response. For a single aggregate it begins with the version and can be sent as `If-Match`.",
            "required": true, "schema": { "type": "string", "pattern": REVISION }, "example": "\"3-9f3c5a7e01d2b846\"",
        },
        "Causerie-Position": {
            "description": "The position of the change in the log, for `Causerie-Min-Position`.",
            "required": true, "schema": schema_of::<Position>(), "example": "2f1-1a",
        },
        "Retry-After": {
            "description": "Seconds to wait before a retry.",
            "required": true, "schema": { "type": "integer", "minimum": 1 }, "example": 1,
        },
        "RateLimit": {
            "description": "For each limit that the request counts against: the remaining requests (`r`) and the seconds until \
                one more is allowed (`t`). Sent with every counted response.",
            "schema": { "type": "string" }, "example": "\"requests\";r=0;t=1",
        },
        "RateLimit-Policy": {
            "description": "The same limits: the quota (`q`) and the seconds in which it is restored (`w`).",
            "schema": { "type": "string" }, "example": "\"requests\";q=200;w=4",
        },
    })
}

/// Bytes. Without this schema, generators of clients leave out a body or decode an image as text.
pub(crate) fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

pub(super) fn not_modified() -> Value {
    json!({
        "description": "The response is the same as the one that the caller has.",
        "headers": { "ETag": { "$ref": "#/components/headers/Revision" } },
    })
}

/// Schemas that no type of a handler names.
pub(super) fn more_schemas() -> Map<String, Value> {
    let mut problem = schema_of::<ProblemBody<'_>>();
    problem["properties"]["type"]["format"] = json!("uri-reference");
    let mut schemas = Map::new();
    schemas.insert("Problem".to_owned(), problem);
    schemas.insert("ProblemType".to_owned(), schema_of::<ProblemType>());
    schemas.insert("Document".to_owned(), json!({ "type": "object", "description": "A JSON document." }));
    schemas
}

/// Without references.
fn schema_of<T: JsonSchema>() -> Value {
    let mut schema = schemas::response_settings()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>();
    schema.remove("title");
    schema.remove("description");
    schema.to_value()
}
