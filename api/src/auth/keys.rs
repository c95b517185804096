//! Published keys: a JSON Web Key Set (RFC 7517). Each key has an id and one algorithm.

use std::collections::HashMap;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Keys by their `kid`.
pub(super) type Keys = HashMap<String, Key>;

#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidKeys {
    #[error("not a valid JSON Web Key Set")]
    Malformed(#[from] serde_json::Error),
    /// Tokens select keys by `kid`.
    #[error("a key has no kid")]
    Nameless,
    #[error("key {kid} is not a public key for EdDSA (Ed25519), ES256 (P-256) or RS256 signatures")]
    Unsupported { kid: String },
    #[error("the key set is empty")]
    Empty,
}

/// Reads a key set. One invalid key makes the whole set invalid, because it must not be used in part.
pub(super) fn read(json: &[u8]) -> Result<Keys, InvalidKeys> {
    let set: JwkSet = serde_json::from_slice(json)?;
    let keys: Keys = set.keys.iter().map(named).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(InvalidKeys::Empty) } else { Ok(keys) }
}

fn named(jwk: &Jwk) -> Result<(String, Key), InvalidKeys> {
    let kid = jwk.common.key_id.clone().ok_or(InvalidKeys::Nameless)?;
    let unsupported = || InvalidKeys::Unsupported { kid: kid.clone() };
    let algorithm = algorithm(jwk).ok_or_else(unsupported)?;
    let key = DecodingKey::from_jwk(jwk).map_err(|_| unsupported())?;
    Ok((kid, Key { algorithm, key }))
}

/// The algorithm by the type of the key. The declared algorithm and use must agree with it.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        // Published keys must not contain secrets.
        _ => return None,
    };
    let signs = jwk.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let agrees = jwk.common.key_algorithm.is_none_or(|named| named == name);
    (signs && agrees).then_some(algorithm)
}
