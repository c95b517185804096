//! C1 and C2: only the service can derive the ids of direct and business conversations.

use causerie_sandbox::testing::TestServers;
use causerie_tests::{ApiResponse, Service, Site};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::{Builder, Uuid};

/// The namespace of ids in logs from before the key.
const UNKEYED: Uuid = Uuid::from_u128(0x52d9_83a5_9b58_5bd2_9f43_5a5b_1a5f_7c1e);

fn unkeyed(name: &str) -> Uuid {
    Uuid::new_v5(&UNKEYED, name.as_bytes())
}

/// Appends the first event of a conversation, as versions from before the key did.
async fn start(service: &Service, conversation: Uuid, event_type: &str, mut payload: Value) {
    payload["type"] = event_type.into();
    let mut connection = PgConnection::connect(service.servers.database_url()).await.unwrap();
    sqlx::query(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
         VALUES ('conversation', $1, 1, $2, '1', $3, '{\"actor\": \"mal\", \"role\": \"member\"}')",
    )
    .bind(format!("acme/{conversation}"))
    .bind(event_type)
    .bind(payload)
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
}

/// A refusal without the requested id and the trace id.
fn refusal(response: &ApiResponse, id: Uuid) -> String {
    let trace_id = response.json["trace_id"].as_str().unwrap_or_default();
    response.text.replace(&id.to_string(), "…").replace(trace_id, "…")
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_group_id_of_another_uuid_version_is_rejected() {
    let service = Service::start().await;
    let (_, [ada, _, mal]) = Site::with_members(&service, "acme", ["ada", "bo", "mal"]).await;
    let (direct, business) = (ada.direct("bo").await, ada.business("me").await);
    let (version_1, free) =
        (Uuid::from_u128(0x0198_0f6e_0000_1000_8000_0000_0000_0001), Builder::from_custom_bytes([7; 16]));
    let of_the_past = ["direct/acme/ada/bo", "direct/acme/bo/mal", "business/acme/mal"].map(unkeyed);
    let refused = [vec![direct, business, free.into_uuid(), version_1, Uuid::nil(), Uuid::max()], of_the_past.to_vec()];
    let mut refusals = Vec::new();
    for id in refused.concat() {
        for participants in [&["bo"][..], &["unknown"]] {
            let response = mal.create_group(id, "Mine", participants).await.problem(400, "id.invalid");
            refusals.push(refusal(&response, id));
        }
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:#?}");
    mal.create_group(Uuid::now_v7(), "Mine", &["bo"]).await.done(201);
    mal.create_group(Uuid::new_v4(), "Mine", &["bo"]).await.done(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_group_under_an_unkeyed_id_blocks_no_conversation() {
    let service = Service::start().await;
    let (site, [cem, dia, eve, _]) = Site::with_members(&service, "acme", ["cem", "dia", "eve", "mal"]).await;
    let group = json!({ "name": "x", "creator": "mal", "participants": [], "history": "since_joined" });
    let taken = ["direct/acme/cem/dia", "business/acme/eve"].map(unkeyed);
    for id in taken {
        start(&service, id, "GroupCreated", group.clone()).await;
    }
    let direct = cem.start_direct("dia").await.done(200);
    assert_eq!((&direct.json["kind"], dia.direct("cem").await), (&json!("direct"), direct.id()));
    let business = eve.start_business("me").await.done(200);
    assert_eq!((&business.json["kind"], site.owner().await.business("eve").await), (&json!("business"), business.id()));
    assert!(!taken.contains(&direct.id()) && !taken.contains(&business.id()));
    let sent = cem.send(direct.id(), "hello").await.done(201);
    assert_eq!(dia.reads(direct.id(), &sent).await.each("text"), ["hello"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_conversation_under_an_unkeyed_id_remains() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (direct, business) = (unkeyed("direct/acme/ada/bo"), unkeyed("business/acme/ada"));
    start(&service, direct, "DirectConversationStarted", json!({ "starter": "bo", "peer": "ada" })).await;
    start(&service, business, "BusinessConversationStarted", json!({ "member_id": "ada" })).await;
    assert_eq!([ada.direct("bo").await, bo.direct("ada").await], [direct, direct]);
    assert_eq!([ada.business("me").await, site.owner().await.business("ada").await], [business, business]);
    assert_ne!(ada.direct("cy").await, unkeyed("direct/acme/ada/cy"));
    assert_ne!(cy.business("me").await, unkeyed("business/acme/cy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_derived_ids_are_stable_and_differ_by_installation() {
    let one = Service::start().await;
    // Its own migration creates its own key; `start` copies a database that is migrated once.
    let servers = TestServers::start().await.expect("the servers start");
    let other = Service::start_on(servers, "api,relay,projector", &[]).await;
    let mut ids = Vec::new();
    for service in [&one, &other] {
        let site = Site::open(service, "acme", &["ada", "bo"]).await;
        let node = service.another_node().await;
        let [ada, bo] = site.members(["ada", "bo"]).await;
        let (direct, business) = (ada.direct("bo").await, ada.business("me").await);
        let (ada, bo) = (ada.at(node.said("url"), "acme"), bo.at(node.said("url"), "acme"));
        assert_eq!((bo.direct("ada").await, ada.business("me").await), (direct, business));
        ids.push((direct, business));
    }
    assert_ne!(ids[0].0, ids[1].0);
    assert_ne!(ids[0].1, ids[1].1);
}
