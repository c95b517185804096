//! `causerie token` prints what the harness signs in process (`tests/src/token.rs`).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causerie_tests::{Caller, SECRET, Service, Site, command, sign_token};
use serde_json::Value;

fn parts(token: &str) -> [Value; 2] {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    [parts[0], parts[1]].map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
}

/// The header, and the claims with the lifetime instead of the two times.
fn comparable(token: &str) -> [Value; 2] {
    let [header, mut claims] = parts(token);
    let [issued, expires] = ["iat", "exp"].map(|claim| claims[claim].take().as_u64().unwrap());
    claims["exp"] = (expires - issued).into();
    [header, claims]
}

async fn printed(arguments: &[&str]) -> String {
    let output = command().arg("token").args(arguments).env("CAUSERIE_AUTH__SECRET", SECRET).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn causerie_token_prints_the_tokens_that_the_tests_sign() {
    let service = Service::start().await;
    Site::open(&service, "acme", &["ada"]).await;
    let hour = Duration::from_hours(1);
    let member = ["--site", "acme", "--member", "ada"];
    for (arguments, expected) in [
        (vec![], sign_token(SECRET, "acme", "ada", "member", hour, None)),
        (vec!["--role", "staff", "--ttl", "15m"], sign_token(SECRET, "acme", "ada", "staff", hour / 4, None)),
        (vec!["--role", "owner", "--ttl", "7d"], sign_token(SECRET, "acme", "ada", "owner", 168 * hour, None)),
        (vec!["--name", "Ada L."], sign_token(SECRET, "acme", "ada", "member", hour, Some("Ada L."))),
    ] {
        let token = printed(&[&member[..], &arguments].concat()).await;
        assert_eq!(comparable(&token), comparable(&expected), "{arguments:?}");
        let caller = Caller::new(reqwest::Client::new(), service.url(), "acme", Some(&token));
        caller.get("").await.is(200);
    }
    let operator = ["--site", "*", "--member", "op", "--role", "operator"];
    let expected = sign_token(SECRET, "*", "op", "operator", hour, None);
    assert_eq!(comparable(&printed(&operator).await), comparable(&expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn link_to_the_dashboard_has_the_token_in_its_fragment() {
    let owner = ["--site", "acme", "--member", "ada", "--role", "owner", "--ttl", "15m", "--link"];
    for (origin, expected) in [
        (vec![], "http://127.0.0.1:8080/dashboard#token="),
        (vec!["https://chat.example.com"], "https://chat.example.com/dashboard#token="),
        (vec!["https://chat.example.com/elsewhere?a=b#c"], "https://chat.example.com/dashboard#token="),
    ] {
        let link = printed(&[&owner[..], &origin].concat()).await;
        let token = link.strip_prefix(expected).unwrap_or_else(|| panic!("{link}"));
        let signed = sign_token(SECRET, "acme", "ada", "owner", Duration::from_mins(15), None);
        assert_eq!(comparable(token), comparable(&signed));
    }
    for (role, origin) in
        [("member", "https://chat.example.com"), ("owner", "chat.example.com"), ("owner", "file:///x")]
    {
        let arguments = ["token", "--site", "acme", "--member", "ada", "--role", role, "--link", origin];
        let output = command().args(arguments).env("CAUSERIE_AUTH__SECRET", SECRET).output().await.unwrap();
        assert!(!output.status.success(), "{role} {origin}");
    }
}
