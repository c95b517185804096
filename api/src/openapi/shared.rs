//! What all operations share: parameters, headers, the form of a problem, who may ask.

use causerie_events::{ConversationId, Emoji, ImageId, Label, MemberId, MessageId, Position, SiteId};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::schemas;
use crate::codes::{self, ProblemType};
use crate::problem::ProblemBody;
use crate::request::MAX_BODY;
use crate::state::READ_MODEL_TIMEOUT;

/// The version of an aggregate, behind it in an answer that was read what else is in that answer; or that alone.
const REVISION: &str = r#"^"([0-9]+-)?[0-9a-f]{16}"$"#;
/// One ETag that begins with a version, or any.
const IF_MATCH: &str = r#"^(\*|"[0-9]{1,18}(-[0-9a-f]{16})?")$"#;

pub(super) type Object = Map<String, Value>;

/// A reference to a component of the document.
pub(super) fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

pub(super) fn info() -> Value {
    json!({
        "title": "Causerie",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Member chat for any web site.",
        "description": format!(
            "Commands are idempotent: repeating one changes nothing and gives the same answer. A command answers with the \
             resource, its version as `ETag` and its place in the log as `Causerie-Position`; a query that carries this place \
             as `Causerie-Min-Position` shows it. Problems are `application/problem+json` with a stable `code`; their `type` is \
             an address of the service that says what the code means. Bodies are at most {} KiB; unknown fields are refused. \
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
        { "name": "Members", "description": "Who is on a site, and what they may do there." },
        { "name": "Conversations", "description": "Groups, direct conversations, and those with the business." },
        { "name": "Messages", "description": "What is said." },
        { "name": "Live", "description": "What happens, as it happens." },
        { "name": "Log", "description": "All that has happened." },
        { "name": "Service", "description": "The service itself: how it is, and what it can do. No token." },
    ])
}

pub(super) fn security() -> Value {
    json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Sent as `Authorization: Bearer <token>`. A JSON Web Token, signed by the back end of the host, with \
                `sub` (the member), `site`, `role` (`member`, `staff`, `owner`, `operator`), `aud` = `causerie`, `iss` (what \
                `auth.issuer` says) and `exp` (in seconds); `name` and `picture` register the member at their first visit, and \
                change them where `iat` is later than what the log has. For a first try \
                `causerie token --site acme --member ada` prints one.",
        },
        "ticket": {
            "type": "apiKey",
            "in": "query",
            "name": "ticket",
            "description": "From GiveStreamTicket, for clients that send no headers: opens one stream, once.",
        },
    })
}

pub(super) fn parameters() -> Value {
    json!({
        "site": in_path("site", "The site.", &schema_of::<SiteId>(), "acme"),
        "member": in_path("member", "The member, by the host's id; `me` is the caller.", &schema_of::<MemberId>(), "ada"),
        "conversation": in_path(
            "conversation", "The conversation. Of a group: a UUID made by the client, of version 7 (recommended) or 4.",
            &schema_of::<ConversationId>(), "01980f6e-6c2a-7b3d-9d5e-0a1b2c3d4e5f",
        ),
        "message": in_path(
            "message", "The message: a UUID made by the client, best of version 7, which sorts by time.",
            &schema_of::<MessageId>(), "01980f6e-8d11-7c04-8a6b-5f4e3d2c1b0a",
        ),
        "image": in_path(
            "image", "The image: the last part of the `image_url` of a group.",
            &schema_of::<ImageId>(), "01980f6e-9e53-7a1f-b3c8-1d2e3f405162",
        ),
        "role": in_path("role", "The role; `staff` gives the rights of staff.", &schema_of::<Label>(), "moderator"),
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
                "Wait up to {} s until the response shows this position of the log; else 503.", READ_MODEL_TIMEOUT.as_secs(),
            ),
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "schema": { "type": "string", "pattern": IF_MATCH },
            "description": "Only while what is changed is at the version of this ETag; `*`: only if it exists; `\"0\"`: only \
                if it does not. Else 412, and nothing was done.",
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "schema": { "type": "string" },
            "description": "An ETag of this answer: 304 while it is the same.",
        },
        "LastEventId": {
            "name": "Last-Event-ID", "in": "header", "schema": schema_of::<Position>(),
            "description": "The `id` of the last event that was seen: go on after it. Goes before `after`.",
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
            "description": "Of this answer; of one aggregate it begins with its version, and is good for `If-Match`.",
            "required": true, "schema": { "type": "string", "pattern": REVISION }, "example": "\"3-9f3c5a7e01d2b846\"",
        },
        "Causerie-Position": {
            "description": "The place of the change in the log, for `Causerie-Min-Position`.",
            "required": true, "schema": schema_of::<Position>(), "example": "2f1-1a",
        },
        "Retry-After": {
            "description": "Seconds to wait before the next try.",
            "required": true, "schema": { "type": "integer", "minimum": 1 }, "example": 1,
        },
        "RateLimit": {
            "description": "Of each limit that the request was counted against: how many more there may be now (`r`), and in \
                how many seconds one more (`t`). In every answer that was counted.",
            "schema": { "type": "string" }, "example": "\"requests\";r=0;t=1",
        },
        "RateLimit-Policy": {
            "description": "Those limits: how many at once (`q`), and in how many seconds that many come again (`w`).",
            "schema": { "type": "string" }, "example": "\"requests\";q=200;w=4",
        },
    })
}

/// Bytes, for generators of clients: without it they leave a body out, or decode an image as text.
pub(crate) fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

pub(super) fn not_modified() -> Value {
    json!({
        "description": "The answer is the one that the caller has.",
        "headers": { "ETag": { "$ref": "#/components/headers/Revision" } },
    })
}

/// Schemas that no handler's type names.
pub(super) fn more_schemas() -> Map<String, Value> {
    let mut problem = schema_of::<ProblemBody<'_>>();
    problem["properties"]["type"]["format"] = json!("uri-reference");
    let mut schemas = Map::new();
    schemas.insert("Problem".to_owned(), problem);
    schemas.insert("ProblemType".to_owned(), schema_of::<ProblemType>());
    schemas.insert("Document".to_owned(), json!({ "type": "object", "description": "A JSON document." }));
    schemas
}

/// In one piece.
fn schema_of<T: JsonSchema>() -> Value {
    let mut schema =
        schemas::sent().with(|settings| settings.inline_subschemas = true).into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema.remove("description");
    schema.to_value()
}
