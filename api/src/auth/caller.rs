//! The caller of a route under `/v1/sites/{site}`.

use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use causerie_domain::{Actor, Role};
use causerie_events::{MemberId, SiteId};
use jiff::Timestamp;

use crate::auth::{Claims, SiteClaim};
use crate::commands::{CommandError, Sender};
use crate::problem::Problem;
use crate::request::RequestId;
use crate::state::AppState;

/// Somebody with a token for the site of the path.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The site of the path.
    pub site: SiteId,
    /// Who, in which role.
    pub actor: Actor,
    /// How long the token still holds.
    pub valid_for: Duration,
    request_id: String,
}

impl Caller {
    /// The sender of a command.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender { actor: self.actor.clone(), request_id: self.request_id.clone() }
    }

    /// A member id of the path, where `me` is the caller.
    pub fn named(&self, member: &str) -> Result<MemberId, Problem> {
        if member == "me" { Ok(self.actor.member.clone()) } else { Ok(member.parse()?) }
    }

    /// Refuses who may not read: members who are not registered, pending or blocked. Asked of the log itself, so that a
    /// block holds at once.
    pub async fn require_reader(&self, state: &AppState) -> Result<(), Problem> {
        if self.actor.role != Role::Member {
            return Ok(());
        }
        let member = state.commands.member_now(&self.site, &self.actor.member).await?;
        Ok(member.aggregate.standing().require_active().map_err(CommandError::refused)?)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let claims = claims(&parts.headers, state)?;
        let site = site_of_path(parts, state).await?;
        if claims.site != SiteClaim::All && claims.site != SiteClaim::One(site.clone()) {
            let detail = "the token is for another site";
            return Err(Problem::new(StatusCode::FORBIDDEN, "token.other_site", detail));
        }
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let left = claims.exp.saturating_sub(Timestamp::now().as_second());
        let caller = Self {
            site,
            actor: Actor { member: claims.sub, role: claims.role },
            valid_for: Duration::from_secs(u64::try_from(left).unwrap_or_default()),
            request_id,
        };
        state.limits.request(&caller)?;
        Ok(caller)
    }
}

fn claims(headers: &HeaderMap, state: &AppState) -> Result<Claims, Problem> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")))
        .ok_or_else(|| Problem::unauthorized("token.missing", "send Authorization: Bearer <token>"))?;
    state.tokens.check(token.trim()).map_err(|error| {
        tracing::debug!(%error, "token refused");
        Problem::unauthorized("token.invalid", "the token is not valid or no longer holds")
    })
}

async fn site_of_path(parts: &mut Parts, state: &AppState) -> Result<SiteId, Problem> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::malformed("id.invalid", "the path is not valid UTF-8"))?;
    let site = params.iter().find_map(|(name, value)| (name == "site").then_some(value)).unwrap_or_default();
    Ok(site.parse::<SiteId>()?)
}
