//! Kills and restarts `causerie dev`.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use causerie_tests::{Caller, alive, buried, descendants, eventually, kill_all};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stack::{DataFolder, Stack, caller, output, replay};
use crate::writers::{Acknowledged, Writers};

const MEMBERS: [&str; 4] = ["ada", "bo", "cy", "dee"];
const EACH: usize = 150;

/// A site with member chat on, and a group of all members.
async fn prepare(data: &Path, url: &str) -> (Vec<Caller>, Uuid) {
    let operator = caller(data, url, "op", "operator").await;
    operator.put("", &json!({ "name": "Acme", "locale": "fr" })).await.done(201);
    caller(data, url, "olga", "owner").await.post("/member-chat/enable").await.done(200);
    let mut members = Vec::new();
    for member in MEMBERS {
        let body = json!({ "display_name": member, "community": true });
        operator.put(&format!("/members/{member}"), &body).await.done(200);
        members.push(caller(data, url, member, "member").await);
    }
    let group = members[0].group(&MEMBERS[1..]).await;
    (members, group)
}

/// All pages of ListMessages.
async fn whole_timeline(reader: &Caller, group: Uuid, position: &str) -> Vec<Value> {
    let path = format!("/conversations/{group}/messages?limit=200");
    // After a restart the read models may lag; the query then fails and is repeated.
    let first = async || reader.get_from(&path, position).await;
    let mut page = eventually("the timeline shows the last message", first, |page| page.status == 200).await;
    let mut messages = page.items().to_vec();
    while let Some(cursor) = page.json["previous"].as_str() {
        page = reader.messages(group, &format!("before={cursor}&limit=200")).await.is(200);
        messages.splice(0..0, page.items().iter().cloned());
    }
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_messages_survive_a_kill_of_everything() {
    let data = DataFolder::new();
    let mut stack = Stack::start(data.path()).await;
    let (members, group) = prepare(data.path(), stack.url()).await;
    let writers = Writers::start(members.clone(), group, EACH, stack.url());

    for crash in 1..=2 {
        writers.have_sent(crash * EACH).await;
        let killed = kill_everything(stack).await;
        let left = async || killed.iter().filter(|pid| !buried(**pid)).count();
        eventually("the killed are gone", left, |left| *left == 0).await;
        stack = Stack::start(data.path()).await;
        writers.go_on_at(stack.url());
    }
    let acknowledged = writers.finish().await;
    assert_eq!(acknowledged.len(), MEMBERS.len() * EACH);
    assert!(acknowledged.iter().any(|message| message.sends > 1), "no send was hit by the crash");

    let log = replay(data.path()).await;
    let order = once_in_the_log(&log, &acknowledged);
    let (published, beyond) = stack.published(log.len()).await;
    assert_eq!(beyond, 0, "more in JetStream than in the log");
    for (number, (message, event)) in (1..).zip(published.iter().zip(&log)) {
        assert_eq!(message.stream_sequence, number, "{event}");
        assert_eq!(message.header("ce-id"), event["id"], "number {number}");
        assert_eq!(message.body, event["data"], "number {number}");
    }
    let last = log.last().and_then(|event| event["position"].as_str()).expect("a log");
    let reader = members[3].at(stack.url(), "acme");
    let timeline = whole_timeline(&reader, group, last).await;
    let ids: Vec<String> = timeline.iter().filter_map(|message| message["id"].as_str()).map(str::to_owned).collect();
    assert_eq!(ids, order, "the timeline is in the log's order");
    let seqs: Vec<_> = timeline.iter().filter_map(|message| message["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=order.len() as u64).collect::<Vec<_>>());
}

/// Kills the service, its watchdog and its servers together, as in a power cut.
async fn kill_everything(mut stack: Stack) -> Vec<i32> {
    let below = descendants(stack.process.pid);
    assert!(below.iter().any(|(_, line)| line.contains("postgres")), "no Postgres in {below:?}");
    assert!(below.iter().any(|(_, line)| line.contains("nats-server")), "no nats-server in {below:?}");
    let pids: Vec<i32> = [stack.process.pid].into_iter().chain(below.iter().map(|(pid, _)| *pid)).collect();
    kill_all(pids.iter().copied());
    stack.process.ended(Duration::from_secs(10)).await;
    pids
}

#[tokio::test(flavor = "multi_thread")]
async fn start_after_a_kill_waits_for_ending_processes() {
    let data = DataFolder::new();
    let mut stack = Stack::start(data.path()).await;
    let (members, group) = prepare(data.path(), stack.url()).await;
    for n in 1..=3 {
        members[0].at(stack.url(), "acme").send(group, &n.to_string()).await.done(201);
        kill_everything(stack).await;
        stack = Stack::start(data.path()).await;
    }
    assert_eq!(replay(data.path()).await.iter().filter(|event| event["type"] == "MessageSent").count(), 3);
}

/// Requires that each message exists once, as acknowledged. Returns the order of the messages.
fn once_in_the_log(log: &[Value], acknowledged: &[Acknowledged]) -> Vec<String> {
    let sent: Vec<&Value> = log.iter().filter(|event| event["type"] == "MessageSent").collect();
    let order: Vec<String> = sent
        .iter()
        .filter_map(|event| event["aggregate_id"].as_str()?.strip_prefix("acme/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(order.iter().collect::<HashSet<_>>().len(), order.len(), "a message is in the log twice");
    assert_eq!(order.len(), acknowledged.len(), "as many in the log as were acknowledged");
    let by_id: HashMap<&String, &&Value> = order.iter().zip(&sent).collect();
    for message in acknowledged {
        let Some(event) = by_id.get(&message.id.to_string()) else { panic!("acknowledged and lost: {message:?}") };
        assert_eq!(event["data"]["text"], message.text, "{message:?}");
        assert_eq!(event["position"], message.position, "{message:?}");
    }
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn second_start_is_quick_and_stop_ends_the_servers() {
    let data = DataFolder::new();
    let mut stack = Stack::start(data.path()).await;
    let (members, group) = prepare(data.path(), stack.url()).await;
    let sent = members[0].send(group, "before the restart").await.done(201);
    let first = replay(data.path()).await;
    stop(&mut stack).await;
    // The log can be read while the service is stopped.
    assert_eq!(replay(data.path()).await, first);

    let start = Instant::now();
    let mut stack = Stack::start(data.path()).await;
    let took = start.elapsed();
    assert!(took < Duration::from_secs(8), "the second start took {took:?}");
    // Earlier tokens are still valid, because the secret is part of the data.
    let bo = members[1].at(stack.url(), "acme");
    assert_eq!(bo.reads(group, &sent).await.each("text"), ["before the restart"]);
    let again = bo.send(group, "after it").await.done(201);
    assert_eq!(bo.reads(group, &again).await.seqs(), [1, 2]);
    let log = replay(data.path()).await;
    assert_eq!(log.len(), first.len() + 1);
    assert_eq!(log[..first.len()], first);
    let (published, beyond) = stack.published(log.len()).await;
    assert_eq!((published.len(), beyond), (log.len(), 0));
    stop(&mut stack).await;
}

async fn stop(stack: &mut Stack) {
    let below = descendants(stack.process.pid);
    assert!(below.len() > 2, "{below:?}");
    stack.process.signal(Signal::SIGTERM);
    let status = stack.process.ended(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", stack.process.log());
    let left: Vec<_> = below.iter().filter(|(pid, _)| alive(*pid)).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn recover_finds_the_servers_of_dev_running_or_stopped() {
    let data = DataFolder::new();
    let mut stack = Stack::start(data.path()).await;
    prepare(data.path(), stack.url()).await;
    let nothing = "the stream holds nothing that the log does not";
    let said = output(data.path(), &["recover"]).await;
    assert!(said.contains(nothing), "{said}");
    stack.process.signal(Signal::SIGTERM);
    stack.process.ended(Duration::from_secs(20)).await;
    let said = output(data.path(), &["recover"]).await;
    assert!(said.contains(nothing), "{said}");
}
