//! Two processes, one log, and a crowd that forbids, allows and sends at random.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use causerie_tests::{Answer, Caller, Chance, Service, Site, jetstream};
use futures::future::join_all;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::SEED;
use super::database::Database;
use super::tries::{Draft, Try, check};
use crate::rules;

const MEMBERS: [&str; 8] = ["ada", "bo", "cy", "dee", "ed", "flo", "gus", "hal"];
const CROWD: usize = 16;
/// At least two, and more on a slow machine, until everything aimed at was hit.
const ROUND: Duration = Duration::from_secs(4);
const MOST_ROUNDS: usize = 8;

/// Every kind of answer that has to have occurred.
const AIMED_AT: [&str; 21] = [
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

/// What the crowd shares. Of each caller there is one at either process.
struct Crowd {
    owner: [Caller; 2],
    members: Vec<[Caller; 2]>,
    groups: Mutex<Vec<Uuid>>,
    drafts: Mutex<Vec<Draft>>,
}

/// One of the crowd, with what they were told.
struct Somebody {
    crowd: Arc<Crowd>,
    random: Chance,
    tries: Vec<Try>,
    answers: BTreeMap<String, usize>,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_stands_in_the_log_after_what_forbids_it_however_two_processes_race() {
    let mut random = Chance::seeded(SEED);
    let service = Service::start().await;
    let node = service.another_node().await;
    let site = Site::open(&service, "acme", &MEMBERS).await;
    let crowd = Arc::new(Crowd::gather(&site, node.said("url")).await);
    let mut database = Database::of(&service).await;
    database.widen_the_windows().await;
    database.count_conflicts().await;

    let (mut tries, mut answers) = (Vec::new(), BTreeMap::new());
    for round in 1..=MOST_ROUNDS {
        let mut at_work = JoinSet::new();
        for _ in 0..CROWD {
            at_work.spawn(Somebody::new(&crowd, random.fork()).act_until(Instant::now() + ROUND));
        }
        for somebody in at_work.join_all().await {
            tries.extend(somebody.tries);
            for (answer, count) in somebody.answers {
                *answers.entry(answer).or_insert(0) += count;
            }
        }
        if round >= 2 && database.conflicts().await.hit() && AIMED_AT.iter().all(|aim| answers.contains_key(*aim)) {
            break;
        }
    }
    let conflicts = database.conflicts().await;
    eprintln!("{answers:#?} {conflicts:?}");

    let log = database.log().await;
    let forbidden = rules::forbidden(&log);
    assert!(forbidden.is_empty(), "{} forbidden: {forbidden:#?}", forbidden.len());
    check(&tries, &log);
    let (published, beyond) = jetstream(&service.servers.nats_url(), "causerie.v1.>", log.len()).await;
    for (event, message) in log.iter().zip(&published) {
        assert_eq!(message.header("ce-id"), event.unique.to_string(), "JetStream has another one for {event:?}");
    }
    assert_eq!(beyond, 0, "more in JetStream than in the log");

    for aim in AIMED_AT {
        assert!(answers.contains_key(aim), "never hit: {aim}");
    }
    assert!(conflicts.hit(), "hardly hit: {conflicts:?}");
}

impl Crowd {
    async fn gather(site: &Site<'_>, other_url: &str) -> Self {
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

impl Somebody {
    fn new(crowd: &Arc<Crowd>, random: Chance) -> Self {
        Self { crowd: Arc::clone(crowd), random, tries: Vec::new(), answers: BTreeMap::new() }
    }

    async fn act_until(mut self, end: Instant) -> Self {
        while Instant::now() < end {
            self.act().await;
        }
        self
    }

    async fn act(&mut self) {
        let who = self.random.below(MEMBERS.len());
        let member = MEMBERS[who];
        let group = self.group();
        let owner = self.random.pick(&self.crowd.owner).clone();
        let community = |community: bool| json!({ "display_name": member, "community": community });
        let (act, answer) = match self.random.below(1000) {
            0..590 => return self.send(who, group).await,
            590..640 => return self.collide(who, group).await,
            640..740 => return self.send_again().await,
            740..750 => ("mute", owner.post(&format!("/members/{member}/mute")).await),
            750..765 => ("unmute", owner.post(&format!("/members/{member}/unmute")).await),
            765..785 => ("block", owner.post(&format!("/members/{member}/block")).await),
            785..835 => ("unblock", owner.post(&format!("/members/{member}/unblock")).await),
            835..865 => ("remove", owner.remove(group, member).await),
            865..935 => ("add", owner.add(group, member).await),
            935..942 => ("leave", self.caller(who).remove(group, "me").await),
            942..946 => ("disable", owner.post("/member-chat/disable").await),
            946..968 => ("enable", owner.post("/member-chat/enable").await),
            968..975 => ("out of the community", owner.put(&format!("/members/{member}"), &community(false)).await),
            975..994 => ("into the community", owner.put(&format!("/members/{member}"), &community(true)).await),
            _ => return self.replace(group).await,
        };
        self.note(act, answer);
    }

    async fn send(&mut self, who: usize, group: Uuid) {
        let id = Uuid::now_v7();
        let draft = Draft { id, author: MEMBERS[who], group, text: format!("hello from {}", MEMBERS[who]) };
        // Known to others before it is sent: they may be quicker.
        self.crowd.drafts.lock().unwrap_or_else(PoisonError::into_inner).push(draft.clone());
        self.try_draft("send", draft).await;
    }

    /// A block at one process, and at the other, at the same moment, what it forbids.
    async fn collide(&mut self, who: usize, group: Uuid) {
        let member = MEMBERS[who];
        let [here, there] = self.crowd.owner.clone();
        let (block, unblock) = (format!("/members/{member}/block"), format!("/members/{member}/unblock"));
        let pause = self.random.between(0, 6);
        let later = async |request| {
            sleep(pause).await;
            Caller::post(&here, request).await
        };
        self.note("unblock", there.post(&unblock).await);
        if self.random.below(2) == 0 {
            let groups = self.crowd.groups.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let removed = join_all(groups.iter().map(|group| here.remove(*group, member))).await;
            let adds = join_all(groups.iter().map(|group| there.add(*group, member)));
            let (blocked, added) = tokio::join!(later(&block), adds);
            self.note("block", blocked);
            for answer in removed {
                self.note("remove", answer);
            }
            for answer in added {
                self.note("add", answer);
            }
        } else {
            let (blocked, ()) = tokio::join!(later(&block), self.send(who, group));
            self.note("block", blocked);
        }
        self.note("unblock", here.post(&unblock).await);
    }

    /// A message that is old, or on its way, or was refused; now and then with another text.
    async fn send_again(&mut self) {
        let draft = {
            let drafts = self.crowd.drafts.lock().unwrap_or_else(PoisonError::into_inner);
            if drafts.is_empty() {
                return;
            }
            let old = if self.random.below(2) == 0 { drafts.len() } else { drafts.len().min(20) };
            drafts[drafts.len() - 1 - self.random.below(old)].clone()
        };
        if self.random.below(4) == 0 {
            self.try_draft("again, changed", Draft { text: "another text".to_owned(), ..draft }).await;
        } else {
            self.try_draft("again", draft).await;
        }
    }

    async fn try_draft(&mut self, act: &str, draft: Draft) {
        let who = MEMBERS.iter().position(|member| *member == draft.author).expect("an author is a member");
        let caller = self.caller(who);
        let began = Instant::now();
        let answer = caller.send_as(draft.group, draft.id, &draft.text).await;
        self.tries.push(Try::new(draft, began, &answer));
        self.note(act, answer);
    }

    /// Everybody out, which closes the group, or the group deleted; then another takes its place.
    async fn replace(&mut self, group: Uuid) {
        let owners = self.crowd.owner.clone();
        if self.random.below(2) == 0 {
            self.note("delete", owners[0].delete(&format!("/conversations/{group}")).await);
        } else {
            let out = MEMBERS.iter().enumerate().map(|(n, member)| owners[n % 2].remove(group, member));
            for answer in join_all(out).await {
                self.note("remove", answer);
            }
        }
        let sender = self.random.below(MEMBERS.len());
        self.send(sender, group).await;
        let next = Uuid::now_v7();
        let mut done = false;
        for creator in 0..MEMBERS.len() {
            let created = self.caller(creator).create_group(next, "another", &[]).await;
            done = created.status == 201;
            self.note("create", created);
            if done {
                break;
            }
        }
        if done {
            for answer in join_all(MEMBERS.iter().map(|member| owners[0].add(next, member))).await {
                self.note("add", answer);
            }
            let mut groups = self.crowd.groups.lock().unwrap_or_else(PoisonError::into_inner);
            for place in groups.iter_mut().filter(|place| **place == group) {
                *place = next;
            }
        }
    }

    fn group(&mut self) -> Uuid {
        *self.random.pick(&self.crowd.groups.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn caller(&mut self, who: usize) -> Caller {
        self.random.pick(&self.crowd.members[who]).clone()
    }

    fn note(&mut self, act: &str, answer: Answer) {
        let kind = if answer.status < 300 {
            format!("{act} {}", answer.status)
        } else {
            assert!(answer.status < 500, "{}: {} {}", answer.request, answer.status, answer.text);
            let answer = answer.some_problem();
            format!("{act} {} {}", answer.status, answer.json["code"].as_str().unwrap_or_default())
        };
        *self.answers.entry(kind).or_default() += 1;
    }
}
