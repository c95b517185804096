//! The authentication methods of nats-server, and clusters.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causerie_tests::{Service, Site, eventually};
use nkeys::KeyPair;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::nats_server::NatsServer;

const JETSTREAM: &str = "jetstream { store_dir: $CAUSERIE_NATS_DATA }";

/// Requires that events reach the stream, so that the service is connected with all permissions.
async fn relays(settings: &[(&str, &str)]) -> Service {
    let service = Service::start_with(settings).await;
    Site::register(&service, "acme").await;
    let well = |ready: &Value| {
        (&ready["parts"]["nats"]["status"], &ready["parts"]["relay"]["lag_events"]) == (&"ok".into(), &0.into())
    };
    eventually("the site is on the stream", async || crate::ready(service.url()).await, well).await;
    service
}

fn file(folder: &TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unavailable_server_of_the_list_is_skipped() {
    let nats = NatsServer::with(&format!("{JETSTREAM}\nauthorization {{ user: u, password: secret }}")).await;
    let down = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = format!("nats://u:secret@127.0.0.1:{down}, nats://127.0.0.1:{}", nats.port());
    relays(&[("CAUSERIE_NATS__URL", &url)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn user_password_and_token_hold_any_character() {
    let users = r#"authorization { user: "u@x,/%", password: "p:/#?%w d" }"#;
    let nats = NatsServer::with(&format!("{JETSTREAM}\n{users}")).await;
    let url = format!("nats://u%40x%2C%2F%25:p%3A%2F%23%3F%25w%20d@127.0.0.1:{}", nats.port());
    relays(&[("CAUSERIE_NATS__URL", &url)]).await;
    let nats = NatsServer::with(&format!("{JETSTREAM}\nauthorization {{ token: \"t@k/n\" }}")).await;
    relays(&[("CAUSERIE_NATS__URL", &format!("nats://t%40k%2Fn@127.0.0.1:{}", nats.port()))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nkey_file_opens_the_server() {
    let key = KeyPair::new_user();
    let user = format!("authorization {{ users: [ {{ nkey: {} }} ] }}", key.public_key());
    let nats = NatsServer::with(&format!("{JETSTREAM}\n{user}")).await;
    let folder = tempfile::tempdir().unwrap();
    let seed = file(&folder, "user.nk", &format!("{}\n", key.seed().unwrap()));
    let url = format!("nats://127.0.0.1:{}", nats.port());
    relays(&[("CAUSERIE_NATS__URL", &url), ("CAUSERIE_NATS__NKEY_FILE", text(&seed))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_file_opens_the_server() {
    let (operator, account, user) = (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_user());
    let system = KeyPair::new_account();
    let limits =
        ["subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage", "disk_storage", "streams"];
    let mut limits: serde_json::Map<_, _> = limits.map(|limit| (limit.to_owned(), json!(-1))).into_iter().collect();
    limits.extend([("consumer".to_owned(), json!(-1)), ("wildcards".to_owned(), json!(true))]);
    let unlimited = json!({ "type": "account", "version": 2, "limits": limits });
    let plain =
        json!({ "type": "account", "version": 2, "limits": { "subs": -1, "data": -1, "payload": -1, "conn": -1 } });
    let nats = NatsServer::with(&format!(
        "{JETSTREAM}\noperator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {}, {}: {} }}",
        jwt(&operator, &operator, &json!({ "type": "operator", "version": 2 })),
        system.public_key(),
        system.public_key(),
        jwt(&operator, &system, &plain),
        account.public_key(),
        jwt(&operator, &account, &unlimited),
    ))
    .await;
    let may = json!({ "type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1, "pub": {}, "sub": {} });
    let credentials = format!(
        "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------",
        jwt(&account, &user, &may),
        user.seed().unwrap()
    );
    let folder = tempfile::tempdir().unwrap();
    let credentials = file(&folder, "user.creds", &credentials);
    let url = format!("nats://127.0.0.1:{}", nats.port());
    relays(&[("CAUSERIE_NATS__URL", &url), ("CAUSERIE_NATS__CREDS_FILE", text(&credentials))]).await;
}

fn jwt(issuer: &KeyPair, subject: &KeyPair, nats: &Value) -> String {
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = encode(json!({ "typ": "JWT", "alg": "ed25519-nkey" }));
    let (iss, sub) = (issuer.public_key(), subject.public_key());
    let claims = json!({ "jti": sub, "iat": 1_700_000_000, "iss": iss, "sub": sub, "name": "test", "nats": nats });
    let signed = format!("{head}.{}", encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(issuer.sign(signed.as_bytes()).unwrap());
    format!("{signed}.{signature}")
}
