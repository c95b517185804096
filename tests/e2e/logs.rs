//! The log of the service: enough to trace a request to every reader, and no message texts.

use std::collections::BTreeSet;

use causerie_tests::{Service, Site, eventually, jetstream};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test(flavor = "multi_thread")]
async fn traceparent_is_logged_in_each_step_of_a_request() {
    let settings = [("CAUSERIE_LOG__FILTER", "info,causerie_store=debug"), ("CAUSERIE_LOG__FORMAT", "json")];
    let service = Service::start_with(&settings).await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let path = format!("/conversations/{group}/messages/{}", Uuid::now_v7());
    let request = ada.request(Method::PUT, &path).header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
    let sent = request.json(&json!({ "text": "hello" })).send().await.unwrap();
    assert_eq!(sent.status(), 201);

    let log = service.replay(Some("acme")).await;
    let event = log.last().unwrap();
    assert_eq!((&event["type"], &event["metadata"]["request_id"]), (&json!("MessageSent"), &json!(TRACE)));
    let (published, _) = jetstream(&service.servers.nats_url(), "causerie.v1.acme.>", log.len()).await;
    let message = published.last().unwrap();
    assert_eq!(message.header("causerie-request-id"), TRACE);
    let span = event["id"].as_str().unwrap().replace('-', "")[16..].to_owned();
    assert_eq!(message.header("traceparent"), format!("00-{TRACE}-{span}-00"));

    let readers = async || {
        let log = service.process.log();
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is one JSON object"));
        let followed = lines.filter(|line| line["message"] == "followed" && line["request_id"] == TRACE);
        let reader = |line: Value| match line["span"]["projection"].as_str() {
            Some(projection) => projection.to_owned(),
            None => line["span"]["name"].as_str().unwrap_or_default().to_owned(),
        };
        followed.map(reader).collect::<BTreeSet<_>>()
    };
    let all = ["conversation_list", "hub", "member_list", "timeline"].map(str::to_owned).into();
    eventually("every reader has logged the event", readers, |readers| *readers == all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_contain_no_message_text_and_no_secret() {
    let no_limits = ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0");
    let settings = [("CAUSERIE_LOG__FILTER", "trace"), ("CAUSERIE_LOG__FORMAT", "json"), no_limits];
    let service = Service::start_with(&settings).await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (group, id) = (Uuid::now_v7(), Uuid::now_v7());
    site.register_member("cy", "Cyprien-Nomcache", true).await;
    ada.create_group(group, "Nomdegroupecache", &["bo"]).await.done(201);
    let ticket = bo.post("/stream/tickets").await.is(201).json["ticket"].as_str().unwrap().to_owned();
    let path = format!("/stream?ticket={ticket}");
    let mut live = causerie_tests::Live::open(service.stranger("acme").request(Method::GET, &path)).await;
    live.expect("ready").await;
    ada.send_as(group, id, "Textecache-envoye").await.done(201);
    let reply = ada.reply(group, id, "Textecache-repondu").await.done(201);
    ada.edit(group, id, "Textecache-change").await.done(200);
    // Rejected texts are not logged either.
    ada.put_raw(&format!("/conversations/{group}/messages/{id}"), "{\"text\":\"Textecache-tronque")
        .await
        .problem(400, "body.malformed");
    ada.put(&format!("/conversations/{group}/messages/{id}"), &json!({ "text": ["Textecache-faux"] }))
        .await
        .some_problem();
    ada.put(&format!("/conversations/{group}/messages/{id}"), &json!({ "Textecache-champ": "" })).await.some_problem();
    ada.send_as(group, id, "Textecache-autre").await.some_problem();
    ada.send(group, &"Textecache-long".repeat(400)).await.some_problem();
    ada.delete_message(group, reply.id()).await.done(200);
    live.until("message.deleted", reply.id()).await;
    bo.messages(group, "limit=200").await.is(200);
    bo.get("/conversations").await.is(200);
    bo.get("/members?q=Cyprien-Nomcache").await.is(200);

    let log = service.process.log();
    assert!(log.lines().any(|line| line.contains("\"level\":\"DEBUG\"")), "only what is usual is logged");
    assert!(log.contains(&id.to_string()), "requests are not logged at all");
    for secret in ["Textecache", "Nomcache", "Nomdegroupecache", &ticket, "Bearer ey"] {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn client_errors_are_not_logged_as_errors() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    // The read models do not reach later events.
    let mut elsewhere = PgConnection::connect(service.servers.database_url()).await.unwrap();
    elsewhere.execute("BEGIN; LOCK TABLE read_models.projection_checkpoints IN SHARE MODE").await.unwrap();
    let unseen = ada.create_group(Uuid::now_v7(), "Not shown yet", &[]).await.done(201);
    ada.get_from("/conversations", unseen.position()).await.problem(503, "read_model.behind");
    elsewhere.execute("ROLLBACK").await.unwrap();
    let log = service.process.log();
    assert_eq!(log.lines().find(|line| line.contains("ERROR")), None);
}
