//! `POST /v1/sites/{site}/stream/tickets`: GiveStreamTicket, for clients that cannot send headers with their stream.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use crate::auth::{Admitted, TICKET_LIFETIME};
use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::routes::answer::Plain;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/stream/tickets", post_with(give_stream_ticket, GIVE_STREAM_TICKET.write()))
        .with_path_items(|item| item.tag("Live"))
}

/// Lets its bearer open one stream.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StreamTicket")]
pub(crate) struct Ticket {
    /// Goes into `ticket` of Stream, once.
    ticket: String,
    /// How long it holds, in seconds.
    expires_in: u64,
}

pub(crate) const GIVE_STREAM_TICKET: Doc =
    Doc::new("GiveStreamTicket", "A ticket to open one stream with, for clients that cannot send headers.")
        .more("It opens the stream as the caller, on the process that gave it, and no other route takes it.")
        .refuses(&[STANDING, &[codes::TICKET_TOO_MANY]]);

pub(crate) async fn give_stream_ticket(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Plain<Ticket, 201>, Problem> {
    // An `EventSource` cannot tell why it was refused, so who may not read hears it here.
    caller.reader(&state).await?;
    let now = Instant::now();
    let until = now + caller.valid_for;
    let admitted = Admitted { site: caller.site, member: caller.member, role: caller.role, until };
    let ticket = state.tickets.give(admitted, now);
    let ticket = ticket.ok_or_else(|| Problem::new(codes::TICKET_TOO_MANY, "too many tickets are out; try again"))?;
    Ok(Plain(Ticket { ticket, expires_in: TICKET_LIFETIME.as_secs() }))
}
