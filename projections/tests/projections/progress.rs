//! Waiting for a read model.

use std::time::Duration;

use causerie_projections::WaitError;
use causerie_projections::member_list::{MemberListProjector, NAME};
use causerie_projections::progress::{wait_for, wait_for_all, wait_until};

use crate::history::{History, position};
use crate::support::Models;

/// No read takes this long.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(60);

#[tokio::test]
async fn waiting_ends_when_a_position_is_reached_or_the_limit_is() {
    let mut models = Models::empty().await;
    models.apply(MemberListProjector, two_members().events()).await;

    for reached in [1, 2] {
        wait_for(models.pool(), NAME, position(reached), Duration::ZERO).await.unwrap();
    }
    let behind = wait_for(models.pool(), NAME, position(3), SHORT).await;
    assert!(matches!(behind, Err(WaitError::Behind(_))), "{behind:?}");
    assert!(wait_for(models.pool(), "timeline", position(1), SHORT).await.is_err(), "another read model");
    wait_for_all(models.pool(), &[NAME], 2, Duration::ZERO).await.unwrap();
    let one_behind = wait_for_all(models.pool(), &[NAME, "timeline"], 2, SHORT).await;
    assert!(matches!(&one_behind, Err(WaitError::Behind(which)) if which == "timeline"), "{one_behind:?}");
}

#[tokio::test]
async fn waiting_ends_when_the_read_model_gets_there() {
    let mut models = Models::empty().await;
    let (pool, history) = (models.pool().clone(), two_members());
    let waiting = wait_for(&pool, NAME, position(2), LONG);
    let applying = async {
        for event in history.events() {
            models.apply(MemberListProjector, std::slice::from_ref(event)).await;
        }
    };
    // In this order: the first look comes before the first event.
    let (reached, ()) = tokio::join!(biased; waiting, applying);
    reached.unwrap();
    wait_until(&pool, NAME, LONG, |checkpoint| checkpoint.log_number == 2).await.unwrap();
}

fn two_members() -> History {
    let mut history = History::default();
    history.registered("ada", "Ada", true, false).registered("bob", "Bob", true, false);
    history
}
