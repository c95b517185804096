//! Tokens as `causerie token` signs them, without a process for each.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// Signs a token for a member of a site, valid from now on for `ttl`. A token with a name registers the member at the first
/// visit.
pub fn sign_token(secret: &str, site: &str, member: &str, role: &str, ttl: Duration, name: Option<&str>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut claims = json!({
        "sub": member,
        "site": site,
        "role": role,
        "aud": "causerie",
        "iss": "causerie",
        "iat": now,
        "exp": now + ttl.as_secs(),
    });
    if let Some(name) = name {
        claims["name"] = json!(name);
    }
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let message = format!("{}.{}", encode(br#"{"typ":"JWT","alg":"HS256"}"#), encode(claims.to_string().as_bytes()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{message}.{}", encode(hmac::sign(&key, message.as_bytes()).as_ref()))
}
