//! Signing and checking JSON Web Tokens with one shared secret (HS256).

use std::time::Duration;

use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Whom tokens are for.
pub(super) const AUDIENCE: &str = "causerie";
/// How much clocks may differ, in seconds.
const LEEWAY: u64 = 10;
/// No token of ours is longer: header, claims and signature with the longest name and picture.
const MAX_LENGTH: usize = 8 * 1024;

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The member id.
    pub sub: MemberId,
    /// The site, or `*` in an operator's token.
    pub site: SiteClaim,
    /// The role on the site.
    pub role: Role,
    /// `causerie`.
    pub aud: String,
    /// Who signed.
    pub iss: String,
    /// When it expires, in seconds since 1970.
    pub exp: i64,
    /// The member's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address of the member's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// Which sites a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteClaim {
    /// One.
    One(SiteId),
    /// All: operators only.
    All,
}

impl Serialize for SiteClaim {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(site) => serializer.serialize_str(site.as_str()),
            Self::All => serializer.serialize_str("*"),
        }
    }
}

impl<'de> Deserialize<'de> for SiteClaim {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "*" => Ok(Self::All),
            site => site.parse().map(Self::One).map_err(serde::de::Error::custom),
        }
    }
}

/// A token that is not accepted. The reason is for the operator's log, not for the caller.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Longer than any of ours.
    #[error("the token is too long")]
    TooLong,
    /// Bad signature, wrong claims, expired.
    #[error(transparent)]
    Invalid(#[from] jsonwebtoken::errors::Error),
    /// A token for all sites that is no operator's.
    #[error("only an operator's token may be for all sites")]
    AllSites,
}

/// Signs and checks tokens.
#[derive(Clone)]
pub struct Tokens {
    issuer: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Tokens signed with this secret by this issuer.
    #[must_use]
    pub fn new(secret: &SecretString, issuer: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        // Without this the library checks audience and issuer only where they are present.
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self {
            issuer: issuer.to_owned(),
            encoding: EncodingKey::from_secret(secret.expose_secret().as_bytes()),
            decoding: DecodingKey::from_secret(secret.expose_secret().as_bytes()),
            validation,
        }
    }

    /// Signs a token that lives for `ttl`.
    pub fn sign(
        &self,
        member: MemberId,
        site: SiteClaim,
        role: Role,
        name: Option<String>,
        ttl: Duration,
    ) -> Result<String, TokenError> {
        let lifetime = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX);
        let claims = Claims {
            sub: member,
            site,
            role,
            aud: AUDIENCE.to_owned(),
            iss: self.issuer.clone(),
            exp: Timestamp::now().as_second().saturating_add(lifetime),
            name,
            picture: None,
        };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)?)
    }

    /// Reads a token, if it is one of ours and still holds.
    pub fn check(&self, token: &str) -> Result<Claims, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::TooLong);
        }
        let claims: Claims = jsonwebtoken::decode(token, &self.decoding, &self.validation)?.claims;
        if claims.site == SiteClaim::All && claims.role != Role::Operator {
            return Err(TokenError::AllSites);
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(secret: &str) -> Tokens {
        Tokens::new(&SecretString::from(secret), "tests")
    }

    fn sign(by: &Tokens, site: SiteClaim, role: Role, ttl: u64) -> String {
        by.sign("ada".parse().unwrap(), site, role, None, Duration::from_secs(ttl)).unwrap()
    }

    fn acme() -> SiteClaim {
        SiteClaim::One("acme".parse().unwrap())
    }

    #[test]
    fn a_token_of_ours_is_accepted() {
        let tokens = tokens("secret");
        let claims = tokens.check(&sign(&tokens, acme(), Role::Member, 60)).unwrap();
        assert_eq!((claims.sub.as_str(), claims.site, claims.role), ("ada", acme(), Role::Member));
    }

    #[test]
    fn a_token_for_all_sites_is_an_operators() {
        let tokens = tokens("secret");
        assert!(tokens.check(&sign(&tokens, SiteClaim::All, Role::Operator, 60)).is_ok());
        assert!(tokens.check(&sign(&tokens, SiteClaim::All, Role::Owner, 60)).is_err());
    }

    #[test]
    fn other_secrets_issuers_and_times_are_refused() {
        let ours = tokens("secret");
        assert!(ours.check(&sign(&tokens("other"), acme(), Role::Member, 60)).is_err());
        let elsewhere = Tokens::new(&SecretString::from("secret"), "elsewhere");
        assert!(ours.check(&sign(&elsewhere, acme(), Role::Member, 60)).is_err());
        let mut expired = ours.clone();
        expired.validation.leeway = 0;
        let token = sign(&ours, acme(), Role::Member, 0);
        expired.validation.reject_tokens_expiring_in_less_than = 1;
        assert!(expired.check(&token).is_err());
    }

    #[test]
    fn each_claim_is_required_and_the_algorithm_is_fixed() {
        let ours = tokens("secret");
        let whole = serde_json::json!({
            "sub": "ada", "site": "acme", "role": "member", "aud": "causerie", "iss": "tests",
            "exp": Timestamp::now().as_second() + 60,
        });
        let encode = |claims: &serde_json::Value, algorithm| {
            jsonwebtoken::encode(&Header::new(algorithm), claims, &ours.encoding).unwrap()
        };
        assert!(ours.check(&encode(&whole, Algorithm::HS256)).is_ok());
        assert!(ours.check(&encode(&whole, Algorithm::HS512)).is_err());
        for claim in ["sub", "site", "role", "aud", "iss", "exp"] {
            let mut without = whole.clone();
            without.as_object_mut().unwrap().remove(claim);
            assert!(ours.check(&encode(&without, Algorithm::HS256)).is_err(), "{claim}");
        }
        let mut too_early = whole.clone();
        too_early["nbf"] = (Timestamp::now().as_second() + 60).into();
        assert!(ours.check(&encode(&too_early, Algorithm::HS256)).is_err());
        let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.";
        assert!(ours.check(none).is_err());
        assert!(ours.check(&"a".repeat(9000)).is_err());
    }
}
