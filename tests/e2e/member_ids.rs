//! Member ids that no path can contain: `me` means the caller, and clients and proxies resolve `.` and `..`. They are
//! rejected everywhere, but logs that contain them can still be read.

use causerie_tests::{Service, Site};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

const UNADDRESSABLE: [&str; 3] = ["me", ".", ".."];

/// The status and code of a request whose path is sent unchanged.
async fn raw(service: &Service, token: &str, method: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(service.url().trim_start_matches("http://")).await.unwrap();
    let body = json!({ "display_name": "Dots", "community": true }).to_string();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    // The body may be chunked: it starts with the first brace.
    let json = body.find('{').zip(body.rfind('}')).map(|(start, end)| &body[start..=end]);
    let json: Value = serde_json::from_str(json.unwrap_or("{}")).unwrap_or_default();
    (status, json["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn unaddressable_member_ids_are_rejected_everywhere() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, owner, operator] = [site.member("ada").await, site.owner().await, site.operator().await];
    for id in UNADDRESSABLE {
        let group = json!({ "name": "Club", "participants": ["bo", id] });
        let refused = ada.put(&format!("/groups/{}", Uuid::now_v7()), &group).await.problem(422, "body.invalid");
        refused.points_at("/participants/1");
    }
    let group = Uuid::now_v7();
    ada.create_group(group, "Club", &["bo"]).await.done(201);
    for id in [".", "..", "%2e", "%2E%2e", ".%2e", "%2e."] {
        for (caller, method, path) in [
            (&operator, "PUT", format!("/members/{id}")),
            (&owner, "GET", format!("/members/{id}")),
            (&owner, "DELETE", format!("/members/{id}")),
            (&owner, "POST", format!("/members/{id}/block")),
            (&owner, "PUT", format!("/members/{id}/roles/staff")),
            (&owner, "PUT", format!("/members/{id}/badges/vip")),
            (&operator, "PUT", format!("/members/{id}/community")),
            (&ada, "PUT", format!("/members/me/blocks/{id}")),
            (&ada, "PUT", format!("/direct/{id}")),
            (&owner, "PUT", format!("/business/{id}")),
            (&ada, "PUT", format!("/conversations/{group}/participants/{id}")),
            (&ada, "DELETE", format!("/conversations/{group}/participants/{id}")),
            (&ada, "PUT", format!("/conversations/{group}/participants/{id}/admin")),
        ] {
            let response = raw(&service, caller.token(), method, &format!("/v1/sites/acme{path}")).await;
            assert_eq!(response, (400, "id.invalid".to_owned()), "{method} {path}");
        }
    }
    let refused = raw(&service, operator.token(), "PUT", "/v1/sites/acme/members/%6d%65").await;
    assert_eq!(refused, (400, "id.invalid".to_owned()), "the operator is not a member");
    let printed = service.replay(Some("acme")).await;
    for id in UNADDRESSABLE {
        assert!(!printed.iter().any(|event| event["aggregate_id"] == format!("acme/{id}")), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn log_with_unaddressable_member_ids_still_reads() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let [ada, owner] = [site.member("ada").await, site.owner().await];
    let group = Uuid::now_v7();
    let mut connection = PgConnection::connect(service.servers.database_url()).await.unwrap();
    let mut append = async |aggregate: &str, id: String, payload: Value| {
        sqlx::query(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
             VALUES ($1, $2, 1, $3, '1', $4, '{\"actor\": \"me\", \"role\": \"member\"}')",
        )
        .bind(aggregate)
        .bind(id)
        .bind(payload["type"].as_str().unwrap())
        .bind(&payload)
        .execute(&mut connection)
        .await
        .unwrap();
    };
    for id in UNADDRESSABLE {
        let registered = json!({ "type": "MemberRegistered", "display_name": id, "community": true, "pending": false });
        append("member", format!("acme/{id}"), registered).await;
    }
    let created = json!({ "type": "GroupCreated", "name": "Old", "creator": "me", "participants": [".", "..", "ada"],
        "history": "since_joined" });
    append("conversation", format!("acme/{group}"), created).await;

    let sent = ada.send(group, "hello").await.done(201);
    assert_eq!(ada.participants(group, &sent).await, ["me", ".", "..", "ada"]);
    let members = owner.shows("/members?limit=200", &sent).await.each("id");
    assert!(UNADDRESSABLE.iter().all(|id| members.contains(&(*id).to_owned())), "{members:?}");
    let printed = service.replay(Some("acme")).await;
    assert_eq!(printed.last().unwrap()["data"]["text"], "hello");
    owner.get("/events?limit=200").await.is(200);
}
