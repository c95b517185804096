//! A standby follows its primary, and takes its place.

use causerie_sandbox::Standby;
use causerie_sandbox::testing::TestServers;

#[tokio::test]
async fn synchronous_standby_promoted_has_what_was_committed() {
    let mut servers = TestServers::start_private().await.unwrap();
    let primary = servers.postgres.as_mut().unwrap();
    let standby = Standby::synchronous_of(primary).await.unwrap();
    primary.sql("CREATE TABLE sample AS SELECT 42 AS n").await.unwrap();
    assert_eq!(standby.postgres.sql("SELECT pg_is_in_recovery()").await.unwrap(), "t");
    primary.pause().unwrap();
    standby.promote().await.unwrap();
    standby.postgres.sql("INSERT INTO sample VALUES (43)").await.unwrap();
    assert_eq!(standby.postgres.sql("SELECT sum(n) FROM sample").await.unwrap(), "85");
    servers.stop().await;
}

#[tokio::test]
async fn stopped_standby_promoted_lacks_the_later_commits() {
    let mut servers = TestServers::start_private().await.unwrap();
    let primary = servers.postgres.as_mut().unwrap();
    let mut standby = Standby::of(primary).await.unwrap();
    primary.sql("CREATE TABLE sample AS SELECT 1 AS n").await.unwrap();
    standby.caught_up(primary).await.unwrap();
    standby.postgres.stop().await;
    primary.sql("INSERT INTO sample VALUES (2)").await.unwrap();
    primary.kill();
    standby.postgres.start().await.unwrap();
    standby.promote().await.unwrap();
    assert_eq!(standby.postgres.sql("SELECT count(*) FROM sample").await.unwrap(), "1");
    servers.stop().await;
}

#[tokio::test]
async fn commit_waits_while_its_synchronous_standby_is_paused() {
    let mut servers = TestServers::start_private().await.unwrap();
    let primary = servers.postgres.as_mut().unwrap();
    let mut standby = Standby::synchronous_of(primary).await.unwrap();
    standby.postgres.pause().unwrap();
    let (waits, reads) = (primary.sql("CREATE TABLE sample ()"), async {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        while primary.sql(waiting).await.unwrap() != "1" {}
        standby.postgres.resume();
    });
    tokio::join!(waits, reads).0.unwrap();
    servers.stop().await;
}
