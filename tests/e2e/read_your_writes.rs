//! Queries with `Causerie-Min-Position` see the write, or return an error.

use std::time::{Duration, Instant};

use causerie_tests::{Service, Site};
use futures::future::join_all;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn query_for_an_unreached_position_times_out() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let messages = format!("/conversations/{group}/messages");
    let paths = [messages.as_str(), "/conversations", "/members"];
    // The read models are stopped, so the write is only in the log.
    let mut elsewhere = PgConnection::connect(service.servers.database_url()).await.unwrap();
    elsewhere.execute("BEGIN; LOCK TABLE read_models.projection_checkpoints IN SHARE MODE").await.unwrap();
    let sent = ada.send(group, "not shown yet").await.done(201);
    let in_vain = async |path: &str, position: &str| {
        let start = Instant::now();
        let late = ada.get_from(path, position).await.some_problem().is(503);
        let took = start.elapsed();
        assert!(late.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1), "{path}");
        assert!((Duration::from_millis(900)..Duration::from_millis(1900)).contains(&took), "{path}: {took:?}");
    };
    join_all(paths.map(|path| in_vain(path, sent.position()))).await;
    elsewhere.execute("ROLLBACK").await.unwrap();
    for path in paths {
        for position in ["", "zzz", "1", "1-", "-1", "1-8000000000000000", "1-1-1", "é"] {
            ada.get_from(path, position).await.problem(400, "position.invalid");
        }
    }
}

/// As after a failover or a restore that lost the write: no other write may count as it.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_position_is_reported_as_lost() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (ada, owner) = (site.member("ada").await, service.caller("acme", "olga", "owner").await);
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let (transaction, place) = created.position().split_once('-').unwrap();
    let lost = [
        "1-1".to_owned(),
        format!("{transaction}-{place}0"),
        format!("1{transaction:0>12}-{place}"),
        "ffffffffffff-1".to_owned(),
        "ffffffffffffffff-7fffffffffffffff".to_owned(),
    ];
    for position in &lost {
        for path in [format!("/conversations/{group}/messages"), "/conversations".to_owned(), "/members".to_owned()] {
            ada.get_from(&path, position).await.problem(409, "position.lost");
        }
        owner.get(&format!("/events?after={position}")).await.problem(409, "position.lost");
        owner.get(&format!("/events?until={position}")).await.problem(409, "position.lost");
        // Only the owner learns what the log contains.
        ada.get(&format!("/events?after={position}")).await.problem(403, "site.owner_only");
    }
    ada.get_after("/conversations", &created).await.is(200);
}
