//! Verification of tokens, with a shared secret and with published keys.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use causerie_tests::{ApiResponse, Caller, SECRET, Service, Site};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::signing::{Signer, claims_of_ada, encode, now, unsigned, with_secret};

async fn ask(service: &Service, token: &str) -> ApiResponse {
    Caller::new(reqwest::Client::new(), service.url(), "acme", Some(token)).get("").await
}

fn wrong_claims() -> Vec<(String, Value)> {
    let mut wrong = Vec::new();
    for claim in ["sub", "site", "role", "aud", "iss", "exp"] {
        let mut claims = claims_of_ada();
        claims.as_object_mut().unwrap().remove(claim);
        wrong.push((format!("no {claim}"), claims));
    }
    let with = |claim: &str, value: Value| {
        let mut claims = claims_of_ada();
        claims[claim] = value.clone();
        (format!("{claim} {value}"), claims)
    };
    for claim in ["sub", "site", "role", "aud", "iss", "exp"] {
        for value in [json!(null), json!(true), json!({}), json!([])] {
            wrong.push(with(claim, value));
        }
    }
    wrong.extend([
        with("exp", json!(now() - 60)),
        with("exp", json!(0)),
        with("exp", json!(-1)),
        with("exp", json!("tomorrow")),
        with("nbf", json!(now() + 60)),
        with("aud", json!("another-audience")),
        with("aud", json!(["another-audience"])),
        with("iss", json!("another-audience")),
        with("iss", json!("")),
        with("role", json!("admin")),
        with("role", json!("OWNER")),
        with("site", json!("*")),
        with("site", json!("")),
        with("site", json!("ACME")),
        with("sub", json!("")),
        with("sub", json!("me")),
        with("sub", json!(".")),
        with("sub", json!("..")),
        with("sub", json!("a b")),
        with("sub", json!("a".repeat(65))),
        with("sub", json!("a".repeat(10_000))),
    ]);
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_rejected_without_outgoing_calls() {
    let published = Publisher::start().await;
    let (ours, theirs, es) = (Signer::ed25519("key-1"), Signer::ed25519("key-1"), Signer::p256("key-2"));
    published.publish(&[&ours, &es]);
    let service = Service::start_with(&[("CAUSERIE_AUTH__JWKS_URL", &published.url)]).await;
    Site::open(&service, "acme", &["ada"]).await;
    let good = claims_of_ada();
    let secret = SECRET.as_bytes();
    ask(&service, &with_secret(secret, &json!({ "alg": "HS256" }), &good)).await.is(200);
    ask(&service, &ours.sign(&good)).await.is(200);

    let mut forged: Vec<(String, String)> = Vec::new();
    let mut forge = |what: &str, token: String| forged.push((what.to_owned(), token));
    for (what, claims) in wrong_claims() {
        forge(&what, with_secret(secret, &json!({ "alg": "HS256" }), &claims));
        forge(&what, ours.sign(&claims));
    }
    for none in ["none", "None", "NONE", "nOnE", ""] {
        forge("no algorithm", unsigned(&json!({ "alg": none }), &good));
        forge("no algorithm, and a key", unsigned(&json!({ "alg": none, "kid": "key-1" }), &good));
    }
    // The public key used as a secret.
    let public = ours.jwk()["x"].as_str().unwrap().to_owned();
    forge(
        "the public key as a secret",
        with_secret(public.as_bytes(), &json!({ "alg": "HS256", "kid": "key-1" }), &good),
    );
    forge("the secret under a key's name", with_secret(secret, &json!({ "alg": "HS256", "kid": "key-1" }), &good));
    forge("another secret", with_secret(b"another secret that is long enough, too", &json!({ "alg": "HS256" }), &good));
    forge("an empty secret", with_secret(b"", &json!({ "alg": "HS256" }), &good));
    for algorithm in ["HS384", "HS512", "RS256", "ES256", "EdDSA", "hs256", "PS256"] {
        forge(algorithm, with_secret(secret, &json!({ "alg": algorithm }), &good));
    }
    forge("another key of that name", theirs.sign(&good));
    forge("another kind of key", es.sign_as(&json!({ "alg": "ES256", "kid": "key-1" }), &good));
    forge("another algorithm", ours.sign_as(&json!({ "alg": "ES256", "kid": "key-2" }), &good));
    forge("a key of its own", theirs.sign_as(&json!({ "alg": "EdDSA", "jwk": theirs.jwk() }), &good));
    for name in ["jku", "x5u"] {
        let header = json!({ "alg": "EdDSA", "kid": "key-1", name: published.url });
        forge("an address of its own", theirs.sign_as(&header, &good));
    }
    for kid in ["../../etc/passwd", "", "key-1' OR '1'='1", "\u{0}", &"k".repeat(2_000)] {
        forge("an odd key name", theirs.sign_as(&json!({ "alg": "EdDSA", "kid": kid }), &good));
    }
    let whole = ours.sign(&good);
    let (message, signature) = whole.rsplit_once('.').unwrap();
    forge("no signature", format!("{message}."));
    forge("half a signature", format!("{message}.{}", &signature[..40]));
    forge("a signature of nothing", format!("{message}.{}", encode(&[0; 64])));
    forge("four parts", format!("{whole}.{signature}"));
    forge("two parts", message.to_owned());
    forge("no token", "token".to_owned());
    forge("a token of 20 KB", format!("{message}.{}", "a".repeat(20_000)));

    // An unknown key id triggers one fetch; other errors trigger none.
    let before = published.asked();
    assert!(forged.len() >= 60, "{}", forged.len());
    for (what, token) in &forged {
        let response = ask(&service, token).await;
        assert_eq!(response.status, 401, "{what}: {}", response.text);
        response.problem(401, "token.invalid");
    }
    assert!(published.asked() <= before + 1, "{} calls", published.asked() - before);
    let stranger = reqwest::Client::new().get(format!("{}/v1/sites/acme", service.url()));
    for header in ["", "Bearer", "Basic YTpi", "Bearer  ", &whole] {
        ApiResponse::of(stranger.try_clone().unwrap().header("authorization", header)).await.is(401);
    }
    ask(&service, &whole).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_load_from_a_url_and_new_keys_are_fetched() {
    let published = Publisher::start().await;
    let signers = [Signer::ed25519("one"), Signer::p256("two"), Signer::rsa("three")];
    published.publish(&[&signers[0]]);
    let service = Service::start_with(&[("CAUSERIE_AUTH__JWKS_URL", &published.url)]).await;
    Site::open(&service, "acme", &["ada"]).await;
    let claims = claims_of_ada();
    ask(&service, &signers[0].sign(&claims)).await.is(200);
    // The start has just fetched the keys, and there is at most one fetch per minute.
    published.publish(&[&signers[0], &signers[1], &signers[2]]);
    ask(&service, &signers[1].sign(&claims)).await.problem(401, "token.invalid");
    assert_eq!(published.asked(), 1);

    let again = service.another_with("api", &[("CAUSERIE_AUTH__JWKS_URL", &published.url)]).await;
    for signer in &signers {
        Caller::new(reqwest::Client::new(), again.said("url"), "acme", Some(&signer.sign(&claims)))
            .get("")
            .await
            .is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_load_from_a_file_and_invalid_ones_fail_the_start() {
    let signers = [Signer::ed25519("one"), Signer::p256("two"), Signer::rsa("three")];
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let keys: Vec<Value> = signers.iter().map(Signer::jwk).collect();
    file.write_all(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let service = Service::start_with(&[("CAUSERIE_AUTH__JWKS_FILE", path)]).await;
    Site::open(&service, "acme", &["ada"]).await;
    for signer in &signers {
        ask(&service, &signer.sign(&claims_of_ada())).await.is(200);
    }

    let secret = json!({ "kty": "oct", "k": encode(b"secret"), "kid": "s" });
    let nameless = json!({ "kty": "OKP", "crv": "Ed25519", "x": keys[0]["x"] });
    for (wrong, said) in [
        (json!({ "keys": [] }), "the key set is empty"),
        (json!({ "keys": [secret] }), "key s is not a public key"),
        (json!({ "keys": [nameless] }), "has no kid"),
        (json!("keys"), "not a valid JSON Web Key Set"),
    ] {
        std::fs::write(path, wrong.to_string()).unwrap();
        let refused = service.refused(&[("CAUSERIE_AUTH__JWKS_FILE", path)]).await;
        assert!(refused.contains(said), "{wrong}: {refused}");
    }
}

struct Publisher {
    url: String,
    keys: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys.json", listener.local_addr().unwrap());
        let (keys, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
        let publisher = Self { url, keys: Arc::clone(&keys), asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let body = keys.lock().unwrap().clone();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
        });
        publisher
    }

    fn publish(&self, signers: &[&Signer]) {
        let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
        *self.keys.lock().unwrap() = json!({ "keys": keys }).to_string();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_of_me_by_an_operator_is_refused() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    let body = json!({ "display_name": "Me", "community": true });
    site.operator().await.put("/members/me", &body).await.problem(400, "id.invalid");
    let owner = site.owner().await;
    assert_eq!(owner.put("/members/me", &body).await.done(200).json["id"], "olga");
}
