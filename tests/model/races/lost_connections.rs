//! Postgres ends the service's sessions under it, also while they append.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use causerie_tests::{At, Caller, Service, Site, at, messages};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, timeout};
use uuid::Uuid;

use super::database::Database;

const WRITERS: [&str; 8] = ["ada", "bo", "cy", "dee", "ed", "flo", "gus", "hal"];
/// As long as this, and on until enough was hit, up to twelve times as long.
const LENGTH: Duration = Duration::from_secs(3);
const ENOUGH: u32 = 15;
/// The service answers within 15 seconds, whatever happens.
const LIMIT: Duration = Duration::from_secs(16);

/// What a writer has done.
#[derive(Debug, Default)]
struct Written {
    /// Acknowledged, in their order, with the position they were told.
    messages: Vec<(Uuid, At)>,
    longest: Duration,
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_end_at_random_cost_time_but_no_message_and_no_order() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &WRITERS).await;
    let group = Uuid::now_v7();
    site.member("ada").await.create_group(group, "Book club", &WRITERS[1..]).await.done(201);
    let mut database = Database::of(&service).await;
    database.widen_the_windows().await;

    let (stop, stopped) = watch::channel(false);
    // Answers that left the outcome open.
    let unknown = Arc::new(AtomicU32::new(0));
    let mut writing = JoinSet::new();
    for member in WRITERS {
        writing.spawn(write(site.member(member).await, group, Arc::clone(&unknown), stopped.clone()));
    }
    let began = Instant::now();
    let mut often = interval(Duration::from_millis(30));
    let (mut struck, mut appending) = (0, 0);
    let hit = |appending| appending >= ENOUGH && unknown.load(Relaxed) > 0;
    while began.elapsed() < LENGTH || (!hit(appending) && began.elapsed() < 12 * LENGTH) {
        often.tick().await;
        if let Some(at_work) = database.strike().await {
            struck += 1;
            appending += u32::from(at_work);
        }
    }
    stop.send_replace(true);
    let written = writing.join_all().await;
    let longest = written.iter().map(|written| written.longest).max().unwrap_or_default();

    let log = database.log().await;
    let messages = messages(&log);
    let acknowledged: usize = written.iter().map(|written| written.messages.len()).sum();
    eprintln!(
        "{struck} sessions ended, {appending} of them appending; {acknowledged} messages, {unknown:?} answers unknown, \
         the longest took {longest:?}"
    );
    for Written { messages: mine, .. } in &written {
        for (id, position) in mine {
            let event = messages.get(id).unwrap_or_else(|| panic!("acknowledged and lost: {id}"));
            assert_eq!(event.at, *position);
        }
        assert!(mine.is_sorted_by_key(|(_, position)| *position), "out of their author's order: {mine:?}");
    }
    // Every writer went on until acknowledged, so there is nothing else.
    assert_eq!(messages.len(), acknowledged, "doubled, or from nowhere");
    assert!(hit(appending) && acknowledged >= 50, "hardly hit");
}

/// Sends one message after the other, each again under its id until it is acknowledged. Every second one answers the one
/// before, so that the service has to read it.
async fn write(member: Caller, group: Uuid, unknown: Arc<AtomicU32>, stopped: watch::Receiver<bool>) -> Written {
    let mut written = Written::default();
    while !*stopped.borrow() {
        let id = Uuid::now_v7();
        let mut body = json!({ "text": id.to_string() });
        if let (1, Some((before, _))) = (written.messages.len() % 2, written.messages.last()) {
            body["reply_to"] = json!(before);
        }
        loop {
            let began = Instant::now();
            let path = format!("/conversations/{group}/messages/{id}");
            let answer = timeout(LIMIT, member.put(&path, &body)).await;
            let answer = answer.unwrap_or_else(|_| panic!("no answer within {LIMIT:?}"));
            written.longest = written.longest.max(began.elapsed());
            if answer.status == 201 {
                written.messages.push((id, at(answer.position()).expect("a position")));
                break;
            }
            answer.some_problem().is(503);
            unknown.fetch_add(1, Relaxed);
        }
    }
    written
}
