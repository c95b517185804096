//! The caller of a route, from the token or ticket, with the state of the member in the log.

mod admission;
mod authentication;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::Method;
use axum::http::request::Parts;
use causerie_domain::member::{ChangeMember, RegisterMember};
use causerie_domain::permission::{Access, ConversationAction, ConversationContext, permit};
use causerie_domain::{Actor, Conversation, Member, Role, Site, SiteError};
use causerie_events::member::MemberProfile;
use causerie_events::{AddressableMemberId, ConversationId, DisplayName, MemberId, SiteId, system};
use causerie_projections::member_list::Viewer;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::auth::{Claims, SiteClaim, TicketHolder};
use crate::codes;
use crate::commands::{CommandError, Precondition, Sender};
use crate::limits::{CountedLimits, LimitedCaller};
use crate::problem::Problem;
use crate::request::{RequestId, precondition};
use crate::state::AppState;

pub use self::admission::StreamCaller;
pub use self::authentication::Authentication;

/// The caller, identified by a token for the site of the path. The extractor writes nothing: a route registers the caller at
/// the first visit with [`Caller::registered`] or [`Caller::reader`].
#[derive(Debug, Clone)]
pub struct Caller {
    pub site: SiteId,
    pub member: MemberId,
    pub role: Role,
    pub valid_for: Duration,
    pub counted: CountedLimits,
    /// `None` with a ticket: its member was registered when it was issued.
    claims: Option<Arc<Claims>>,
    request_id: String,
    precondition: Precondition,
}

impl Caller {
    /// The caller of a ticket.
    pub(super) async fn admitted(
        parts: &mut Parts,
        state: &AppState,
        admitted: TicketHolder,
        now: Instant,
    ) -> Result<Self, Problem> {
        let TicketHolder { site, member, role, until } = admitted;
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
            claims: None,
            request_id,
            precondition: Precondition::None,
        };
        state.limits.request(caller.limited())?;
        caller.require_open_site(state).await?;
        Ok(caller)
    }

    async fn of(parts: &mut Parts, state: &AppState, claims: Arc<Claims>, site: SiteId) -> Result<Self, Problem> {
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let is_query = parts.method == Method::GET;
        Ok(Self {
            site,
            member: claims.sub.clone(),
            role: claims.role,
            valid_for: Duration::try_from(claims.exp.duration_since(Timestamp::now())).unwrap_or_default(),
            counted: counted(parts),
            claims: Some(claims),
            request_id,
            precondition: if is_query { Precondition::None } else { precondition(&parts.headers)? },
        })
    }

    /// The caller as the sender of a command. Registers the caller at the first visit.
    pub async fn registered(&self, state: &AppState) -> Result<Sender, Problem> {
        self.visit(state).await?;
        Ok(self.sender())
    }

    /// The caller as the sender of a further command, after [`Self::registered`] or [`Self::reader`].
    #[must_use]
    pub fn sender(&self) -> Sender {
        let sender = Sender::new(self.member.clone(), self.role, self.request_id.clone());
        Sender { precondition: self.precondition, ..sender }
    }

    #[must_use]
    pub const fn limited(&self) -> LimitedCaller<'_> {
        LimitedCaller { site: &self.site, member: &self.member, counted: &self.counted }
    }

    /// A member id of the path, where `me` is the caller.
    pub fn named(&self, member: &str) -> Result<MemberId, Problem> {
        if member == "me" { Ok(self.member.clone()) } else { Ok(member.parse::<AddressableMemberId>()?.member()) }
    }

    /// The caller, read from the log, so that a block applies immediately. Registers the caller at the first visit. Returns an
    /// error unless the caller may read.
    pub async fn reader(&self, state: &AppState) -> Result<Actor, Problem> {
        self.visit(state).await?;
        let actor = if self.role == Role::Operator {
            Member::Missing.actor(self.member.clone(), self.role)
        } else {
            let (site, member) = state.commands.site_and_member_now(&self.site, &self.member).await?;
            require_open(&site.aggregate, self.role)?;
            member.aggregate.actor(self.member.clone(), self.role)
        };
        actor.require_active().map_err(CommandError::refused)?;
        Ok(actor)
    }

    /// A reader of a conversation, checked in the log, so that a removal applies immediately.
    pub async fn reader_of(
        &self,
        state: &AppState,
        act: ConversationAction,
        conversation: ConversationId,
    ) -> Result<(Actor, Option<Access>), Problem> {
        let actor = self.reader(state).await?;
        let check = |found: &Conversation| permit(act, &actor, &ConversationContext::access_only(found.access(&actor)));
        let now = state.commands.permitted_conversation_now(&self.site, conversation, check).await?;
        let access = now.aggregate.access(&actor);
        Ok((actor, access))
    }

    /// Returns an error if the cached site is closed. Queries, and commands that read the site, check again.
    async fn require_open_site(&self, state: &AppState) -> Result<(), Problem> {
        if self.role == Role::Operator {
            return Ok(());
        }
        require_open(&state.commands.site(&self.site).await?.aggregate, self.role)
    }

    /// Registers a member at the first visit with the name and picture of the token, and updates them from a newer token. For a
    /// registered member it compares them with the cached profile.
    async fn visit(&self, state: &AppState) -> Result<(), Problem> {
        let Some(claims) = &self.claims else { return Ok(()) };
        if self.role == Role::Operator || (!claims.registers && claims.picture.is_none()) {
            return Ok(());
        }
        let now = Timestamp::now();
        let profile_as_of = claims.iat.filter(|issued| *issued <= now).unwrap_or(now);
        // The precondition is for the resource of the request.
        let sender = || Sender { precondition: Precondition::None, ..self.sender() };
        let (site, member) = (self.site.clone(), self.member.clone());
        match &state.commands.member(&self.site, &self.member).await?.aggregate {
            Member::Missing => {
                // A member with an invalid name is registered under the member id.
                let name = claims.name.clone().or_else(|| DisplayName::closest(self.member.as_str()));
                let Some(display_name) = name.filter(|_| claims.registers) else { return Ok(()) };
                if state.commands.site(&self.site).await?.version == 0 {
                    return Ok(());
                }
                let profile = MemberProfile { display_name, avatar_url: claims.picture.clone() };
                let register =
                    RegisterMember { site, member, profile, profile_as_of, community: None, first_visit: true };
                state.commands.execute(sender(), register).await?;
            }
            Member::Registered(membership) if claims.is_news_of(membership, now) => {
                let change = ChangeMember {
                    site,
                    member,
                    display_name: claims.name.clone(),
                    avatar_url: claims.picture.clone().map(Some),
                    community: None,
                    profile_as_of: claims.iat.unwrap_or(now),
                    by_token: true,
                };
                // The request continues under the previous name.
                if let Err(error) = state.commands.execute(sender(), change).await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "the name or picture of a token was not recorded; the next request retries");
                }
            }
            Member::Registered(_) => {}
        }
        Ok(())
    }
}

