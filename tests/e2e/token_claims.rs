//! Claims of tokens: their validation, the errors, and the name and picture of members.

use causerie_tests::{ApiResponse, Caller, NO_LIMITS, SECRET, Service, Site, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::signing::{claims_of_ada, now, with_secret};

fn sign(claims: &Value) -> String {
    with_secret(SECRET.as_bytes(), &json!({ "alg": "HS256" }), claims)
}

fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims_of_ada();
    claims[claim] = value;
    claims
}

fn bearer(service: &Service, claims: &Value) -> Caller {
    Caller::new(reqwest::Client::new(), service.url(), "acme", Some(&sign(claims)))
}

/// A token whose numbers are replaced by this text.
fn written(service: &Service, number: &str, claims: &Value) -> Caller {
    use base64::Engine;
    let claims = claims.to_string().replace("777", number);
    let head = crate::signing::encode(br#"{"alg":"HS256"}"#);
    let message = format!("{head}.{}", crate::signing::encode(claims.as_bytes()));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = aws_lc_rs::hmac::sign(&key, message.as_bytes());
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signature.as_ref());
    Caller::new(reqwest::Client::new(), service.url(), "acme", Some(&format!("{message}.{signature}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_legal_form_of_a_token_is_accepted() {
    let service = Service::start().await;
    Site::open(&service, "acme", &["ada"]).await;
    let soon = now() + 300;
    for claims in [
        with("exp", json!(f64::from(u32::try_from(soon).unwrap()) + 0.5)),
        with("aud", json!(["causerie"])),
        with("aud", json!(["shop", "causerie"])),
        with("nbf", json!(f64::from(u32::try_from(now()).unwrap()) - 0.5)),
        with("iat", json!(now() + 5)),
        with("iat", json!(f64::from(u32::try_from(now()).unwrap()) - 0.25)),
        with("iat", json!("yesterday")),
    ] {
        bearer(&service, &claims).get("/conversations").await.is(200);
    }
    let exponent = format!("{}.{:09}e9", soon / 1_000_000_000, soon % 1_000_000_000);
    written(&service, &exponent, &with("exp", json!(777))).get("/conversations").await.is(200);
    let token = sign(&claims_of_ada());
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let request =
            service.stranger("acme").request(Method::GET, "").header("authorization", format!("{scheme} {token}"));
        ApiResponse::of(request).await.is(200);
    }
    for claims in [
        with("exp", json!(f64::from(u32::try_from(now()).unwrap()) - 60.5)),
        with("aud", json!(["shop"])),
        with("exp", json!(1e300)),
    ] {
        bearer(&service, &claims).get("/conversations").await.problem(401, "token.invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_first_request_registers_no_member() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    let ada = service.visitor("acme", "ada", "Ada Lovelace").await;
    let message = format!("/conversations/{}/messages/{}", Uuid::now_v7(), Uuid::now_v7());
    ada.put_raw(&message, "{").await.problem(400, "body.malformed");
    ada.get("/conversations?limit=0").await.problem(400, "query.invalid");
    ada.get("/members/a%20b").await.problem(400, "id.invalid");
    let is_registered = |log: &[Value]| log.iter().any(|event| event["type"] == "MemberRegistered");
    assert!(!is_registered(&service.replay(Some("acme")).await));
    site.owner().await.get("/members/ada").await.problem(404, "member.not_found");
    // The same caller, with a request that is valid.
    ada.get("/conversations").await.is(200);
    assert!(is_registered(&service.replay(Some("acme")).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_ends_at_a_fractional_exp() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    site.member("ada").await.get("").await.is(200);
    let claims = with("exp", json!(f64::from(u32::try_from(now()).unwrap()) + 2.5));
    let mut live = bearer(&service, &claims).live().await;
    live.end().await;
    let remaining = f64::from(u32::try_from(now()).unwrap()) + 1.0 - claims["exp"].as_f64().unwrap();
    assert!(remaining > 0.0, "it ended {remaining} s before its token");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusal_of_a_token_names_the_claim_and_is_logged_once() {
    let service = Service::start().await;
    Site::open(&service, "acme", &["ada"]).await;
    let cases = [
        (with("sub", json!(42)), "`sub` must be a string"),
        (with("sub", json!("amy+test@example.com")), "`sub` is not a member id"),
        (with("sub", json!("me")), "`sub` is not a member id"),
        (with("site", json!("ACME")), "`site` is not a site id"),
        (with("site", json!("*")), "`site` may be *"),
        (with("role", json!("admin")), "`role`"),
        (with("role", Value::Null), "`role`"),
        (with("aud", json!("shop")), "`aud`"),
        (with("aud", Value::Null), "`aud`"),
        (with("iss", json!("shop")), "`iss`"),
        (with("exp", json!(now() - 60)), "expired"),
        (with("exp", json!("tomorrow")), "`exp`"),
        (with("exp", json!((now() + 300) * 1000)), "milliseconds"),
        (with("exp", json!(now() + 32 * 24 * 3600)), "auth.max_token_lifetime_days"),
        (with("nbf", json!(now() + 60)), "`nbf`"),
    ];
    for (claims, said) in &cases {
        let refused = bearer(&service, claims).get("").await.problem(401, "token.invalid");
        assert!(refused.json["detail"].as_str().unwrap().contains(said), "{claims}: {}", refused.text);
    }
    bearer(&service, &with("exp", json!(now() + 30 * 24 * 3600))).get("").await.is(200);
    let head = json!({ "alg": "HS256" });
    let other = with_secret(b"another secret that is long enough, too", &head, &claims_of_ada());
    for (token, said) in [
        (other.as_str(), "signature"),
        (&with_secret(SECRET.as_bytes(), &json!({ "alg": "HS512" }), &claims_of_ada()), "algorithm"),
        (&format!("{{\"token\":\"{}\"}}", sign(&claims_of_ada())), "JSON Web Token"),
        (&with_secret(SECRET.as_bytes(), &json!({ "alg": "HS256", "crit": ["exp"] }), &claims_of_ada()), "`crit`"),
        ("x".repeat(9_000).as_str(), "8 KiB"),
    ] {
        let stranger = Caller::new(reqwest::Client::new(), service.url(), "acme", Some(token));
        let refused = stranger.get("").await.problem(401, "token.invalid");
        assert!(refused.json["detail"].as_str().unwrap().contains(said), "{said}: {}", refused.text);
    }

    for _ in 0..3 {
        bearer(&service, &with("sub", json!(42))).get("").await.is(401);
    }
    let lines = async || {
        let log = service.process.log();
        log.lines().filter(|line| line.contains("token refused") && line.contains("`sub` must be")).count()
    };
    eventually("the reason is logged once", lines, |lines| *lines == 1).await;
    assert!(!service.process.log().contains(other.split('.').nth(2).unwrap()), "no token in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn unusable_name_or_picture_in_a_token_is_ignored() {
    let service = Service::start_with(&NO_LIMITS).await;
    let site = Site::open(&service, "acme", &[]).await;
    let owner = site.owner().await;
    let overlong = "é".repeat(101);
    let names = [
        (json!(""), None),
        (json!("  \u{200b}"), None),
        (json!(42), None),
        (Value::Null, None),
        (json!({ "first": "Ada" }), None),
        (json!(overlong), Some("é".repeat(100))),
        (json!("A\u{0}da"), Some("Ada".to_owned())),
        (json!("Ada\u{202e}\nL."), Some("Ada L.".to_owned())),
    ];
    for (index, (name, expected)) in names.into_iter().enumerate() {
        let id = format!("name-{index}");
        let mut claims = with("name", name.clone());
        claims["sub"] = json!(id);
        bearer(&service, &claims).get("/conversations").await.is(200);
        let path = format!("/members/{id}");
        let shown = eventually("the member", async || owner.get(&path).await, |shown| shown.status == 200).await;
        assert_eq!(shown.json["display_name"], expected.unwrap_or(id), "{name}");
    }
    let picture = "https://acme.example/a.png";
    let pictures = [
        json!(""),
        json!("/a/1.png"),
        json!("data:image/png;base64,AA"),
        json!("//acme.example/a.png"),
        json!("https://acme.example/ä b.png"),
        json!(format!("https://acme.example/{}", "a".repeat(2_049))),
        json!(7),
        json!({}),
        Value::Null,
        json!(picture),
    ];
    for (index, given) in pictures.into_iter().enumerate() {
        let id = format!("picture-{index}");
        let mut claims = with("picture", given.clone());
        (claims["sub"], claims["name"]) = (json!(id), json!("Ada"));
        bearer(&service, &claims).get("/conversations").await.is(200);
        let path = format!("/members/{id}");
        let shown = eventually("the member", async || owner.get(&path).await, |shown| shown.status == 200).await;
        let expected = if given == picture { json!(picture) } else { Value::Null };
        assert_eq!(shown.json["avatar_url"], expected, "{given}");
    }
    let log = service.process.log();
    assert!(log.contains("`name` is not a string") && log.contains("`picture` is not an http"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn name_of_a_newer_token_reaches_the_log_once() {
    let service = Service::start_with(&NO_LIMITS).await;
    let (site, [_, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let named = |name: &str, issued: u64| {
        let mut claims = with("name", json!(name));
        claims["iat"] = json!(issued);
        bearer(&service, &claims)
    };
    let name = async || site.owner().await.get("/members/ada").await.is(200).json["display_name"].clone();
    let renames = async || {
        let log = service.replay(Some("acme")).await;
        log.iter().filter(|event| event["type"] == "MemberProfileChanged").count()
    };
    let mut live = bo.live().await;
    named("Ada Old", now() - 3600).get("").await.is(200);
    assert_eq!(renames().await, 0, "issued before the host registered the name");
    let issued = now() + 5;
    let newer = named("Ada Married", issued);
    for _ in 0..3 {
        newer.get("").await.is(200);
    }
    assert_eq!(renames().await, 1);
    while live.expect("member.changed").await.data["display_name"] != "Ada Married" {}
    eventually("the new name", name, |name| name == "Ada Married").await;
    // A token that is older, from the future or without a time changes nothing.
    named("Ada Old", issued - 1).get("").await.is(200);
    bearer(&service, &with("name", json!("Ada Old"))).get("").await.is(200);
    named("Ada Tomorrow", now() + 24 * 3600).get("").await.is(200);
    named("\u{200b}", issued + 1).get("").await.is(200);
    assert_eq!(renames().await, 1);

    // A command of the host takes precedence over older tokens.
    let said = json!({ "display_name": "Ada (host)", "avatar_url": "https://acme.example/a.png" });
    let operator = site.operator().await;
    let before = now() - 1;
    let changed = operator.patch("/members/ada", &said).await.done(200);
    assert_eq!(changed.json["avatar_url"], "https://acme.example/a.png");
    named("Ada Old", before).get("").await.is(200);
    assert_eq!(renames().await, 2);
    eventually("the name of the host", name, |name| name == "Ada (host)").await;

    // A refused request changes nothing.
    site.owner().await.post("/members/ada/block").await.done(200);
    named("Ada Blocked", now() + 5).get("/members/me").await.problem(403, "member.blocked");
    assert_eq!(renames().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn member_is_changed_in_part() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let (operator, owner, ada) = (site.operator().await, site.owner().await, site.member("ada").await);
    let picture = json!({ "avatar_url": "https://acme.example/a.png" });
    let changed = operator.patch("/members/ada", &picture).await.done(200);
    assert_eq!((&changed.json["display_name"], &changed.json["community"]), (&json!("ada"), &json!(true)));
    let again = operator.patch("/members/ada", &picture).await.done(200);
    assert_eq!(again.header("etag"), changed.header("etag"), "nothing was left to change");
    let changed = owner.patch("/members/ada", &json!({ "display_name": "Ada", "community": false })).await.done(200);
    assert_eq!(changed.json["avatar_url"], picture["avatar_url"]);
    assert_eq!((&changed.json["display_name"], &changed.json["community"]), (&json!("Ada"), &json!(false)));
    let changed = owner.patch("/members/ada", &json!({ "avatar_url": null })).await.done(200);
    assert_eq!(changed.json["avatar_url"], Value::Null);
    owner.patch("/members/ada", &json!({})).await.done(200);

    ada.patch("/members/ada", &json!({ "display_name": "Me" })).await.problem(403, "member.operator_or_owner_only");
    operator.patch("/members/unknown", &json!({ "community": true })).await.problem(404, "member.not_found");
    let blank = owner.patch("/members/ada", &json!({ "display_name": "\u{200b}" })).await;
    blank.problem(422, "member.display_name_empty").points_at("/display_name");
    let data = owner.patch("/members/ada", &json!({ "avatar_url": "data:," })).await;
    data.problem(422, "member.avatar_url_invalid");
    owner.delete("/members/ada").await.done(200);
    operator.patch("/members/ada", &json!({ "community": true })).await.problem(409, "member.was_removed");

    // Without `community` a registration leaves it unchanged, and a new member is outside.
    let bo = operator.put("/members/bo", &json!({ "display_name": "Bo" })).await.done(200);
    assert_eq!(bo.json["community"], false);
    operator.put("/members/bo", &json!({ "display_name": "Bo", "community": true })).await.done(200);
    let bo = operator.put("/members/bo", &json!({ "display_name": "Bo B." })).await.done(200);
    assert_eq!((&bo.json["community"], &bo.json["display_name"]), (&json!(true), &json!("Bo B.")));
}
