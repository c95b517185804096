//! Signing and checking JSON Web Tokens: with one shared secret (HS256), or with keys that the platform publishes.

use std::sync::Arc;
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::MemberId;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode_header};
use secrecy::{ExposeSecret, SecretString};

use super::claims::{Claims, SiteClaim};
use super::jwks::Published;
use super::keys::Key;
use super::verified::Verified;

/// Whom tokens are for.
pub(super) const AUDIENCE: &str = "causerie";
/// How much clocks may differ, in seconds.
const LEEWAY: u32 = 10;
/// No token of ours is longer: header, claims and signature with the longest name and picture.
const MAX_LENGTH: usize = 8 * 1024;

/// A token that is not accepted. The reason is for the operator's log, not for the caller.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Longer than any of ours.
    #[error("the token is too long")]
    TooLong,
    /// Bad signature, wrong claims, expired.
    #[error(transparent)]
    Invalid(#[from] jsonwebtoken::errors::Error),
    /// Signed with a key that nobody has published.
    #[error("no key is known by the token's kid")]
    UnknownKey,
    /// A token for all sites that is no operator's.
    #[error("only an operator's token may be for all sites")]
    AllSites,
    /// Only the secret can sign: published keys are the platform's.
    #[error("there is no secret to sign with: tokens come from whoever publishes the keys")]
    CannotSign,
}

/// Signs and checks tokens.
#[derive(Debug)]
pub struct Tokens {
    issuer: String,
    secret: Option<SecretString>,
    published: Option<Published>,
    verified: Verified,
}

impl Tokens {
    /// Tokens of this issuer, signed with this secret or with published keys.
    #[must_use]
    pub fn new(issuer: &str, secret: Option<SecretString>, published: Option<Published>) -> Self {
        Self { issuer: issuer.to_owned(), secret, published, verified: Verified::default() }
    }

    /// The published keys, for whoever keeps them up to date.
    #[must_use]
    pub const fn published(&self) -> Option<&Published> {
        self.published.as_ref()
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
        let secret = self.secret.as_ref().ok_or(TokenError::CannotSign)?;
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
        let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?)
    }

    /// Reads a token, if it is one of ours and still holds.
    pub async fn check(&self, token: &str) -> Result<Arc<Claims>, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::TooLong);
        }
        // Looked at first: with keys that are changed meanwhile, the token is checked again the next time.
        let keys = self.published.as_ref().map_or(0, Published::edition);
        if let Some(claims) = self.verified.get(token, keys)
            && claims.exp >= Timestamp::now().as_second() - i64::from(LEEWAY)
        {
            return Ok(claims);
        }
        let claims = Arc::new(self.verify(token).await?);
        self.verified.keep(token, keys, &claims);
        Ok(claims)
    }

    async fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let Key { algorithm, key } = self.key_of(token).await?;
        let claims: Claims = jsonwebtoken::decode(token, &key, &self.validation(algorithm))?.claims;
        if claims.site == SiteClaim::All && claims.role != Role::Operator {
            return Err(TokenError::AllSites);
        }
        Ok(claims)
    }

    /// The key that the token names. One without a name is the secret, and each key has one algorithm, so what the token
    /// says of its algorithm decides nothing.
    async fn key_of(&self, token: &str) -> Result<Key, TokenError> {
        match (decode_header(token)?.kid, &self.published, &self.secret) {
            (Some(kid), Some(published), _) => published.key(&kid).await.ok_or(TokenError::UnknownKey),
            (_, _, Some(secret)) => {
                let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
                Ok(Key { algorithm: Algorithm::HS256, key })
            }
            (None, _, None) | (Some(_), None, None) => Err(TokenError::UnknownKey),
        }
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY.into();
        validation.validate_nbf = true;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        // Without this the library checks audience and issuer only where they are present.
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(secret: &str, issuer: &str) -> Tokens {
        Tokens::new(issuer, Some(SecretString::from(secret)), None)
    }

    fn sign(by: &Tokens, site: SiteClaim, role: Role, ttl: u64) -> String {
        by.sign("ada".parse().unwrap(), site, role, None, Duration::from_secs(ttl)).unwrap()
    }

    fn acme() -> SiteClaim {
        SiteClaim::One("acme".parse().unwrap())
    }

    #[tokio::test]
    async fn a_token_of_ours_is_accepted() {
        let tokens = tokens("secret", "tests");
        let claims = tokens.check(&sign(&tokens, acme(), Role::Member, 60)).await.unwrap();
        assert_eq!((claims.sub.as_str(), &claims.site, claims.role), ("ada", &acme(), Role::Member));
    }

    #[tokio::test]
    async fn a_token_for_all_sites_is_an_operators() {
        let tokens = tokens("secret", "tests");
        assert!(tokens.check(&sign(&tokens, SiteClaim::All, Role::Operator, 60)).await.is_ok());
        assert!(tokens.check(&sign(&tokens, SiteClaim::All, Role::Owner, 60)).await.is_err());
    }

    #[tokio::test]
    async fn a_token_that_was_accepted_is_refused_when_it_has_expired_or_was_changed() {
        let tokens = tokens("secret", "tests");
        let claims = Claims {
            sub: "ada".parse().unwrap(),
            site: acme(),
            role: Role::Member,
            aud: AUDIENCE.to_owned(),
            iss: "tests".to_owned(),
            exp: Timestamp::now().as_second() - i64::from(LEEWAY) + 1,
            name: None,
            picture: None,
        };
        let key = EncodingKey::from_secret(b"secret");
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        for _ in 0..2 {
            assert_eq!(tokens.check(&token).await.unwrap().sub.as_str(), "ada");
        }
        let last = token.chars().last().unwrap();
        let changed = format!("{}{}", token.trim_end_matches(last), if last == 'A' { 'Q' } else { 'A' });
        assert!(tokens.check(&changed).await.is_err());
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        assert!(tokens.check(&token).await.is_err());
    }

    #[tokio::test]
    async fn other_secrets_and_issuers_are_refused() {
        let ours = tokens("secret", "tests");
        assert!(ours.check(&sign(&tokens("other", "tests"), acme(), Role::Member, 60)).await.is_err());
        assert!(ours.check(&sign(&tokens("secret", "elsewhere"), acme(), Role::Member, 60)).await.is_err());
    }

    #[tokio::test]
    async fn without_a_secret_nothing_is_signed_and_nothing_passes() {
        let keyless = Tokens::new("tests", None, None);
        let signed = keyless.sign("ada".parse().unwrap(), acme(), Role::Member, None, Duration::from_mins(1));
        assert!(matches!(signed, Err(TokenError::CannotSign)));
        let token = sign(&tokens("secret", "tests"), acme(), Role::Member, 60);
        assert!(matches!(keyless.check(&token).await, Err(TokenError::UnknownKey)));
    }
}
