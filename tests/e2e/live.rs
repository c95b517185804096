//! The live stream: no missing or duplicate events, and none of other conversations.

use std::time::Duration;

use causerie_tests::{Caller, Service, Site, eventually};
use reqwest::Method;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::pair_in_a_group;

const MESSAGES: usize = 120;

async fn write(author: Caller, group: Uuid) {
    for n in 1..=MESSAGES {
        author.send(group, &n.to_string()).await.done(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_stream_resumes_without_gap_or_duplicate() {
    let service = Service::start().await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let mut live = bo.live().await;
    let writer = tokio::spawn(write(ada.clone(), group));
    let (mut shown, mut cuts) = (Vec::new(), [1, 2, 20, 21, 50, 80, 119].into_iter().peekable());
    while shown.len() < MESSAGES {
        shown.push(live.message().await);
        if cuts.next_if_eq(&shown.len()).is_some() {
            let place = live.last_event_id().to_owned();
            drop(live);
            live = bo.live_after(place).await;
        }
    }
    writer.await.unwrap();
    let listed = bo.messages_from(group, live.last_event_id()).await;
    let fields = |field: &str| shown.iter().map(|message| message[field].clone()).collect::<Vec<_>>();
    assert_eq!(fields("seq"), (1..=MESSAGES).map(serde_json::Value::from).collect::<Vec<_>>());
    assert_eq!(fields("id"), listed.each("id"));
    assert_eq!(fields("text"), listed.each("text"));
    // The next frame is the next message.
    ada.send(group, "the end").await.done(201);
    assert_eq!(live.message().await["text"], "the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_resumed_from_any_event_shows_all_later_events() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let (group, other) = (Uuid::now_v7(), Uuid::now_v7());
    let mut live = bo.live().await;
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    ada.send(group, "one").await.done(201);
    site.welcome(&["dee"]).await;
    ada.send(group, "two").await.done(201);
    ada.create_group(other, "Others", &["bo"]).await.done(201);
    ada.send(other, "three").await.done(201);
    ada.add(group, "cy").await.done(200);
    ada.remove(other, "bo").await.done(200);
    ada.send(other, "without bo").await.done(201);
    ada.send(group, "four").await.done(201);
    while live.texts().last().is_none_or(|text| text != "four") {
        live.next().await.unwrap();
    }
    let all = live.seen.clone();
    let kinds: Vec<_> = all.iter().map(|shown| shown.kind.as_str()).collect();
    assert!(kinds.contains(&"conversation.removed"), "{kinds:?}");
    for (at, from) in all.iter().enumerate() {
        let Some(place) = &from.id else { continue };
        let mut resumed = bo.live_after(place).await;
        resumed.expect("ready").await;
        while resumed.seen.last().is_some_and(|last| last.id != all.last().unwrap().id) {
            if at == all.len() - 1 {
                break;
            }
            resumed.next().await.unwrap();
        }
        // Only what bo may read now.
        let of_other = |shown: &causerie_tests::Shown| format!("{}", shown.data).contains(&other.to_string());
        let names = |shown: &[causerie_tests::Shown]| {
            let still = shown.iter().filter(|shown| shown.kind != "ready" && !of_other(shown));
            still.map(|shown| (shown.kind.clone(), shown.id.clone())).collect::<Vec<_>>()
        };
        assert_eq!(names(&resumed.seen), names(&all[at + 1..]), "after {from:?}");
    }
    // The same with the query parameter.
    let place = all.iter().find(|shown| shown.data["text"] == "two").unwrap().id.clone().unwrap();
    let mut resumed =
        causerie_tests::Live::open(bo.request(reqwest::Method::GET, &format!("/stream?after={place}"))).await;
    while resumed.texts().last().is_none_or(|text| text != "four") {
        resumed.next().await.unwrap();
    }
    assert!(!resumed.texts().contains(&"two".to_owned()), "{:?}", resumed.texts());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sites_with_the_same_ids_never_see_each_others_messages() {
    let service = Service::start().await;
    let group = Uuid::now_v7();
    let ids: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    let mut lives = Vec::new();
    for id in ["acme", "acme-2"] {
        let site = Site::open(&service, id, &["ada", "bo"]).await;
        let [ada, bo] = site.members(["ada", "bo"]).await;
        ada.create_group(group, id, &["bo"]).await.done(201);
        lives.push((id, ada, bo.live().await));
    }
    for message in &ids {
        for (site, ada, _) in &lives {
            ada.send_as(group, *message, &format!("on {site}")).await.done(201);
        }
    }
    for (site, ada, live) in &mut lives {
        for seq in 1..=ids.len() {
            let message = live.message().await;
            assert_eq!((&message["text"], &message["seq"]), (&format!("on {site}").into(), &seq.into()));
        }
        let listed = ada.messages_from(group, live.last_event_id()).await;
        assert_eq!(listed.each("text"), vec![format!("on {site}"); ids.len()]);
        assert_eq!(ada.get("/conversations").await.each("name"), [*site]);
    }
    let (_, ada, _) = &lives[0];
    let trespasser = ada.at(service.url(), "acme-2");
    trespasser.messages(group, "").await.problem(403, "token.other_site");
    trespasser.send(group, "hello").await.problem(403, "token.other_site");
    trespasser.get("/stream").await.problem(403, "token.other_site");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_open_streams_of_a_site_show_the_same_order() {
    let service = Service::start().await;
    let members = ["ada", "bo", "cy", "dee"];
    let site = Site::open(&service, "acme", &members).await;
    let callers = site.members(members).await;
    let group = Uuid::now_v7();
    callers[0].create_group(group, "Book club", &members[1..]).await.done(201);
    let mut lives = Vec::new();
    for caller in &callers {
        lives.push(caller.live().await);
    }
    let writers = callers.iter().cloned().map(|caller| {
        tokio::spawn(async move {
            for n in 0..25 {
                caller.send(group, &format!("{n}")).await.done(201);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let mut orders = Vec::new();
    for live in &mut lives {
        let mut order = Vec::new();
        for seq in 1..=100 {
            let message = live.message().await;
            assert_eq!(message["seq"], seq);
            order.push(message["id"].as_str().unwrap().to_owned());
        }
        orders.push(order);
    }
    assert!(orders.iter().all(|order| *order == orders[0]));
    let listed = callers[3].messages_from(group, lives[0].last_event_id()).await;
    assert_eq!(listed.each("id"), orders[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_resume_position_is_a_client_error() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    for place in ["zzz", "1", "1-1-1-1"] {
        ada.get(&format!("/stream?after={place}")).await.some_problem().is(400);
        let request = ada.request(reqwest::Method::GET, "/stream").header("last-event-id", place);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_token_does() {
    let service = Service::start().await;
    Site::open(&service, "acme", &["ada"]).await;
    let ada = service.caller_for("acme", "ada", "member", Duration::from_secs(2)).await;
    let mut live = ada.live().await;
    live.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn block_while_a_stream_starts_applies_to_it() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let start = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    bo.listed(group, &start).await;
    let stream = {
        let bo = bo.clone();
        async move { bo.live().await }
    };
    let block = async || drop(ada.block_contact("bo").await.done(200));
    let mut live = while_it_begins(&service, stream, block).await;
    let sent = ada.send(group, "hello").await.done(201);
    let shown = live.message_saying("hello").await;
    let listed = bo.reads(group, &sent).await.items()[0].clone();
    assert_eq!((&shown["text"], &shown["collapsed"]), (&listed["text"], &listed["collapsed"]));
    assert_eq!(shown["collapsed"], true, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn member_blocked_while_a_stream_starts_gets_no_stream() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["bo"]).await;
    let (owner, bo) = (site.owner().await, site.member("bo").await);
    let stream = bo.request(Method::GET, "/stream").send();
    let bar = async || drop(owner.post("/members/bo/block").await.done(200));
    let response = while_it_begins(&service, stream, bar).await.unwrap();
    assert_eq!(response.status(), 403);
}

/// The response to a stream that starts and waits for the memberships of its member while a change happens that does not
/// concern them: their read model continues.
async fn while_it_begins<T: Send + 'static>(
    service: &Service,
    stream: impl Future<Output = T> + Send + 'static,
    meanwhile: impl AsyncFnOnce(),
) -> T {
    let mut database = PgConnection::connect(service.servers.database_url()).await.unwrap();
    let mut held = database.begin().await.unwrap();
    held.execute("LOCK TABLE read_models.conversation_list_participants IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let beginning = tokio::spawn(stream);
    let waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'read_models.conversation_list_participants'::regclass AND NOT granted";
    let waits = async || sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *held).await.unwrap();
    eventually("the stream waits for the memberships", waits, |waiting| *waiting > 0).await;
    meanwhile().await;
    let ahead = "SELECT position = (SELECT max(position) FROM events) FROM read_models.projection_checkpoints
                  WHERE projection = 'conversation_list'";
    let there = async || sqlx::query_scalar::<_, bool>(ahead).fetch_one(&mut *held).await.unwrap();
    eventually("the conversations are ahead of it", there, |there| *there).await;
    held.rollback().await.unwrap();
    beginning.await.unwrap()
}
