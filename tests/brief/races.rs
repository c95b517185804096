//! Concurrent commands: exactly one legal outcome, consistent in the list, the participants, the messages, the live stream
//! and the replay.

use std::collections::BTreeSet;

use causerie_tests::{ApiResponse, Caller, Live, Service, Site};
use futures::future::{join, join_all};
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{group, sorted, types};

fn history(log: &[Value], conversation: Uuid) -> Vec<&Value> {
    let id = format!("acme/{conversation}");
    log.iter().filter(|event| event["aggregate"] == "conversation" && event["aggregate_id"] == id.as_str()).collect()
}

/// The participants of a group by seniority, and its admins, from the log.
fn folded(history: &[&Value]) -> (Vec<String>, BTreeSet<String>) {
    let (mut inside, mut admins) = (Vec::new(), BTreeSet::new());
    for event in history {
        let data = &event["data"];
        let member = || data["member_id"].as_str().unwrap().to_owned();
        match event["type"].as_str().unwrap() {
            "GroupCreated" => {
                let creator = data["creator"].as_str().unwrap().to_owned();
                admins.insert(creator.clone());
                inside.push(creator);
                inside
                    .extend(data["participants"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
            }
            "ParticipantAdded" => inside.push(member()),
            "ParticipantRemoved" | "ParticipantLeft" => {
                inside.retain(|id| *id != member());
                admins.remove(&member());
            }
            "AdminGranted" => assert!(admins.insert(member()), "{event}"),
            "AdminRevoked" => assert!(admins.remove(&member()), "{event}"),
            _ => {}
        }
    }
    (inside, admins)
}

fn latest<'a>(responses: impl IntoIterator<Item = &'a ApiResponse>) -> &'a ApiResponse {
    let place = |response: &&ApiResponse| {
        let mut numbers = response.position().split('-').map(|number| u64::from_str_radix(number, 16).unwrap());
        (numbers.next(), numbers.next())
    };
    responses.into_iter().max_by_key(place).unwrap()
}

