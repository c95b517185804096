//! Two processes, one log, and concurrent workers that forbid, allow and send at random.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use causerie_tests::oracle::forbidden_events;
use causerie_tests::{ApiResponse, Caller, Chance, Service, Site, jetstream};
use futures::future::join_all;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::SEED;
use super::attempts::{Draft, SendAttempt, check};
use super::database::Database;
use crate::people::TOKEN_ROLES;

const MEMBERS: [&str; 8] = ["ada", "bo", "cy", "dee", "ed", "flo", "gus", "hal"];
const WORKERS: usize = 16;
/// At least two rounds, and more on a slow machine, until all required outcomes have occurred.
const ROUND_LENGTH: Duration = Duration::from_secs(4);
const MAX_ROUNDS: usize = 8;

const REQUIRED_OUTCOMES: [&str; 21] = [
    "send 201",
    "send 403 member.blocked",
    "send 403 member.muted",
    "send 403 member.not_in_community",
    "send 403 member_chat.disabled",
    "send 404 conversation.not_found",
    "send 409 conversation.closed",
    "again 201",
    "again, changed 409 message.id_taken",
    "block 200",
    "unblock 200",
    "mute 200",
    "unmute 200",
    "out of the community 200",
    "into the community 200",
    "remove 200",
    "add 200",
    "add 422 group.participant_not_in_roster",
    "leave 200",
    "disable 200",
    "enable 200",
];

/// Shared by all workers. Each caller exists twice, once for each process.
struct Shared {
    owner: [Caller; 2],
    members: Vec<[Caller; 2]>,
    groups: Mutex<Vec<Uuid>>,
    drafts: Mutex<Vec<Draft>>,
}

struct Worker {
    shared: Arc<Shared>,
    random: Chance,
    attempts: Vec<SendAttempt>,
    outcomes: BTreeMap<String, usize>,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_follows_the_event_that_forbids_it_in_any_race() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start().await;
    let node = service.another_node().await;
    let site = Site::open(&service, "acme", &MEMBERS).await;
    let shared = Arc::new(Shared::prepare(&site, node.said("url")).await);
    let mut database = Database::of(&service).await;
    database.delay_appends().await;
    database.count_conflicts().await;

    let (mut attempts, mut outcomes) = (Vec::new(), BTreeMap::new());
    for round in 1..=MAX_ROUNDS {
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            workers.spawn(Worker::new(&shared, random.fork()).run_until(Instant::now() + ROUND_LENGTH));
        }
        for worker in workers.join_all().await {
            attempts.extend(worker.attempts);
            for (response, count) in worker.outcomes {
                *outcomes.entry(response).or_insert(0) += count;
            }
        }
        if round >= 2
            && database.conflicts().await.are_enough()
            && REQUIRED_OUTCOMES.iter().all(|required| outcomes.contains_key(*required))
        {
            break;
        }
    }
    let conflicts = database.conflicts().await;
    eprintln!("{outcomes:#?} {conflicts:?}");

    let log = service.log().await;
    let forbidden = forbidden_events(&TOKEN_ROLES, &log);
    assert!(forbidden.is_empty(), "{} forbidden: {forbidden:#?}", forbidden.len());
    check(&attempts, &log);
    let (published, beyond) = jetstream(&service.servers.nats_url(), "causerie.v1.>", log.len()).await;
    for (event, message) in log.iter().zip(&published) {
        assert_eq!(message.header("ce-id"), event.unique.to_string(), "JetStream has another event than {event:?}");
    }
    assert_eq!(beyond, 0, "more in JetStream than in the log");

    for required in REQUIRED_OUTCOMES {
        assert!(outcomes.contains_key(required), "did not occur: {required}");
    }
    assert!(conflicts.are_enough(), "too few conflicts: {conflicts:?}");
}

impl Shared {
    async fn prepare(site: &Site<'_>, other_url: &str) -> Self {
        let both = |caller: Caller| {
            let other = caller.at(other_url, "acme");
            [caller, other]
        };
        let mut members = Vec::new();
        for member in MEMBERS {
            members.push(both(site.member(member).await));
        }
        let mut groups = Vec::new();
        for name in ["one", "two", "three"] {
            let group = Uuid::now_v7();
            members[0][0].create_group(group, name, &MEMBERS[1..]).await.done(201);
            groups.push(group);
        }
        let owner = both(site.owner().await);
        Self { owner, members, groups: Mutex::new(groups), drafts: Mutex::default() }
    }
}

impl Worker {
    fn new(shared: &Arc<Shared>, random: Chance) -> Self {
        Self { shared: Arc::clone(shared), random, attempts: Vec::new(), outcomes: BTreeMap::new() }
    }

    async fn run_until(mut self, end: Instant) -> Self {
        while Instant::now() < end {
            self.act().await;
        }
        self
    }

