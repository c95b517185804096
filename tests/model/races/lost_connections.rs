//! Postgres ends sessions of the service, also while they append.

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
/// The minimum; up to twelve times as long, until enough sessions were ended.
const MIN_LENGTH: Duration = Duration::from_secs(3);
const MIN_APPENDING_SESSIONS: u32 = 15;
/// The service responds within 15 seconds.
const RESPONSE_LIMIT: Duration = Duration::from_secs(16);

#[derive(Debug, Default)]
struct Written {
    /// Acknowledged messages in their order, with the position in the response.
    messages: Vec<(Uuid, At)>,
    longest: Duration,
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_lose_no_message_and_no_order() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &WRITERS).await;
    let group = Uuid::now_v7();
    site.member("ada").await.create_group(group, "Book club", &WRITERS[1..]).await.done(201);
    let mut database = Database::of(&service).await;
    database.delay_appends().await;

    let (stop, stopped) = watch::channel(false);
    // Responses that left the outcome open.
    let unknown = Arc::new(AtomicU32::new(0));
    let mut writing = JoinSet::new();
    for member in WRITERS {
        writing.spawn(write(site.member(member).await, group, Arc::clone(&unknown), stopped.clone()));
    }
    let began = Instant::now();
    let mut often = interval(Duration::from_millis(30));
    let (mut ended, mut appending) = (0, 0);
    let enough = |appending| appending >= MIN_APPENDING_SESSIONS && unknown.load(Relaxed) > 0;
    while began.elapsed() < MIN_LENGTH || (!enough(appending) && began.elapsed() < 12 * MIN_LENGTH) {
        often.tick().await;
        if let Some(was_appending) = database.end_session().await {
            ended += 1;
            appending += u32::from(was_appending);
        }
    }
    stop.send_replace(true);
    let written = writing.join_all().await;
    let longest = written.iter().map(|written| written.longest).max().unwrap_or_default();

    let log = service.log().await;
    let messages = messages(&log);
    let acknowledged: usize = written.iter().map(|written| written.messages.len()).sum();
    eprintln!(
        "{ended} sessions ended, {appending} of them appending; {acknowledged} messages, {unknown:?} outcomes unknown, \
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
    assert_eq!(messages.len(), acknowledged, "duplicated, or never sent");
    assert!(enough(appending) && acknowledged >= 50, "too few sessions ended");
}

/// Sends messages in sequence, each again with its id until it is acknowledged. Every second one replies
/// to the previous one, so that the service has to read it.
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
            let response = timeout(RESPONSE_LIMIT, member.put(&path, &body)).await;
            let response = response.unwrap_or_else(|_| panic!("no response within {RESPONSE_LIMIT:?}"));
            written.longest = written.longest.max(began.elapsed());
            if response.status == 201 {
                written.messages.push((id, at(response.position()).expect("a position")));
                break;
            }
            response.some_problem().is(503);
            unknown.fetch_add(1, Relaxed);
        }
    }
    written
}
