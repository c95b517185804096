//! The caller of a stream, identified by a token or a ticket. Other routes do not accept tickets.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::time::Instant;

use super::Caller;
use super::authentication::ticket_of;
use crate::codes;
use crate::problem::Problem;
use crate::state::AppState;

#[derive(Debug)]
pub struct StreamCaller(pub Caller);

impl FromRequestParts<AppState> for StreamCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Some(ticket) = ticket_of(parts) else { return Caller::from_request_parts(parts, state).await.map(Self) };
        let now = Instant::now();
        let admitted = state.tickets.take(&ticket, now).ok_or_else(|| {
            let detail = "invalid ticket: it was used, has expired, or was issued by another node";
            Problem::new(codes::TICKET_INVALID, detail)
        })?;
        Caller::admitted(parts, state, admitted, now).await.map(Self)
    }
}
