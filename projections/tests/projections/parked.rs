//! Events that cannot be applied: parked, with what comes after them for the same key behind them,
//! and nothing lost.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use causerie_events::conversation::History as Readable;
use causerie_events::{AggregateType, DecodeError, LogEvent, MemberEvent};
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::parked::{RetryOutcome, retry};
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{ApplyError, Projector};
use causerie_store::follower::Checkpoint;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use rand::{Rng, SeedableRng};
use sqlx::{PgConnection, Row};

use crate::disorder;
use crate::history::{History, altered};
use crate::support::{CONVERSATION_LIST, MEMBER_LIST, Models, TIMELINE};

#[tokio::test]
async fn unknown_event_version_is_parked_with_its_conversation_only() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All).group(2, &["ada"], Readable::All);
    history.sent(1, 1, "ada", "before").sent(1, 2, "ada", "from the future").sent(2, 3, "ada", "elsewhere");
    history.sent(1, 4, "ada", "behind").read(1, "ada", 4).sent(2, 5, "ada", "elsewhere again");
    let mut events = history.events().to_vec();
    altered(&mut events[3]).event_version = "2".to_owned();

    let to = models.apply_from(TimelineProjector, Checkpoint::default(), &events).await.unwrap();
    assert_eq!(to, Checkpoint::after(&events[7]), "the checkpoint passes what is parked");
    assert_eq!(messages(&models).await, [1, 3, 5]);
    let why = "MessageSent.v2 is not known to this version";
    assert_eq!(parked(&models, "timeline").await, [(4, Some(why.to_owned())), (6, None), (7, None)]);

    // The next batch finds them, as another process would.
    history.sent(1, 6, "ada", "far behind").sent(2, 7, "ada", "as ever");
    models.apply_from(TimelineProjector, to, history.since(8)).await.unwrap();
    assert_eq!(messages(&models).await, [1, 3, 5, 7]);
    assert_eq!(parked(&models, "timeline").await.len(), 4);
    // The member list does not read this event.
    models.apply_from(MemberListProjector, Checkpoint::default(), &events).await.unwrap();
    assert_eq!(parked(&models, "member_list").await, []);
}

/// Postgres would take the batch's other messages down with it.
#[tokio::test]
async fn an_event_that_postgres_refuses_is_parked() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All).group(2, &["ada"], Readable::All);
    history.sent(1, 1, "ada", "once").sent(1, 1, "ada", "twice").sent(2, 2, "ada", "fine").sent(1, 3, "ada", "behind");
    models.apply(TimelineProjector, history.events()).await;
    assert_eq!(messages(&models).await, [1, 2]);
    let why = "Postgres rejected it: SQLSTATE 23505, constraint timeline_message";
    assert_eq!(parked(&models, "timeline").await, [(4, Some(why.to_owned())), (6, None)]);
}

#[tokio::test]
async fn event_of_an_unknown_conversation_parks_the_whole_site() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All).sent(1, 1, "ada", "strange").sent(1, 2, "ada", "behind");
    let mut events = history.events().to_vec();
    altered(&mut events[1]).payload = serde_json::json!({ "type": "MessageSent", "text": 7 });
    models.apply_from(TimelineProjector, Checkpoint::default(), &events).await.unwrap();
    assert_eq!(parked(&models, "timeline").await, [(2, Some("cannot decode MessageSent.v1".to_owned())), (3, None)]);
}

#[tokio::test]
async fn lost_connection_and_missing_table_park_no_event() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.registered("ada", "Ada", true, false);
    sqlx::raw_sql("ALTER TABLE read_models.member_list RENAME TO hidden").execute(models.pool()).await.unwrap();
    models.apply_from(MemberListProjector, Checkpoint::default(), history.events()).await.unwrap_err();
    sqlx::raw_sql("ALTER TABLE read_models.hidden RENAME TO member_list").execute(models.pool()).await.unwrap();
    models.apply(MemberListProjector, history.events()).await;
    history.registered("bob", "Bob", true, false);
    let from = models.checkpoint::<MemberListProjector>().await;
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut models.connection).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(models.pool()).await.unwrap();
    models.apply_from(MemberListProjector, from, history.since(1)).await.unwrap_err();
    models.reconnect().await;
    assert_eq!(parked(&models, "member_list").await, []);
    assert_eq!(models.checkpoint::<MemberListProjector>().await, from);
}

#[tokio::test]
async fn retry_after_the_fix_gives_the_rows_of_a_run_without_errors() {
    for seed in 1..=3 {
        with_errors(MemberListProjector, MEMBER_LIST, seed).await;
        with_errors(ConversationListProjector, CONVERSATION_LIST, seed).await;
        with_errors(TimelineProjector, TIMELINE, seed).await;
    }
}

