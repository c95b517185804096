//! Failover of Postgres to a standby: acknowledged messages are preserved, and the service continues without a restart.

use std::process::Stdio;
use std::sync::Arc;

use causerie_sandbox::Standby;
use causerie_sandbox::testing::TestServers;
use causerie_tests::{ApiResponse, Caller, LIMIT, Link, NO_LIMITS, Process, Proxy, Service, Site, command, eventually};
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

const ALL: &str = "api,relay,projector";

/// Two nodes with a proxy to a primary that has a synchronous standby.
struct Pair {
    service: Service,
    node: Process,
    standby: Standby,
    proxy: Proxy,
}

impl Pair {
    async fn start() -> Self {
        let servers = TestServers::start_private().await.unwrap();
        let primary = servers.postgres.as_ref().unwrap();
        let standby = Standby::synchronous_of(primary).await.unwrap();
        let proxy = Proxy::to(primary.port()).await;
        let url = through(servers.database_url(), &proxy);
        let settings = [
            NO_LIMITS.as_slice(),
            &[("CAUSERIE_DATABASE__URL", &url), ("CAUSERIE_DATABASE__STATEMENT_TIMEOUT_MS", "2000")],
        ]
        .concat();
        let service = Service::start_on(servers, ALL, &settings).await;
        let node = service.another_with(ALL, &settings).await;
        Self { service, node, standby, proxy }
    }

    fn primary(&mut self) -> &mut causerie_sandbox::PostgresServer {
        self.service.servers.postgres.as_mut().unwrap()
    }

    /// Freezes the primary with its connections open. New connections reach the promoted standby.
    async fn fail_over(&mut self) {
        self.primary().pause().unwrap();
        self.standby.promote().await.unwrap();
        self.proxy.route_to(self.standby.postgres.port());
    }

    fn urls(&self) -> [String; 2] {
        [self.service.url().to_owned(), self.node.said("url").to_owned()]
    }
}

fn through(url: &str, proxy: &Proxy) -> String {
    let mut url = reqwest::Url::parse(url).unwrap();
    url.set_port(Some(proxy.port)).unwrap();
    url.to_string()
}

async fn readiness(url: &str) -> (u16, Value) {
    let response = ApiResponse::of(reqwest::Client::new().get(format!("{url}/readyz"))).await;
    (response.status, response.json)
}

async fn all_messages(reader: &Caller, group: Uuid) -> Vec<String> {
    let (mut ids, mut before) = (Vec::new(), String::new());
    loop {
        let page = reader.messages(group, &format!("limit=200{before}")).await.is(200);
        ids.extend(page.each("id"));
        let Some(previous) = page.json["previous"].as_str() else { return ids };
        before = format!("&before={previous}");
    }
}

/// Members who send continuously and resend each message until it is acknowledged.
struct Senders {
    stop: watch::Sender<bool>,
    acknowledged: Arc<Mutex<Vec<Uuid>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Senders {
    fn start(callers: Vec<Caller>, group: Uuid) -> Self {
        let (stop, acknowledged) = (watch::Sender::new(false), Arc::new(Mutex::new(Vec::new())));
        let tasks = callers.into_iter().map(|caller| {
            let (mut stopped, acknowledged) = (stop.subscribe(), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                while !*stopped.borrow() {
                    let id = Uuid::now_v7();
                    loop {
                        let sent = tokio::select! {
                            sent = caller.try_send(group, id, "hello") => sent,
                            _ = stopped.changed() => return,
                        };
                        if sent.is_ok_and(|sent| sent.status == 201) {
                            acknowledged.lock().await.push(id);
                            break;
                        }
                    }
                }
            })
        });
        let tasks = tasks.collect();
        Self { stop, acknowledged, tasks }
    }

    async fn count(&self) -> usize {
        self.acknowledged.lock().await.len()
    }

