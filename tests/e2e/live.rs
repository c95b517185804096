//! The live stream shows nothing of other sites and conversations, and applies changes made while it starts.

use causerie_tests::{Service, Site, eventually};
use reqwest::Method;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn owner_and_staff_cannot_read_groups_of_others() {
    let service = Service::start().await;
    let (site, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let sent = ada.send(group, "between us").await.done(201);
    for role in ["owner", "staff", "operator"] {
        let caller = service.caller("acme", "olga", role).await;
        let mut live = caller.live_after("0-0").await;
        caller.messages(group, "").await.problem(404, "conversation.not_found");
        caller.send(group, "hello").await.some_problem();
        assert_eq!(caller.get_after("/conversations", &sent).await.items().len(), 0, "{role}");
        // A message they can see ends the wait.
        site.register_member(role, role, true).await;
        while live.expect("member.changed").await.data["id"] != role {}
        assert_eq!(live.texts(), [""; 0], "{role}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sites_with_the_same_ids_never_see_each_others_messages() {
    let service = Service::start().await;
    let group = Uuid::now_v7();
    let ids: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    let mut lives = Vec::new();
    for id in ["acme", "acme-2"] {
        let (_, [ada, bo]) = Site::with_members(&service, id, ["ada", "bo"]).await;
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
async fn block_while_a_stream_starts_applies_to_it() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
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
