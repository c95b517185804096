//! A dump of the log restored in a cluster with lower transaction ids: acknowledged messages keep their numbers, and later
//! messages follow them, also live.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use causerie_sandbox::testing::TestServers;
use causerie_tests::{Caller, NO_LIMITS, Published, Service, Site, eventually, jetstream};
use nix::sys::signal::Signal;
use tokio::sync::watch;
use uuid::Uuid;

const STOP: Duration = Duration::from_secs(10);
const TRANSACTIONS: &str = "DO $$ BEGIN FOR i IN 1..2000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";

/// Sends messages, and resends each with its id until it is acknowledged. Waits while the address of the service is empty,
/// and ends without one.
async fn write(
    writer: Caller,
    group: Uuid,
    mut at: watch::Receiver<Option<String>>,
    sent: Arc<Mutex<BTreeMap<Uuid, String>>>,
) {
    for number in 1.. {
        let (id, text) = (Uuid::now_v7(), format!("message {number}"));
        loop {
            let Ok(url) = at.wait_for(|url| *url != Some(String::new())).await.map(|url| url.clone()) else { return };
            let Some(url) = url else { return };
            let acknowledged = writer.at(&url, "acme").try_send(group, id, &text).await;
            if acknowledged.is_ok_and(|response| response.status == 201) {
                sent.lock().expect("no writer panics").insert(id, text);
                break;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dump_restored_under_load_loses_nothing_with_old_jetstream() {
    restored_with(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dump_restored_under_load_loses_nothing_with_empty_jetstream() {
    restored_with(false).await;
}

async fn restored_with(old_jetstream: bool) {
    let mut service = Service::start().await;
    let psql = Command::new("psql").arg(service.servers.database_url()).args(["-qc", TRANSACTIONS]).status();
    assert!(psql.expect("psql runs").success());
    let group = Uuid::now_v7();
    let (ada, bo, owner) = {
        let (site, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
        ada.create_group(group, "Book club", &["bo"]).await.done(201);
        (ada, site.member("bo").await, service.caller("acme", "olga", "owner").await)
    };
    let sent = Arc::new(Mutex::new(BTreeMap::new()));
    let (move_to, at) = watch::channel(Some(service.url().to_owned()));
    let writers: Vec<_> =
        [&ada, &bo].map(|writer| tokio::spawn(write(writer.clone(), group, at.clone(), Arc::clone(&sent)))).into();
    drop(at);
    let count = || sent.lock().expect("no writer panics").len();
    eventually("the writers are at work", async || count(), |count| *count > 100).await;

    move_to.send_replace(Some(String::new()));
    let relayed = service.replay(None).await.len();
    let (published, _) = jetstream(&service.servers.nats_url(), "causerie.v1.>", relayed).await;
    service.process.signal(Signal::SIGTERM);
    service.process.ended(STOP).await;
    let before = service.replay(None).await;
    let restored = TestServers::start_from_dump(service.servers.database_url()).await.expect("the dump is restored");
    let nats_url = if old_jetstream { service.servers.nats_url() } else { restored.nats_url() };
    let mut settings = NO_LIMITS.to_vec();
    settings.extend([("CAUSERIE_DATABASE__URL", restored.database_url()), ("CAUSERIE_NATS__URL", nats_url.as_str())]);
    let mut after = service.another_with("api,relay,projector", &settings).await;
    let url = after.said("url").to_owned();
    let url = url.as_str();
    let mut live = bo.at(url, "acme").live().await;
    let already = count();
    move_to.send_replace(Some(url.to_owned()));
    eventually("the writers are at work again", async || count(), |count| *count > already + 100).await;
    move_to.send_replace(None);
    for writer in writers {
        writer.await.expect("a writer ends");
    }

    // Each acknowledged message exists once, in ListMessages and in the replay, and the old part is unchanged.
    let sent = sent.lock().expect("no writer panics").clone();
    let last = ada.at(url, "acme").send(group, "the last one").await.done(201);
    let shown = eventually(
        "all messages are listed",
        async || all_messages(&bo.at(url, "acme"), group, last.position()).await,
        |shown| shown.len() > sent.len(),
    )
    .await;
    for (id, text) in &sent {
        assert_eq!(shown.iter().filter(|(shown, _)| shown == id).count(), 1, "{text} is not shown once");
    }
    let mut replay = causerie_tests::command();
    replay.args(["replay"]).env("CAUSERIE_DATABASE__URL", restored.database_url());
    let log = lines(replay.output().await.expect("the binary runs").stdout);
    assert_eq!(log[..before.len()], before[..], "what was there before reads differently");
    assert_eq!(log[before.len()]["type"], "LogEpochBegan");
    for id in sent.keys() {
        let stream = format!("acme/{id}");
        assert_eq!(log.iter().filter(|event| event["aggregate_id"] == stream.as_str()).count(), 1);
    }
    // JetStream has it under the old number, and the later events without a gap.
    let stream = whole_stream(&nats_url, log.len()).await;
    for (number, (message, event)) in (1..).zip(stream.iter().zip(&log)) {
        assert_eq!(
            (message.stream_sequence, message.header("ce-id")),
            (number, event["id"].as_str().unwrap_or_default())
        );
    }
    for (then, now) in published.iter().zip(&stream) {
        assert_eq!((then.header("ce-id"), then.stream_sequence), (now.header("ce-id"), now.stream_sequence));
    }
    // Live, and ready.
    live.message_saying("the last one").await;
    let ready = async || causerie_tests::ApiResponse::of(reqwest::Client::new().get(format!("{url}/readyz"))).await;
    eventually("the service is ready", ready, |response| response.json["status"] == "ok").await;
    owner.at(url, "acme").get("/events?limit=5").await.is(200);
    after.signal(Signal::SIGTERM);
    after.ended(STOP).await;
    restored.stop().await;
}

async fn all_messages(reader: &Caller, group: Uuid, position: &str) -> Vec<(Uuid, String)> {
    let mut page = reader.get_from(&format!("/conversations/{group}/messages?limit=200"), position).await;
    let mut shown = Vec::new();
    while page.status == 200 {
        let items = page.items().iter().map(|item| {
            (item["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default(), item["text"].to_string())
        });
        shown.extend(items);
        let Some(cursor) = page.json["previous"].as_str() else { break };
        page = reader.messages(group, &format!("before={cursor}&limit=200")).await;
    }
    shown
}

async fn whole_stream(nats_url: &str, count: usize) -> Vec<Published> {
    let all = tokio::time::timeout(Duration::from_mins(1), jetstream(nats_url, "causerie.v1.>", count)).await;
    let (published, beyond) = all.expect("the stream is as long as the log");
    assert_eq!(beyond, 0, "more in JetStream than in the log");
    published
}

fn lines(ndjson: Vec<u8>) -> Vec<serde_json::Value> {
    let text = String::from_utf8(ndjson).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is one JSON object")).collect()
}