/// Reads the stream up to the message with this text.
async fn read_to_the_end(live: &mut Live) {
    live.message_saying("the end").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_concurrent_starts_create_one_direct_conversation() {
    let service = Service::start().await;
    let members = ["ada", "bo", "cy", "dee"];
    let site = Site::open(&service, "acme", &members).await;
    let callers = site.members(members).await;
    for (one, other) in [(0, 1), (0, 2), (1, 2), (2, 3), (1, 3)] {
        let mut lives = [callers[one].live().await, callers[other].live().await];
        let starts = (0..10).map(|n| {
            let (who, with) = if n % 2 == 0 { (one, other) } else { (other, one) };
            callers[who].start_direct(members[with])
        });
        let responses: Vec<ApiResponse> =
            join_all(starts).await.into_iter().map(|response| response.done(200)).collect();
        let direct = responses[0].id();
        assert!(responses.iter().all(|response| response.json == responses[0].json), "{responses:#?}");
        assert_eq!(types(history(&service.replay(Some("acme")).await, direct)), ["DirectConversationStarted"]);
        let end = callers[one].send(direct, "the end").await.done(201);
        for (caller, live) in [one, other].into_iter().zip(&mut lives) {
            let caller = &callers[caller];
            let list = caller.shows("/conversations?kind=direct", &end).await;
            assert_eq!(list.each("id").iter().filter(|id| **id == direct.to_string()).count(), 1);
            assert_eq!(sorted(caller.participants(direct, &end).await), sorted([members[one], members[other]]));
            assert_eq!(caller.reads(direct, &end).await.each("text"), ["the end"]);
            read_to_the_end(live).await;
            assert!(
                live.seen
                    .iter()
                    .any(|shown| shown.kind == "conversation.changed" && shown.is_about(&direct.to_string()))
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_one_of_two_admins_removing_each_other_remains() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    for _ in 0..6 {
        let club = group(&ada, &["bo", "cy"]).await;
        ada.grant(club, "bo").await.done(200);
        let mut live = cy.live().await;
        let (by_ada, by_bo) = join(ada.remove(club, "bo"), bo.remove(club, "ada")).await;
        let (winner, name, loser, lost) =
            if by_ada.status == 200 { (&ada, "ada", &bo, by_bo) } else { (&bo, "bo", &ada, by_ada) };
        lost.problem(404, "conversation.not_found");
        let end = winner.send(club, "the end").await.done(201);
        loser.messages(club, "").await.problem(404, "conversation.not_found");
        assert_eq!(loser.listed(club, &end).await, Value::Null);
        read_to_the_end(&mut live).await;
        let changed = live.seen.iter().rfind(|shown| shown.kind == "conversation.changed").unwrap();
        assert_eq!(changed.data["participants"], json!([name, "cy"]));
        for reader in [winner, &cy] {
            assert_eq!(reader.participants(club, &end).await, [name, "cy"]);
            assert_eq!(reader.listed(club, &end).await["participant_count"], 2);
            assert_eq!(reader.reads(club, &end).await.each("text"), ["the end"]);
        }
        assert_eq!(winner.listed(club, &end).await["admin"], true);
        let log = service.replay(Some("acme")).await;
        let (inside, admins) = folded(&history(&log, club));
        assert_eq!((inside, admins), (vec![name.to_owned(), "cy".to_owned()], BTreeSet::from([name.to_owned()])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_last_two_leave_concurrently_and_the_group_closes_once() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let owner = site.owner().await;
    for _ in 0..6 {
        let club = group(&ada, &["bo"]).await;
        let mut lives = [ada.live().await, bo.live().await];
        let responses =
            join_all([ada.remove(club, "me"), bo.remove(club, "me"), ada.remove(club, "me"), bo.remove(club, "me")]);
        let responses: Vec<ApiResponse> = responses.await.into_iter().map(|response| response.done(200)).collect();
        let end = latest(&responses);
        for (caller, live) in [&ada, &bo].into_iter().zip(&mut lives) {
            live.until("conversation.removed", club).await;
            assert_eq!(caller.listed(club, end).await, Value::Null);
            caller.messages(club, "").await.problem(404, "conversation.not_found");
        }
        let seen = owner.shows(&format!("/conversations/{club}"), end).await.json;
        assert_eq!((&seen["participant_count"], &seen["closed"]), (&json!(0), &json!(true)));
        assert_eq!(owner.participants(club, end).await, [""; 0]);
        let log = service.replay(Some("acme")).await;
        let history = history(&log, club);
        let left_first = history[1]["data"]["member_id"].as_str().unwrap();
        // If the only admin leaves first, the other is admin for a moment.
        let handed_over = ["GroupCreated", "ParticipantLeft", "AdminGranted", "ParticipantLeft", "GroupClosed"];
        let simply = ["GroupCreated", "ParticipantLeft", "ParticipantLeft", "GroupClosed"];
        let expected: &[&str] = if left_first == "ada" { &handed_over } else { &simply };
        assert_eq!(types(history.iter().copied()), expected);
        assert_eq!(folded(&history), (Vec::new(), BTreeSet::new()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c5_concurrent_additions_fill_the_group_exactly() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let newcomers: Vec<String> = (0..50).map(|n| format!("member-{n}")).collect();
    site.welcome(&newcomers.iter().map(String::as_str).collect::<Vec<_>>()).await;
    site.owner().await.patch("/settings", &json!({ "max_participants": 12 })).await.done(200);
    let club = group(&ada, &["bo"]).await;
    ada.grant(club, "bo").await.done(200);
    let mut live = bo.live().await;
    let adds = newcomers.iter().zip([&ada, &bo].into_iter().cycle()).map(|(member, by)| by.add(club, member));
    let responses = join_all(adds).await;
    let (mut winners, mut writes) = (vec!["ada".to_owned(), "bo".to_owned()], Vec::new());
    for (member, response) in newcomers.iter().zip(responses) {
        if response.status == 200 {
            winners.push(member.clone());
            writes.push(response.done(200));
        } else {
            response.problem(422, "group.too_many_participants");
        }
    }
    assert_eq!(winners.len(), 12);
    let end = ada.send(club, "the end").await.done(201);
    let by_standing = bo.participants(club, &end).await;
    assert_eq!(sorted(by_standing.clone()), sorted(winners));
    assert_eq!(bo.listed(club, &end).await["participant_count"], 12);
    assert_eq!(bo.listed(club, &end).await["participants"], json!(by_standing[..5]));
    read_to_the_end(&mut live).await;
    let changed = live.seen.iter().rfind(|shown| shown.kind == "conversation.changed").unwrap();
    assert_eq!(changed.data["participant_count"], 12);
    let log = service.replay(Some("acme")).await;
    assert_eq!(folded(&history(&log, club)).0, by_standing);
    let inside = site.member(&by_standing[11]).await;
    assert_eq!(inside.reads(club, &end).await.each("text"), ["the end"]);
    let outside = newcomers.iter().find(|member| !by_standing.contains(member)).unwrap();
    site.member(outside).await.messages(club, "").await.problem(404, "conversation.not_found");
}

/// Sends until the stop, and returns the number of accepted messages. Refusals must have this code.
fn talk(
    author: Caller,
    conversation: Uuid,
    stopped: watch::Receiver<bool>,
    refusal: &'static str,
) -> tokio::task::JoinHandle<Vec<String>> {
    tokio::spawn(async move {
        let mut taken = Vec::new();
        while !*stopped.borrow() {
            let response = author.send(conversation, "hello").await;
            if response.status == 201 {
                taken.push(response.id().to_string());
            } else {
                response.problem(403, refusal);
            }
        }
        taken
    })
}

/// The ids of the messages of an author in the log. Requires that there are none while events of these types block them.
fn sent_while_free(log: &[Value], author: &str, [barred_by, freed_by]: [&str; 2]) -> Vec<String> {
    let (mut barred, mut sent) = (false, Vec::new());
    for event in log {
        let name = event["type"].as_str().unwrap();
        if name == barred_by || name == freed_by {
            barred = name == barred_by;
        } else if name == "MessageSent" && event["data"]["author_id"] == author && event["data"]["text"] == "hello" {
            assert!(!barred, "after {barred_by}: {event}");
            sent.push(event["aggregate_id"].as_str().unwrap().replace("acme/", ""));
        }
    }
    sent
}

/// The ids of an author's messages in a list of messages or of frames.
fn of_author<'a>(messages: impl IntoIterator<Item = &'a Value>, author: &str) -> Vec<String> {
    let by_author = messages.into_iter().filter(|message| message["author"] == author && message["text"] == "hello");
    by_author.map(|message| message["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_no_send_follows_a_concurrent_block_by_the_owner() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["bo"]).await;
    let mut live = ada.live().await;
    let (stop, stopped) = watch::channel(false);
    let writers: Vec<_> = (0..3).map(|_| talk(bo.clone(), club, stopped.clone(), "member.blocked")).collect();
    for _ in 0..5 {
        live.message().await;
        let mut open = bo.live().await;
        owner.post("/members/bo/block").await.done(200);
        open.end().await;
        bo.messages(club, "").await.problem(403, "member.blocked");
        owner.post("/members/bo/unblock").await.done(200);
    }
    stop.send_replace(true);
    let mut taken = Vec::new();
    for writer in writers {
        taken.extend(writer.await.unwrap());
    }
    let end = ada.send(club, "the end").await.done(201);
    let sent = sent_while_free(&service.replay(Some("acme")).await, "bo", ["MemberBlocked", "MemberUnblocked"]);
    assert_eq!(sorted(sent.clone()), sorted(taken), "the acknowledged messages are those in the log");
    all_see(&[&ada, &bo], club, &end, "bo", &sent).await;
    read_to_the_end(&mut live).await;
    assert_eq!(of_author(live.seen.iter().map(|shown| &shown.data), "bo"), sent);
}

/// All pages show these messages of an author, in this order.
async fn all_see(readers: &[&Caller], conversation: Uuid, end: &ApiResponse, author: &str, sent: &[String]) {
    for reader in readers {
        reader.reads(conversation, end).await;
        let (mut seen, mut place) = (Vec::new(), String::new());
        loop {
            let page = reader.messages(conversation, &format!("limit=200{place}")).await.is(200);
            seen.splice(0..0, of_author(page.items(), author));
            let Some(previous) = page.json["previous"].as_str() else { break };
            place = format!("&before={previous}");
        }
        assert_eq!(seen, sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_no_send_follows_a_concurrent_block() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let direct = ada.direct("bo").await;
    let mut live = ada.live().await;
    let (stop, stopped) = watch::channel(false);
    let code = "conversation.out_of_reach";
    let writers = [&ada, &bo, &bo].map(|author| talk(author.clone(), direct, stopped.clone(), code));
    for _ in 0..5 {
        live.message().await;
        ada.block_contact("bo").await.done(200);
        for caller in [&ada, &bo] {
            caller.send(direct, "now?").await.problem(403, code);
        }
        ada.unblock_contact("bo").await.done(200);
    }
    stop.send_replace(true);
    let mut taken = Vec::new();
    for writer in writers {
        taken.extend(writer.await.unwrap());
    }
    let end = ada.send(direct, "the end").await.done(201);
    read_to_the_end(&mut live).await;
    let log = service.replay(Some("acme")).await;
    let mut both = Vec::new();
    for author in ["ada", "bo"] {
        let sent = sent_while_free(&log, author, ["ContactBlocked", "ContactUnblocked"]);
        all_see(&[&ada, &bo], direct, &end, author, &sent).await;
        assert_eq!(of_author(live.seen.iter().map(|shown| &shown.data), author), sent);
        both.extend(sent);
    }
    assert_eq!(sorted(both), sorted(taken), "the acknowledged messages are those in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn g3_concurrent_reactions_are_all_counted() {
    let service = Service::start().await;
    let names: Vec<String> = (0..20).map(|n| format!("member-{n:02}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let site = Site::open(&service, "acme", &members).await;
    let callers = join_all(members.iter().map(|member| site.member(member))).await;
    let club = group(&callers[0], &members[1..]).await;
    let id = callers[0].send(club, "good news").await.done(201).id();
    let mut live = callers[0].live().await;
    let responses = join_all(callers.iter().map(|caller| caller.react(club, id, "👍"))).await;
    let responses: Vec<ApiResponse> = responses.into_iter().map(|response| response.done(200)).collect();
    let all = |message: &Value| {
        let reactions = message["reactions"].as_array().unwrap();
        let who = reactions[0]["members"].as_array().unwrap().iter().filter_map(Value::as_str);
        reactions.len() == 1 && reactions[0]["count"] == 20 && sorted(who) == members
    };
    let last = latest(&responses);
    assert!(all(&last.json), "{}", last.text);
    for reader in [&callers[0], &callers[19]] {
        let listed = reader.reads(club, last).await;
        assert!(all(&listed.items()[0]), "{}", listed.text);
    }
    while !all(&live.until("message.reacted", id).await.data) {}
    let log = service.replay(Some("acme")).await;
    assert_eq!(types(&log).iter().filter(|name| **name == "ReactionAdded").count(), 20);
}
