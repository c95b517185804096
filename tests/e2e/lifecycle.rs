//! Health checks, shutdown and rate limits of the process.

use std::time::Duration;

use causerie_tests::{Service, Site, eventually};
use futures::future::join_all;
use nix::sys::signal::Signal;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn stop_ends_within_ten_seconds_without_lost_responses() {
    let mut service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo", "cy"]).await.done(201);
    let mut lives = [ada.live().await, bo.live().await, cy.live().await];
    // Sends continue until the service has stopped.
    let writer = tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Ok(response) = ada.try_send(group, Uuid::now_v7(), "hello").await {
            if response.status == 201 {
                taken.push(response.json["id"].as_str().unwrap().to_owned());
            } else {
                response.some_problem().is(503);
            }
        }
        taken
    });
    for _ in 0..10 {
        lives[0].message().await;
    }
    service.process.signal(Signal::SIGTERM);
    for live in &mut lives {
        live.end().await;
    }
    let status = service.process.ended(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", service.process.log());
    let taken = writer.await.unwrap();
    assert!(taken.len() >= 10);
    let log = service.replay(Some("acme")).await;
    let logged: Vec<_> = log.iter().filter(|event| event["type"] == "MessageSent").collect();
    for id in &taken {
        let aggregate = format!("acme/{id}");
        assert_eq!(logged.iter().filter(|event| event["aggregate_id"] == aggregate).count(), 1, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn burst_of_sends_is_limited_with_retry_after() {
    let service = Service::start_with(&[]).await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let responses = join_all((0..60).map(|_| ada.send(group, "quick"))).await;
    let (taken, slowed): (Vec<_>, Vec<_>) = responses.into_iter().partition(|response| response.status == 201);
    assert!((20..45).contains(&taken.len()), "{} of 60 taken", taken.len());
    for response in &slowed {
        let response = response.clone().problem(429, "rate.exceeded");
        let seconds: u64 = response.header("retry-after").parse().unwrap();
        assert!((1..=10).contains(&seconds), "{seconds}");
    }
    // Other members are not limited, and the limit expires.
    bo.send(group, "hello").await.done(201);
    let again = async || ada.send(group, "again").await.status;
    eventually("the member may send again", again, |status| *status == 201).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn liveness_and_readiness_need_no_token() {
    let service = Service::start().await;
    for path in ["/livez", "/readyz"] {
        let response = reqwest::get(format!("{}{path}", service.url())).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let body: serde_json::Value = response.json().await.unwrap();
        assert_eq!(body["status"], "ok", "{path}: {body}");
    }
}
