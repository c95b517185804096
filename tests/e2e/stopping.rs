//! A stop under load: streams get a retry time, and no acknowledged message is lost.

use std::collections::HashMap;
use std::time::Duration;

use causerie_tests::Service;
use futures::future::join_all;
use nix::sys::signal::Signal;
use reqwest::Method;
use uuid::Uuid;

use crate::pair_in_a_group;

const WRITERS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn stop_sends_retry_and_logs_acknowledged_messages() {
    let mut service = Service::start().await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        let response = bo.request(Method::GET, "/stream").send().await.unwrap();
        assert_eq!(response.status(), 200);
        streams.push(tokio::spawn(async move { response.text().await.unwrap() }));
    }
    let (first, mut started) = tokio::sync::mpsc::channel(1);
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (ada, first) = (ada.clone(), first.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                // Until the service has stopped.
                while let Ok(response) = ada.try_send(group, Uuid::now_v7(), "hello").await {
                    if response.status == 201 {
                        acknowledged.push(format!("acme/{}", response.json["id"].as_str().unwrap()));
                        let _ = first.send(()).await;
                    } else {
                        response.some_problem().is(503);
                    }
                }
                acknowledged
            })
        })
        .collect();
    for _ in 0..200 {
        started.recv().await.unwrap();
    }
    service.process.signal(Signal::SIGTERM);
    drop(started);
    let status = service.process.ended(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", service.process.log());

    let mut delays = Vec::new();
    for stream in streams {
        let text = stream.await.unwrap();
        let last = text.trim_end().rsplit("\n\n").next().unwrap();
        let (comment, retry) = last.split_once('\n').unwrap_or_else(|| panic!("the last block was {last:?}"));
        assert_eq!(comment, ": the service is stopping");
        delays.push(retry.strip_prefix("retry: ").unwrap().parse::<u64>().unwrap());
    }
    assert!(delays.iter().all(|delay| (1_000..=5_000).contains(delay)), "{delays:?}");
    assert!(delays.iter().any(|delay| *delay != delays[0]), "all come back at once: {delays:?}");

    let acknowledged: Vec<String> = join_all(writers).await.into_iter().flat_map(Result::unwrap).collect();
    assert!(acknowledged.len() >= 200);
    let mut logged: HashMap<String, u32> = HashMap::new();
    for event in service.replay(Some("acme")).await.iter().filter(|event| event["type"] == "MessageSent") {
        *logged.entry(event["aggregate_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let wrong: Vec<&String> = acknowledged.iter().filter(|id| logged.get(*id) != Some(&1)).collect();
    assert!(wrong.is_empty(), "{} of {} acknowledged are not in the log once", wrong.len(), acknowledged.len());
}
