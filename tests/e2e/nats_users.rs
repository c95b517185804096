//! The users of `deploy/nats.conf` have only the permissions they need. Also the example of a downstream consumer.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use async_nats::jetstream::{self, consumer};
use causerie_tests::{Process, Service, Site, eventually, jetstream};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::nats_server::NatsServer;
use crate::pair_in_a_group;

const UNLIMITED: (&str, &str) = ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0");
/// Logs the errors of NATS.
const DEBUG_LOG: (&str, &str) = ("CAUSERIE_LOG__FILTER", "info,causerie_store=debug,causerie_api=debug");

/// The service as two processes with their own users.
async fn start(nats: &NatsServer) -> (Service, Process) {
    let (relay, service) = (nats.url("relay"), nats.url("service"));
    let service =
        Service::start_roles("api,projector", &[("CAUSERIE_NATS__URL", &service), UNLIMITED, DEBUG_LOG]).await;
    let relay = service.another_with("relay", &[("CAUSERIE_NATS__URL", &relay), DEBUG_LOG]).await;
    (service, relay)
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_users_have_only_the_permissions_they_need() {
    let nats = NatsServer::start().await;
    let (service, relay) = start(&nats).await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let mut live = bo.live().await;
    let sent = ada.send(group, "hello").await.done(201);
    assert_eq!(live.message().await["id"], sent.json["id"]);
    assert_eq!(bo.reads(group, &sent).await.items().len(), 1);
    ada.post(&format!("/conversations/{group}/typing")).await;
    live.expect("typing").await;

    let log = service.replay(None).await;
    let (published, beyond) = jetstream(&nats.url("downstream"), "causerie.v1.>", log.len()).await;
    assert_eq!((published.len(), beyond), (log.len(), 0));

    for user in ["downstream", "service"] {
        let (client, mut complaints) = nats.client(user).await;
        let mut context = jetstream::new(client.clone());
        context.set_timeout(Duration::from_millis(200));
        let forged = "causerie.v1.acme.message.message_sent";
        client.publish(forged, "{}".into()).await.unwrap();
        complaints.about_publishing_to(forged).await;
        for (request, subject) in [
            ("the stream's end", "$JS.API.STREAM.DELETE.CAUSERIE_EVENTS"),
            ("an empty stream", "$JS.API.STREAM.PURGE.CAUSERIE_EVENTS"),
            ("another stream", "$JS.API.STREAM.UPDATE.CAUSERIE_EVENTS"),
            ("an event less", "$JS.API.STREAM.MSG.DELETE.CAUSERIE_EVENTS"),
            ("a stream of one's own", "$JS.API.STREAM.CREATE.OTHER"),
            ("another's consumer gone", "$JS.API.CONSUMER.DELETE.CAUSERIE_EVENTS.other"),
        ] {
            assert!(client.request(subject, "{}".into()).await.is_err(), "{user} was given {request}");
            complaints.about_publishing_to(subject).await;
        }
        assert!(context.delete_stream("CAUSERIE_EVENTS").await.is_err());
        // The server must not publish for the user either: a consumer that delivers into the log is rejected.
        let stream = context.get_stream("CAUSERIE_EVENTS").await.unwrap();
        let pushing = consumer::push::Config { deliver_subject: forged.to_owned(), ..Default::default() };
        let refused = stream.create_consumer(pushing).await.unwrap_err();
        assert!(refused.to_string().contains("cycle"), "{refused}");
    }
    let (client, mut complaints) = nats.client("downstream").await;
    client.publish("causerie-live.v1.typing", "{}".into()).await.unwrap();
    complaints.about_publishing_to("causerie-live.v1.typing").await;

    let (published, beyond) = jetstream(&nats.url("downstream"), "causerie.v1.>", log.len()).await;
    assert_eq!((published.len(), beyond), (log.len(), 0), "the stream holds what it held");
    for process in [&relay, &service.process] {
        let log = process.log().to_lowercase();
        assert!(!log.contains("violation"), "{log}");
    }
}

fn example(nats: &NatsServer, folder: &Path) -> Child {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().and_then(Path::parent).unwrap().join("causerie-example-consumer");
    assert!(path.exists(), "there is no {}; run `cargo build --workspace` first", path.display());
    let mut command = Command::new(path);
    command.arg(nats.url("downstream")).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn().unwrap()
}

fn taken(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("events.ndjson")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_example_consumer_has_each_event_once_in_order() {
    let nats = NatsServer::start().await;
    let (service, _relay) = start(&nats).await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=4 {
        let mut consumer = example(&nats, folder.path());
        for _ in 0..25 {
            ada.send(group, "hello").await.done(201);
        }
        let enough = |taken: &usize| *taken >= round * 20;
        eventually("the consumer has taken some", async || taken(folder.path()).len(), enough).await;
        consumer.kill().await.unwrap();
        if round % 2 == 0 {
            // As if it had been killed between the effect and the checkpoint.
            let checkpoint = folder.path().join("checkpoint");
            let number: u64 = std::fs::read_to_string(&checkpoint).unwrap().parse().unwrap();
            std::fs::write(&checkpoint, (number - 3).to_string()).unwrap();
        }
    }
    let _consumer = example(&nats, folder.path());
    let log = service.replay(None).await;
    let all = |taken: &usize| *taken >= log.len();
    eventually("the consumer has taken all", async || taken(folder.path()).len(), all).await;
    let taken = taken(folder.path());
    let numbers: Vec<u64> = taken.iter().filter_map(|event| event["log_number"].as_u64()).collect();
    assert_eq!(numbers, (1..=log.len() as u64).collect::<Vec<_>>());
    for (event, taken) in log.iter().zip(&taken) {
        assert_eq!((&event["id"], &event["data"]), (&taken["id"], &taken["data"]));
    }
    let ids: BTreeSet<&str> = taken.iter().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!(ids.len(), taken.len());
}
