//! Client errors return a problem with a specific code, never an internal error.

use causerie_tests::{Caller, Service, Site};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pair_in_a_group;

fn message(group: Uuid) -> String {
    format!("/conversations/{group}/messages/{}", Uuid::now_v7())
}

#[tokio::test(flavor = "multi_thread")]
async fn body_that_is_not_the_expected_json_is_rejected() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let malformed: [&[u8]; 12] = [
        b"",
        b"{",
        b"{\"text\":}",
        b"{\"text\":\"a\"} x",
        b"{'text':'a'}",
        b"{\"text\":\"\xff\"}",
        b"{\"text\":\"\xed\xa0\x80\"}",
        br#"{"text":"\ud800"}"#,
        br#"{"text":"\udc00\ud800"}"#,
        b"{\"text\":\"a\nb\"}",
        b"nul",
        br#"{"text":1e999}"#,
    ];
    for body in malformed {
        ada.put_raw(&message(group), body).await.problem(400, "body.malformed");
    }
    ada.put_raw(&message(group), "[".repeat(10_000)).await.some_problem();
    ada.put_raw(&message(group), format!("{{\"text\":{}", "[".repeat(10_000))).await.some_problem();
    let wrong =
        [r#"{"text":"a","text":"b"}"#, r#"{"text":"a","txet":"b"}"#, "{}", r#""hello""#, "null", "7", "true", "[]"];
    for body in wrong {
        ada.put_raw(&message(group), body).await.problem(422, "body.invalid");
    }
    let plain = ada.request(Method::PUT, &message(group)).header("content-type", "text/plain").body("{\"text\":\"a\"}");
    assert_eq!(plain.send().await.unwrap().status(), 415);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let request = ada.request(Method::PUT, &message(group)).header("content-type", content_type);
        let response = request.body("{\"text\":\"a\"}").send().await.unwrap();
        assert_eq!(response.status(), 415, "{content_type}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    let request = ada.request(Method::PUT, &message(group)).header("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(request.body("{\"text\":\"a\"}").send().await.unwrap().status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn list_of_values_is_not_parsed_as_an_object() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    ada.put(&message(group), &json!(["hello", null])).await.problem(422, "body.invalid");
    ada.put(&format!("/groups/{}", Uuid::now_v7()), &json!(["Name", [], "all"])).await.problem(422, "body.invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_body_field_of_a_wrong_type_is_named() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let operator = service.caller("*", "op", "operator").await.at(service.url(), "acme");
    let site = json!({ "name": "acme", "locale": "fr", "allowed_origins": ["https://a.example"] });
    let member = json!({ "display_name": "Ada", "avatar_url": "https://a.example/a.png", "community": true });
    let new_group = json!({ "name": "Book club", "participants": ["bo"] });
    let new_message = json!({ "text": "hello", "reply_to": Uuid::nil() });
    let optional = ["avatar_url", "reply_to"];
    let (group_path, message_path) = (format!("/groups/{}", Uuid::now_v7()), message(group));
    let bodies = [
        (&operator, "", site),
        (&operator, "/members/ada", member),
        (&ada, &group_path, new_group),
        (&ada, &message_path, new_message),
    ];
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(u64::MAX),
        json!("?"),
        json!([]),
        json!([7]),
        json!([[]]),
        json!({}),
        json!({ "a": 1 }),
    ];
    for (caller, path, body) in bodies {
        for (field, right) in body.as_object().unwrap() {
            let item = right.is_array();
            let free_text = right.is_string() && field != "reply_to";
            for value in &values {
                let fits = value.is_null() && optional.contains(&field.as_str())
                    || value.is_boolean() && right.is_boolean()
                    || value.is_string() && free_text
                    || item && *value == json!([]);
                if fits {
                    continue;
                }
                let mut wrong = body.clone();
                wrong[field] = value.clone();
                let problem = caller.put(path, &wrong).await.problem(422, "body.invalid");
                let at = if item && value.is_array() { format!("/{field}/0") } else { format!("/{field}") };
                problem.points_at(&at);
            }
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(field);
            let response = caller.put(path, &without).await;
            assert!(response.status < 500, "{path} without {field}: {}", response.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_with_a_wrong_type_is_pointed_at_too() {
    let service = Service::start().await;
    let ([ada, _], _) = pair_in_a_group(&service).await;
    for value in [json!("some"), json!({}), json!({ "all": null }), json!([]), json!(null), json!(true), json!(0)] {
        let body = json!({ "name": "Book club", "participants": ["bo"], "history": value });
        let refused = ada.put(&format!("/groups/{}", Uuid::now_v7()), &body).await;
        refused.problem(422, "body.invalid").points_at("/history");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_outside_their_limits_are_rejected_by_name() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let operator = service.caller("*", "op", "operator").await.at(service.url(), "acme");
    let send = async |text: &str| ada.send(group, text).await;
    for text in ["a".repeat(4000), "é".repeat(4000), "☕".repeat(4000)] {
        assert_eq!(send(&text).await.done(201).json["text"], text);
    }
    // Escaped, the longest text is twelve times as long, and still fits.
    let escaped = format!("{{\"text\":\"{}\"}}", "\\ud83d\\ude00".repeat(4000));
    let written = ada.put_raw(&message(group), escaped).await.done(201);
    assert_eq!(ada.reads(group, &written).await.items()[3]["text"], "😀".repeat(4000));
    for text in ["a".repeat(4001), "☕".repeat(4001)] {
        send(&text).await.problem(422, "message.text_too_long").points_at("/text");
    }
    for text in ["", " ", "\n\t", "\u{a0}"] {
        send(text).await.problem(422, "message.text_empty").points_at("/text");
    }
    send("a\0b").await.problem(422, "message.text_invalid").points_at("/text");

    let name = async |name: &str| ada.create_group(Uuid::now_v7(), name, &[]).await;
    name(&"é".repeat(100)).await.done(201);
    name(&"é".repeat(101)).await.problem(422, "group.name_too_long").points_at("/name");
    name("").await.problem(422, "group.name_empty").points_at("/name");
    name("\0a").await.problem(422, "group.name_invalid").points_at("/name");

    let member = async |name: &str, avatar: &str| {
        let body = json!({ "display_name": name, "avatar_url": avatar, "community": true });
        operator.put("/members/ada", &body).await
    };
    member(&"é".repeat(101), "https://a.example").await.problem(422, "member.display_name_too_long");
    for avatar in ["javascript:alert(1)", "data:image/png,", "https://a.example/\0", "//a.example", "https://a b", ""] {
        member("Ada", avatar).await.problem(422, "member.avatar_url_invalid");
    }
    let site = async |locale: &str, origin: &str| {
        operator.put("", &json!({ "name": "acme", "locale": locale, "allowed_origins": [origin] })).await
    };
    for locale in ["", "f", "fr_FR", "\0", "français", "fr-", "123"] {
        site(locale, "https://a.example").await.problem(422, "site.locale_invalid");
    }
    for origin in ["", "*", "a.example", "https://a.example/path", "https://", "https://\0", "ftp://a.example"] {
        site("fr", origin).await.problem(422, "site.origin_invalid").points_at("/allowed_origins/0");
    }
    let origins = ["https://a.example", "https://b.example", "*"];
    let refused = operator.put("", &json!({ "name": "acme", "locale": "fr", "allowed_origins": origins })).await;
    refused.problem(422, "site.origin_invalid").points_at("/allowed_origins/2");
    for participant in ["a b", "", "\0", "é"] {
        let refused = ada.create_group(Uuid::now_v7(), "Group", &["bo", participant]).await;
        refused.problem(422, "body.invalid").points_at("/participants/1");
    }
    let members: Vec<String> = (0..1001).map(|n| format!("m{n}")).collect();
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    ada.create_group(Uuid::now_v7(), "Large", &members).await.problem(422, "group.too_many_participants");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_tokens_of_the_site_are_accepted() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let elsewhere = Site::open(&service, "globex", &["ada"]).await.member("ada").await;
    let paths = ["", "/members", "/conversations", "/stream", &format!("/conversations/{group}/messages")];
    for path in paths {
        let missing = service.stranger("acme").get(path).await.problem(401, "token.missing");
        assert_eq!(missing.header("www-authenticate"), "Bearer");
        elsewhere.at(service.url(), "acme").get(path).await.problem(403, "token.other_site");
        let url = format!("{}/v1/sites/acme{path}", service.url());
        for token in ["Bearer x", "Bearer ", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.", "Basic YTpi", "bearer"] {
            let response = reqwest::Client::new().get(&url).header("authorization", token).send().await.unwrap();
            assert_eq!(response.status(), 401, "{path} {token}");
        }
    }
    // The token is checked before the body.
    service.stranger("acme").put_raw(&message(group), "{").await.problem(401, "token.missing");
    let owner_elsewhere = service.caller("globex", "olga", "owner").await.at(service.url(), "acme");
    owner_elsewhere.post("/member-chat/disable").await.problem(403, "token.other_site");
    assert_eq!(ada.get("").await.json["member_chat_enabled"], true);
    let stranger = service.caller("nowhere", "ada", "owner").await;
    stranger.get("").await.problem(404, "site.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_routes_and_invalid_ids_have_different_errors() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let hello = json!({ "text": "hello" });
    for path in ["/nothing", "/conversations/x/y/z", "/members/ada/eat", "/", "/conversations/"] {
        ada.get(path).await.problem(404, "route.not_found");
    }
    let outside = reqwest::get(format!("{}/nothing", service.url())).await.unwrap();
    assert_eq!(
        (outside.status().as_u16(), &outside.headers()["content-type"]),
        (404, &"application/problem+json".parse().unwrap())
    );
    for id in ["x", "123", &group.to_string()[1..], "%00", "%ff", "..%2f"] {
        ada.put(&format!("/conversations/{group}/messages/{id}"), &hello).await.problem(400, "id.invalid");
        ada.put(&format!("/conversations/{id}/messages/{}", Uuid::now_v7()), &hello).await.problem(400, "id.invalid");
        ada.get(&format!("/conversations/{id}/messages")).await.problem(400, "id.invalid");
        ada.create_group_at(id).await.problem(400, "id.invalid");
    }
    for id in ["a%20b", "%00", "%ff", "%C3%A9", &"a".repeat(65)] {
        ada.put_nothing(&format!("/conversations/{group}/participants/{id}")).await.problem(400, "id.invalid");
        ada.post(&format!("/members/{id}/block")).await.problem(400, "id.invalid");
    }
    for site in ["ACME", "-a", "a_b", "%00", "%ff", &"a".repeat(64)] {
        ada.at(service.url(), site).get("/members").await.problem(400, "id.invalid");
    }
    ada.get("/members?q=%00").await.some_problem().is(400);
    let unknown = Uuid::now_v7();
    ada.messages(unknown, "").await.problem(404, "conversation.not_found");
    ada.send(unknown, "hello").await.problem(404, "conversation.not_found");
    ada.add(unknown, "bo").await.problem(404, "conversation.not_found");
    ada.remove(unknown, "bo").await.problem(404, "conversation.not_found");
    site_owner(&service).await.post("/members/unknown/block").await.problem(404, "member.not_found");
}

async fn site_owner(service: &Service) -> Caller {
    service.caller("acme", "olga", "owner").await
}

/// A group under any id.
trait CreateGroupAt {
    async fn create_group_at(&self, id: &str) -> causerie_tests::ApiResponse;
}

impl CreateGroupAt for Caller {
    async fn create_group_at(&self, id: &str) -> causerie_tests::ApiResponse {
        self.put(&format!("/groups/{id}"), &json!({ "name": "Group", "participants": [] })).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_method_lists_the_allowed_methods() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let wrong = [
        (Method::POST, "/members/ada".to_owned(), "PUT"),
        (Method::DELETE, String::new(), "PUT"),
        (Method::GET, "/member-chat/enable".to_owned(), "POST"),
        (Method::PUT, "/conversations".to_owned(), "GET"),
        (Method::POST, message(group), "PUT"),
    ];
    for (method, path, right) in wrong {
        let response = ada.request(method.clone(), &path).send().await.unwrap();
        assert_eq!(response.status(), 405, "{method} {path}");
        let allowed =
            response.headers().get("allow").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let body: Value = response.json().await.unwrap();
        assert_eq!((&body["code"], &body["status"]), (&json!("route.method_not_allowed"), &json!(405)));
        // RFC 9110, 15.5.6: a 405 must list the allowed methods.
        assert!(allowed.contains(right), "{method} {path}: Allow is {allowed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_carries_the_trace_id_of_the_request() {
    let service = Service::start().await;
    let ([ada, _], _) = pair_in_a_group(&service).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = ada.request(Method::GET, "/nothing").header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["trace_id"], trace);
    for bad in ["", "00", "00-xyz-1-01", "é"] {
        let request = ada.request(Method::GET, "/nothing").header("traceparent", bad);
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(body["trace_id"].as_str().is_some_and(|id| id.len() == 32), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parameter_of_a_query_is_named() {
    let service = Service::start().await;
    let ([ada, _], group) = pair_in_a_group(&service).await;
    let messages = format!("/conversations/{group}/messages");
    for (path, parameter, detail) in [
        ("/members?limit=0", "/limit", "limit: must be a whole number from 1 to 200"),
        ("/members?limit=ten", "/limit", "limit: must be a whole number from 1 to 200"),
        ("/members?limit=-1&q=a", "/limit", "limit: must be a whole number from 1 to 200"),
        ("/members?q=a%00", "/q", "q: U+0000 is not allowed"),
        ("/conversations?muted=1", "/muted", "muted: unknown field `muted`, expected one of"),
        ("/conversations?archived=maybe", "/archived", "archived: provided string was not `true` or `false`"),
        ("/conversations?kind=many", "/kind", "kind: unknown variant `many`, expected one of"),
        ("/members?limit=1&limit=2", "/limit", "limit: duplicate field `limit`"),
    ] {
        let refused = ada.get(path).await.problem(400, "query.invalid");
        let said = refused.json["detail"].as_str().unwrap().to_owned();
        assert!(said.starts_with(detail), "{path}: {said}");
        refused.points_at(parameter);
    }
    let both = ada.get(&format!("{messages}?before=a&after=b")).await.problem(400, "query.invalid");
    assert_eq!(both.json["errors"].as_array().unwrap().len(), 2, "{}", both.text);
    let owner = service.caller("acme", "owner", "owner").await;
    owner.get("/events?until=tomorrow").await.problem(400, "query.invalid").points_at("/until");
}
