//! Extractors: the ids of a path, query parameters, JSON bodies, the id of the request and the minimum position of a query.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use causerie_events::Position;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use crate::codes;
use crate::commands::Precondition;
use crate::problem::Problem;

/// The position that a read model must have reached before a query responds.
pub const MIN_POSITION: &str = "causerie-min-position";
/// The maximum size of a body in bytes, except an image. Far above the longest text in the longest encoding.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// The id of a request: the trace id of `traceparent`, or a new one. It appears in log lines, in the metadata of events and in
/// problems.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The trace id of `traceparent`, or a new one.
#[must_use]
pub fn trace_id_of(headers: &HeaderMap) -> String {
    trace_id(headers).unwrap_or_else(|| Uuid::now_v7().simple().to_string())
}

/// The second field of `00-<32 hex>-<16 hex>-<2 hex>`.
fn trace_id(headers: &HeaderMap) -> Option<String> {
    let mut fields = headers.get("traceparent")?.to_str().ok()?.split('-');
    let id = fields.nth(1)?;
    let valid = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0');
    valid.then(|| id.to_ascii_lowercase())
}

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self(String::new())))
    }
}

pub fn precondition(headers: &HeaderMap) -> Result<Precondition, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(Precondition::None) };
    value
        .to_str()
        .unwrap_or_default()
        .parse()
        .map_err(|_| Problem::new(codes::IF_MATCH_INVALID, "If-Match must be one ETag as the service sent it, or *"))
}

/// The ids in a path, checked against their grammar.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|rejection| Problem::new(codes::ID_INVALID, rejection.body_text()))
    }
}

#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let parameters = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(query));
        parameters.map(Self).map_err(|error| {
            let (path, message) = (pointer(error.path()), error.inner().to_string());
            // serde names a repeated or missing parameter only in the message.
            let name = path.strip_prefix('/').or_else(|| message.split('`').nth(1)).unwrap_or_default();
            Problem::new(codes::QUERY_INVALID, format!("{name}: {message}")).at(format!("/{name}"))
        })
    }
}

#[derive(Debug, Clone)]
pub struct RefusedBody(pub Problem);

#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        if let Some(RefusedBody(problem)) = request.extensions().get() {
            return Err(problem.clone());
        }
        // `edge/body.rs` has read the body, within its limits.
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::new(codes::BODY_INCOMPLETE, "the body could not be read to its end"))?;
        let json: serde_json::Value = serde_json::from_slice(&body)
            .map_err(|error| Problem::new(codes::BODY_MALFORMED, format!("the body is not JSON: {error}")))?;
        // serde would also accept a list of the fields in order.
        if !json.is_object() {
            let detail = "the body must be a JSON object";
            return Err(Problem::new(codes::BODY_INVALID, detail).at(""));
        }
        // From the text: a `Value` no longer shows that a field is repeated.
        let mut json = serde_json::Deserializer::from_slice(&body);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| invalid_field(&error))?;
        Ok(Self(value))
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        let detail = "send the body as Content-Type: application/json";
        Err(Problem::new(codes::BODY_NOT_JSON, detail))
    }
}

// A struct inside a body, from a JSON object. serde would also accept a list of its fields in order.
#[derive(Debug, Default, JsonSchema)]
#[schemars(transparent)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// A variant of an enum by its name. serde would also accept `{"name": null}`.
pub fn enum_name<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(deserializer)?.into_deserializer())
}

/// A variant of an enum by its name, or null.
pub fn optional_enum_name<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::<String>::deserialize(deserializer)?.map(|name| T::deserialize(name.into_deserializer())).transpose()
}

/// An optional field. Its type determines whether it may be null.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn invalid_field(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    Problem::new(codes::BODY_INVALID, error.inner().to_string()).at(pointer(error.path()))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter().filter_map(pointer_segment).collect()
}

fn pointer_segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    match segment {
        serde_path_to_error::Segment::Seq { index } => Some(format!("/{index}")),
        serde_path_to_error::Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => None,
    }
}

/// The position that the response to a query must include, if the request names one.
#[derive(Debug, Clone, Copy)]
pub struct MinPosition(pub Option<Position>);

impl<S: Send + Sync> FromRequestParts<S> for MinPosition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let token = parts.headers.get(MIN_POSITION).map(HeaderValue::to_str);
        match token {
            None => Ok(Self(None)),
            Some(token) => {
                token.ok().and_then(|token| token.parse().ok()).map(|position| Self(Some(position))).ok_or_else(|| {
                    Problem::new(codes::POSITION_INVALID, "Causerie-Min-Position is not a valid position token")
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_is_optional_and_must_be_valid() {
        let of =
            |value: &'static str| precondition(&[(header::IF_MATCH, value.parse().unwrap())].into_iter().collect());
        assert_eq!(of("\"17\"").ok(), Some(Precondition::Version(17)));
        assert!(of("17").is_err());
        assert_eq!(precondition(&HeaderMap::new()).ok(), Some(Precondition::None));
    }
}
