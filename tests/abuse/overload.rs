//! Three times the capacity of the service: accepted requests succeed, and the others are rejected immediately.

use std::time::Duration;

use causerie_tests::{Caller, Service, Site};
use futures::future::join_all;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use tokio::time::{Instant, interval};
use uuid::Uuid;

use crate::measure::{Measure, ask, p99};

const WRITERS: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn excess_load_is_rejected_and_the_rest_is_served() {
    let measure = Measure::from_environment();
    let service = Service::start_with(&[
        ("CAUSERIE_SERVER__MAX_REQUESTS", "128"),
        ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0"),
        ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0"),
        ("CAUSERIE_LIMITS__REQUESTS_IN_PROGRESS", "0"),
    ])
    .await;
    let ada = Site::open(&service, "acme", &["ada"]).await.member("ada").await;
    let club = ada.group(&[]).await;
    let best = best(&ada, club, measure.time).await;

    let mut ticks = interval(Duration::from_secs(1).div_f64(best * 3.0));
    let (began, mut sends) = (Instant::now(), Vec::new());
    while began.elapsed() < measure.time {
        ticks.tick().await;
        sends.push(tokio::spawn(ask(message(&ada, club))));
    }
    let ended = Instant::now();
    let responses = join_all(sends).await.into_iter().map(Result::unwrap);
    let (accepted, refused): (Vec<_>, Vec<_>) = responses.partition(|response| response.status == StatusCode::CREATED);
    // Only requests during the overload count.
    let meanwhile = accepted.iter().filter(|response| response.at <= ended).count();
    let goodput = f64::from(u32::try_from(meanwhile).unwrap()) / (ended - began).as_secs_f64();
    for response in &refused {
        assert!([429, 503].contains(&response.status.as_u16()) && response.retry, "{}", response.status);
    }
    let (count, waited) = (refused.len(), p99(refused.into_iter().map(|response| response.took).collect()));
    println!(
        "at best {best:.0}/s; of three times that {goodput:.0}/s accepted, {count} refused, 99 % within {waited:?}"
    );
    // In the short form the writers use the machine of the service, so they cause most of the loss.
    assert!(goodput > best * measure.limit(0.85, 0.2), "{goodput:.0} of {best:.0} a second");
    let limit = measure.limit(Duration::from_millis(50), Duration::from_secs(5));
    assert!(waited < limit, "rejected requests wait {waited:?}");
    ada.send(club, "afterwards").await.done(201);
}

/// Sends per second of writers that wait for each response.
async fn best(caller: &Caller, conversation: Uuid, time: Duration) -> f64 {
    let began = Instant::now();
    let writers = (0..WRITERS).map(async |_| {
        let mut sent = 0;
        while began.elapsed() < time {
            assert_eq!(ask(message(caller, conversation)).await.status, StatusCode::CREATED);
            sent += 1;
        }
        sent
    });
    let sent: u32 = join_all(writers).await.into_iter().sum();
    f64::from(sent) / began.elapsed().as_secs_f64()
}

fn message(caller: &Caller, conversation: Uuid) -> RequestBuilder {
    let path = format!("/conversations/{conversation}/messages/{}", Uuid::now_v7());
    caller.request(Method::PUT, &path).json(&json!({ "text": "hello" }))
}
