//! M6: a member blocks another. The blocked member is not notified, and only the blocker can unblock.

use causerie_tests::{ApiResponse, Caller, Service, Site};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::group;

#[tokio::test(flavor = "multi_thread")]
async fn m6_block_hides_both_members_from_each_other() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let direct = ada.direct("bo").await;
    ada.send(direct, "hello").await.done(201);
    let (mut live_ada, mut live_bo) = (ada.live().await, bo.live().await);

    let blocked = ada.block_contact("bo").await.done(200);
    assert_eq!(blocked.json, json!({ "id": "bo", "blocked": true }));
    while live_ada.until("member.changed", "bo").await.data != json!({ "id": "bo", "gone": true }) {}
    while live_bo.until("member.changed", "ada").await.data != json!({ "id": "ada", "gone": true }) {}
    for (caller, other, still) in [(&ada, "bo", ["ada", "cy"]), (&bo, "ada", ["bo", "cy"])] {
        assert_eq!(caller.shows("/members", &blocked).await.each("id"), still);
        assert_eq!(caller.shows(&format!("/members?q={other}"), &blocked).await.each("id"), [""; 0]);
        caller.get(&format!("/members/{other}")).await.problem(404, "member.not_found");
        caller.send(direct, "hello?").await.problem(403, "conversation.out_of_reach");
        caller.types(direct).await.problem(403, "conversation.out_of_reach");
        let refused = caller.create_group(Uuid::now_v7(), "Ours", &["cy", other]).await;
        refused.problem(422, "group.participant_not_in_roster");
        let own = group(caller, &["cy"]).await;
        caller.add(own, other).await.problem(422, "group.participant_not_in_roster");
        assert_eq!(caller.reads(direct, &blocked).await.each("text"), ["hello"], "what was said stays");
    }
    assert_eq!(cy.shows("/members", &blocked).await.each("id"), ["ada", "bo", "cy"]);

    // Without an existing conversation none can be started.
    let blocked = cy.block_contact("bo").await.done(200);
    cy.start_direct("bo").await.problem(404, "member.not_found");
    bo.start_direct("cy").await.problem(404, "member.not_found");
    assert_eq!(bo.shows("/members", &blocked).await.each("id"), ["bo"]);
}

/// The response, with ids and values that always differ replaced.
fn blurred(response: &ApiResponse, about: &[&str]) -> (u16, Value) {
    let mut text = response.text.clone();
    for word in about {
        text = text.replace(word, "X");
    }
    let mut json: Value = serde_json::from_str(&text).unwrap_or_default();
    // `as_of` and `activity` are the position of the last message, which differs between the two conversations.
    for varying in ["trace_id", "last_message", "as_of", "activity"] {
        if let Some(object) = json.as_object_mut() {
            object.remove(varying);
        }
    }
    (response.status, json)
}

