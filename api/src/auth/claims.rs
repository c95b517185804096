//! The claims of a token.

use std::time::Duration;

use causerie_domain::Role;
use causerie_domain::member::{RegisteredMember, is_avatar_url};
use causerie_events::{AddressableMemberId, DisplayName, MemberId, SiteId};
use jiff::Timestamp;
use serde_json::{Map, Value};

pub(super) const AUDIENCE: &str = "causerie";
/// The tolerated difference between clocks.
pub(super) const LEEWAY: Duration = Duration::from_secs(10);

/// Why a token is rejected. The reason says what to correct. It is a constant, because it is returned and logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RefusedToken(pub &'static str);

#[derive(Debug, Clone)]
pub struct Claims {
    /// The member id.
    pub sub: MemberId,
    /// The site, or `*` in an operator's token.
    pub site: SiteClaim,
    pub role: Role,
    pub exp: Timestamp,
    pub iat: Option<Timestamp>,
    /// Whether there is a `name`, so that the member is registered at the first visit.
    pub registers: bool,
    /// `name`, normalized to a valid display name.
    pub name: Option<DisplayName>,
    /// The URL of the picture, if valid.
    pub picture: Option<String>,
    /// Why name or picture were changed or ignored.
    pub notes: Vec<&'static str>,
}

/// The sites for which a token is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteClaim {
    One(SiteId),
    /// All sites, for operators only.
    All,
}

/// The requirements on a token.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) now: Timestamp,
    pub(super) max_lifetime: Option<Duration>,
}

impl SiteClaim {
    /// The claim as written in a token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::One(site) => site.as_str(),
            Self::All => "*",
        }
    }
}

