//! Authenticates a request by its token or ticket, once, before any other work for the request.

use std::sync::Arc;

use axum::extract::Query;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use causerie_events::{MemberId, SiteId};
use serde::Deserialize;
use tokio::time::Instant;

use crate::auth::{Claims, RefusedToken};
use crate::state::AppState;

/// The result, stored in the extensions of the request.
#[derive(Debug, Clone)]
pub enum Authentication {
    /// No token and no ticket.
    Missing,
    Invalid(RefusedToken),
    Token(Arc<Claims>),
    /// The member of a valid ticket. The route of the stream consumes it.
    Ticket(SiteId, MemberId),
}

impl Authentication {
    /// Checks the token of a request, or the ticket of one for a stream.
    pub async fn of(parts: &Parts, state: &AppState) -> Self {
        if parts.uri.path().ends_with("/stream")
            && let Some(ticket) = ticket_of(parts)
        {
            return state
                .tickets
                .holder(&ticket, Instant::now())
                .map_or(Self::Invalid(RefusedToken("the ticket is not valid")), |(site, member)| {
                    Self::Ticket(site, member)
                });
        }
        let Some(token) = bearer(&parts.headers) else { return Self::Missing };
        match state.tokens.check(token).await {
            Ok(claims) => Self::Token(claims),
            Err(refused) => Self::Invalid(refused),
        }
    }
}

/// The ticket in the query of the URL.
pub(super) fn ticket_of(parts: &Parts) -> Option<String> {
    #[derive(Deserialize)]
    struct Parameters {
        ticket: Option<String>,
    }
    Query::<Parameters>::try_from_uri(&parts.uri).ok()?.0.ticket
}

/// The token of `Authorization: Bearer`. The scheme is case-insensitive (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
