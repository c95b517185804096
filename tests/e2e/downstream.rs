//! The log as downstream developers and auditors see it: JetStream and `causerie replay`.

use causerie_tests::{Service, Site, jetstream};
use serde_json::Value;
use uuid::Uuid;

fn text<'a>(event: &'a Value, field: &str) -> &'a str {
    event[field].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_consumer_receives_all_events_in_order() {
    let service = Service::start().await;
    let (acme, globex) =
        (Site::open(&service, "acme", &["ada", "bo"]).await, Site::open(&service, "globex", &["ada", "bo"]).await);
    let group = Uuid::now_v7();
    for site in [&acme, &globex] {
        let [ada, bo] = site.members(["ada", "bo"]).await;
        ada.create_group(group, "Book club", &["bo"]).await.done(201);
        for n in 0..10 {
            ada.send(group, &format!("from ada {n}")).await.done(201);
            bo.send(group, &format!("de bo {n} ☕")).await.done(201);
        }
        ada.remove(group, "me").await.done(200);
        bo.remove(group, "me").await.done(200);
    }
    let log = service.replay(None).await;
    for site in ["acme", "globex"] {
        let replayed = service.replay(Some(site)).await;
        let filter = format!("causerie.v1.{site}.>");
        let (published, beyond) = jetstream(&service.servers.nats_url(), &filter, replayed.len()).await;
        assert_eq!(beyond, 0, "more on {filter} than in the log");
        for (event, message) in replayed.iter().zip(&published) {
            let (id, event_type, version) = (text(event, "id"), text(event, "type"), text(event, "version"));
            let number = log.iter().position(|other| other["id"] == event["id"]).unwrap() + 1;
            assert_eq!(message.stream_sequence, number as u64, "{event}");
            assert_eq!(message.body, event["data"], "{event}");
            let snake = snake_case(event_type);
            assert_eq!(message.subject, format!("causerie.v1.{site}.{}.{snake}", text(event, "aggregate")));
            let expected = [
                ("Nats-Msg-Id", id.to_owned()),
                ("ce-id", id.to_owned()),
                ("ce-type", format!("{event_type}.v{version}")),
                ("ce-source", format!("/sites/{site}")),
                ("ce-subject", text(event, "aggregate_id").to_owned()),
                ("ce-time", text(event, "recorded_at").to_owned()),
                ("ce-dataschema", format!("/schemas/{event_type}.v{version}.json")),
                ("ce-specversion", "1.0".to_owned()),
                ("causerie-position", text(event, "position").to_owned()),
                ("causerie-log-number", number.to_string()),
                ("causerie-sequence", event["sequence"].to_string()),
            ];
            for (name, value) in expected {
                assert_eq!(message.header(name), value, "{name} of {event}");
            }
        }
    }
    let (whole, beyond) = jetstream(&service.servers.nats_url(), "causerie.v1.>", log.len()).await;
    let sequences: Vec<u64> = whole.iter().map(|message| message.stream_sequence).collect();
    assert_eq!((sequences, beyond), ((1..=log.len() as u64).collect(), 0), "dense from 1");
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[tokio::test(flavor = "multi_thread")]
async fn response_position_is_the_position_of_its_event() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let sent = ada.send(group, "hello").await.done(201);
    let log = service.replay(Some("acme")).await;
    let [.., group_created, message_sent] = log.as_slice() else { panic!("a short log: {log:?}") };
    assert_eq!((text(group_created, "type"), text(group_created, "position")), ("GroupCreated", created.position()));
    assert_eq!((text(message_sent, "type"), text(message_sent, "position")), ("MessageSent", sent.position()));
    assert_eq!(message_sent["metadata"]["actor"], "ada");
    assert_eq!(message_sent["data"]["author_id"], "ada");
    assert_eq!(message_sent["data"]["conversation_id"], group.to_string());
    let sequences = log.iter().filter(|event| event["aggregate"] == "site").map(|event| event["sequence"].as_u64());
    assert_eq!(sequences.collect::<Vec<_>>(), [Some(1), Some(2)]);
}