/// The responses to everything that a member can try with another member.
async fn findings(bo: &Caller, other: &str, direct: Uuid, write: &ApiResponse) -> Vec<(u16, Value)> {
    bo.shows("/members", write).await;
    let own = group(bo, &[]).await;
    let responses = [
        bo.get(&format!("/members/{other}")).await,
        bo.get(&format!("/members?q={other}")).await,
        bo.get(&format!("/conversations/{direct}")).await,
        bo.get(&format!("/conversations/{direct}/participants")).await,
        bo.start_direct(other).await,
        bo.send(direct, "hello?").await,
        bo.add(own, other).await,
        bo.create_group(Uuid::now_v7(), "Ours", &[other]).await,
        bo.block_contact(other).await,
        bo.unblock_contact(other).await,
    ];
    let direct = direct.to_string();
    responses.iter().map(|response| blurred(response, &[other, &direct])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_block_is_indistinguishable_from_leaving() {
    let service = Service::start().await;
    let (_, [ada, bo, dee]) = Site::with_members(&service, "acme", ["ada", "bo", "dee"]).await;
    let (with_ada, with_dee) = (bo.direct("ada").await, bo.direct("dee").await);
    for conversation in [with_ada, with_dee] {
        bo.send(conversation, "hello").await.done(201);
    }
    let business = bo.business("me").await;
    let mut live = bo.live().await;
    bo.send(business, "the start").await.done(201);
    live.message_saying("the start").await;
    let start = live.seen.len();
    ada.block_contact("bo").await.done(200);
    dee.delete("/members/me/community").await.done(200);
    let end = bo.send(business, "the end").await.done(201);
    live.message_saying("the end").await;
    let frames = |other: &str, direct: Uuid| {
        let direct = direct.to_string();
        let about = live.seen[start..].iter().filter(|shown| shown.is_about(other) || shown.is_about(&direct));
        about
            .map(|shown| (shown.kind.clone(), shown.data.to_string().replace(other, "X").replace(&direct, "D")))
            .collect::<Vec<_>>()
    };
    assert_eq!(frames("ada", with_ada), frames("dee", with_dee));
    let about_ada = findings(&bo, "ada", with_ada, &end).await;
    let about_dee = findings(&bo, "dee", with_dee, &end).await;
    assert_eq!(about_ada.len(), about_dee.len());
    let differences: Vec<_> = about_ada.iter().zip(&about_dee).filter(|(ada, dee)| ada != dee).collect();
    assert!(differences.is_empty(), "a block and a departure differ: {differences:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_only_the_blocker_unblocks_and_staff_are_exempt() {
    let service = Service::start().await;
    let (site, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let direct = ada.direct("bo").await;
    site.owner().await.put_nothing("/members/cy/roles/staff").await.done(200);
    ada.block_contact("cy").await.problem(409, "member.is_staff");
    ada.block_contact("ada").await.problem(409, "member.oneself");
    ada.block_contact("unknown").await.problem(404, "member.not_found");

    let blocked = ada.block_contact("bo").await.done(200);
    let again = ada.block_contact("bo").await.done(200);
    assert_eq!((again.json, again.headers["etag"].clone()), (blocked.json.clone(), blocked.headers["etag"].clone()));
    assert_eq!(ada.shows("/members/me/blocks", &blocked).await.each("id"), ["bo"]);
    assert_eq!(bo.shows("/members/me/blocks", &blocked).await.each("id"), [""; 0]);
    bo.unblock_contact("ada").await.done(200);
    bo.send(direct, "am I free?").await.problem(403, "conversation.out_of_reach");
    for caller in [site.owner().await, site.operator().await] {
        let lifted = caller.unblock_contact("bo").await;
        assert!(lifted.status >= 400 || lifted.json["id"] == "bo", "{}", lifted.text);
        bo.send(direct, "am I free?").await.problem(403, "conversation.out_of_reach");
    }

    let lifted = ada.unblock_contact("bo").await.done(200);
    assert_eq!(lifted.json, json!({ "id": "bo", "blocked": false }));
    assert_eq!(ada.shows("/members/me/blocks", &lifted).await.each("id"), [""; 0]);
    assert_eq!(bo.shows("/members", &lifted).await.each("id"), ["ada", "bo", "cy"]);
    assert_eq!(ada.shows("/members", &lifted).await.each("id"), ["ada", "bo", "cy"]);
    bo.send(direct, "free").await.done(201);
    ada.send(direct, "at last").await.done(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_block_collapses_messages_in_shared_groups() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let club = group(&cy, &["ada", "bo"]).await;
    bo.send(club, "before").await.done(201);
    ada.block_contact("bo").await.done(200);
    let (mut live_ada, mut live_bo, mut live_cy) = (ada.live().await, bo.live().await, cy.live().await);
    ada.send(club, "from ada").await.done(201);
    cy.send(club, "from cy").await.done(201);
    let last = bo.send(club, "from bo").await.done(201);

    let collapsed =
        |response: &ApiResponse| response.items().iter().map(|item| item["collapsed"].clone()).collect::<Vec<_>>();
    let texts = ["before", "from ada", "from cy", "from bo"];
    for (caller, live, folded) in [
        (&ada, &mut live_ada, [true, false, false, true]),
        (&bo, &mut live_bo, [false, true, false, false]),
        (&cy, &mut live_cy, [false; 4]),
    ] {
        let listed = caller.reads(club, &last).await;
        assert_eq!(collapsed(&listed), folded);
        assert_eq!(listed.seqs(), [1, 2, 3, 4], "nothing is missing");
        for (text, folded) in texts.iter().zip(folded).skip(1) {
            let shown = live.message_saying(text).await;
            assert_eq!(shown["collapsed"], folded, "{shown}");
        }
        assert_eq!(caller.listed(club, &last).await["last_message"]["collapsed"], folded[3]);
        assert_eq!(caller.participants(club, &last).await, ["cy", "ada", "bo"]);
    }
    let lifted = ada.unblock_contact("bo").await.done(200);
    assert_eq!(collapsed(&ada.reads(club, &lifted).await), [false; 4]);
    assert_eq!(collapsed(&bo.reads(club, &lifted).await), [false; 4]);
}
