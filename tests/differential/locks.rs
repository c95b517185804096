//! Locks the tables of the read models at random, as a migration or a vacuum would.

use std::time::Duration;

use causerie_tests::{Chance, Service};
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::watch;
use tokio::task::JoinHandle;

const TABLES: [&str; 4] = [
    "timeline, timeline_conversations, timeline_participants, timeline_readers, timeline_reactions",
    "conversation_list, conversation_list_participants, conversation_list_preferences",
    "member_list, member_list_blocks, member_list_labels",
    "timeline, conversation_list_participants, member_list",
];

/// Locks for short times, until stopped.
pub(crate) fn at_random(
    service: &Service,
    mut chance: Chance,
    longest_ms: u64,
    mut stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let url = service.servers.database_url().to_owned();
    tokio::spawn(async move {
        let mut database = PgConnection::connect(&url).await.unwrap();
        while !*stop.borrow() {
            let tables = chance.pick(&TABLES);
            let mut held = database.begin().await.unwrap();
            held.execute("SET LOCAL lock_timeout = '1s'; SET LOCAL search_path = read_models").await.unwrap();
            let locked = held.execute(format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE").as_str()).await.is_ok();
            // The duration of the lock is the subject of the test; it is not a wait for a condition.
            let time = Duration::from_millis(chance.below(longest_ms));
            let _ = tokio::time::timeout(time, stop.wait_for(|stop| *stop)).await;
            held.rollback().await.unwrap();
            if locked {
                let pause = Duration::from_millis(chance.below(400));
                let _ = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
            }
        }
    })
}