fn require_open(site: &Site, role: Role) -> Result<(), Problem> {
    if site.is_closed_to(role) { Err(CommandError::refused(SiteError::Closed).into()) } else { Ok(()) }
}

/// Owner, staff and operator see all fields of members.
#[must_use]
pub fn viewer(actor: &Actor) -> Viewer {
    if actor.role == Role::Member { Viewer::Member(actor.member.clone()) } else { Viewer::Staff }
}

/// An operator whose request does not name a site.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The only site of the token.
    pub only: Option<SiteId>,
}

impl FromRequestParts<AppState> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let claims = claims(parts)?;
        let caller = Caller::of(parts, state, Arc::clone(&claims), system::system_site()).await?;
        if claims.role != Role::Operator {
            return Err(CommandError::refused(SiteError::OperatorOnly).into());
        }
        state.limits.request(caller.limited())?;
        let only = match &claims.site {
            SiteClaim::All => None,
            SiteClaim::One(site) => Some(site.clone()),
        };
        Ok(Self { only })
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let claims = claims(parts)?;
        let site = site_of_path(parts, state).await?;
        if claims.site != SiteClaim::All && claims.site != SiteClaim::One(site.clone()) {
            return Err(other_site("the token is for another site"));
        }
        let exp = claims.exp;
        let caller = Self::of(parts, state, claims, site).await?;
        state.limits.request(caller.limited())?;
        state.token_roles.note(&caller.site, &caller.member, caller.role, exp);
        caller.require_open_site(state).await?;
        Ok(caller)
    }
}

fn counted(parts: &Parts) -> CountedLimits {
    parts.extensions.get().cloned().unwrap_or_default()
}

fn other_site(detail: &str) -> Problem {
    Problem::new(codes::TOKEN_OTHER_SITE, detail)
}

/// The result of the authentication, which precedes routing.
fn claims(parts: &Parts) -> Result<Arc<Claims>, Problem> {
    match parts.extensions.get() {
        Some(Authentication::Token(claims)) => Ok(Arc::clone(claims)),
        Some(Authentication::Invalid(refused)) => Err(Problem::new(codes::TOKEN_INVALID, refused.to_string())),
        _ => Err(Problem::new(codes::TOKEN_MISSING, "send Authorization: Bearer <token>")),
    }
}

async fn site_of_path(parts: &mut Parts, state: &AppState) -> Result<SiteId, Problem> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::new(codes::ID_INVALID, "the path is not valid UTF-8"))?;
    let site = params.iter().find_map(|(name, value)| (name == "site").then_some(value)).unwrap_or_default();
    Ok(site.parse::<SiteId>()?)
}
