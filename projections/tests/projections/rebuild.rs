//! Rebuilds next to the live read model, and the switch.

use std::sync::Arc;
use std::time::Duration;

use causerie_events::LogEvent;
use causerie_events::conversation::History as Readable;
use causerie_projections::conversation_list::{self, ConversationListProjector};
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::progress::wait_until;
use causerie_projections::rebuild::{RebuildError, RebuildProgress, rebuild};
use causerie_projections::timeline::{ListMessages, TimelineProjector, Window, list};
use causerie_projections::{ApplyError, Projection, Projector, runner};
use causerie_store::follower::Checkpoint;
use causerie_store::{Feed, Nats};
use sqlx::{Connection, PgConnection};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::disorder;
use crate::history::{History, acme, altered, conversation, member};
use crate::inbox::query;
use crate::support::{CONVERSATION_LIST, MEMBER_LIST, Models, TIMELINE};

const NO_DEADLOCK_CHECK: &str =
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''1h''', current_database()); END $$";
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn rebuild_equals_a_fresh_fold_while_the_live_model_continues() {
    for seed in 1..=2 {
        takes_its_place(MemberListProjector, MEMBER_LIST, seed).await;
        takes_its_place(ConversationListProjector, CONVERSATION_LIST, seed).await;
        takes_its_place(TimelineProjector, TIMELINE, seed).await;
    }
}

/// As after a failover that lost events, if an old process continued to count.
#[tokio::test]
async fn rebuild_corrects_a_model_that_counted_too_many_events() {
    let mut models = Models::empty().await;
    models.record(disorder::history(3, 20).events()).await;
    let log = models.log().await;
    models.apply(TimelineProjector, &log).await;
    let more = "UPDATE read_models.projection_checkpoints SET log_number = log_number + 3";
    sqlx::raw_sql(more).execute(models.pool()).await.unwrap();
    let to = rebuild(&TimelineProjector, models.database(), &CancellationToken::new(), |_| ()).await.unwrap();
    assert_eq!(to, Checkpoint::after(&log[19]));
    assert_eq!(models.checkpoint::<TimelineProjector>().await, to);
}

async fn takes_its_place<P: Projector + Copy>(projector: P, tables: &[&str], seed: u64) {
    assert_eq!(P::TABLES, tables);
    let mut models = Models::empty().await;
    models.record(disorder::history(seed, 250).events()).await;
    let log = models.log().await;
    models.apply(projector, &log).await;
    let fold = models.rows(tables).await;
    models.clear().await;
    sqlx::raw_sql(&format!("GRANT SELECT ON read_models.{} TO PUBLIC", tables[0]))
        .execute(models.pool())
        .await
        .unwrap();
    let made = make(&models).await;

    // The live one is behind, and its rows were changed by hand.
    models.apply(projector, &log[..150]).await;
    let before = models.checkpoint::<P>().await;
    sqlx::raw_sql(&format!("DELETE FROM read_models.{}", tables[0])).execute(models.pool()).await.unwrap();
    let mut reported = Vec::new();
    let to = rebuild(&projector, models.database(), &CancellationToken::new(), |progress| reported.push(progress))
        .await
        .unwrap();
    assert_eq!((to, to.log_number), (Checkpoint::after(&log[249]), 250));
    assert_eq!(models.checkpoint::<P>().await, to);
    assert_eq!(reported.first(), Some(&RebuildProgress { done: 0, total: 250 }));
    assert_eq!(reported.last(), Some(&RebuildProgress { done: 250, total: 250 }));
    assert!(models.rows(tables).await == fold, "{} seed {seed}: other rows than a fresh fold", P::NAME);
    assert_eq!(make(&models).await, made);
    assert_eq!(remains(&models).await, 0);

    // On the old connection, with its prepared statements.
    let old = models.apply_from(projector, before, &log[150..]).await;
    assert!(matches!(old, Err(ApplyError::CheckpointChanged)), "{old:?}");
    models.record(&more(&log)).await;
    let log = models.log().await;
    models.apply(projector, &log[250..]).await;
    let went_on = models.rows(tables).await;
    models.clear().await;
    models.apply(projector, &log).await;
    assert!(models.rows(tables).await == went_on, "{} seed {seed}: other rows after going on", P::NAME);
}

#[tokio::test]
async fn rebuild_fails_on_an_event_that_only_it_cannot_apply() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    history
        .group(1, &["ada"], Readable::All)
        .sent(1, 1, "ada", "fine")
        .sent(1, 2, "ada", "strange")
        .sent(1, 3, "ada", "after");
    let mut events = history.events().to_vec();
    altered(&mut events[2]).event_version = "2".to_owned();
    models.record(&events).await;
    let log = models.log().await;
    models.apply(TimelineProjector, &log[..2]).await;
    let rows = models.rows(TIMELINE).await;

    let refused = rebuild_timeline(&models).await;
    assert!(matches!(&refused, Err(RebuildError::Event(parked)) if parked.log_number == 3), "{refused:?}");
    assert_eq!(models.rows(TIMELINE).await, rows);
    assert_eq!(models.checkpoint::<TimelineProjector>().await, Checkpoint::after(&log[1]));
    assert_eq!(remains(&models).await, 0);

    models.apply(TimelineProjector, &log[2..]).await;
    let parked = models.rows(&["projection_parked"]).await[0].1.as_array().unwrap().len();
    rebuild_timeline(&models).await.unwrap();
    assert_eq!(models.rows(TIMELINE).await, rows);
    assert_eq!(parked, 2);
    assert_eq!(models.rows(&["projection_parked"]).await[0].1.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn of_two_rebuilds_at_once_one_is_refused() {
    let models = filled().await;
    let both = tokio::join!(rebuild_timeline(&models), rebuild_timeline(&models));
    let refused = |rebuilt: &Result<_, _>| matches!(rebuilt, Err(RebuildError::Running));
    assert!(refused(&both.0) != refused(&both.1), "{both:?}");
    assert!(both.0.is_ok() || both.1.is_ok(), "{both:?}");
}

#[tokio::test]
async fn killed_rebuild_is_cleaned_up_by_the_next_one() {
    let mut models = filled().await;
    let log = models.log().await;
    models.apply(TimelineProjector, &log[..10]).await;
    let rows = models.rows(TIMELINE).await;
    let begun = Notify::new();
    let (stop, projection) = (CancellationToken::new(), Projection::Timeline);
    tokio::select! {
        done = projection.rebuild(models.database(), &stop, |_| begun.notify_one()) => panic!("too quick to be killed: {done:?}"),
        () = begun.notified() => {}
    }
    assert_eq!(remains(&models).await, 1);
    assert_eq!(models.rows(TIMELINE).await, rows);
    assert_eq!(models.checkpoint::<TimelineProjector>().await, Checkpoint::after(&log[9]));

    let to = loop {
        match rebuild_timeline(&models).await {
            // Postgres may take a moment to see that the other is gone.
            Err(RebuildError::Running) => sleep(Duration::from_millis(20)).await,
            done => break done.unwrap(),
        }
    };
    assert_eq!(to.log_number, 300);
    assert_eq!(remains(&models).await, 0);
}

#[tokio::test]
async fn stopped_rebuild_cleans_up() {
    let models = filled().await;
    let stop = CancellationToken::new();
    let stopped = Projection::Timeline.rebuild(models.database(), &stop, |_| stop.cancel()).await;
    assert!(matches!(stopped, Err(RebuildError::Stopped)), "{stopped:?}");
    assert_eq!(remains(&models).await, 0);
}

/// A query holds one of the tables and goes on to another: it must be let through, and the switch
/// must wait.
#[tokio::test]
async fn switch_waits_for_a_query_and_fails_after_a_migration() {
    let models = filled().await;
    // Postgres resolves no deadlock here: if the switch waited for a table without a limit, the
    // test would not end.
    sqlx::raw_sql(NO_DEADLOCK_CHECK).execute(models.pool()).await.unwrap();
    let mut reader = PgConnection::connect(models.database_url()).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE read_models.timeline_reactions IN ACCESS SHARE MODE")
        .execute(&mut reader)
        .await
        .unwrap();
    let meddling = async {
        let deadline = Instant::now() + LONG;
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'
                       AND relation = 'read_models.timeline_reactions'::regclass";
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(models.pool()).await.unwrap() == 0 {
            assert!(Instant::now() < deadline, "the switch never came to wait");
            sleep(Duration::from_millis(5)).await;
        }
        sqlx::raw_sql(
            "SELECT count(*) FROM read_models.timeline; SELECT count(*) FROM read_models.timeline_conversations",
        )
        .execute(&mut reader)
        .await
        .unwrap();
        sqlx::raw_sql("INSERT INTO _sqlx_migrations VALUES (9999, 'test', now(), true, '', 0)")
            .execute(models.pool())
            .await
            .unwrap();
        sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    };
    let (called_off, ()) = timeout(LONG, async { tokio::join!(rebuild_timeline(&models), meddling) }).await.unwrap();
    assert!(matches!(called_off, Err(RebuildError::Migrated)), "{called_off:?}");
    assert_eq!(remains(&models).await, 0);
}

/// The live projector works, members send and read, and the read models are replaced again and
/// again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_during_switches_succeed_and_never_go_back() {
    const ROUNDS: u128 = 4;
    let models = Arc::new(filled_group().await);
    let stop = CancellationToken::new();
    let nats = Nats::connect(&models.servers.nats_url()).await.unwrap();
    let workers = [
        tokio::spawn(runner::run(
            TimelineProjector,
            models.database().clone(),
            nats.clone(),
            Feed::default(),
            stop.clone(),
        )),
        tokio::spawn(runner::run(
            ConversationListProjector,
            models.database().clone(),
            nats,
            Feed::default(),
            stop.clone(),
        )),
    ];
    assert!(reached(&models, 41).await);
    let readers: Vec<_> = (0..3).map(|_| tokio::spawn(read_until(Arc::clone(&models), stop.clone()))).collect();
    let mut sent = 40;
    for _ in 0..ROUNDS {
        for projection in [Projection::Timeline, Projection::ConversationList] {
            let message = send(&models, &mut sent);
            let stopped = CancellationToken::new();
            let (rebuilt, ()) = tokio::join!(projection.rebuild(models.database(), &stopped, |_| ()), message);
            rebuilt.unwrap();
        }
    }
    assert!(reached(&models, u64::try_from(sent).unwrap() + 1).await);
    stop.cancel();
    let mut pages = 0;
    for reader in readers {
        pages += reader.await.unwrap();
    }
    assert!(pages > 20, "hardly anything was read: {pages}");
    for worker in workers {
        worker.await.unwrap();
    }
    let Ok(mut models) = Arc::try_unwrap(models) else { panic!("still read") };
    let tables = [TIMELINE, CONVERSATION_LIST].concat();
    let (rows, log) = (models.rows(&tables).await, models.log().await);
    models.clear().await;
    models.apply(TimelineProjector, &log).await;
    models.apply(ConversationListProjector, &log).await;
    assert!(models.rows(&tables).await == rows, "other rows than a fresh fold");
}

async fn send(models: &Models, sent: &mut u128) {
    *sent += 1;
    let mut history = History::default();
    history.sent(1, *sent, "ada", "and on");
    let mut event = history.events()[0].clone();
    altered(&mut event).event_id = uuid::Uuid::new_v4().into();
    models.record(&[event]).await;
}

/// Reads pages until it is stopped, and returns their number. No page may have fewer messages than
/// before.
async fn read_until(models: Arc<Models>, stop: CancellationToken) -> usize {
    let messages = ListMessages {
        site: acme(),
        conversation: conversation(1),
        member: member("ada"),
        staff: false,
        window: Window::Latest,
        limit: 20,
    };
    let (mut pages, mut newest) = (0, 0);
    while !stop.is_cancelled() {
        let page = list(models.pool(), &messages).await.unwrap().unwrap();
        let last = page.items.last().unwrap().seq;
        assert!(page.items.len() == 20 && last >= newest, "{last} after {newest}");
        newest = last;
        let conversations = conversation_list::list(models.pool(), &query("ada")).await.unwrap();
        assert_eq!(conversations.items.len(), 1);
        pages += 1;
    }
    pages
}

async fn reached(models: &Models, log_number: u64) -> bool {
    let mut all = true;
    for name in ["timeline", "conversation_list"] {
        all &= wait_until(models.pool(), name, LONG, |at| at.log_number >= log_number).await.is_ok();
    }
    all
}

/// A log of 300 events.
async fn filled() -> Models {
    let models = Models::empty().await;
    models.record(disorder::history(1, 300).events()).await;
    models
}

/// A group of one, with 40 messages.
async fn filled_group() -> Models {
    let models = Models::empty().await;
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All);
    for number in 1..=40 {
        history.sent(1, number, "ada", "hello");
    }
    models.record(history.events()).await;
    models
}

/// Events of streams that begin after this log.
fn more(log: &[LogEvent]) -> Vec<LogEvent> {
    let mut history = History::default();
    history
        .registered("zoe", "Zoé", true, false)
        .group(99, &["zoe", "ada"], Readable::All)
        .sent(99, 999, "zoe", "hello");
    let events = history.events().iter().cloned();
    events
        .map(|mut event| {
            altered(&mut event).event_id =
                uuid::Uuid::from_u128(u128::from(event.log_number) + 1_000 * log.len() as u128).into();
            event
        })
        .collect()
}

async fn rebuild_timeline(models: &Models) -> Result<Checkpoint, RebuildError> {
    Projection::Timeline.rebuild(models.database(), &CancellationToken::new(), |_| ()).await
}

async fn remains(models: &Models) -> i64 {
    let statement = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'";
    sqlx::query_scalar(statement).fetch_one(models.pool()).await.unwrap()
}

/// What the tables are made of: columns, constraints, indexes, storage, privileges.
async fn make(models: &Models) -> Vec<String> {
    let statement = "
        SELECT c.relname || ' ' || coalesce(c.reloptions::text, '') || coalesce(c.relacl::text, '') FROM pg_class c
         WHERE c.relnamespace = 'read_models'::regnamespace AND c.relkind IN ('r', 'i')
        UNION ALL
        SELECT c.relname || ' ' || a.attnum || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull
               || a.attgenerated::text || a.attcollation || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'read_models'::regnamespace AND c.relkind = 'r'
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'read_models'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'read_models'
        ORDER BY 1";
    sqlx::query_scalar(statement).fetch_all(models.pool()).await.unwrap()
}