async fn with_errors<P: Projector + Copy>(projector: P, tables: &[&str], seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut models = Models::empty().await;
    models.record(&possible(disorder::history(seed, 300).events())).await;
    let log = models.log().await;
    models.apply(projector, &log).await;
    let without_errors = models.rows(tables).await;
    models.clear().await;

    let troubles = log.iter().filter(|event| P::READS.contains(&event.recorded.stream.aggregate_type()));
    let troubles: BTreeSet<u64> =
        troubles.map(|event| event.log_number).choose_multiple(&mut random, 4).into_iter().collect();
    let fussy = Fussy { projector, refused: Mutex::new(troubles.clone()) };
    let (mut rest, mut at) = (log.as_slice(), Checkpoint::default());
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(random.random_range(1..=rest.len().min(60)));
        at = models.apply_from(&fussy, at, batch).await.unwrap();
        rest = later;
    }
    assert_eq!(Some(at), log.last().map(Checkpoint::after));
    let before = parked(&models, P::NAME).await;
    assert!(before.iter().filter(|(_, error)| error.is_some()).count() > 0, "{before:?}");

    // Mended for one of them only; then for all.
    fussy.refused.lock().unwrap().pop_first();
    let half = retry(&&fussy, &mut models.connection).await.unwrap();
    let left = parked(&models, P::NAME).await.len();
    assert_eq!(half.waiting + half.refused.len() as u64, left as u64, "seed {seed} {half:?}");
    assert_eq!(half.applied + left as u64, before.len() as u64, "seed {seed} {half:?}");
    fussy.refused.lock().unwrap().clear();
    let all = retry(&&fussy, &mut models.connection).await.unwrap();
    assert_eq!(all, RetryOutcome { applied: left as u64, ..RetryOutcome::default() }, "seed {seed}");
    assert!(models.rows(tables).await == without_errors, "{} seed {seed}: other rows after {troubles:?}", P::NAME);
    assert_eq!(parked(&models, P::NAME).await, []);
}

/// A message stays in its conversation: no log holds a change of it that names another.
fn possible(events: &[LogEvent]) -> Vec<LogEvent> {
    let of = |event: &LogEvent| (event.recorded.stream.clone(), event.recorded.conversation_id());
    let sent = events.iter().filter(|event| event.recorded.event_type == "MessageSent").map(of);
    let home: HashMap<_, _> = sent.collect();
    let possible = |event: &&LogEvent| home.get(&event.recorded.stream).is_none_or(|home| *home == of(event).1);
    events.iter().filter(possible).cloned().collect()
}

#[tokio::test]
async fn what_is_parked_moves_with_the_checkpoint_or_not_at_all() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history.registered("ada", "Ada", true, false).member("ada", &MemberEvent::MemberMuted);
    let mut events = history.events().to_vec();
    altered(&mut events[0]).event_version = "9".to_owned();
    let to = models.apply_from(MemberListProjector, Checkpoint::default(), &events).await.unwrap();
    let again = models.apply_from(MemberListProjector, Checkpoint::default(), &events).await;
    assert!(matches!(again, Err(ApplyError::CheckpointChanged)), "{again:?}");
    assert_eq!(parked(&models, "member_list").await.len(), 2);
    assert_eq!(models.checkpoint::<MemberListProjector>().await, to);
}

/// A projector of the version before: it cannot read some events yet.
struct Fussy<P> {
    projector: P,
    refused: Mutex<BTreeSet<u64>>,
}

impl<P: Projector> Projector for &Fussy<P> {
    const NAME: &'static str = P::NAME;
    const TABLES: &'static [&'static str] = P::TABLES;
    const READS: &'static [AggregateType] = P::READS;

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        // Late, so that there is something to take back.
        self.projector.apply(connection, events).await?;
        let refused = self.refused.lock().unwrap();
        match events.iter().find(|event| refused.contains(&event.log_number)) {
            None => Ok(()),
            Some(event) => Err(DecodeError::UnknownVersion {
                event_type: event.recorded.event_type.clone(),
                event_version: "2".to_owned(),
            }
            .into()),
        }
    }
}

async fn parked(models: &Models, projection: &str) -> Vec<(i64, Option<String>)> {
    let statement =
        "SELECT log_number, error FROM read_models.projection_parked WHERE projection = $1 ORDER BY log_number";
    let rows = sqlx::query(statement).bind(projection).fetch_all(models.pool()).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn messages(models: &Models) -> Vec<i64> {
    let statement = "SELECT ('x' || right(message_id::text, 4))::bit(16)::int::bigint FROM read_models.timeline ORDER BY log_number";
    sqlx::query_scalar(statement).fetch_all(models.pool()).await.unwrap()
}
