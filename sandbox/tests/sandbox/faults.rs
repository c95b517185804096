//! Killing, pausing and restarting servers.

use std::time::Duration;

use crate::support::{both, nats_hello, query, scratch, sql, start};
use causerie_sandbox::testing::TestServers;
use causerie_sandbox::{fetch_tools, tools_dir};

#[tokio::test]
async fn killed_postgres_restarts_with_its_address_and_commits() {
    let mut servers = TestServers::start_private().await.unwrap();
    let url = servers.database_url().to_owned();
    let postgres = servers.postgres.as_mut().unwrap();
    query(postgres, "create table sample as select 42 as n").unwrap();
    postgres.kill();
    assert!(!postgres.is_running());
    assert!(query(postgres, "select 1").is_err());
    postgres.start().await.unwrap();
    assert_eq!(postgres.url(), url);
    assert_eq!(query(postgres, "select n from sample").unwrap(), "42");
    servers.stop().await;
}

#[tokio::test]
async fn killed_postgres_ends_backends_in_long_queries() {
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
async fn resumed_postgres_responds() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, _) = both(&mut sandbox);
    postgres.pause().unwrap();
    let (bin, url) = (postgres.bin_dir().to_owned(), postgres.url());
    let (sender, response) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(sql(&bin, &format!("{url}?connect_timeout=60"), "select 1")));
    assert!(response.recv_timeout(Duration::from_millis(500)).is_err(), "a paused server responded");
    postgres.resume();
    assert_eq!(response.recv_timeout(Duration::from_secs(30)).unwrap().unwrap(), "1");
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
async fn restarted_nats_has_the_same_address() {
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
