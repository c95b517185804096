//! One message, sent many times at once.

use std::time::Duration;

use causerie_tests::{Answer, Chance, Service, Site, at, messages};
use futures::future::join_all;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::SEED;
use super::database::Database;

const ROUNDS: usize = 30;

fn seen(answer: &Answer) -> (u16, &str, &str, &str) {
    (answer.status, &answer.text, answer.header("etag"), answer.position())
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_sends_of_one_message_racing_a_block_are_one_message_or_none_and_the_answer_stays() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start().await;
    let node = service.another_node().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let (owner, there) = (site.owner().await, bo.at(node.said("url"), "acme"));
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let mut database = Database::of(&service).await;
    database.widen_the_windows().await;
    database.count_conflicts().await;

    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    // How long the sends wait at most where the block is to be first: longer while it is too seldom.
    let mut lead = 4;
    for round in 0..ROUNDS {
        let id = Uuid::now_v7();
        // Either side may be first.
        let head_start = [random.between(0, 8), random.between(0, lead)];
        let (block_waits, sends_wait) =
            if round % 2 == 0 { (head_start[0], None) } else { (head_start[0] / 8, Some(head_start[1])) };
        let pauses: Vec<_> = (0..20).map(|_| random.between(0, 2) + sends_wait.unwrap_or_default()).collect();
        let block = async {
            sleep(block_waits).await;
            owner.post("/members/bo/block").await.done(200)
        };
        let sends = join_all(pauses.iter().enumerate().map(|(n, pause)| {
            let from = if n % 2 == 0 { &bo } else { &there };
            async move {
                sleep(*pause).await;
                from.send_as(group, id, "hello").await
            }
        }));
        let (_, answers) = tokio::join!(block, sends);
        let again = join_all([&bo, &there].map(|from| from.send_as(group, id, "hello"))).await;
        // Whoever is refused is told so of the message, not of the try: a refusal beside an acceptance would be a lie.
        for answer in answers.iter().chain(&again) {
            if answers[0].status == 201 {
                assert_eq!(seen(answer), seen(&answers[0]), "round {round}: {answers:#?}");
            } else {
                answer.clone().problem(403, "member.blocked");
            }
        }
        if answers[0].status == 201 {
            accepted.push((id, answers[0].clone()));
        } else {
            refused.push(id);
        }
        if round % 2 == 1 {
            lead = if answers[0].status == 201 { (lead * 2).min(64) } else { (lead / 2).max(4) };
        }
        owner.post("/members/bo/unblock").await.done(200);
        if let Some((id, answer)) = accepted.last() {
            assert_eq!(seen(answer), seen(&there.send_as(group, *id, "hello").await));
        }
    }

    let log = database.log().await;
    let messages = messages(&log);
    for (id, answer) in &accepted {
        assert_eq!(Some(messages[id].at), at(answer.position()));
    }
    assert!(refused.iter().all(|id| !messages.contains_key(id)), "refused and in the log: {refused:?}");
    assert_eq!(messages.len(), accepted.len());
    let conflicts = database.conflicts().await;
    eprintln!("{} accepted, {} refused, {conflicts:?}", accepted.len(), refused.len());
    assert!(accepted.len() >= 3 && refused.len() >= 3, "{} accepted, {} refused", accepted.len(), refused.len());
    assert!(conflicts.repeated_sends > 0 && conflicts.moved_sends > 0, "hardly hit: {conflicts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_messages_sent_again_in_any_order_over_both_processes_do_not_wait_for_each_other() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start().await;
    let node = service.another_node().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let there = bo.at(node.said("url"), "acme");
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let mut database = Database::of(&service).await;
    database.slow_each_row().await;
    let mut longest = Duration::ZERO;
    for round in 0..10 {
        let ids: Vec<Uuid> = (0..40).map(|_| Uuid::now_v7()).collect();
        let mut sends: Vec<_> =
            [&bo, &there].into_iter().flat_map(|from| ids.iter().map(move |id| (from, *id))).collect();
        random.shuffle(&mut sends);
        let began = Instant::now();
        let answers = join_all(sends.iter().map(|(from, id)| from.send_as(group, *id, "hello"))).await;
        longest = longest.max(began.elapsed());
        for (n, answer) in answers.iter().enumerate() {
            assert_eq!(answer.status, 201, "round {round}: {}", answer.text);
            let first = sends.iter().position(|(_, id)| *id == sends[n].1).unwrap_or(n);
            assert_eq!(seen(answer), seen(&answers[first]), "round {round}");
        }
    }
    assert_eq!(messages(&database.log().await).len(), 10 * 40);
    // Postgres looks for a deadlock after one second, and ends it at somebody's cost.
    let deadlocks = database.deadlocks().await;
    eprintln!("the longest round took {longest:?}, {deadlocks} deadlocks");
    assert_eq!(deadlocks, 0, "batches with the same messages wait for each other");
}
