//! Clients that hold connections or requests without using them.

use std::time::Duration;

use causerie_tests::{LIMIT, Service, Site, eventually};
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use sqlx::{Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

/// When the service has closed an idle connection.
const CLOSED: Duration = Duration::from_secs(15);

async fn connect(service: &Service) -> TcpStream {
    TcpStream::connect(service.url().trim_start_matches("http://")).await.unwrap()
}

async fn until_closed(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A reset also ends the connection.
    let _ = timeout(CLOSED, stream.read_to_end(&mut text)).await.unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_connections_are_closed_without_affecting_others() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;

    let silent = connect(&service).await;
    let mut half = connect(&service).await;
    half.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut preface = connect(&service).await;
    preface.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
    let mut keep_alive = connect(&service).await;
    keep_alive.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let dripping = async {
        let (mut reader, mut writer) = connect(&service).await.into_split();
        let drip = async {
            for byte in b"GET /livez HTTP/1.1\r\nx-slow: ".iter().chain([b'a'; 1_000].iter()) {
                if writer.write_all(&[*byte]).await.is_err() {
                    break;
                }
                sleep(Duration::from_millis(200)).await;
            }
        };
        let mut text = Vec::new();
        let read = timeout(CLOSED, reader.read_to_end(&mut text));
        tokio::select! { read = read => { let _ = read.unwrap(); }, () = drip => panic!("not closed") }
    };
    let at_work = async {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(11) {
            ada.send(group, "hello").await.done(201);
            sleep(Duration::from_millis(100)).await;
        }
    };
    let ((), (), silent, _, _, keep_alive) = tokio::join!(
        at_work,
        dripping,
        until_closed(silent),
        until_closed(half),
        until_closed(preface),
        until_closed(keep_alive)
    );
    assert_eq!(silent, "");
    assert!(keep_alive.starts_with("HTTP/1.1 200"), "{keep_alive}");
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_are_closed_without_delaying_others() {
    // Below the limit of open files on most machines.
    const SILENT: usize = 800;
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    // In batches, because the listen queue of the kernel is short.
    let connecting = stream::iter(0..SILENT).map(async |_| connect(&service).await);
    let silent: Vec<_> = connecting.buffer_unordered(100).collect().await;
    let started = Instant::now();
    ada.get("").await.is(200);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    timeout(CLOSED + LIMIT, join_all(silent.into_iter().map(until_closed))).await.unwrap();
    ada.get("").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_spoken_without_a_word_before() {
    let service = Service::start().await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let response = client.get(format!("{}/livez", service.url())).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.version()), (200, reqwest::Version::HTTP_2));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_above_the_limit_are_rejected_immediately() {
    let service = Service::start_with(&[
        ("CAUSERIE_SERVER__MAX_REQUESTS", "2"),
        ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0"),
        ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0"),
    ])
    .await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    // Waits for a position that the read models do not reach.
    let mut elsewhere = PgConnection::connect(service.servers.database_url()).await.unwrap();
    elsewhere.execute("BEGIN; LOCK TABLE read_models.projection_checkpoints IN SHARE MODE").await.unwrap();
    let unseen = ada.create_group(Uuid::now_v7(), "Not shown yet", &["bo"]).await.done(201);
    let waiting = async || {
        let started = Instant::now();
        (ada.get_from("/conversations", unseen.position()).await, started.elapsed())
    };
    let responses = join_all((0..10).map(async |_| waiting().await)).await;
    let (shed, waited): (Vec<_>, Vec<_>) =
        responses.into_iter().partition(|(response, _)| response.json["code"] == "service.busy");
    assert_eq!((shed.len(), waited.len()), (8, 2), "{shed:?} {waited:?}");
    for (response, took) in shed {
        assert_eq!(response.header("retry-after"), "1");
        assert!(took < Duration::from_millis(500), "{took:?}");
        response.problem(503, "service.busy");
    }
    elsewhere.execute("ROLLBACK").await.unwrap();
    ada.get("/conversations").await.is(200);
    // Health checks bypass the limit.
    ada.at(service.url(), "acme").get("").await.is(200);
}

/// The timer of the connection of the service, as shown by the kernel: `02` is keepalive.
fn timer(service_port: u16, client_port: u16) -> String {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let (local, remote) = (format!(":{service_port:04X}"), format!(":{client_port:04X}"));
    let mut rows = table.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    let row = rows.find(|row| row.len() > 5 && row[1].ends_with(&local) && row[2].ends_with(&remote));
    row.map_or_else(String::new, |row| row[5].split(':').next().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn tcp_keepalive_detects_vanished_clients() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let token = site.member("ada").await.token().to_owned();
    let mut stream = connect(&service).await;
    let head = format!("GET /v1/sites/acme/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (service_port, client_port) = (stream.peer_addr().unwrap().port(), stream.local_addr().unwrap().port());
    let keep_alive = async || timer(service_port, client_port);
    eventually("the kernel keeps the connection alive", keep_alive, |timer| timer == "02").await;
}
