//! Signs tokens as a platform does, and forges them.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use aws_lc_rs::{hmac, rsa};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(crate) enum Signer {
    Ed25519(String, Ed25519KeyPair),
    P256(String, EcdsaKeyPair),
    Rsa(String, rsa::KeyPair),
}

impl Signer {
    pub(crate) fn ed25519(kid: &str) -> Self {
        Self::Ed25519(kid.to_owned(), Ed25519KeyPair::generate().unwrap())
    }

    pub(crate) fn p256(kid: &str) -> Self {
        Self::P256(kid.to_owned(), EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn rsa(kid: &str) -> Self {
        Self::Rsa(kid.to_owned(), RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn jwk(&self) -> Value {
        match self {
            Self::Ed25519(kid, pair) => {
                json!({ "kid": kid, "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) })
            }
            Self::P256(kid, pair) => {
                // 4, x, y.
                let point = pair.public_key().as_ref();
                let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
                json!({ "kid": kid, "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "use": "sig" })
            }
            Self::Rsa(kid, pair) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({ "kid": kid, "kty": "RSA", "n": encode(&public.n), "e": encode(&public.e) })
            }
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let (kid, algorithm) = match self {
            Self::Ed25519(kid, _) => (kid, "EdDSA"),
            Self::P256(kid, _) => (kid, "ES256"),
            Self::Rsa(kid, _) => (kid, "RS256"),
        };
        self.sign_as(&json!({ "alg": algorithm, "typ": "JWT", "kid": kid }), claims)
    }

    pub(crate) fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let random = SystemRandom::new();
        let signature = match self {
            Self::Ed25519(_, pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
            Self::P256(_, pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Rsa(_, pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{message}.{}", encode(&signature))
    }
}

pub(crate) fn with_secret(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(signature.as_ref()))
}

pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.", message(header, claims))
}

/// The claims of a token of ada, valid for ten minutes.
pub(crate) fn claims_of_ada() -> Value {
    json!({ "sub": "ada", "site": "acme", "role": "member", "aud": "causerie", "iss": "causerie", "exp": now() + 600 })
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()))
}
