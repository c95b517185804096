//! C3, C4, C7 and C8: creating, managing and deleting groups.

use causerie_tests::{Caller, Service, Site};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{group, types};

/// The types of the conversation events in the log.
pub(crate) async fn history(service: &Service) -> Vec<String> {
    let log = service.replay(Some("acme")).await;
    let of_conversations = log.iter().filter(|event| event["aggregate"] == "conversation");
    types(of_conversations).into_iter().map(str::to_owned).collect()
}

pub(crate) async fn is_unknown_to(caller: &Caller, conversation: Uuid) {
    for path in ["", "/messages", "/participants"] {
        caller.get(&format!("/conversations/{conversation}{path}")).await.problem(404, "conversation.not_found");
    }
    caller.send(conversation, "let me in").await.problem(404, "conversation.not_found");
    caller.change_group(conversation, &json!({ "name": "Mine" })).await.problem(404, "conversation.not_found");
    caller.add(conversation, "me").await.some_problem();
    caller.delete_group(conversation).await.problem(404, "conversation.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_member_creates_a_group_and_is_its_admin() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let id = Uuid::now_v7();
    for (name, code) in
        [("", "group.name_empty"), (" \n", "group.name_empty"), (&*"é".repeat(101), "group.name_too_long")]
    {
        ada.create_group(id, name, &["bo"]).await.problem(422, code).points_at("/name");
    }
    ada.create_group(id, "Book club", &["bo", "unknown"])
        .await
        .problem(422, "group.participant_not_in_roster")
        .points_at("/participants/1");

    let longest = "é".repeat(100);
    let created = ada.create_group(id, &longest, &["bo", "bo", "ada"]).await.done(201);
    assert_eq!(created.json["participants"], json!(["ada", "bo"]), "each once");
    let again = ada.create_group(id, &longest, &["bo", "bo", "ada"]).await.done(201);
    assert_eq!((&again.json, again.header("etag")), (&created.json, created.header("etag")));
    ada.create_group(id, "Other", &["bo"]).await.problem(409, "conversation.id_taken");
    cy.create_group(id, &longest, &["bo"]).await.problem(409, "conversation.id_taken");

    for (caller, admin) in [(&ada, true), (&bo, false)] {
        let item = caller.listed(id, &created).await;
        assert_eq!(item["kind"], "group");
        assert_eq!(item["name"], longest.as_str());
        assert_eq!(item["admin"], admin);
        assert_eq!(item["history"], "since_joined");
        assert_eq!(item["participant_count"], 2);
        assert_eq!((&item["last_message"], &item["unread"]), (&Value::Null, &json!(0)));
        assert_eq!(caller.shows(&format!("/conversations/{id}"), &created).await.json, item);
    }
    let participants = bo.shows(&format!("/conversations/{id}/participants"), &created).await;
    assert_eq!(participants.each("id"), ["ada", "bo"]);
    assert_eq!(participants.items().iter().map(|item| item["admin"].clone()).collect::<Vec<_>>(), [true, false]);
    is_unknown_to(&cy, id).await;
    assert_eq!(cy.listed(id, &created).await, Value::Null);
    group(&ada, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_admins_and_owner_rename_a_group() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let club = group(&ada, &["bo"]).await;
    let sent = ada.send(club, "between us").await.done(201);
    let mut live = bo.live().await;
    let name = |name: &str| json!({ "name": name });
    bo.change_group(club, &name("Bo's")).await.problem(403, "group.admin_only");
    for outsider in [&cy, &staff] {
        outsider.change_group(club, &name("Mine")).await.problem(404, "conversation.not_found");
    }
    ada.change_group(club, &name("")).await.problem(422, "group.name_empty").points_at("/name");
    ada.change_group(club, &name(&"n".repeat(101))).await.problem(422, "group.name_too_long").points_at("/name");

    let renamed = ada.change_group(club, &name("Readers")).await.done(200);
    assert_eq!(renamed.json["name"], "Readers");
    let again = ada.change_group(club, &name("Readers")).await.done(200);
    assert_eq!(again.header("etag"), renamed.header("etag"), "the same name changes nothing");
    assert_eq!(live.until("conversation.changed", club).await.data["name"], "Readers");
    let renamed = owner.change_group(club, &name("Writers")).await.done(200);
    assert_eq!(bo.listed(club, &renamed).await["name"], "Writers");
    assert_eq!(live.until("conversation.changed", club).await.data["name"], "Writers");

    // The owner manages any group, but cannot read groups of other members.
    let seen = owner.shows(&format!("/conversations/{club}"), &renamed).await.json;
    assert_eq!((&seen["name"], &seen["last_message"], &seen["unread"]), (&json!("Writers"), &Value::Null, &json!(0)));
    assert_eq!(owner.participants(club, &renamed).await, ["ada", "bo"]);
    owner.messages(club, "").await.problem(404, "conversation.not_found");
    owner.send(club, "hello").await.problem(404, "conversation.not_found");
    owner.react(club, sent.id(), "👍").await.problem(404, "conversation.not_found");
    assert_eq!(owner.listed(club, &renamed).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_admins_are_granted_and_revoked_except_the_last() {
    let service = Service::start().await;
    let (site, [ada, bo, cy, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["bo", "cy"]).await;
    bo.grant(club, "bo").await.problem(403, "group.admin_only");
    ada.grant(club, "dee").await.problem(404, "group.not_a_participant");
    ada.revoke(club, "ada").await.problem(409, "group.last_admin");
    owner.revoke(club, "ada").await.problem(409, "group.last_admin");

    let mut live = bo.live().await;
    let granted = ada.grant(club, "bo").await.done(200);
    assert_eq!(ada.grant(club, "bo").await.done(200).header("etag"), granted.header("etag"));
    while live.until("conversation.changed", club).await.data["admin"] != true {}
    bo.change_group(club, &json!({ "name": "Bo's" })).await.done(200);
    bo.revoke(club, "ada").await.done(200);
    bo.revoke(club, "ada").await.done(200);
    ada.change_group(club, &json!({ "name": "Ada's" })).await.problem(403, "group.admin_only");
    owner.grant(club, "cy").await.done(200);
    let revoked = owner.revoke(club, "bo").await.done(200);
    let admins: Vec<_> = [ada.listed(club, &revoked), bo.listed(club, &revoked), cy.listed(club, &revoked)].into();
    let admins = futures::future::join_all(admins).await.into_iter().map(|item| item["admin"].clone());
    assert_eq!(admins.collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn c8_deleted_group_is_closed_and_remains_in_the_log() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let owner = site.owner().await;
    let (club, other) = (group(&ada, &["bo"]).await, group(&ada, &["bo"]).await);
    let message = bo.send(club, "remember this").await.done(201).id();
    bo.delete_group(club).await.problem(403, "group.admin_only");
    cy.delete_group(club).await.problem(404, "conversation.not_found");
    let mut live = bo.live().await;
    let deleted = ada.delete_group(club).await.done(200);
    assert_eq!(deleted.json["closed"], true);
    assert_eq!(ada.delete_group(club).await.done(200).json, deleted.json);
    assert_eq!(live.until("conversation.changed", club).await.data["closed"], true);

    for caller in [&ada, &bo] {
        assert_eq!(caller.listed(club, &deleted).await["closed"], true);
        assert_eq!(caller.reads(club, &deleted).await.each("text"), ["remember this"]);
        caller.send(club, "anybody?").await.problem(409, "conversation.closed");
        caller.react(club, message, "👍").await.problem(409, "conversation.closed");
        caller.types(club).await.problem(409, "conversation.closed");
    }
    bo.edit(club, message, "forget this").await.problem(409, "conversation.closed");
    ada.add(club, "cy").await.problem(409, "conversation.closed");
    ada.change_group(club, &json!({ "name": "Again" })).await.problem(409, "conversation.closed");
    let left = bo.remove(club, "me").await.done(200);
    assert_eq!(bo.listed(club, &left).await, Value::Null);

    owner.delete_group(other).await.done(200);
    ada.send(other, "hello").await.problem(409, "conversation.closed");
    assert_eq!(
        history(&service).await,
        ["GroupCreated", "GroupCreated", "GroupDeleted", "ParticipantLeft", "GroupDeleted"]
    );
    let log = service.replay(Some("acme")).await;
    assert!(log.iter().any(|event| event["data"]["text"] == "remember this"), "auditors still can replay it");
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_owner_lists_open_groups_without_their_messages() {
    let service = Service::start().await;
    let (site, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let clubs = [group(&ada, &["bo"]).await, group(&bo, &["ada", "cy"]).await, group(&ada, &[]).await];
    let ended = group(&ada, &["bo"]).await;
    ada.delete_group(ended).await.done(200);
    ada.grant(clubs[0], "bo").await.done(200);
    let said = ada.send(clubs[0], "for members only").await.done(201);

    let all = owner.shows("/groups", &said).await;
    assert!(!all.json.to_string().contains("for members only"));
    assert_eq!(all.each("id"), [clubs[2], clubs[1], clubs[0]].map(|id| id.to_string()));
    let first = &all.items()[2];
    assert_eq!((&first["admins"], &first["participant_count"]), (&json!(["ada", "bo"]), &json!(2)));
    assert!(first["created_at"].is_string() && first.get("last_message").is_none());

    let (mut walked, mut query) = (Vec::new(), "/groups?limit=1".to_owned());
    loop {
        let page = owner.get(&query).await.is(200);
        walked.extend(page.each("id"));
        let Some(next) = page.json["next"].as_str() else { break };
        query = format!("/groups?limit=1&cursor={next}");
    }
    assert_eq!(walked, all.each("id"));
    for caller in [&ada, &staff, &site.operator().await] {
        caller.get("/groups").await.problem(403, "site.owner_only");
    }
    owner.get("/groups?cursor=1").await.problem(400, "cursor.invalid");
}
