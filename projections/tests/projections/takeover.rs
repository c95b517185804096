//! Rows and checkpoint change together, once, after any retry.

use causerie_events::MemberEvent;
use causerie_events::conversation::History as Readable;
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{ApplyError, Projector, checkpoint};
use causerie_store::follower::Checkpoint;

use crate::history::{History, position};
use crate::support::{CONVERSATION_LIST, MEMBER_LIST, Models, TIMELINE};

#[tokio::test]
async fn a_read_model_that_never_ran_stands_at_the_start() {
    let mut models = Models::empty().await;
    assert_eq!(checkpoint::load(&mut models.connection, "member_list").await.unwrap(), Checkpoint::default());
}

#[tokio::test]
async fn each_model_has_a_checkpoint_at_its_last_applied_event() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.registered("ada", "Ada", true, false).group(1, &["ada"], Readable::All);
    models.apply(MemberListProjector, history.events()).await;

    let expected = Checkpoint { log_number: 2, position: position(2) };
    assert_eq!(models.checkpoint::<MemberListProjector>().await, expected);
    assert_eq!(models.checkpoint::<TimelineProjector>().await, Checkpoint::default());
}

#[tokio::test]
async fn no_events_move_nothing() {
    let mut models = Models::empty().await;
    let at = Checkpoint { log_number: 4, position: position(4) };
    assert_eq!(models.apply_from(MemberListProjector, at, &[]).await.unwrap(), at);
    assert_eq!(models.checkpoint::<MemberListProjector>().await, Checkpoint::default());
}

#[tokio::test]
async fn member_list_rejects_a_batch_applied_before() {
    let mut history = History::default();
    history.registered("ada", "Ada", false, false).member("ada", &MemberEvent::CommunityJoined);
    second_time_is_taken_over(MemberListProjector, &history, MEMBER_LIST).await;
}

#[tokio::test]
async fn conversation_list_rejects_a_batch_applied_before() {
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All).added(1, "bob").sent(1, 1, "ada", "hello");
    second_time_is_taken_over(ConversationListProjector, &history, CONVERSATION_LIST).await;
}

#[tokio::test]
async fn timeline_rejects_a_batch_applied_before() {
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All).sent(1, 1, "ada", "hello");
    second_time_is_taken_over(TimelineProjector, &history, TIMELINE).await;
}

/// An older message would become the last one again, and Postgres would not mind: only the
/// checkpoint stands in the way.
#[tokio::test]
async fn idempotent_events_applied_before_are_rejected_too() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.group(1, &["ada", "bob"], Readable::All);
    models.apply(ConversationListProjector, history.events()).await;
    let before = models.checkpoint::<ConversationListProjector>().await;
    history.sent(1, 1, "ada", "first").sent(1, 2, "bob", "second");
    models.apply(ConversationListProjector, history.since(1)).await;
    let rows = models.rows(CONVERSATION_LIST).await;
    let after = models.checkpoint::<ConversationListProjector>().await;

    let again = models.apply_from(ConversationListProjector, before, &history.since(1)[..1]).await;
    assert!(matches!(again, Err(ApplyError::CheckpointChanged)), "{again:?}");
    assert_eq!(models.rows(CONVERSATION_LIST).await, rows);
    assert_eq!(models.checkpoint::<ConversationListProjector>().await, after);
}

/// After a failover that lost an event, another one has the same number.
#[tokio::test]
async fn checkpoint_at_another_event_of_the_number_counts_as_changed() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.registered("ada", "Ada", true, false);
    models.apply(MemberListProjector, history.events()).await;
    let there = models.checkpoint::<MemberListProjector>().await;
    let elsewhere = Checkpoint { position: position(7), ..there };
    history.registered("bob", "Bob", true, false);
    let moved = models.apply_from(MemberListProjector, elsewhere, history.since(1)).await;
    assert!(matches!(moved, Err(ApplyError::CheckpointChanged)), "{moved:?}");
    assert_eq!(models.checkpoint::<MemberListProjector>().await, there);
}

/// The read model was reset to be rebuilt: the next batch for the old rows must not change the new
/// ones.
#[tokio::test]
async fn a_checkpoint_that_is_gone_counts_as_moved() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.registered("ada", "Ada", false, false).registered("bob", "Bob", false, false);
    models.apply(MemberListProjector, &history.events()[..1]).await;
    let before = models.checkpoint::<MemberListProjector>().await;
    models.clear().await;

    let next = models.apply_from(MemberListProjector, before, history.since(1)).await;
    assert!(matches!(next, Err(ApplyError::CheckpointChanged)), "{next:?}");
    assert_eq!(models.checkpoint::<MemberListProjector>().await, Checkpoint::default());
    assert_eq!(models.rows(MEMBER_LIST).await[0].1, serde_json::json!([]));
}

async fn second_time_is_taken_over<P: Projector + Copy>(projector: P, history: &History, tables: &[&str]) {
    let mut models = Models::empty().await;
    models.apply(projector, history.events()).await;
    let (rows, checkpoint) = (models.rows(tables).await, models.checkpoint::<P>().await);

    let again = models.apply_from(projector, Checkpoint::default(), history.events()).await;
    assert_eq!(models.rows(tables).await, rows);
    assert_eq!(models.checkpoint::<P>().await, checkpoint);
    assert!(matches!(again, Err(ApplyError::CheckpointChanged)), "{again:?}");
}
