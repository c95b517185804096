//! The caller of a route under `/v1/sites/{site}`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use causerie_domain::conversation::Access;
use causerie_domain::permission::{ConversationAct, Place, permit};
use causerie_domain::{Actor, Conversation, Member, Role};
use causerie_events::member::MemberProfile;
use causerie_events::{ConversationId, DisplayName, MemberId, SiteId};
use causerie_projections::member_list::Viewer;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::auth::{Admitted, Authentication, Claims, SiteClaim};
use crate::commands::{CommandError, RegisterMember, Sender};
use crate::edge::Precondition;
use crate::limits::Counted;
use crate::problem::Problem;
use crate::request::RequestId;
use crate::state::AppState;

/// Somebody with a token for the site of the path.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The site of the path.
    pub site: SiteId,
    /// Who.
    pub member: MemberId,
    /// In which role, as the token says.
    pub role: Role,
    /// How long the token still holds.
    pub valid_for: Duration,
    /// The limits that this request was counted against.
    pub counted: Counted,
    request_id: String,
    precondition: Precondition,
}

impl Caller {
    /// Somebody with a ticket. They visited when they asked for it.
    pub(super) async fn admitted(
        parts: &mut Parts,
        state: &AppState,
        admitted: Admitted,
        now: Instant,
    ) -> Result<Self, Problem> {
        let Admitted { site, member, role, until } = admitted;
        if site_of_path(parts, state).await? != site {
            return Err(other_site("the ticket is for another site"));
        }
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let caller = Self {
            site,
            member,
            role,
            valid_for: until.duration_since(now),
            counted: counted(parts),
            request_id,
            precondition: Precondition::None,
        };
        state.limits.request(&caller)?;
        Ok(caller)
    }

    /// The sender of a command.
    #[must_use]
    pub fn sender(&self) -> Sender {
        let sender = Sender::new(self.member.clone(), self.role, self.request_id.clone());
        Sender { precondition: self.precondition, ..sender }
    }

    /// A member id of the path, where `me` is the caller.
    pub fn named(&self, member: &str) -> Result<MemberId, Problem> {
        if member == "me" { Ok(self.member.clone()) } else { member_in_path(member) }
    }

    /// The caller as the log knows them at this moment, so that a block holds at once. Refuses who may not read.
    pub async fn reader(&self, state: &AppState) -> Result<Actor, Problem> {
        let actor = if self.role == Role::Operator {
            Actor::new(self.member.clone(), self.role, &Member::Missing)
        } else {
            let member = state.commands.member_now(&self.site, &self.member).await?;
            Actor::new(self.member.clone(), self.role, &member.aggregate)
        };
        actor.require_active().map_err(CommandError::refused)?;
        Ok(actor)
    }

    /// A reader of a conversation, asked of the log itself, so that a removal holds at once.
    pub async fn reader_of(
        &self,
        state: &AppState,
        act: ConversationAct,
        conversation: ConversationId,
    ) -> Result<(Actor, Option<Access>), Problem> {
        let actor = self.reader(state).await?;
        let check = |found: &Conversation| permit(act, &actor, &Place::regardless(found.access(&actor)));
        let now = state.commands.permitted_conversation_now(&self.site, conversation, check).await?;
        let access = now.aggregate.access(&actor);
        Ok((actor, access))
    }

    /// Registers a member at their first visit, by the name and the picture in their token.
    async fn visit(&self, state: &AppState, claims: &Claims) -> Result<(), Problem> {
        let Some(name) = &claims.name else { return Ok(()) };
        let known = self.role == Role::Operator
            || state.commands.member(&self.site, &self.member).await?.aggregate != Member::Missing
            || state.commands.site(&self.site).await?.version == 0;
        if known {
            return Ok(());
        }
        let register = RegisterMember {
            site: self.site.clone(),
            member: self.member.clone(),
            profile: MemberProfile {
                display_name: DisplayName::parse(name.clone())?,
                avatar_url: claims.picture.clone(),
            },
            community: false,
            first_visit: true,
        };
        // Not what the request is about.
        let sender = Sender { precondition: Precondition::None, ..self.sender() };
        state.commands.execute(sender, register).await?;
        Ok(())
    }
}

fn member_in_path(text: &str) -> Result<MemberId, Problem> {
    let member: MemberId = text.parse()?;
    if member.is_reserved() {
        return Err(Problem::malformed("id.invalid", "`me`, `.` and `..` are not member ids"));
    }
    Ok(member)
}

/// What an actor sees of members: owner and staff everything, and the operator, who registers them.
#[must_use]
pub fn viewer(actor: &Actor) -> Viewer {
    if actor.role == Role::Member { Viewer::Member(actor.member.clone()) } else { Viewer::Staff }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let claims = claims(parts)?;
        let site = site_of_path(parts, state).await?;
        if claims.site != SiteClaim::All && claims.site != SiteClaim::One(site.clone()) {
            return Err(other_site("the token is for another site"));
        }
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let left = claims.exp.saturating_sub(Timestamp::now().as_second());
        let caller = Self {
            site,
            member: claims.sub.clone(),
            role: claims.role,
            valid_for: Duration::from_secs(u64::try_from(left).unwrap_or_default()),
            counted: counted(parts),
            request_id,
            precondition: if parts.method == Method::GET {
                Precondition::None
            } else {
                Precondition::of(&parts.headers)?
            },
        };
        state.limits.request(&caller)?;
        caller.visit(state, &claims).await?;
        Ok(caller)
    }
}

fn counted(parts: &Parts) -> Counted {
    parts.extensions.get().cloned().unwrap_or_default()
}

fn other_site(detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "token.other_site", detail)
}

/// Of the token that was checked before the route was found.
fn claims(parts: &Parts) -> Result<Arc<Claims>, Problem> {
    match parts.extensions.get() {
        Some(Authentication::Token(claims)) => Ok(Arc::clone(claims)),
        Some(Authentication::Invalid) => {
            Err(Problem::unauthorized("token.invalid", "the token is not valid or no longer holds"))
        }
        _ => Err(Problem::unauthorized("token.missing", "send Authorization: Bearer <token>")),
    }
}

async fn site_of_path(parts: &mut Parts, state: &AppState) -> Result<SiteId, Problem> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::malformed("id.invalid", "the path is not valid UTF-8"))?;
    let site = params.iter().find_map(|(name, value)| (name == "site").then_some(value)).unwrap_or_default();
    Ok(site.parse::<SiteId>()?)
}

#[cfg(test)]
impl Caller {
    /// A member, for tests of what is counted.
    pub(crate) fn test_member(site: &str, member: &str) -> Self {
        Self {
            site: site.parse().unwrap(),
            member: member.parse().unwrap(),
            role: Role::Member,
            valid_for: Duration::from_mins(1),
            counted: Counted::default(),
            request_id: String::new(),
            precondition: Precondition::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_member_id_in_a_path_is_refused() {
        for reserved in [".", ".."] {
            assert!(member_in_path(reserved).is_err(), "{reserved}");
        }
        assert_eq!(member_in_path("ada").unwrap().as_str(), "ada");
    }
}
