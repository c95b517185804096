//! Signs and verifies JSON Web Tokens, with a shared secret (HS256) or with keys that the platform publishes.

use std::sync::Arc;
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::MemberId;
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode_header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::claims::{AUDIENCE, Claims, Expected, RefusedToken, SiteClaim};
use super::jwks::PublishedKeys;
use super::keys::Key;
use super::refusals::Refusals;
use super::verified::VerifiedTokens;

/// In bytes. Enough for the longest name and picture URL.
const MAX_LENGTH: usize = 8 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// Published keys are public and cannot sign.
    #[error("no secret is configured to sign tokens; the platform that publishes the keys must sign them")]
    CannotSign,
    #[error("the token would be valid longer than auth.max_token_lifetime_days allows")]
    LivesTooLong,
    #[error(transparent)]
    Failed(#[from] jsonwebtoken::errors::Error),
}

#[derive(Debug)]
pub struct Tokens {
    issuer: String,
    secret: Option<SecretString>,
    published: Option<PublishedKeys>,
    max_lifetime: Option<Duration>,
    verified: VerifiedTokens,
    refusals: Refusals,
}

impl Tokens {
    /// Accepts tokens of this issuer, signed with the secret or a published key, with any lifetime.
    #[must_use]
    pub fn new(issuer: &str, secret: Option<SecretString>, published: Option<PublishedKeys>) -> Self {
        let (verified, refusals) = (VerifiedTokens::default(), Refusals::default());
        Self { issuer: issuer.to_owned(), secret, published, max_lifetime: None, verified, refusals }
    }

    /// Rejects tokens that expire later than this from now.
    #[must_use]
    pub fn at_most(self, max_lifetime: Option<Duration>) -> Self {
        Self { max_lifetime, ..self }
    }

    #[must_use]
    pub const fn published(&self) -> Option<&PublishedKeys> {
        self.published.as_ref()
    }

    pub fn sign(
        &self,
        member: &MemberId,
        site: &SiteClaim,
        role: Role,
        name: Option<String>,
        ttl: Duration,
    ) -> Result<String, SigningError> {
        let secret = self.secret.as_ref().ok_or(SigningError::CannotSign)?;
        if self.max_lifetime.is_some_and(|longest| ttl > longest) {
            return Err(SigningError::LivesTooLong);
        }
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "sub": member,
            "site": site.as_str(),
            "role": role,
            "aud": AUDIENCE,
            "iss": self.issuer,
            "iat": now,
            "exp": now.saturating_add(i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX)),
        });
        if let Some(name) = name {
            claims["name"] = name.into();
        }
        let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?)
    }

    /// Verifies a token and returns its claims. Logs the reason of a rejection.
    pub async fn check(&self, token: &str) -> Result<Arc<Claims>, RefusedToken> {
        let checked = self.look_at(token).await;
        if let Err(RefusedToken(reason)) = checked {
            self.refusals.log("token refused", reason);
        }
        checked
    }

    async fn look_at(&self, token: &str) -> Result<Arc<Claims>, RefusedToken> {
        if token.len() > MAX_LENGTH {
            return Err(RefusedToken("the token is longer than 8 KiB"));
        }
        // Read first: if the keys change meanwhile, the next request verifies the token again.
        let keys = self.published.as_ref().map_or(0, PublishedKeys::edition);
        if let Some(claims) = self.verified.get(token, keys)
            && claims.holds_at(Timestamp::now())
        {
            return Ok(claims);
        }
        let claims = Arc::new(self.verify(token).await?);
        for note in &claims.notes {
            self.refusals.log("a claim of a token is not used as it is", note);
        }
        self.verified.keep(token, keys, &claims);
        Ok(claims)
    }

    async fn verify(&self, token: &str) -> Result<Claims, RefusedToken> {
        let Key { algorithm, key } = self.key_of(token).await?;
        let decoded = jsonwebtoken::decode(token, &key, &signature_only(algorithm));
        let claims: Map<String, Value> = decoded.map_err(|error| unreadable(&error))?.claims;
        let (issuer, max_lifetime) = (self.issuer.as_str(), self.max_lifetime);
        Claims::read(&claims, &Expected { issuer, now: Timestamp::now(), max_lifetime })
    }

    /// The key with the id of the token; the secret if the token has no key id. The algorithm declared by the token is not used
    /// to choose the key.
    async fn key_of(&self, token: &str) -> Result<Key, RefusedToken> {
        const UNKNOWN: RefusedToken = RefusedToken("the `kid` of the token names no known key");
        let header = decode_header(token).map_err(|error| unreadable(&error))?;
        // RFC 7515, 4.1.11: unsupported critical extensions must be rejected.
        if header.crit.is_some() {
            return Err(RefusedToken("the header of the token has `crit`, which is not supported"));
        }
        let kid = header.kid;
        match (kid, &self.published, &self.secret) {
            (Some(kid), Some(published), _) => published.key(&kid).await.ok_or(UNKNOWN),
            (_, _, Some(secret)) => {
                let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
                Ok(Key { algorithm: Algorithm::HS256, key })
            }
            (None, Some(_), None) => Err(RefusedToken("the token has no `kid`, and no secret is configured")),
            (_, None, None) => Err(UNKNOWN),
        }
    }
}

