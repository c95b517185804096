//! Errors of NATS and rejected NATS servers: reported to the operator, once.

use async_nats::jetstream::{self, stream::Stream};
use causerie_sandbox::testing::TestServers;
use causerie_tests::{NO_LIMITS, Service, Site, eventually, jetstream as published};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::nats_server::NatsServer;
use crate::ready;

#[tokio::test(flavor = "multi_thread")]
async fn second_installation_on_one_account_is_rejected() {
    let service = Service::start().await;
    Site::register(&service, "acme").await;
    published(&service.servers.nats_url(), "causerie.v1.>", 1).await;
    let other = Service::start().await;
    let said = other.refused(&[("CAUSERIE_NATS__URL", &service.servers.nats_url())]).await;
    assert!(said.contains("the stream CAUSERIE_EVENTS of this NATS account holds the events of another"), "{said}");
    // The first installation, and a log with the same beginning, continue.
    service.another_node().await;
    let copy = TestServers::start_from_dump(service.servers.database_url()).await.unwrap();
    let url = service.servers.nats_url();
    Service::start_on(copy, "api,relay,projector", &[("CAUSERIE_NATS__URL", &url)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_server_of_an_unsupported_version_is_rejected() {
    let service = Service::start().await;
    let port = with_version("2.9.25", service.servers.nats.port()).await;
    let old = service.servers.nats_url().replace(&format!(":{}", service.servers.nats.port()), &format!(":{port}"));
    let said = service.refused(&[("CAUSERIE_NATS__URL", &old)]).await;
    assert!(said.contains("nats-server 2.9.25 is too old; Causerie needs 2.10 or later"), "{said}");
}

/// A proxy to a nats-server that reports another version.
async fn with_version(version: &'static str, target: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut server = BufReader::new(TcpStream::connect(("127.0.0.1", target)).await.unwrap());
                let mut greeting = String::new();
                server.read_line(&mut greeting).await.unwrap();
                let mut info: Value = serde_json::from_str(greeting.trim_start_matches("INFO ")).unwrap();
                info["version"] = version.into();
                client.write_all(format!("INFO {info}\r\n").as_bytes()).await.unwrap();
                let (mut from_client, mut to_client) = client.split();
                let (mut from_server, mut to_server) = tokio::io::split(server);
                let _ = tokio::join!(copy(&mut from_client, &mut to_server), copy(&mut from_server, &mut to_client));
            });
        }
    });
    port
}

fn lines(log: &str, level: &str, what: &str) -> usize {
    log.lines().filter(|line| line.contains(level) && line.contains(what)).count()
}

/// The relay runs in another process than the one that reports its state.
#[tokio::test(flavor = "multi_thread")]
async fn full_nats_is_a_reason_in_readyz_and_one_line_in_the_log() {
    let nats = NatsServer::with("jetstream { store_dir: $CAUSERIE_NATS_DATA, max_file_store: 60KB }").await;
    let url = format!("nats://127.0.0.1:{}", nats.port());
    let settings = [NO_LIMITS.as_slice(), &[("CAUSERIE_NATS__URL", url.as_str())]].concat();
    let service = Service::start_roles("api,projector", &settings).await;
    let relay = service.another_with("relay", &settings).await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let sent = async || {
        ada.send(group, &"full ".repeat(300)).await.done(201);
        relay.log()
    };
    eventually("NATS is full", sent, |log| lines(log, "WARN", "relay interrupted") > 0).await;
    let reported = |ready: &Value| {
        let relay = &ready["parts"]["relay"];
        ready["status"] == "degraded"
            && relay["status"] == "behind"
            && relay["reason"].as_str().is_some_and(|reason| reason.contains("insufficient"))
    };
    eventually("/readyz says why the relay is behind", async || ready(service.url()).await, reported).await;
    // It has retried twice a second for ten seconds.
    let log = relay.log();
    assert!(lines(&log, "WARN", "relay interrupted") <= 3, "{log}");
    assert!(lines(&log, "INFO", "relay leads") <= 3, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn user_without_write_permission_is_reported() {
    let nats = NatsServer::start().await;
    let service = Service::start_with(&[("CAUSERIE_NATS__URL", &nats.url("service"))]).await;
    let refused = |log: &String| lines(log, "WARN", "Permissions Violation for Publish") > 0;
    eventually("the log says what is not permitted", async || service.process.log(), refused).await;
    let reported = |ready: &Value| {
        ready["parts"]["relay"]["reason"].as_str().is_some_and(|reason| reason.contains("Permissions Violation"))
    };
    eventually("/readyz says what is not permitted", async || ready(service.url()).await, reported).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn diverged_stream_is_logged_once_by_relay_and_readers() {
    let service = Service::start().await;
    Site::open(&service, "acme", &["ada"]).await;
    let log = service.replay(None).await;
    let url = service.servers.nats_url();
    let (published, _) = published(&url, "causerie.v1.>", log.len()).await;
    let stream = stream(&url).await;
    // As with another installation or a restored log.
    let last = published.last().unwrap();
    let mut headers = async_nats::HeaderMap::new();
    for (name, values) in last.headers.iter().filter(|(name, _)| !name.to_string().starts_with("Nats-")) {
        headers.insert(name.clone(), values[0].clone());
    }
    headers.insert("ce-id", Uuid::now_v7().to_string());
    headers.insert("causerie-log-number", (log.len() + 1).to_string());
    let body = last.body.to_string().into();
    let sent = stream.0.publish_with_headers(last.subject.clone(), headers, body).await.unwrap();
    sent.await.unwrap();

    let reported = |ready: &Value| {
        let relay = &ready["parts"]["relay"];
        (&ready["status"], &relay["status"]) == (&"degraded".into(), &"diverged".into())
            && relay["reason"].as_str().is_some_and(|reason| reason.contains("is not in the log"))
    };
    eventually("/readyz says what has diverged", async || ready(service.url()).await, reported).await;
    // Each attempt of a reader creates a consumer, which the server removes after a minute.
    let consumers = async || stream.1.get_info().await.unwrap().state.consumer_count;
    eventually("the readers have tried again and again", consumers, |consumers| *consumers >= 20).await;
    let log = service.process.log();
    assert_eq!(lines(&log, "ERROR", "DIVERGED: stream CAUSERIE_EVENTS ends with"), 1, "{log}");
    assert_eq!(lines(&log, "ERROR", "DIVERGED: JetStream contains events"), 1, "{log}");
}

async fn stream(url: &str) -> (jetstream::Context, Stream<()>) {
    let address: async_nats::ServerAddr = url.parse().unwrap();
    let [user, password] = [address.username(), address.password()].map(|part| part.unwrap().to_owned());
    let options = async_nats::ConnectOptions::with_user_and_password(user, password);
    let context = jetstream::new(options.connect(address).await.unwrap());
    let stream = context.get_stream_no_info("CAUSERIE_EVENTS").await.unwrap();
    (context, stream)
}
