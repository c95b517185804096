//! The port for health: liveness, readiness and metrics of every role.

use causerie_tests::{NO_LIMITS, Process, Service, Site, command, eventually};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::time::Duration;

const ANY: (&str, &str) = ("CAUSERIE_SERVER__HEALTH_LISTEN", "127.0.0.1:0");

async fn get(url: &str, path: &str) -> (u16, String) {
    let response = reqwest::get(format!("{url}{path}")).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn metric(process: &Process, line: &str) -> Option<u64> {
    let (status, text) = get(process.said("health_url"), "/metrics").await;
    assert_eq!(status, 200, "{text}");
    text.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok())
}

/// Also the response of the health command of containers.
async fn healthy(process: &Process) {
    let ready = async || get(process.said("health_url"), "/readyz").await;
    let (_, text) = eventually("it is ready", ready, |(status, _)| *status == 200).await;
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["parts"]["live"]["status"], "none", "{text}");
    assert_eq!(get(process.said("health_url"), "/livez").await.0, 200);
    let address = process.said("health_url").trim_start_matches("http://").to_owned();
    let health = command().arg("health").env(ANY.0, address).output().await.unwrap();
    assert!(health.status.success(), "{health:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_serves_its_health_and_metrics() {
    let api = Service::start_roles("api", &[&NO_LIMITS[..], &[ANY]].concat()).await;
    let mut relay = api.another_with("relay", &[]).await;
    let projector = api.another_with("projector", &[]).await;
    healthy(&relay).await;
    healthy(&projector).await;
    let leads = async || metric(&relay, "causerie_relay_leads ").await;
    eventually("the relay leads", leads, |leads| *leads == Some(1)).await;
    let site = Site::open(&api, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await;
    let group = ada.group(&["bo"]).await;
    ada.send(group, "hello").await.done(201);
    let log = api.replay(None).await.len() as u64;
    let published = async || metric(&relay, "causerie_relay_published_total ").await;
    eventually("all is published", published, |published| *published == Some(log)).await;
    let lag = async || metric(&projector, "causerie_projection_lag_events{projection=\"timeline\"} ").await;
    eventually("nothing is behind", lag, |lag| *lag == Some(0)).await;
    // The health ports do not serve the API.
    assert_eq!(get(relay.said("health_url"), "/openapi.json").await.0, 404);
    relay.signal(Signal::SIGTERM);
    assert_eq!(relay.ended(Duration::from_secs(10)).await.code(), Some(0), "{}", relay.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_move_to_the_health_port_of_a_node() {
    let with = Service::start_with(&[ANY]).await;
    let (status, text) = get(with.url(), "/metrics").await;
    assert!(status == 404 && text.contains("server.health_listen"), "{status} {text}");
    assert_eq!(metric(&with.process, "causerie_streams_open ").await.unwrap_or_default(), 0);
    for url in [with.url(), with.process.said("health_url")] {
        assert_eq!((get(url, "/livez").await.0, get(url, "/readyz").await.0), (200, 200), "{url}");
    }
    let without = Service::start().await;
    assert_eq!(get(without.url(), "/metrics").await.0, 200);
    assert!(without.process.ready["health_url"].is_null(), "{}", without.process.ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn configured_health_port_in_use_is_rejected() {
    let service = Service::start().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = service.refused(&[(ANY.0, &address)]).await;
    assert!(said.contains("set server.health_listen to another address") && said.contains(&address), "{said}");
    let said = service.refused(&[("CAUSERIE_SERVER__LISTEN", &address)]).await;
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
}