    async fn act(&mut self) {
        let author = self.random.below(MEMBERS.len());
        let member = MEMBERS[author];
        let group = self.group();
        let owner = self.random.pick(&self.shared.owner).clone();
        let community = |community: bool| json!({ "display_name": member, "community": community });
        let (action, response) = match self.random.below(1000) {
            0..590 => return self.send(author, group).await,
            590..640 => return self.collide(author, group).await,
            640..740 => return self.send_again().await,
            740..750 => ("mute", owner.post(&format!("/members/{member}/mute")).await),
            750..765 => ("unmute", owner.post(&format!("/members/{member}/unmute")).await),
            765..785 => ("block", owner.post(&format!("/members/{member}/block")).await),
            785..835 => ("unblock", owner.post(&format!("/members/{member}/unblock")).await),
            835..865 => ("remove", owner.remove(group, member).await),
            865..935 => ("add", owner.add(group, member).await),
            935..942 => ("leave", self.caller(author).remove(group, "me").await),
            942..946 => ("disable", owner.post("/member-chat/disable").await),
            946..968 => ("enable", owner.post("/member-chat/enable").await),
            968..975 => ("out of the community", owner.put(&format!("/members/{member}"), &community(false)).await),
            975..994 => ("into the community", owner.put(&format!("/members/{member}"), &community(true)).await),
            _ => return self.replace(group).await,
        };
        self.record(action, response);
    }

    async fn send(&mut self, author: usize, group: Uuid) {
        let id = Uuid::now_v7();
        let draft = Draft { id, author: MEMBERS[author], group, text: format!("hello from {}", MEMBERS[author]) };
        // Available to other workers before it is sent, so that they may send it first.
        self.shared.drafts.lock().unwrap_or_else(PoisonError::into_inner).push(draft.clone());
        self.send_draft("send", draft).await;
    }

    /// A block at one process, and at the same time a command that it forbids at the other.
    async fn collide(&mut self, author: usize, group: Uuid) {
        let member = MEMBERS[author];
        let [here, there] = self.shared.owner.clone();
        let (block, unblock) = (format!("/members/{member}/block"), format!("/members/{member}/unblock"));
        let pause = self.random.between(0, 6);
        let later = async |request| {
            sleep(pause).await;
            Caller::post(&here, request).await
        };
        self.record("unblock", there.post(&unblock).await);
        if self.random.below(2) == 0 {
            let groups = self.shared.groups.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let removed = join_all(groups.iter().map(|group| here.remove(*group, member))).await;
            let adds = join_all(groups.iter().map(|group| there.add(*group, member)));
            let (blocked, added) = tokio::join!(later(&block), adds);
            self.record("block", blocked);
            for response in removed {
                self.record("remove", response);
            }
            for response in added {
                self.record("add", response);
            }
        } else {
            let (blocked, ()) = tokio::join!(later(&block), self.send(author, group));
            self.record("block", blocked);
        }
        self.record("unblock", here.post(&unblock).await);
    }

    /// Sends an accepted, refused or concurrent message again, sometimes with another text.
    async fn send_again(&mut self) {
        let draft = {
            let drafts = self.shared.drafts.lock().unwrap_or_else(PoisonError::into_inner);
            if drafts.is_empty() {
                return;
            }
            let old = if self.random.below(2) == 0 { drafts.len() } else { drafts.len().min(20) };
            drafts[drafts.len() - 1 - self.random.below(old)].clone()
        };
        if self.random.below(4) == 0 {
            self.send_draft("again, changed", Draft { text: "another text".to_owned(), ..draft }).await;
        } else {
            self.send_draft("again", draft).await;
        }
    }

    async fn send_draft(&mut self, action: &str, draft: Draft) {
        let author = MEMBERS.iter().position(|member| *member == draft.author).expect("an author is a member");
        let caller = self.caller(author);
        let began = Instant::now();
        let response = caller.send_as(draft.group, draft.id, &draft.text).await;
        self.attempts.push(SendAttempt::new(draft, began, &response));
        self.record(action, response);
    }

    /// Removes all participants, which closes the group, or deletes it; then creates another one.
    async fn replace(&mut self, group: Uuid) {
        let owners = self.shared.owner.clone();
        if self.random.below(2) == 0 {
            self.record("delete", owners[0].delete(&format!("/conversations/{group}")).await);
        } else {
            let out = MEMBERS.iter().enumerate().map(|(n, member)| owners[n % 2].remove(group, member));
            for response in join_all(out).await {
                self.record("remove", response);
            }
        }
        let sender = self.random.below(MEMBERS.len());
        self.send(sender, group).await;
        let next = Uuid::now_v7();
        let mut done = false;
        for creator in 0..MEMBERS.len() {
            let created = self.caller(creator).create_group(next, "another", &[]).await;
            done = created.status == 201;
            self.record("create", created);
            if done {
                break;
            }
        }
        if done {
            for response in join_all(MEMBERS.iter().map(|member| owners[0].add(next, member))).await {
                self.record("add", response);
            }
            let mut groups = self.shared.groups.lock().unwrap_or_else(PoisonError::into_inner);
            for slot in groups.iter_mut().filter(|slot| **slot == group) {
                *slot = next;
            }
        }
    }

    fn group(&mut self) -> Uuid {
        *self.random.pick(&self.shared.groups.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn caller(&mut self, author: usize) -> Caller {
        self.random.pick(&self.shared.members[author]).clone()
    }

    fn record(&mut self, action: &str, response: ApiResponse) {
        let kind = if response.status < 300 {
            format!("{action} {}", response.status)
        } else {
            assert!(response.status < 500, "{}: {} {}", response.request, response.status, response.text);
            let response = response.some_problem();
            format!("{action} {} {}", response.status, response.json["code"].as_str().unwrap_or_default())
        };
        *self.outcomes.entry(kind).or_default() += 1;
    }
}
