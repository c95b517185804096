//! The handles that break a server, and what is left afterwards.

use std::time::Duration;

use crate::support::{both, nats_hello, query, scratch, sql, start};
use causerie_sandbox::testing::TestServers;
use causerie_sandbox::{fetch_tools, tools_dir};

#[tokio::test]
async fn a_killed_postgres_starts_again_at_the_same_address_with_what_it_acknowledged() {
    let mut servers = TestServers::start_private().await.unwrap();
    let url = servers.database_url().to_owned();
    let postgres = servers.postgres.as_mut().unwrap();
    query(postgres, "create table kept as select 42 as answer").unwrap();
    postgres.kill();
    assert!(!postgres.is_running());
    assert!(query(postgres, "select 1").is_err());
    postgres.start().await.unwrap();
    assert_eq!(postgres.url(), url);
    assert_eq!(query(postgres, "select answer from kept").unwrap(), "42");
    servers.stop().await;
}

#[tokio::test]
async fn a_backend_in_the_middle_of_a_long_query_dies_with_a_killed_postgres() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, _) = both(&mut sandbox);
    let (bin, url) = (postgres.bin_dir().to_owned(), postgres.url());
    let busy = std::thread::spawn(move || sql(&bin, &url, "select count(*) from generate_series(1, 1e15)"));
    let active = "select count(*) from pg_stat_activity where query like '%1e15%' and state = 'active'";
    // Two: the busy one and the one that asks.
    for _ in 0..500 {
        if query(postgres, active).unwrap() == "2" {
            break;
        }
    }
    assert_eq!(query(postgres, active).unwrap(), "2");
    postgres.kill();
    assert!(busy.join().unwrap().is_err());
    postgres.start().await.unwrap();
    assert_eq!(query(postgres, active).unwrap(), "1");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn a_paused_postgres_answers_when_it_is_resumed() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, _) = both(&mut sandbox);
    postgres.pause().unwrap();
    let (bin, url) = (postgres.bin_dir().to_owned(), postgres.url());
    let (answer, answered) = std::sync::mpsc::channel();
    std::thread::spawn(move || answer.send(sql(&bin, &format!("{url}?connect_timeout=60"), "select 1")));
    assert!(answered.recv_timeout(Duration::from_millis(500)).is_err(), "a paused server answered");
    postgres.resume();
    assert_eq!(answered.recv_timeout(Duration::from_secs(30)).unwrap().unwrap(), "1");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn paused_servers_can_be_stopped_and_killed() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, nats) = both(&mut sandbox);
    postgres.pause().unwrap();
    nats.pause().unwrap();
    postgres.kill();
    nats.kill();
    postgres.start().await.unwrap();
    nats.start().await.unwrap();
    postgres.pause().unwrap();
    nats.pause().unwrap();
    let began = std::time::Instant::now();
    sandbox.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(9), "stopped by force after {:?}", began.elapsed());
}

#[tokio::test]
async fn a_killed_and_a_restarted_nats_come_back_at_the_same_address() {
    let mut servers = TestServers::start_private().await.unwrap();
    let url = servers.nats_url();
    servers.nats.kill();
    assert!(nats_hello(&url).is_err());
    servers.nats.start().await.unwrap();
    assert_eq!(nats_hello(&url).unwrap(), "PONG");
    servers.nats.restart().await.unwrap();
    assert_eq!(nats_hello(&url).unwrap(), "PONG");
    servers.stop().await;
}

#[tokio::test]
async fn tests_share_a_postgres_but_no_database() {
    let one = TestServers::start().await.unwrap();
    let two = TestServers::start().await.unwrap();
    assert_ne!(one.database_url(), two.database_url());
    assert_ne!(one.nats_url(), two.nats_url());
    let bin = fetch_tools(&tools_dir()).await.unwrap().postgres_bin;
    sql(&bin, one.database_url(), "create table mine ()").unwrap();
    assert!(sql(&bin, two.database_url(), "select * from mine").unwrap_err().contains("does not exist"));
    let gone = one.database_url().to_owned();
    one.stop().await;
    assert!(sql(&bin, &gone, "select 1").unwrap_err().contains("does not exist"));
    two.stop().await;
}
