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

/// When clients come back after the service has stopped.
const RETURN: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(5);
/// Tells nginx and its like not to collect the stream.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Go on after this place.
    after: Option<Position>,
    #[schemars(skip)]
    #[expect(dead_code, reason = "read by StreamCaller; named here, as unknown parameters are refused")]
    ticket: Option<String>,
}

pub(crate) const STREAM: Doc = Doc::new("Stream", "What happens, as it happens: server-sent events.")
    .more(
        "First `ready`, then the kinds of `/asyncapi.json`, and a comment now and then. `Last-Event-ID` or `after` resumes without \
         a gap or a double; after too long there is one `reset`: fetch everything again. A member has so many open at once, and \
         opens so many a second, as the service is configured for.",
    )
    .parameters(&["LastEventId"])
    .answers(&[(200, "text/event-stream")])
    .refuses(&[STANDING, &[codes::POSITION_INVALID, codes::STREAM_TOO_MANY]]);

pub(crate) async fn stream(
    State(state): State<AppState>,
    StreamCaller(caller): StreamCaller,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let actor = caller.reader(&state).await?;
    let place = state.limits.stream(caller.limited())?;
    let after = last_event_id(&headers)?.or(parameters.after);
    let frames = subscribe(&state.hub, &state.database, caller.site.clone(), &actor, caller.role, after).await?;
    // An open stream would hold up the stop of the service for ever; one whose token has expired must not go on.
    let stop = state.stop.clone();
    let frames = frames
        .take_until(stop.clone().cancelled_owned())
        .take_until(tokio::time::sleep(caller.valid_for))
        .chain(stream::iter(iter::once_with(move || last_words(&stop)).flatten()))
        .map(move |frame| {
            // For as long as the stream is open.
            let _ = &place;
            Ok::<_, Infallible>(frame)
        });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // A proxy that compresses would collect the stream: it must not transform it.
        (header::CACHE_CONTROL, "no-store, no-transform"),
        (NO_BUFFERING, "no"),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}

/// The last thing that a stream says when the service stops: when to come back. Each stream a little later or earlier than
/// the next, so that they do not all come at once to the nodes that are left.
fn last_words(stop: &CancellationToken) -> Option<Bytes> {
    let come_back = rand::rng().random_range(RETURN);
    stop.is_cancelled().then(|| farewell(come_back))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(id) = headers.get("last-event-id") else { return Ok(None) };
    id.to_str()
        .ok()
        .and_then(|token| token.parse().ok())
        .map(Some)
        .ok_or_else(|| Problem::new(codes::POSITION_INVALID, "Last-Event-ID is not a valid position token"))
}