/// Verifies the signature with the algorithm of the key. [`Claims::read`] validates the claims.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn unreadable(error: &jsonwebtoken::errors::Error) -> RefusedToken {
    RefusedToken(match error.kind() {
        ErrorKind::InvalidSignature => {
            "the signature is not valid: another secret or key signed the token, or it was changed"
        }
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => {
            "the algorithm of the token is not that of its key (HS256 for the secret)"
        }
        ErrorKind::Json(_) | ErrorKind::Utf8(_) => {
            "header or claims of the token are not valid JSON; a name cut within an emoji leaves half a character, which is not"
        }
        _ => {
            "this is not a JSON Web Token: send the three parts of it, without quotes and without JSON around them, and with \
             claims that are a JSON object"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::claims::LEEWAY;
    use super::*;

    fn tokens(secret: &str, issuer: &str) -> Tokens {
        Tokens::new(issuer, Some(SecretString::from(secret)), None)
    }

    fn sign(by: &Tokens, site: &SiteClaim, role: Role, ttl: u64) -> String {
        by.sign(&"ada".parse().unwrap(), site, role, None, Duration::from_secs(ttl)).unwrap()
    }

    fn acme() -> SiteClaim {
        SiteClaim::One("acme".parse().unwrap())
    }

    #[tokio::test]
    async fn debug_output_has_neither_secret_nor_tokens() {
        let tokens = tokens("hunter2", "tests");
        let token = sign(&tokens, &acme(), Role::Member, 60);
        tokens.check(&token).await.unwrap();
        let output = format!("{tokens:?}");
        assert!(!output.contains("hunter2") && !output.contains(&token), "{output}");
    }

    #[tokio::test]
    async fn a_token_for_all_sites_is_an_operators() {
        let tokens = tokens("secret", "tests");
        assert!(tokens.check(&sign(&tokens, &SiteClaim::All, Role::Operator, 60)).await.is_ok());
        assert!(tokens.check(&sign(&tokens, &SiteClaim::All, Role::Owner, 60)).await.is_err());
    }

    #[tokio::test]
    async fn a_token_that_was_accepted_is_refused_when_it_has_expired_or_was_changed() {
        let tokens = tokens("secret", "tests");
        let claims = json!({
            "sub": "ada", "site": "acme", "role": "member", "aud": AUDIENCE, "iss": "tests",
            "exp": (Timestamp::now() - LEEWAY).as_second() + 4,
        });
        let key = EncodingKey::from_secret(b"secret");
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        for _ in 0..2 {
            assert_eq!(tokens.check(&token).await.unwrap().sub.as_str(), "ada");
        }
        let last = token.chars().last().unwrap();
        let changed = format!("{}{}", token.trim_end_matches(last), if last == 'A' { 'Q' } else { 'A' });
        assert!(tokens.check(&changed).await.is_err());
        tokio::time::sleep(Duration::from_millis(4_100)).await;
        assert!(tokens.check(&token).await.is_err());
    }

    #[tokio::test]
    async fn without_a_secret_nothing_is_signed_and_nothing_passes() {
        let keyless = Tokens::new("tests", None, None);
        let signed = keyless.sign(&"ada".parse().unwrap(), &acme(), Role::Member, None, Duration::from_mins(1));
        assert!(matches!(signed, Err(SigningError::CannotSign)));
        let token = sign(&tokens("secret", "tests"), &acme(), Role::Member, 60);
        assert!(keyless.check(&token).await.is_err());
    }

    #[tokio::test]
    async fn token_beyond_the_longest_lifetime_is_neither_signed_nor_accepted() {
        let strict = tokens("secret", "tests").at_most(Some(Duration::from_hours(24)));
        let sign_for = |by: &Tokens, hours| {
            by.sign(&"ada".parse().unwrap(), &acme(), Role::Member, None, Duration::from_hours(hours))
        };
        assert!(strict.check(&sign_for(&strict, 24).unwrap()).await.is_ok());
        assert!(matches!(sign_for(&strict, 25), Err(SigningError::LivesTooLong)));
        let long = sign_for(&tokens("secret", "tests"), 25).unwrap();
        assert!(strict.check(&long).await.unwrap_err().0.contains("max_token_lifetime_days"));
    }
}
