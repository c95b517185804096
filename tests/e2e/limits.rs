//! Each limit at its maximum, one above, and a thousand above: accepted, and rejected with its error code.

use std::collections::BTreeMap;

use causerie_tests::{ApiResponse, Caller, NO_LIMITS, Service, Site, eventually};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pair_in_a_group;

#[derive(Debug, Clone, Copy)]
enum Of {
    MessageText,
    /// In characters of four bytes.
    MessageTextOfEmoji,
    EditedText,
    GroupName,
    DisplayName,
    SiteName,
    AvatarUrl,
    Locale,
    Origins,
    OriginHost,
    Welcome,
    BadgeLabel,
    BadgeStyles,
    LargestGroup,
    Participants,
    RoleName,
    BadgeName,
    MemberId,
    SiteId,
    Page,
    BodyBytes,
    JsonDepth,
    JsonDepthOfAnObject,
}

/// The limit, its maximum, the status at the maximum, and the status and code above it.
type Limit = (Of, usize, u16, u16, &'static str);

#[rustfmt::skip]
const LIMITS: [Limit; 23] = [
    (Of::MessageText, 4_000, 201, 422, "message.text_too_long"),
    (Of::MessageTextOfEmoji, 4_000, 201, 422, "message.text_too_long"),
    (Of::EditedText, 4_000, 200, 422, "message.text_too_long"),
    (Of::GroupName, 100, 201, 422, "group.name_too_long"),
    (Of::DisplayName, 100, 200, 422, "member.display_name_too_long"),
    (Of::SiteName, 100, 201, 422, "site.name_too_long"),
    (Of::AvatarUrl, 2_048, 200, 422, "member.avatar_url_invalid"),
    (Of::Locale, 35, 201, 422, "site.locale_invalid"),
    (Of::Origins, 20, 201, 422, "site.too_many_origins"),
    (Of::OriginHost, 255, 201, 422, "site.origin_invalid"),
    (Of::Welcome, 200, 200, 422, "site.welcome_too_long"),
    (Of::BadgeLabel, 40, 200, 422, "badge.label_too_long"),
    (Of::BadgeStyles, 100, 200, 422, "site.too_many_badges"),
    (Of::LargestGroup, 1_000, 200, 422, "site.max_participants_invalid"),
    (Of::Participants, 3, 201, 422, "group.too_many_participants"),
    (Of::RoleName, 32, 200, 400, "id.invalid"),
    (Of::BadgeName, 32, 200, 400, "id.invalid"),
    (Of::MemberId, 64, 200, 400, "id.invalid"),
    (Of::SiteId, 63, 201, 400, "id.invalid"),
    (Of::Page, 200, 200, 400, "query.invalid"),
    (Of::BodyBytes, 64 * 1024, 201, 413, "body.too_large"),
    // The field is unknown, so this error shows that the body was read.
    (Of::JsonDepth, 126, 422, 400, "body.malformed"),
    (Of::JsonDepthOfAnObject, 126, 422, 400, "body.malformed"),
];

struct Stage<'a> {
    site: Site<'a>,
    ada: Caller,
    operator: Caller,
    group: Uuid,
    message: Uuid,
}