impl Claims {
    /// Validates the claims of a token with a valid signature.
    pub(super) fn read(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<Self, RefusedToken> {
        check_audience(claims.get("aud"))?;
        match text(claims.get("iss")) {
            Some(issuer) if issuer == expected.issuer => {}
            Some(_) => return Err(RefusedToken("`iss` is not the issuer that the service expects (auth.issuer)")),
            None => return Err(RefusedToken("`iss` is missing or not a string")),
        }
        let exp = check_times(claims, expected)?;
        let (sub, role) = (read_member(claims.get("sub"))?, read_role(claims.get("role"))?);
        let site = read_site(claims.get("site"))?;
        if site == SiteClaim::All && role != Role::Operator {
            return Err(RefusedToken("`site` may be * in an operator's token only"));
        }
        let iat = claims.get("iat").and_then(date);
        let mut notes = Vec::new();
        if iat.is_some_and(|issued| issued > expected.now + LEEWAY) {
            notes.push("`iat` is in the future, so name and picture change nothing; it counts seconds since 1970");
        }
        let (name, picture) =
            (read_name(claims.get("name"), &mut notes), read_picture(claims.get("picture"), &mut notes));
        Ok(Self { sub, site, role, exp, iat, registers: claims.contains_key("name"), name, picture, notes })
    }

    /// Whether the token is valid at this time.
    pub(super) fn holds_at(&self, now: Timestamp) -> bool {
        self.exp >= now - LEEWAY
    }

    /// Whether the token has a newer profile than the log. Called with each request, so it is cheap.
    pub(crate) fn is_news_of(&self, member: &RegisteredMember, now: Timestamp) -> bool {
        let is_newer = |issued: Timestamp| issued <= now + LEEWAY && member.is_older_than(issued);
        let differs = self.name.as_ref().is_some_and(|name| *name != member.profile.display_name)
            || (self.picture.is_some() && self.picture != member.profile.avatar_url);
        differs && !member.removed && !member.blocked && self.iat.is_some_and(is_newer)
    }
}

fn text(claim: Option<&Value>) -> Option<&str> {
    claim.and_then(Value::as_str)
}

fn check_audience(claim: Option<&Value>) -> Result<(), RefusedToken> {
    let is_ours = |audience: &Value| audience.as_str() == Some(AUDIENCE);
    match claim {
        Some(Value::String(audience)) if audience == AUDIENCE => Ok(()),
        Some(Value::Array(audiences)) if audiences.iter().any(is_ours) => Ok(()),
        Some(Value::String(_) | Value::Array(_)) => Err(RefusedToken("`aud` does not name `causerie`")),
        _ => Err(RefusedToken("`aud` is missing, or neither a string nor a list of strings")),
    }
}

/// The expiry, if the token is valid now.
fn check_times(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<Timestamp, RefusedToken> {
    let now = expected.now;
    let exp = claims.get("exp").and_then(date);
    let exp = exp.ok_or(RefusedToken("`exp` is missing or not a number of seconds since 1970"))?;
    if exp < now - LEEWAY {
        return Err(RefusedToken("the token has expired: `exp` is in the past"));
    }
    if expected.max_lifetime.is_some_and(|longest| is_beyond(exp, now, longest)) {
        return Err(RefusedToken(
            "`exp` is further ahead than auth.max_token_lifetime_days allows; it counts seconds since 1970, not milliseconds",
        ));
    }
    match claims.get("nbf").map(date) {
        None => Ok(exp),
        Some(Some(nbf)) if nbf <= now + LEEWAY => Ok(exp),
        Some(Some(_)) => Err(RefusedToken("the token does not hold yet: `nbf` is in the future")),
        Some(None) => Err(RefusedToken("`nbf` is not a number of seconds since 1970")),
    }
}

pub(super) fn is_beyond(exp: Timestamp, now: Timestamp, longest: Duration) -> bool {
    exp.duration_since(now) > jiff::SignedDuration::try_from(longest + LEEWAY).unwrap_or(jiff::SignedDuration::MAX)
}

/// Seconds since 1970, possibly with a fraction or an exponent (RFC 7519).
#[expect(clippy::cast_possible_truncation, reason = "what is beyond ends at the first or last time there is")]
fn date(claim: &Value) -> Option<Timestamp> {
    let seconds = claim.as_f64().filter(|seconds| seconds.is_finite())?;
    let end = if seconds < 0.0 { Timestamp::MIN } else { Timestamp::MAX };
    Some(Timestamp::from_millisecond((seconds * 1_000.0) as i64).unwrap_or(end))
}

fn read_member(claim: Option<&Value>) -> Result<MemberId, RefusedToken> {
    match claim {
        Some(Value::String(sub)) => sub.parse().map(AddressableMemberId::member).map_err(|_| {
            RefusedToken(
                "`sub` is not a member id: 1 to 64 of the characters A-Z a-z 0-9 . _ : @ | - and not `me`, `.` or `..`",
            )
        }),
        Some(Value::Number(_)) => Err(RefusedToken("`sub` must be a string, not a number: the id of the member")),
        _ => Err(RefusedToken("`sub` is missing or not a string: the id of the member")),
    }
}

fn read_site(claim: Option<&Value>) -> Result<SiteClaim, RefusedToken> {
    match text(claim).ok_or(RefusedToken("`site` is missing or not a string: the id of the site"))? {
        "*" => Ok(SiteClaim::All),
        site => site.parse().map(SiteClaim::One).map_err(|_| {
            RefusedToken("`site` is not a site id: 1 to 63 of the characters a-z 0-9 and -, and the first is not -")
        }),
    }
}

fn read_role(claim: Option<&Value>) -> Result<Role, RefusedToken> {
    [Role::Member, Role::Staff, Role::Owner, Role::Operator]
        .into_iter()
        .find(|role| text(claim) == Some(role.as_str()))
        .ok_or(RefusedToken("`role` is not one of member, staff, owner and operator"))
}

fn read_name(claim: Option<&Value>, notes: &mut Vec<&'static str>) -> Option<DisplayName> {
    let Some(name) = text(claim) else {
        notes.extend(claim.map(|_| "`name` is not a string"));
        return None;
    };
    let closest = DisplayName::closest(name);
    match &closest {
        None => notes.push("`name` has no visible character"),
        Some(closest) if closest.as_str().chars().count() == DisplayName::MAX_CHARS && closest.as_str() != name => {
            notes.push("`name` is longer than 100 characters and was cut");
        }
        Some(_) => {}
    }
    closest
}

fn read_picture(claim: Option<&Value>, notes: &mut Vec<&'static str>) -> Option<String> {
    let claim = claim.filter(|claim| !claim.is_null())?;
    let picture = claim.as_str().filter(|picture| is_avatar_url(picture));
    if picture.is_none() {
        notes.push("`picture` is not an http or https address of at most 2,048 ASCII characters");
    }
    picture.map(str::to_owned)
}
