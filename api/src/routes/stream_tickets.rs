//! `POST /v1/sites/{site}/stream/tickets`: GiveStreamTicket, for clients that cannot send headers with their stream.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use tokio::time::Instant;

use crate::auth::{Admitted, Caller, TICKET_LIFETIME};
use crate::problem::Problem;
use crate::state::AppState;

#[derive(Debug, Serialize)]
struct Ticket {
    ticket: String,
    /// In seconds.
    expires_in: u64,
}

pub(crate) async fn give_stream_ticket(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    // An `EventSource` cannot tell why it was refused, so who may not read hears it here.
    caller.reader(&state).await?;
    let now = Instant::now();
    let until = now + caller.valid_for;
    let admitted = Admitted { site: caller.site, member: caller.member, role: caller.role, until };
    let ticket = state.tickets.give(admitted, now);
    let ticket =
        ticket.ok_or_else(|| Problem::unavailable("ticket.too_many", "too many tickets are out; try again"))?;
    let ticket = Ticket { ticket, expires_in: TICKET_LIFETIME.as_secs() };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(ticket)))
}