impl Stage<'_> {
    async fn of(service: &Service) -> Stage<'_> {
        let site = Site::open(service, "acme", &["ada", "bo"]).await;
        let more: Vec<String> = (0..4).map(|n| format!("m{n}")).collect();
        site.welcome(&more.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let (ada, operator) = (site.member("ada").await, site.operator().await);
        let (group, message) = (Uuid::now_v7(), Uuid::now_v7());
        ada.create_group(group, "Book club", &["bo"]).await.done(201);
        ada.send_as(group, message, "first").await.done(201);
        Stage { site, ada, operator, group, message }
    }

    /// A site under a new id.
    async fn register(&self, fields: serde_json::Value) -> ApiResponse {
        let mut body = json!({ "name": "Acme", "locale": "fr" });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let id = Uuid::now_v7().simple().to_string();
        self.operator.at(self.site.service.url(), &id).put("", &body).await
    }

    async fn register_member(&self, id: &str, fields: serde_json::Value) -> ApiResponse {
        let mut body = json!({ "display_name": "Kim", "community": true });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.operator.put(&format!("/members/{id}"), &body).await
    }

    async fn send_raw(&self, body: String) -> ApiResponse {
        self.ada.put_raw(&format!("/conversations/{}/messages/{}", self.group, Uuid::now_v7()), body).await
    }

    async fn ask(&self, of: Of, n: usize) -> ApiResponse {
        let (ada, owner) = (&self.ada, self.site.owner().await);
        let a = "a".repeat(n);
        match of {
            Of::MessageText => ada.send(self.group, &a).await,
            Of::MessageTextOfEmoji => ada.send(self.group, &"😀".repeat(n)).await,
            Of::EditedText => ada.edit(self.group, self.message, &a).await,
            Of::GroupName => ada.create_group(Uuid::now_v7(), &a, &[]).await,
            Of::DisplayName => self.register_member("kim", json!({ "display_name": a })).await,
            Of::AvatarUrl => {
                let url = format!("https://{}", "a".repeat(n - "https://".len()));
                self.register_member("kim", json!({ "avatar_url": url })).await
            }
            Of::SiteName => self.register(json!({ "name": a })).await,
            Of::Locale => {
                // Subtags of at most eight: nine bytes each with their dash.
                let subtags: String = (0..n - 2).map(|at| if at % 9 == 0 { '-' } else { 'a' }).collect();
                self.register(json!({ "locale": format!("fr{subtags}") })).await
            }
            Of::Origins => {
                let origins: Vec<String> = (0..n).map(|n| format!("https://{n}.example")).collect();
                self.register(json!({ "allowed_origins": origins })).await
            }
            Of::OriginHost => {
                let labels: String = (1..=n).map(|at| if at % 50 == 0 { '.' } else { 'a' }).collect();
                self.register(json!({ "allowed_origins": [format!("https://{labels}")] })).await
            }
            Of::Welcome => owner.patch("/settings", &json!({ "appearance": { "welcome": { "fr": a } } })).await,
            Of::BadgeLabel => owner.patch("/settings", &json!({ "badges": { "vip": { "label": { "en": a } } } })).await,
            Of::BadgeStyles => {
                let badges: BTreeMap<String, Value> = (0..n).map(|n| (format!("b{n}"), json!({}))).collect();
                owner.patch("/settings", &json!({ "badges": badges })).await
            }
            Of::LargestGroup => owner.patch("/settings", &json!({ "max_participants": n })).await,
            Of::Participants => {
                owner.patch("/settings", &json!({ "max_participants": 3 })).await.done(200);
                // A member who is named twice counts once; the creator counts too.
                let others: Vec<String> = (0..n - 1).map(|n| format!("m{}", n.min(3))).collect();
                let others: Vec<&str> = others.iter().map(String::as_str).collect();
                ada.create_group(Uuid::now_v7(), "Group", &others).await
            }
            Of::RoleName => owner.put_nothing(&format!("/members/bo/roles/{a}")).await,
            Of::BadgeName => owner.put_nothing(&format!("/members/bo/badges/{a}")).await,
            Of::MemberId => self.register_member(&a, json!({})).await,
            Of::SiteId => {
                let site = self.operator.at(self.site.service.url(), &a);
                site.put("", &json!({ "name": "Acme", "locale": "fr" })).await
            }
            Of::Page => ada.get(&format!("/conversations?limit={n}")).await,
            Of::BodyBytes => {
                let body = r#"{"text":"a"}"#;
                self.send_raw(format!("{body}{}", " ".repeat(n - body.len()))).await
            }
            Of::JsonDepth => self.send_raw(format!(r#"{{"x":{}{}}}"#, "[".repeat(n), "]".repeat(n))).await,
            Of::JsonDepthOfAnObject => {
                self.send_raw(format!(r#"{{"x":{}1{}}}"#, r#"{"y":"#.repeat(n), "}".repeat(n))).await
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_limit_holds_at_and_above_its_maximum() {
    let service = Service::start().await;
    let stage = Stage::of(&service).await;
    for (of, maximum, taken, refused, code) in LIMITS {
        let response = stage.ask(of, maximum).await;
        assert_eq!(response.status, taken, "{of:?}, {maximum}: {}", response.text);
        for over in [maximum + 1, maximum + 1_000] {
            let response = stage.ask(of, over).await;
            assert_eq!(
                (response.status, &response.json["code"]),
                (refused, &json!(code)),
                "{of:?}, {over}: {}",
                response.text
            );
        }
    }
    // The service continues to work.
    stage.ada.reads(stage.group, &stage.ada.send(stage.group, "after all").await.done(201)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_up_to_32_kib_and_100_fields_are_accepted() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let with = |bytes: usize| ada.request(Method::GET, "").header("x-long", "a".repeat(bytes)).send();
    assert_eq!(with(31 * 1024).await.unwrap().status(), 200);
    for bytes in [65 * 1024, 1024 * 1024] {
        // A client that still writes may see the connection closed before it reads the response.
        let refused = with(bytes).await.map_or(431, |response| response.status().as_u16());
        assert_eq!(refused, 431, "{bytes} bytes");
    }
    let many = |number: usize| {
        let request = ada.request(Method::GET, "");
        (0..number).fold(request, |request, n| request.header(format!("x-{n}"), "a")).send()
    };
    for (number, status) in [(90, 200), (101, 431), (1_100, 431)] {
        assert_eq!(many(number).await.unwrap().status(), status, "{number} headers");
    }
    ada.get("").await.is(200);
}

fn counted<'a>(response: &'a ApiResponse, limit: &str) -> (u32, u64, &'a str) {
    let item = response.header("ratelimit").split(", ").find(|item| item.starts_with(&format!("\"{limit}\"")));
    let item = item.unwrap_or_else(|| panic!("no {limit} in {:?}", response.header("ratelimit")));
    let of = |name: &str| item.split(';').find_map(|part| part.strip_prefix(name)).unwrap();
    let (remaining, wait) = (of("r=").parse().unwrap(), of("t=").parse().unwrap());
    (remaining, wait, response.header("ratelimit-policy"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_limited_response_reports_the_remaining_quota() {
    let service = Service::start_with(&[
        ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "1"),
        ("CAUSERIE_LIMITS__REQUESTS_BURST", "40"),
        ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "1"),
        ("CAUSERIE_LIMITS__SENDS_BURST", "3"),
    ])
    .await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let read = ada.get("").await.is(200);
    assert_eq!(read.header("ratelimit-policy"), r#""requests";q=40;w=40"#);
    assert!((30..40).contains(&counted(&read, "requests").0), "{}", read.header("ratelimit"));
    // Rejected requests count too. Requests without a token have no caller.
    let refused = ada.send(Uuid::now_v7(), "hello").await.problem(404, "conversation.not_found");
    assert_eq!(counted(&refused, "sends").2, r#""requests";q=40;w=40, "sends";q=3;w=3"#);
    assert_eq!(service.stranger("acme").get("").await.is(401).header("ratelimit"), "");

    let responses = futures::future::join_all((0..10).map(|_| ada.send(group, "quick"))).await;
    let over: Vec<&ApiResponse> = responses.iter().filter(|response| response.status == 429).collect();
    assert!(!over.is_empty(), "none of 10 at once is refused");
    for response in over {
        let (remaining, wait, _) = counted(response, "sends");
        assert_eq!((remaining, wait.to_string().as_str()), (0, response.header("retry-after")), "{response:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn burst_of_sends_is_limited_with_retry_after() {
    let service = Service::start_with(&[]).await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let responses = futures::future::join_all((0..60).map(|_| ada.send(group, "quick"))).await;
    let (taken, slowed): (Vec<_>, Vec<_>) = responses.into_iter().partition(|response| response.status == 201);
    assert!((20..45).contains(&taken.len()), "{} of 60 taken", taken.len());
    for response in &slowed {
        let response = response.clone().problem(429, "rate.exceeded");
        let seconds: u64 = response.header("retry-after").parse().unwrap();
        assert!((1..=10).contains(&seconds), "{seconds}");
    }
    // Other members are not limited, and the limit expires.
    bo.send(group, "hello").await.done(201);
    let again = async || ada.send(group, "again").await.status;
    eventually("the member may send again", again, |status| *status == 201).await;
}

/// Requires that a stream is rejected, without reading an accepted stream to its end.
async fn no_stream(request: RequestBuilder) -> ApiResponse {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 429, "the stream has begun");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap();
    ApiResponse { request: "GET /stream".to_owned(), status, headers, json, text }.problem(429, "stream.too_many")
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_per_member_are_limited_until_one_ends() {
    let few = [&NO_LIMITS[..2], &[("CAUSERIE_LIMITS__STREAMS_PER_MEMBER", "3")]].concat();
    let service = Service::start_with(&few).await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let refused = async || no_stream(ada.request(Method::GET, "/stream")).await;
    let mut open = vec![ada.live().await, ada.live().await, ada.live().await];
    assert!(!refused().await.header("retry-after").is_empty());
    // Tickets count too, and other members have their own limit.
    let ticket = ada.post("/stream/tickets").await.is(201).json["ticket"].as_str().unwrap().to_owned();
    let by_ticket = service.stranger("acme").request(Method::GET, &format!("/stream?ticket={ticket}"));
    no_stream(by_ticket).await;
    let _of_bo = bo.live().await;
    drop(open.pop());
    let again = async || {
        let response = ada.request(Method::GET, "/stream").send().await.unwrap();
        (response.status().as_u16(), response)
    };
    let (_, fourth) = eventually("a stream is free again", again, |(status, _)| *status == 200).await;
    refused().await;
    // Exactly one of many concurrent requests gets the free place.
    drop(fourth);
    let at_once = async || {
        let open = (0..10).map(|_| ada.request(Method::GET, "/stream").send());
        futures::future::join_all(open)
            .await
            .into_iter()
            .flatten()
            .filter(|response| response.status() == 200)
            .collect()
    };
    let won: Vec<reqwest::Response> = eventually("one gets it", at_once, |won: &Vec<_>| !won.is_empty()).await;
    assert_eq!(won.len(), 1);
}
