//! Where the read models stand.

use std::time::Duration;

use causerie_projections::Projection;
use causerie_projections::leadership::Leadership;
use causerie_projections::member_list::{MemberListProjector, NAME};
use causerie_projections::status::{ProjectionStatus, status};
use tokio::time::{Instant, sleep};

use crate::history::{History, altered};
use crate::support::Models;

#[tokio::test]
async fn status_tells_position_lag_and_what_is_parked() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history
        .registered("ada", "Ada", true, false)
        .registered("bob", "Bob", true, false)
        .registered("eve", "Eve", true, false);
    history.role("ada", "vip").role("bob", "vip");
    models.record(history.events()).await;
    let mut log = models.log().await;
    altered(&mut log[0]).event_version = "2".to_owned();
    models.apply(MemberListProjector, &log[..4]).await;

    let all = status(models.pool()).await.unwrap();
    assert_eq!(all.iter().map(|one| one.name).collect::<Vec<_>>(), Projection::ALL.map(Projection::name));
    let never_ran = &all[2];
    assert_eq!((never_ran.log_number, never_ran.lag_events, never_ran.parked, never_ran.waiting), (0, 5, 0, 0));
    let one = &all[0];
    assert_eq!((one.log_number, one.position), (4, log[3].recorded.position));
    assert_eq!((one.lag_events, one.parked, one.waiting), (1, 1, 1));
    assert!(one.lag_seconds > 0.0 && one.lag_seconds < 60.0, "{one:?}");

    models.apply(MemberListProjector, &log[4..]).await;
    let one = member_list(&models).await;
    assert_eq!((one.lag_events, one.waiting), (0, 1));
    assert!(one.lag_seconds.abs() < f64::EPSILON, "{one:?}");
}

#[tokio::test]
async fn status_shows_leader_standbys_and_rebuild() {
    let models = Models::empty().await;
    let one = member_list(&models).await;
    assert_eq!((one.worker, one.standing_by, one.rebuilding), (None, 0, false));

    let mut leader = Leadership::wait(models.database(), NAME).await.unwrap();
    let database = models.database().clone();
    let second = tokio::spawn(async move { Leadership::wait(&database, NAME).await.map(drop) });
    let mut rebuild = models.database().connection().await.unwrap();
    let lock = "SELECT pg_advisory_lock(7304, hashtext('member_list'))";
    sqlx::raw_sql(lock).execute(&mut rebuild).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let one = loop {
        leader.heartbeat().await.unwrap();
        let one = member_list(&models).await;
        if one.standing_by == 1 {
            break one;
        }
        assert!(Instant::now() < deadline, "{one:?}");
        sleep(Duration::from_millis(20)).await;
    };
    assert!(one.worker.is_some() && one.rebuilding, "{one:?}");
    assert_eq!(status(models.pool()).await.unwrap()[2].worker, None, "another read model");
    second.abort();
}

async fn member_list(models: &Models) -> ProjectionStatus {
    status(models.pool()).await.unwrap().remove(0)
}
