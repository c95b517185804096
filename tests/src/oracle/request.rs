//! Whether a request is permitted, and otherwise the refusal that the response contains.

use serde_json::Value;

use super::refusal::{Refusal, SITE_OPERATOR_ONLY, TOKEN_MISSING, TOKEN_OTHER_SITE};
use super::state::{Role, SiteState};

/// A token, as far as the rules depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// `*` in the token of an operator.
    pub site: &'a str,
    pub caller: &'a str,
    pub role: Role,
}

#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub caller: &'a str,
    pub method: &'a str,
    /// Below `/v1/sites/{site}`, without the query.
    pub path: &'a str,
    pub body: &'a Value,
}

/// The request that appends an event. Events that the service appends by itself have none:
/// registrations at a first visit, successors of admins, closed groups.
#[derive(Debug)]
pub(super) struct EventRequest<'a> {
    pub(super) caller: &'a str,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Value,
}

impl EventRequest<'_> {
    pub(super) fn as_request(&self) -> Request<'_> {
        Request { caller: self.caller, method: self.method, path: &self.path, body: &self.body }
    }
}

/// The refusal of a request to any path of the service; `site` returns the state of the site in the path.
pub fn first_refusal<'s>(
    site: impl Fn(&str) -> &'s SiteState,
    token: Option<Token<'_>>,
    (method, path): (&str, &str),
    body: &Value,
) -> Option<Refusal> {
    // Documents, metrics and health need no token.
    let path = path.strip_prefix("/v1/sites")?;
    let Some(Token { site: own, caller, role }) = token else { return Some(TOKEN_MISSING) };
    let Some(path) = path.strip_prefix('/') else { return SITE_OPERATOR_ONLY.when(role != Role::Operator) };
    let (of, path) = path.find('/').map_or((path, ""), |slash| path.split_at(slash));
    if own != of && own != "*" {
        return Some(TOKEN_OTHER_SITE);
    }
    site(of).refusal(Request { caller, method, path, body })
}

impl SiteState {
    /// The refusal of a request; none if it is permitted, or its effect is already present. Panics at a
    /// request that the oracle has no rule for.
    pub fn refusal(&self, request: Request<'_>) -> Option<Refusal> {
        let Request { caller, method, path, .. } = request;
        let mut segments: Vec<&str> = path.split('/').skip(1).collect();
        // `me` is the caller, in all paths with a member.
        for segment in segments.iter_mut().skip(1).filter(|segment| **segment == "me") {
            *segment = caller;
        }
        match segments.as_slice() {
            ["conversations", id, rest @ ..] => self.in_conversation(request, id, rest),
            ["groups", id] => self.create_group(request, id),
            ["direct", member] => self.start_direct(caller, member),
            ["business", member] => self.start_business(caller, member),
            ["members", _, ..] => self.on_member(request, &segments[1..]),
            _ => self.on_site(caller, method, &segments),
        }
    }
}
