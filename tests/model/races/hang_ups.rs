//! Clients that disconnect at random, on a service with two database connections.

use std::time::Duration;

use causerie_tests::{Chance, LIMIT, Service, Site, at, eventually, messages};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::SEED;
use super::database::Database;

const POOL_OF_TWO: [(&str, &str); 3] = [
    ("CAUSERIE_DATABASE__MAX_CONNECTIONS", "2"),
    ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0"),
    ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0"),
];
const SENDERS: usize = 8;
const EACH: usize = 25;

/// How long a client waits for a response: mostly less than the response takes, which depends on the machine.
fn patience(random: &mut Chance, typical: Duration) -> Duration {
    let longest = typical * *random.pick(&[1, 1, 1, 40]);
    random.between(0, u64::try_from(longest.as_millis()).unwrap_or(u64::MAX).max(2))
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_clients_lose_no_message_and_no_transaction() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start_with(&POOL_OF_TWO).await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, owner] = [site.member("ada").await, site.owner().await];
    let group = ada.group(&["bo", "cy"]).await;
    let mut database = Database::of(&service).await;
    database.delay_appends().await;
    let started = Instant::now();
    ada.send(group, "before").await.done(201);
    let typical = started.elapsed();

    let mut sending = JoinSet::new();
    for _ in 0..SENDERS {
        let (ada, mut random) = (ada.clone(), random.fork());
        sending.spawn(async move {
            let mut sent = Vec::with_capacity(EACH);
            for _ in 0..EACH {
                let id = Uuid::now_v7();
                // Dropping the request closes its connection.
                let patience = patience(&mut random, typical);
                let response = timeout(patience, ada.try_send(group, id, &id.to_string())).await;
                sent.push((id, response.ok().map(|response| response.expect("the service responses"))));
            }
            sent
        });
    }
    let mut moderating = JoinSet::new();
    for _ in 0..2 {
        let (owner, mut random) = (owner.clone(), random.fork());
        moderating.spawn(async move {
            let mut cut = 0_u32;
            for _ in 0..80 {
                let patience = patience(&mut random, typical);
                let act = async {
                    match random.below(4) {
                        0 => owner.post("/members/bo/block").await,
                        1 => owner.post("/members/bo/unblock").await,
                        2 => owner.remove(group, "cy").await,
                        _ => owner.add(group, "cy").await,
                    }
                };
                match timeout(patience, act).await {
                    Ok(response) if response.status == 200 => {}
                    Ok(response) => drop(response.some_problem()),
                    Err(_) => cut += 1,
                }
            }
            cut
        });
    }
    let sent = sending.join_all().await.concat();
    let cut_commands: u32 = moderating.join_all().await.into_iter().sum();
    let completed: Vec<_> = sent.iter().filter_map(|(id, response)| Some((id, response.as_ref()?))).collect();
    let cut = sent.len() - completed.len();
    eprintln!("{} sends completed, {cut} cut, {cut_commands} other commands cut", completed.len());

    // Their commands are still executed.
    let unblock = async || owner.post("/members/bo/unblock").await;
    eventually("the commands of disconnected clients are done", unblock, |response| response.status == 200).await;
    let served = async {
        ada.send(group, "still there?").await.done(201);
        owner.post("/members/bo/block").await.done(200);
        owner.post("/members/bo/unblock").await.done(200);
    };
    timeout(LIMIT, served).await.expect("no connection of the pool is lost");
    let idle = async || database.idle_in_transaction().await;
    eventually("no transaction is left open", idle, Vec::is_empty).await;

    let log = service.log().await;
    let written_messages = messages(&log);
    for (id, response) in &completed {
        if response.status == 201 {
            assert_eq!(Some(written_messages[id].at), at(response.position()));
        } else {
            (*response).clone().some_problem();
        }
    }
    let written = sent.iter().filter(|(id, response)| response.is_none() && written_messages.contains_key(id)).count();
    for (id, _) in &sent {
        let again = ada.send_as(group, *id, &id.to_string()).await.done(201);
        if let Some(event) = written_messages.get(id) {
            assert_eq!(Some(event.at), at(again.position()), "another message under an old id");
        }
    }
    let after = service.log().await;
    assert_eq!(messages(&after).len(), sent.len() + 2, "each once, and those before and afterwards");
    eprintln!("{written} of the {cut} cut were written");
    assert!(completed.len() >= 10 && written >= 10 && cut_commands >= 10, "too few occurrences");
}
