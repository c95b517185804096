//! `GET /v1/sites/{site}/stream`: Stream, server-sent events.

use std::convert::Infallible;
use std::iter;
use std::ops::RangeInclusive;
use std::time::Duration;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use causerie_events::Position;
use futures::{StreamExt, stream};
use rand::Rng;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::caller::StreamCaller;
use crate::codes;
use crate::live::{farewell, subscribe};
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::Query;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new().api_route("/stream", get_with(stream, STREAM.write())).with_path_items(|item| item.tag("Live"))
}

/// The delay before clients reconnect when the service stops.
const RECONNECT_DELAY: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(5);
/// Disables buffering in nginx and similar proxies.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StreamParameters {
    /// Only events after this position.
    after: Option<Position>,
    #[schemars(skip)]
    #[expect(dead_code, reason = "read by StreamCaller; listed here because unknown parameters are rejected")]
    ticket: Option<String>,
}

pub(crate) const STREAM: Doc = Doc::new("Stream", "Events as they happen, as server-sent events.")
    .more(
        "First `ready`, then frames as in `/asyncapi.json`, and comments in between. `Last-Event-ID` or `after` resumes without \
         gaps or duplicates. If too much was missed, a `reset` follows: fetch everything again. The configuration limits the \
         streams of a member and how many they open per second.",
    )
    .parameters(&["LastEventId"])
    .responds(&[(200, "text/event-stream")])
    .refuses(&[STANDING, &[codes::POSITION_INVALID, codes::STREAM_TOO_MANY]]);

pub(crate) async fn stream(
    State(state): State<AppState>,
    StreamCaller(caller): StreamCaller,
    Query(parameters): Query<StreamParameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let actor = caller.reader(&state).await?;
    let place = state.limits.stream(caller.limited())?;
    let after = last_event_id(&headers)?.or(parameters.after);
    let frames = subscribe(&state.hub, &state.database, caller.site.clone(), &actor, caller.role, after).await?;
    // Open streams would block the shutdown, and a stream must end when its token expires.
    let stop = state.stop.clone();
    let frames = frames
        .take_until(stop.clone().cancelled_owned())
        .take_until(tokio::time::sleep(caller.valid_for))
        .chain(stream::iter(iter::once_with(move || farewell_frame(&stop)).flatten()))
        .map(move |frame| {
            // Counts while the stream is open.
            let _ = &place;
            Ok::<_, Infallible>(frame)
        });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // A proxy that compresses would buffer the stream.
        (header::CACHE_CONTROL, "no-store, no-transform"),
        (ACCEL_BUFFERING, "no"),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}

/// The last frame when the service stops: the delay before a reconnect. It is random, so that clients do not reconnect to the
/// other nodes all at once.
fn farewell_frame(stop: &CancellationToken) -> Option<Bytes> {
    let reconnect_delay = rand::rng().random_range(RECONNECT_DELAY);
    stop.is_cancelled().then(|| farewell(reconnect_delay))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(id) = headers.get("last-event-id") else { return Ok(None) };
    id.to_str()
        .ok()
        .and_then(|token| token.parse().ok())
        .map(Some)
        .ok_or_else(|| Problem::new(codes::POSITION_INVALID, "Last-Event-ID is not a valid position token"))
}
