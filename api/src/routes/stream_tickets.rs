//! `POST /v1/sites/{site}/stream/tickets`: GiveStreamTicket, for clients that cannot send headers with their stream.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use crate::auth::{TICKET_LIFETIME, TicketHolder};
use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::routes::response::StatusJson;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/stream/tickets", post_with(give_stream_ticket, GIVE_STREAM_TICKET.write()))
        .with_path_items(|item| item.tag("Live"))
}

/// Opens one stream.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StreamTicket {
    /// The value of `ticket` of Stream. Valid once.
    ticket: String,
    /// The time until it expires, in seconds.
    expires_in: u64,
}

pub(crate) const GIVE_STREAM_TICKET: Doc =
    Doc::new("GiveStreamTicket", "Creates a ticket that opens one stream, for clients that cannot send headers.")
        .more("It opens a stream of the caller on the process that created it. No other route accepts it.")
        .refuses(&[STANDING, &[codes::TICKET_TOO_MANY]]);

pub(crate) async fn give_stream_ticket(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<StatusJson<StreamTicket, 201>, Problem> {
    // `EventSource` does not show the reason of a rejection, so a caller who may not read receives it here.
    caller.reader(&state).await?;
    let now = Instant::now();
    let until = now + caller.valid_for;
    let admitted = TicketHolder { site: caller.site, member: caller.member, role: caller.role, until };
    let ticket = state.tickets.give(admitted, now);
    let ticket =
        ticket.ok_or_else(|| Problem::new(codes::TICKET_TOO_MANY, "too many unused tickets; try again later"))?;
    Ok(StatusJson(StreamTicket { ticket, expires_in: TICKET_LIFETIME.as_secs() }))
}
