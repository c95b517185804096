//! A relay in another process than the append: it is notified and does not wait for its poll.

use std::time::{Duration, Instant};

use causerie_tests::{LIMIT, NO_LIMITS, Service};
use futures::StreamExt;

use crate::nats_server::NatsServer;
use crate::pair_in_a_group;

/// The relay polls every 100 ms, so without notifications half of the messages take longer than this.
const HALF_A_POLL: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread")]
async fn relay_of_another_process_is_woken_by_an_empty_message() {
    // With the users of an installation, whose permissions must allow it.
    let nats = NatsServer::start().await;
    let (relay, service) = (nats.url("relay"), nats.url("service"));
    let settings = |url| [NO_LIMITS.as_slice(), &[("CAUSERIE_NATS__URL", url)]].concat();
    let service = Service::start_roles("api,projector", &settings(service.as_str())).await;
    let relay = service.another_with("relay", &settings(relay.as_str())).await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let mut live = bo.live().await;
    let (client, _) = nats.client("service").await;
    let mut wakes = client.subscribe("causerie-live.v1.appended").await.unwrap();
    client.flush().await.unwrap();

    let mut latencies = Vec::new();
    for _ in 0..40 {
        let started = Instant::now();
        let sent = ada.send(group, "hello").await.done(201);
        assert_eq!(live.message().await["id"], sent.json["id"]);
        latencies.push(started.elapsed());
    }
    latencies.sort();
    assert!(latencies[latencies.len() / 2] < HALF_A_POLL, "{latencies:?}");
    // Appends within two milliseconds share a notification; here each has its own.
    for _ in 0..40 {
        let wake = tokio::time::timeout(LIMIT, wakes.next()).await.expect("the relay is woken").unwrap();
        assert!(wake.payload.is_empty() && wake.headers.is_none(), "{wake:?}");
    }
    for log in [service.process.log(), relay.log()] {
        assert!(!log.to_lowercase().contains("violation"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn process_that_relays_itself_sends_no_wake_up() {
    let service = Service::start().await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let mut live = bo.live().await;
    let address: async_nats::ServerAddr = service.servers.nats_url().parse().unwrap();
    let [user, password] = [address.username(), address.password()].map(|part| part.unwrap().to_owned());
    let client = async_nats::ConnectOptions::with_user_and_password(user, password).connect(address).await.unwrap();
    let mut said = client.subscribe("causerie-live.>").await.unwrap();
    client.flush().await.unwrap();
    ada.send(group, "hello").await.done(201);
    live.message().await;
    // The typing notification uses the same connection, so all earlier messages have arrived.
    ada.post(&format!("/conversations/{group}/typing")).await;
    let first = tokio::time::timeout(LIMIT, said.next()).await.expect("the sign of typing").unwrap();
    assert_eq!(first.subject.as_str(), "causerie-live.v1.typing");
}