    async fn stop(self) -> Vec<Uuid> {
        self.stop.send_replace(true);
        for task in self.tasks {
            task.await.unwrap();
        }
        self.acknowledged.lock().await.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_primary_with_a_promoted_standby_loses_nothing() {
    let mut pair = Pair::start().await;
    let urls = pair.urls();
    let site = Site::open(&pair.service, "acme", &["ada", "bo", "cy", "di"]).await;
    let [ada, bo, cy, di] = site.members(["ada", "bo", "cy", "di"]).await;
    let group = ada.group(&["bo", "cy", "di"]).await;
    let mut streams = [di.at(&urls[0], "acme").live().await, di.at(&urls[1], "acme").live().await];
    let senders = [&ada, &bo, &cy].map(|caller| urls.each_ref().map(|url| caller.at(url, "acme"))).concat();
    let senders = Senders::start(senders, group);
    eventually("messages are sent", async || senders.count().await, |sent| *sent > 100).await;

    pair.fail_over().await;
    let before = senders.count().await;
    eventually("messages are sent again", async || senders.count().await, |sent| *sent > before + 100).await;
    let acknowledged = senders.stop().await;
    let last = ada.send(group, "the last one").await.done(201);

    // Both nodes deliver to the streams that were open before.
    for stream in &mut streams {
        stream.until("message.sent", "the last one").await;
    }
    for url in &urls {
        let reader = di.at(url, "acme");
        let probe = async || reader.get_after("/conversations?limit=1", &last).await.status;
        eventually("the list of conversations catches up", probe, |status| *status == 200).await;
        let probe = async || reader.get_after(&format!("/conversations/{group}/messages?limit=1"), &last).await.status;
        eventually("the messages catch up", probe, |status| *status == 200).await;
        let shown = all_messages(&reader, group).await;
        let missing: Vec<_> = acknowledged.iter().filter(|id| !shown.contains(&id.to_string())).collect();
        assert!(
            missing.is_empty(),
            "{} of {} acknowledged are missing: {missing:?}",
            missing.len(),
            acknowledged.len()
        );
        let well = |(_, ready): &(u16, Value)| ready["status"] == "ok" && ready["parts"]["relay"]["lag_events"] == 0;
        eventually("every part is well", async || readiness(url).await, well).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn node_whose_postgres_is_silent_is_not_live() {
    let service = Service::start().await;
    let proxy = Proxy::to(reqwest::Url::parse(service.servers.database_url()).unwrap().port().unwrap()).await;
    let url = through(service.servers.database_url(), &proxy);
    let node = service.another_with("api", &[("CAUSERIE_DATABASE__URL", &url)]).await;
    let live = async || readiness(node.said("url")).await.1["parts"]["live"]["status"].clone();
    eventually("the hub reads", live, |status| status == "ok").await;
    proxy.set(Link::Silent);
    eventually("the hub does not read", live, |status| status == "behind").await;
    proxy.set(Link::Open);
    eventually("the hub reads again", live, |status| status == "ok").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn standby_in_recovery_makes_the_node_unready() {
    let mut pair = Pair::start().await;
    let site = Site::open(&pair.service, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await;
    let group = ada.group(&["bo"]).await;
    let url = pair.service.url().to_owned();
    // All connections end, and new ones reach a server in recovery.
    pair.proxy.route_to(pair.standby.postgres.port());
    pair.primary().kill();
    let unready =
        |(status, ready): &(u16, Value)| *status == 503 && ready["parts"]["postgres"]["status"] == "unavailable";
    eventually("the node is not ready", async || readiness(&url).await, unready).await;
    let refused = async || ada.send(group, "hello").await;
    let sent = eventually("a command is refused", refused, |response| response.status != 201).await;
    sent.problem(503, "service.unavailable");
    ada.put_nothing("/direct/bo").await.problem(503, "service.unavailable");
    pair.standby.promote().await.unwrap();
    eventually("the node is ready", async || readiness(&url).await.0, |status| *status == 200).await;
    let sent = async || ada.send(group, "after the promotion").await.status;
    eventually("commands are taken", sent, |status| *status == 201).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_standby_acknowledges_nothing_it_lacks() {
    let mut pair = Pair::start().await;
    let url = pair.service.url().to_owned();
    let site = Site::open(&pair.service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let senders = Senders::start([&ada, &bo].map(|caller| caller.at(&url, "acme")).to_vec(), group);
    eventually("messages are sent", async || senders.count().await, |sent| *sent > 20).await;

    pair.standby.postgres.pause().unwrap();
    // Far longer than the statement timeout. A resent message is found on this server only.
    eventually("the node is not ready", async || readiness(&url).await.0, |status| *status == 503).await;
    let (id, sent) = (Uuid::now_v7(), senders.count().await);
    for _ in 0..10 {
        ada.send_as(group, id, "hello").await.problem(503, "service.unavailable");
        ada.add(group, "cy").await.problem(503, "service.unavailable");
    }
    assert_eq!(senders.count().await, sent, "acknowledged while the standby was away");

    // The standby takes over with all acknowledged messages.
    pair.primary().kill();
    pair.standby.postgres.resume();
    pair.standby.promote().await.unwrap();
    pair.proxy.route_to(pair.standby.postgres.port());
    eventually("messages are sent again", async || senders.count().await, |now| *now > sent + 20).await;
    let acknowledged = senders.stop().await;
    let last = ada.send_as(group, id, "hello").await.done(201);
    let probe = async || ada.get_after(&format!("/conversations/{group}/messages?limit=1"), &last).await.status;
    eventually("the messages catch up", probe, |status| *status == 200).await;
    let shown = all_messages(&ada, group).await;
    let missing: Vec<_> = acknowledged.iter().filter(|id| !shown.contains(&id.to_string())).collect();
    assert!(missing.is_empty(), "{} of {} acknowledged are missing: {missing:?}", missing.len(), acknowledged.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_ends_with_the_server_that_it_works_on() {
    let mut pair = Pair::start().await;
    let connect = async || PgConnection::connect(pair.service.servers.database_url()).await.unwrap();
    let (mut holding, mut looking) = (connect().await, connect().await);
    // The rebuild waits for the end of this transaction.
    holding.execute("BEGIN; CREATE SCHEMA rebuild_timeline").await.unwrap();
    let rebuild = || {
        let mut rebuild = command();
        rebuild
            .args(["projections", "rebuild", "timeline"])
            .env("CAUSERIE_DATABASE__URL", through(pair.service.servers.database_url(), &pair.proxy))
            .env("CAUSERIE_DATABASE__STATEMENT_TIMEOUT_MS", "2000")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        rebuild
    };
    let at_work = rebuild().spawn().unwrap();
    let mut retried = rebuild();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'causerie rebuild' AND wait_event_type = 'Lock'";
    let looks = async || sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut looking).await.unwrap();
    eventually("the rebuild waits", looks, |waiting| *waiting == 1).await;

    pair.fail_over().await;
    let ended = timeout(LIMIT, at_work.wait_with_output()).await.expect("a rebuild has a limit").unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("no longer exists"), "{said}");
    let again = timeout(LIMIT, retried.output()).await.unwrap().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
}
