//! Draining after SIGTERM: a node serves until proxies have noticed, and loses no request.

use std::time::Duration;

use causerie_tests::{NO_LIMITS, Service, eventually};
use nix::sys::signal::Signal;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::pair_in_a_group;

const DRAIN: Duration = Duration::from_secs(3);

async fn draining(seconds: &str) -> Service {
    Service::start_with(&[&NO_LIMITS[..], &[("CAUSERIE_SERVER__DRAIN_SECONDS", seconds)]].concat()).await
}

async fn readiness(url: &str) -> (u16, Value) {
    let response = reqwest::get(format!("{url}/readyz")).await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn address(service: &Service) -> &str {
    service.url().trim_start_matches("http://")
}

async fn ask(connection: &mut TcpStream) -> String {
    connection.write_all(b"GET /livez HTTP/1.1\r\nhost: node\r\n\r\n").await.unwrap();
    let mut response = String::new();
    while !response.contains("\r\n\r\n{\"status\":\"ok\"}") {
        let mut bytes = [0; 1024];
        let read = connection.read(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "closed after {response:?}");
        response.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_node_is_not_ready_and_serves_on() {
    let mut service = draining("3").await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let mut live = bo.live().await;
    let mut connection = TcpStream::connect(address(&service)).await.unwrap();
    assert!(!ask(&mut connection).await.contains("connection: close"));

    let stop_sent = Instant::now();
    service.process.signal(Signal::SIGTERM);
    let stopping = |(status, ready): &(u16, Value)| *status == 503 && ready["stopping"] == true;
    let (_, ready) = eventually("it is not ready", async || readiness(service.url()).await, stopping).await;
    assert_eq!((&ready["status"], &ready["parts"]["postgres"]["status"]), (&"unavailable".into(), &"ok".into()));
    // Existing and new connections are served, with `connection: close`.
    assert!(ask(&mut connection).await.contains("connection: close"));
    let mut another = TcpStream::connect(address(&service)).await.unwrap();
    assert!(ask(&mut another).await.contains("connection: close"));
    for _ in 0..3 {
        let sent = ada.send(group, "hello").await.done(201);
        assert_eq!(live.message().await["id"], sent.json["id"]);
    }
    assert!(stop_sent.elapsed() < DRAIN, "the machine was too slow to see it drain");
    live.end().await;
    assert!(stop_sent.elapsed() >= DRAIN, "streams ended after {:?}", stop_sent.elapsed());
    let status = service.process.ended(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", service.process.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn second_signal_ends_the_drain() {
    let mut service = draining("600").await;
    service.process.signal(Signal::SIGTERM);
    let stopping = |(status, _): &(u16, Value)| *status == 503;
    eventually("it is not ready", async || readiness(service.url()).await, stopping).await;
    service.process.signal(Signal::SIGTERM);
    let status = service.process.ended(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", service.process.log());
}

/// The kernel has accepted the connection, the process has not. Freezing the process makes this state certain.
#[tokio::test(flavor = "multi_thread")]
async fn queued_and_idle_connections_get_a_response_on_stop() {
    let mut service = draining("0").await;
    let mut idle = TcpStream::connect(address(&service)).await.unwrap();
    ask(&mut idle).await;
    service.process.signal(Signal::SIGSTOP);
    let mut queued = Vec::new();
    for _ in 0..20 {
        let mut connection = TcpStream::connect(address(&service)).await.unwrap();
        connection.write_all(b"GET /livez HTTP/1.1\r\nhost: node\r\n\r\n").await.unwrap();
        queued.push(connection);
    }
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: node\r\n\r\n").await.unwrap();
    queued.push(idle);
    service.process.signal(Signal::SIGTERM);
    service.process.signal(Signal::SIGCONT);
    for mut connection in queued {
        let mut response = String::new();
        connection.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 200"), "{response:?}");
    }
    let status = service.process.ended(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", service.process.log());
}
