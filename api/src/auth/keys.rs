//! Published keys: a JSON Web Key Set, RFC 7517. Each key has a name and one algorithm.

use std::collections::HashMap;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// A key that checks signatures.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Keys by their `kid`.
pub(super) type Keys = HashMap<String, Key>;

/// Why a key set is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidKeys {
    /// No key set.
    #[error("it is no JSON Web Key Set")]
    Malformed(#[from] serde_json::Error),
    /// A key that tokens cannot name.
    #[error("a key has no kid")]
    Nameless,
    /// A key of another kind, or for another use.
    #[error("key {kid} is not a public key for EdDSA (Ed25519), ES256 (P-256) or RS256 signatures")]
    Unsupported {
        /// Which.
        kid: String,
    },
    /// No key at all.
    #[error("it holds no key")]
    Empty,
}

/// Reads a key set. One wrong key spoils it: half of what was published is not what was meant.
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

/// By the key's kind, and what it says of itself must agree.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        // A secret has no place in what is published.
        _ => return None,
    };
    let signs = jwk.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let agrees = jwk.common.key_algorithm.is_none_or(|named| named == name);
    (signs && agrees).then_some(algorithm)
}
