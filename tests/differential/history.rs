//! A site of six members, their random operations, and the comparison at the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use causerie_tests::oracle::{ConversationFilter, MemberFilter, Role, SiteState, differences};
use causerie_tests::{ApiResponse, Caller, Chance, Service, Site};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::client::{Client, Cut};
use crate::locks;
use crate::reducer::State;

const TOKEN_ROLES: [(&str, Role); 2] = [("olga", Role::Owner), ("sam", Role::Staff)];
const REGULARS: [&str; 4] = ["ada", "bo", "cem", "dia"];
const EMOJI: [&str; 3] = ["👍", "🎉", "❤️"];
/// The setting of the last operation, used by no other: each stream shows it.
const LAST_SETTING: u64 = 777;

pub(crate) type FrameCounts = BTreeMap<String, usize>;

pub(crate) struct History<'a> {
    service: &'a Service,
    site: &'static str,
    /// The owner, a staff member by the token, and members.
    callers: Vec<(&'static str, Caller)>,
    conversations: Vec<Uuid>,
    messages: Vec<(Uuid, Uuid)>,
    operations: Arc<AtomicUsize>,
}

impl<'a> History<'a> {
    pub(crate) async fn begin(service: &'a Service, seed: u64) -> Self {
        let id: &'static str = Box::leak(format!("s{seed}").into_boxed_str());
        let site = Site::open(service, id, &REGULARS).await;
        site.register_member("sam", "sam", true).await;
        let mut callers = vec![("olga", site.owner().await), ("sam", service.caller(id, "sam", "staff").await)];
        for member in REGULARS {
            callers.push((member, site.member(member).await));
        }
        let mut history = Self {
            service,
            site: id,
            callers,
            conversations: Vec::new(),
            messages: Vec::new(),
            operations: Arc::default(),
        };
        for others in [&REGULARS[1..], &REGULARS[1..3], &["sam", "dia"]] {
            let group = Uuid::now_v7();
            history.callers[2].1.create_group(group, "Group", others).await.done(201);
            history.conversations.push(group);
        }
        history.conversations.push(history.callers[2].1.direct("bo").await);
        history.conversations.push(history.callers[4].1.direct("dia").await);
        history.conversations.push(history.callers[3].1.business("me").await);
        history
    }

    /// Runs the operations, and returns the differences between streams, fetches and the oracle. Counts the
    /// frames.
    pub(crate) async fn run(mut self, operations: usize, mut chance: Chance, counts: &mut FrameCounts) -> Vec<String> {
        let (stop, stopped) = watch::channel(false);
        let locked = chance.below(2) == 0;
        let longest = if std::env::var_os("CAUSERIE_CHAOS").is_some() { 9_000 } else { 1_200 };
        let locks = locked.then(|| locks::at_random(self.service, Chance::of(chance.number()), longest, stopped));
        let mut clients = Vec::new();
        let end = Arc::new(OnceLock::new());
        for (me, caller) in &self.callers {
            for cut in [Cut::Never, Cut::Often(Box::new(Chance::of(chance.number())))] {
                let client = Client::new(caller, me, cut, &self.operations);
                clients.push(tokio::spawn(client.follow(Arc::clone(&end))));
            }
        }
        for _ in 0..operations {
            self.operate(&mut chance).await;
            self.operations.fetch_add(1, Ordering::Relaxed);
        }
        stop.send_replace(true);
        if let Some(locks) = locks {
            locks.await.unwrap();
        }
        let olga = &self.callers[0].1;
        let last = olga.request(Method::PATCH, "/settings").json(&json!({ "max_participants": LAST_SETTING }));
        let _ = end.set(ApiResponse::of(last).await.done(200).position().to_owned());
        let clients = join_all(clients).await;
        for client in clients.iter().flatten() {
            for kind in &client.kinds {
                *counts.entry(kind.clone()).or_default() += 1;
            }
        }
        self.compare(clients.into_iter().map(|client| client.expect("the client follows to the end")).collect(), locked)
            .await
    }

    async fn compare(&self, clients: Vec<Client>, locked: bool) -> Vec<String> {
        let log_state = SiteState::of(&TOKEN_ROLES, &self.service.site_log(self.site).await);
        let mut differences = Vec::new();
        for mut client in clients {
            let shown = client.state.clone();
            let which = if matches!(client.cut, Cut::Never) { "open" } else { "cut" };
            let seen = std::mem::take(&mut client.seen);
            client.fetch().await;
            let mut found = shown.differences(&client.state);
            found.extend(differences_from_log(&log_state, &client.state));
            if !found.is_empty() {
                let about = if std::env::var_os("CAUSERIE_DIFFERENTIAL_SEED").is_some() {
                    seen.join("\n")
                } else {
                    String::new()
                };
                differences.push(format!(
                    "the {which} stream of {} (read models locked: {locked}):\n{}\n{about}",
                    shown.me,
                    found.join("\n")
                ));
            }
        }
        differences
    }

