//! Tokens: arbitrary bytes, and correctly signed tokens with arbitrary claims (a line with the
//! header, then the claims). Only a token with the issuer, the audience and an expiry time is
//! accepted.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causerie_api::auth::{SiteClaim, Tokens};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use libfuzzer_sys::fuzz_target;
use secrecy::SecretString;
use serde_json::Value;

const SECRET: &str = "a secret of the fuzzer, of more than 32 bytes";

fuzz_target!(|input: &[u8]| {
    let tokens = Tokens::new("tests", Some(SecretString::from(SECRET)), None);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    if let Ok(text) = std::str::from_utf8(input) {
        assert!(runtime.block_on(tokens.check(text)).is_err(), "nobody signed this");
    }
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let (Some(header), Some(claims)) = (lines.next(), lines.next()) else { return };
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("it can be signed");
    let Ok(taken) = runtime.block_on(tokens.check(&format!("{message}.{signature}"))) else { return };
    let said: Value = serde_json::from_slice(claims).expect("claims are JSON");
    assert!(said["exp"].is_number() && said["iss"].is_string() && said["sub"] == taken.sub.as_str(), "{said}");
    assert!(taken.site != SiteClaim::All || said["role"] == "operator", "{said}");
    let header: Value = serde_json::from_slice(header).expect("a header is JSON");
    assert_eq!(header["alg"], "HS256", "{header}");
});
