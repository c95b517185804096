//! One message, sent many times concurrently.

use std::time::Duration;

use causerie_tests::{ApiResponse, Chance, Service, Site, at, messages};
use futures::future::join_all;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::SEED;
use super::database::Database;

const ROUNDS: usize = 30;

fn seen(response: &ApiResponse) -> (u16, &str, &str, &str) {
    (response.status, &response.text, response.header("etag"), response.position())
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_of_one_message_racing_a_block_agree() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start().await;
    let node = service.another_node().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (owner, other_node) = (site.owner().await, bo.at(node.said("url"), "acme"));
    let group = ada.group(&["bo"]).await;
    let mut database = Database::of(&service).await;
    database.delay_appends().await;
    database.count_conflicts().await;

    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    // The maximum delay of the sends in rounds where the block should be first: longer while that is rare.
    let mut lead = 4;
    for round in 0..ROUNDS {
        let id = Uuid::now_v7();
        // Either the block or the sends may be first.
        let head_start = [random.between(0, 8), random.between(0, lead)];
        let (block_waits, sends_wait) =
            if round % 2 == 0 { (head_start[0], None) } else { (head_start[0] / 8, Some(head_start[1])) };
        let pauses: Vec<_> = (0..20).map(|_| random.between(0, 2) + sends_wait.unwrap_or_default()).collect();
        let block = async {
            sleep(block_waits).await;
            owner.post("/members/bo/block").await.done(200)
        };
        let sends = join_all(pauses.iter().enumerate().map(|(n, pause)| {
            let from = if n % 2 == 0 { &bo } else { &other_node };
            async move {
                sleep(*pause).await;
                from.send_as(group, id, "hello").await
            }
        }));
        let (_, responses) = tokio::join!(block, sends);
        let again = join_all([&bo, &other_node].map(|from| from.send_as(group, id, "hello"))).await;
        // A refusal concerns the message, not the send: it contradicts any acceptance.
        for response in responses.iter().chain(&again) {
            if responses[0].status == 201 {
                assert_eq!(seen(response), seen(&responses[0]), "round {round}: {responses:#?}");
            } else {
                response.clone().problem(403, "member.blocked");
            }
        }
        if responses[0].status == 201 {
            accepted.push((id, responses[0].clone()));
        } else {
            refused.push(id);
        }
        if round % 2 == 1 {
            lead = if responses[0].status == 201 { (lead * 2).min(64) } else { (lead / 2).max(4) };
        }
        owner.post("/members/bo/unblock").await.done(200);
        if let Some((id, response)) = accepted.last() {
            assert_eq!(seen(response), seen(&other_node.send_as(group, *id, "hello").await));
        }
    }

    let log = service.log().await;
    let messages = messages(&log);
    for (id, response) in &accepted {
        assert_eq!(Some(messages[id].at), at(response.position()));
    }
    assert!(refused.iter().all(|id| !messages.contains_key(id)), "refused, but in the log: {refused:?}");
    assert_eq!(messages.len(), accepted.len());
    let conflicts = database.conflicts().await;
    eprintln!("{} accepted, {} refused, {conflicts:?}", accepted.len(), refused.len());
    assert!(accepted.len() >= 3 && refused.len() >= 3, "{} accepted, {} refused", accepted.len(), refused.len());
    assert!(conflicts.repeated_sends > 0 && conflicts.conflicting_sends > 0, "too few conflicts: {conflicts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn resends_in_any_order_over_two_processes_do_not_deadlock() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start().await;
    let node = service.another_node().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let other_node = bo.at(node.said("url"), "acme");
    let group = ada.group(&["bo"]).await;
    let mut database = Database::of(&service).await;
    database.slow_each_row().await;
    let mut longest = Duration::ZERO;
    for round in 0..10 {
        let ids: Vec<Uuid> = (0..40).map(|_| Uuid::now_v7()).collect();
        let mut sends: Vec<_> =
            [&bo, &other_node].into_iter().flat_map(|from| ids.iter().map(move |id| (from, *id))).collect();
        random.shuffle(&mut sends);
        let began = Instant::now();
        let responses = join_all(sends.iter().map(|(from, id)| from.send_as(group, *id, "hello"))).await;
        longest = longest.max(began.elapsed());
        for (n, response) in responses.iter().enumerate() {
            assert_eq!(response.status, 201, "round {round}: {}", response.text);
            let first = sends.iter().position(|(_, id)| *id == sends[n].1).unwrap_or(n);
            assert_eq!(seen(response), seen(&responses[first]), "round {round}");
        }
    }
    assert_eq!(messages(&service.log().await).len(), 10 * 40);
    // Postgres detects a deadlock after one second, and cancels one of the transactions.
    let deadlocks = database.deadlocks().await;
    eprintln!("the longest round took {longest:?}, {deadlocks} deadlocks");
    assert_eq!(deadlocks, 0, "batches with the same messages wait for each other");
}