    /// A random operation. Many are refused and have no effect.
    async fn operate(&mut self, chance: &mut Chance) {
        let (name, caller) = self.callers[chance.below(self.callers.len())].clone();
        let (owner, other) = (self.callers[0].1.clone(), REGULARS[chance.below(REGULARS.len())]);
        let conversation = *chance.pick(&self.conversations);
        let path = format!("/conversations/{conversation}");
        let message = chance.sample(1, &self.messages).pop().copied();
        match chance.below(100) {
            0..30 => self.send(&caller, conversation, chance).await,
            30..38 => {
                if let Some((of, id)) = message {
                    caller.edit(of, id, &format!("edited {}", chance.below(1000))).await;
                }
            }
            38..48 => {
                if let Some((of, id)) = message {
                    // Several callers, because only the author and admins are permitted.
                    join_all(self.callers.iter().take(2 + chance.below(5)).map(|(_, by)| by.delete_message(of, id)))
                        .await;
                }
            }
            48..54 => {
                if let Some((of, id)) = message {
                    let emoji = chance.pick(&EMOJI);
                    if chance.below(3) > 0 {
                        caller.react(of, id, emoji).await
                    } else {
                        caller.unreact(of, id, emoji).await
                    };
                }
            }
            54..64 => {
                if let Some((of, id)) = message {
                    // Concurrently with a message: the frame of the marker must not count later messages.
                    let sender = self.callers[2 + chance.below(4)].1.clone();
                    let sent = self.send(&sender, of, chance);
                    tokio::join!(caller.mark_read(of, id), sent);
                }
            }
            64..70 => {
                if chance.below(3) > 0 {
                    caller.block_contact(other).await
                } else {
                    caller.unblock_contact(other).await
                };
            }
            70..74 => {
                for blocked in REGULARS {
                    caller.unblock_contact(blocked).await;
                }
            }
            74..78 => {
                let role = format!("/members/{other}/roles/staff");
                if chance.below(2) == 0 {
                    owner.put_nothing(&role).await
                } else {
                    owner.delete(&role).await
                };
            }
            78..80 => {
                owner.post("/member-chat/disable").await;
            }
            80..83 => {
                owner.post("/member-chat/enable").await;
            }
            83..87 => {
                caller.remove(conversation, if chance.below(2) == 0 { "me" } else { other }).await;
            }
            87..91 => {
                for (_, admin) in &self.callers {
                    admin.add(conversation, other).await;
                }
            }
            91..93 => {
                caller.patch(&path, &json!({ "name": format!("{name} {}", chance.below(100)) })).await;
            }
            93..96 => {
                let preference = *chance.pick(&["muted", "pinned", "archived"]);
                caller.prefer(conversation, &json!({ preference: chance.below(2) == 0 })).await;
            }
            96..98 => {
                if chance.below(2) == 0 {
                    caller.delete("/members/me/community").await;
                } else {
                    for (_, member) in &self.callers {
                        member.put_nothing("/members/me/community").await;
                    }
                }
            }
            _ => {
                let group = Uuid::now_v7();
                if caller.create_group(group, "Another", &[other]).await.status == 201 {
                    self.conversations.push(group);
                }
            }
        }
    }

    async fn send(&mut self, caller: &Caller, conversation: Uuid, chance: &mut Chance) {
        let id = Uuid::now_v7();
        let text = format!("text {}", chance.below(1000));
        let of_conversation: Vec<Uuid> =
            self.messages.iter().filter(|(of, _)| *of == conversation).map(|(_, id)| *id).collect();
        let reply_to = chance.sample(1, &of_conversation).pop().filter(|_| chance.clone().below(4) == 0);
        let body = reply_to.map_or_else(|| json!({ "text": text }), |to| json!({ "text": text, "reply_to": to }));
        let path = format!("/conversations/{conversation}/messages/{id}");
        if caller.put(&path, &body).await.status == 201 {
            self.messages.push((conversation, id));
        }
    }
}

fn differences_from_log(log_state: &SiteState, fetched: &State) -> Vec<String> {
    let me = fetched.me.as_str();
    let by_id = |views: Vec<Value>| -> Value {
        views.into_iter().map(|view| (view["id"].as_str().unwrap_or_default().to_owned(), view)).collect()
    };
    let lists = [None, Some(true)].map(|archived| ConversationFilter { archived, ..ConversationFilter::default() });
    let conversations = lists.into_iter().flat_map(|filter| log_state.conversation_views(me, filter));
    let all = log_state.member_views(me, &MemberFilter::default());
    let members = all.into_iter().chain(log_state.member_view(me, me));
    let mine = log_state.conversations.values().filter(|of| log_state.reads_from(me, of).is_some());
    let messages = mine.map(|of| (of.id.clone(), by_id(log_state.message_views(me, of))));
    let expected = json!({
        "conversations": by_id(conversations.collect()),
        "members": by_id(members.collect()),
        "messages": messages.collect::<Value>(),
    });
    let State { conversations, members, messages, .. } = fetched;
    let got = json!({ "conversations": conversations, "members": members, "messages": messages });
    differences(&expected, &got).into_iter().map(|difference| format!("log and fetch: {difference}")).collect()
}
