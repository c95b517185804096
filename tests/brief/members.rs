//! M1, M4, M5 and M7: registration, roles and badges, the community, and the member list.

use causerie_tests::{Live, Service, Site};
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{group, sorted, types};

#[tokio::test(flavor = "multi_thread")]
async fn m1_operator_and_owner_register_members() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    let (operator, owner) = (site.operator().await, site.owner().await);
    let ada = json!({ "display_name": "Ada", "avatar_url": "https://a.example/ada.png", "community": true });
    let registered = operator.put("/members/ada", &ada).await.done(200);
    assert_eq!(registered.json["status"], "active");
    assert_eq!(operator.put("/members/ada", &ada).await.done(200).json, registered.json);
    let bo = owner.put("/members/bo", &json!({ "display_name": "Bo", "community": false })).await.done(200);
    assert_eq!(bo.json["community"], false);
    for caller in [service.caller("acme", "sam", "staff").await, site.member("ada").await] {
        caller.put("/members/cy", &ada).await.problem(403, "member.operator_or_owner_only");
    }
    let wrong = [
        (json!({ "display_name": " ", "community": true }), "member.display_name_empty"),
        (json!({ "display_name": "n".repeat(101), "community": true }), "member.display_name_too_long"),
        (
            json!({ "display_name": "X", "community": true, "avatar_url": "javascript:alert(1)" }),
            "member.avatar_url_invalid",
        ),
    ];
    for (body, code) in wrong {
        operator.put("/members/cy", &body).await.problem(422, code);
    }
    // The host updates a registered member.
    let renamed = json!({ "display_name": "Ada Lovelace", "community": true });
    let renamed = operator.put("/members/ada", &renamed).await.done(200);
    let seen = owner.shows("/members/ada", &renamed).await.json;
    assert_eq!((&seen["display_name"], &seen["avatar_url"]), (&json!("Ada Lovelace"), &Value::Null));

    owner.patch("/settings", &json!({ "approval": "manual" })).await.done(200);
    let dee = operator.put("/members/dee", &json!({ "display_name": "Dee", "community": true })).await.done(200);
    assert_eq!(dee.json["status"], "pending");
    assert_eq!(owner.shows("/members/ada", &dee).await.json["status"], "active", "who was in stays in");
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_first_visit_registers_the_name_of_the_token() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    let owner = site.owner().await;
    site.member("ada").await.get("").await.problem(403, "member.not_registered");
    let ada = service.visitor("acme", "ada", "Ada Lovelace").await;
    // A chat box opens with several requests at once.
    let paths = ["", "/members", "/conversations", "/members/me/blocks"];
    for response in join_all(paths.iter().map(|path| ada.get(path))).await {
        response.is(200);
    }
    let log = service.replay(Some("acme")).await;
    assert_eq!(types(&log).iter().filter(|name| **name == "MemberRegistered").count(), 1);
    let sent = ada.send(ada.business("me").await, "hello").await.done(201);
    assert_eq!(ada.shows("/members/me", &sent).await.json["display_name"], "Ada Lovelace");
    let seen = owner.shows("/members/ada", &sent).await.json;
    assert_eq!((&seen["display_name"], &seen["status"]), (&json!("Ada Lovelace"), &json!("active")));
    assert_eq!(seen["community"], false, "joining the community is a step of its own");
    // The member is registered, so the name in the token is not needed.
    site.member("ada").await.get("/conversations").await.is(200);

    owner.patch("/settings", &json!({ "approval": "manual" })).await.done(200);
    let bo = service.visitor("acme", "bo", "Bo").await;
    bo.get("").await.problem(403, "member.pending");
    let approved = owner.post("/members/bo/approve").await.done(200);
    assert_eq!(approved.json["display_name"], "Bo");
    bo.get("").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_first_visit_returns_the_registered_member() {
    let service = Service::start().await;
    Site::register(&service, "acme").await;
    for n in 0..10 {
        let visitor = service.visitor("acme", &format!("visitor-{n}"), "Ada").await;
        assert_eq!(visitor.get("/members/me").await.is(200).json["display_name"], "Ada");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_roles_and_badges_are_shown_with_names() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let club = group(&ada, &["bo"]).await;
    bo.put_nothing("/members/bo/badges/vip").await.problem(403, "member.staff_only");
    bo.put_nothing("/members/bo/roles/host").await.problem(403, "member.staff_only");
    for reserved in ["member", "owner", "operator"] {
        owner.put_nothing(&format!("/members/bo/roles/{reserved}")).await.problem(422, "role.reserved");
    }
    for wrong in ["Vip", "-vip", "v%20i%20p", &"v".repeat(33)] {
        owner.put_nothing(&format!("/members/bo/badges/{wrong}")).await.some_problem();
    }
    owner.put_nothing("/members/unknown/badges/vip").await.problem(404, "member.not_found");

    let mut live = ada.live().await;
    staff.put_nothing("/members/bo/roles/host").await.done(200);
    let given = staff.put_nothing("/members/bo/badges/vip").await.done(200);
    let again = owner.put_nothing("/members/bo/badges/vip").await.done(200);
    assert_eq!(again.header("etag"), given.header("etag"), "given once");
    let has = |member: &Value, roles: Value, badges: Value| {
        assert_eq!((&member["roles"], &member["badges"]), (&roles, &badges), "{member}");
    };
    has(&given.json, json!(["host"]), json!(["vip"]));
    has(&ada.shows("/members/bo", &given).await.json, json!(["host"]), json!(["vip"]));
    has(&ada.shows("/members?badge=vip&role=host", &given).await.items()[0], json!(["host"]), json!(["vip"]));
    let participants = ada.shows(&format!("/conversations/{club}/participants"), &given).await;
    has(&participants.items()[1], json!(["host"]), json!(["vip"]));
    while live.until("member.changed", "bo").await.data["badges"] != json!(["vip"]) {}

    staff.delete("/members/bo/roles/host").await.done(200);
    let taken = staff.delete("/members/bo/badges/vip").await.done(200);
    staff.delete("/members/bo/badges/vip").await.done(200);
    has(&ada.shows("/members/bo", &taken).await.json, json!([]), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_role_staff_takes_effect_immediately() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let business = ada.business("me").await;
    let sent = ada.send(business, "a question").await.done(201);
    staff.put_nothing("/members/bo/roles/staff").await.problem(403, "role.owner_only");
    bo.get(&format!("/conversations/{business}/messages")).await.problem(404, "conversation.not_found");

    let given = owner.put_nothing("/members/bo/roles/staff").await.done(200);
    assert_eq!(bo.reads(business, &sent).await.each("text"), ["a question"]);
    assert_eq!(bo.shows("/conversations?kind=business", &given).await.each("id"), [business.to_string()]);
    bo.post("/members/ada/mute").await.done(200);
    let seen = bo.shows("/members/ada", &given).await.json;
    assert!(seen.get("status").is_some(), "staff see all fields: {seen}");

    staff.delete("/members/bo/roles/staff").await.problem(403, "role.owner_only");
    let taken = owner.delete("/members/bo/roles/staff").await.done(200);
    bo.get(&format!("/conversations/{business}/messages")).await.problem(404, "conversation.not_found");
    bo.post("/members/ada/unmute").await.problem(403, "member.staff_only");
    assert_eq!(bo.shows("/conversations?kind=business", &taken).await.items().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn m5_member_outside_the_community_is_out_of_reach() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let registered = site.register_member("cy", "Cy", false).await;
    let [ada, cy] = site.members(["ada", "cy"]).await;
    let club = group(&ada, &["bo"]).await;
    let mut live: Live = cy.live().await;

    assert_eq!(ada.shows("/members", &registered).await.each("id"), ["ada", "bo"]);
    assert_eq!(ada.shows("/members?q=cy", &registered).await.each("id"), [""; 0]);
    ada.shows("/members", &registered).await;
    ada.get("/members/cy").await.problem(404, "member.not_found");
    ada.start_direct("cy").await.problem(404, "member.not_found");
    ada.add(club, "cy").await.problem(422, "group.participant_not_in_roster");
    assert_eq!(cy.shows("/members", &registered).await.each("id"), [""; 0], "nor do they see the roster");
    cy.start_direct("ada").await.problem(403, "member.not_in_community");
    cy.create_group(Uuid::now_v7(), "Mine", &["ada"]).await.problem(403, "member.not_in_community");
    let business = cy.business("me").await;
    cy.send(business, "hello").await.done(201);
    assert_eq!(live.message().await["text"], "hello");

    ada.put_nothing("/members/cy/community").await.problem(403, "member.oneself_only");
    let joined = cy.put_nothing("/members/me/community").await.done(200);
    assert_eq!(joined.json["community"], true);
    assert_eq!(sorted(ada.shows("/members", &joined).await.each("id")), ["ada", "bo", "cy"]);
    assert_eq!(sorted(cy.shows("/members", &joined).await.each("id")), ["ada", "bo", "cy"]);
    let direct = ada.direct("cy").await;
    ada.add(club, "cy").await.done(200);
    cy.send(club, "I am in").await.done(201);

    let left = cy.delete("/members/me/community").await.done(200);
    assert_eq!(ada.shows("/members", &left).await.each("id"), ["ada", "bo"]);
    cy.send(club, "am I?").await.problem(403, "member.not_in_community");
    cy.send(direct, "am I?").await.problem(403, "member.not_in_community");
    ada.send(direct, "are you?").await.problem(403, "conversation.out_of_reach");
    assert_eq!(cy.reads(club, &left).await.each("text"), ["I am in"], "what one is in one reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn m7_the_member_list_is_searched_filtered_and_paged() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &[]).await;
    let (owner, ada) = (site.owner().await, site.member("ada").await);
    let names = ["Ada Lovelace", "Bo Derek", "Cy Twombly", "Dee Dee", "Eve Lovell", "Flo", "Gus", "Hal"];
    let ids = names.map(|name| name[..3].trim().to_lowercase());
    for (id, name) in ids.iter().zip(names) {
        site.register_member(id, name, id != "hal").await;
    }
    owner.put_nothing("/members/bo/roles/host").await.done(200);
    owner.put_nothing("/members/cy/badges/vip").await.done(200);
    owner.put_nothing("/members/dee/badges/vip").await.done(200);
    owner.post("/members/flo/mute").await.done(200);
    let last = owner.post("/members/gus/block").await.done(200);

    let all = owner.shows("/members?limit=200", &last).await;
    assert_eq!(sorted(all.each("id")), sorted(ids.clone()));
    let roster = ada.shows("/members?limit=200", &last).await;
    assert_eq!(sorted(roster.each("id")), ["ada", "bo", "cy", "dee", "eve", "flo"]);
    for item in roster.items().iter().filter(|item| item["id"] != "ada") {
        for private in ["status", "community", "muted"] {
            assert_eq!(item.get(private), None, "{item}");
        }
    }
    assert_eq!(owner.list_ids("/members?", 3).await, all.each("id"));
    assert_eq!(ada.list_ids("/members?", 3).await, roster.each("id"));

    for (query, found) in [
        ("q=LOVE", vec!["ada", "eve"]),
        ("q=lovelace", vec!["ada"]),
        ("q=%25", vec![]),
        ("q=_", vec![]),
        ("role=host", vec!["bo"]),
        ("badge=vip", vec!["cy", "dee"]),
        ("badge=vip&q=twom", vec!["cy"]),
        ("badge=gold", vec![]),
    ] {
        for caller in [&owner, &ada] {
            let listed = caller.get(&format!("/members?{query}")).await.is(200);
            assert_eq!(sorted(listed.each("id")), found, "{query}");
        }
    }
    assert_eq!(owner.get("/members?status=blocked").await.each("id"), ["gus"]);
    assert_eq!(owner.get("/members?status=active").await.items().len(), 7);
    let hidden = ada.get("/members?status=blocked").await;
    assert!(!hidden.text.contains("gus"), "{}", hidden.text);
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=nonsense", "status=odd", "color=red"] {
        owner.get(&format!("/members?{wrong}")).await.some_problem().is(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m7_owner_and_staff_see_how_many_members_there_are() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    owner.patch("/settings", &json!({ "approval": "manual" })).await.done(200);
    service.visitor("acme", "dee", "Dee").await.get("").await.problem(403, "member.pending");
    for path in
        ["/members/ada/badges/vip", "/members/bo/badges/vip", "/members/cy/badges/vip", "/members/bo/roles/host"]
    {
        owner.put_nothing(path).await.done(200);
    }
    owner.delete("/members/cy").await.done(200);
    let blocked = owner.post("/members/ada/block").await.done(200);
    let counts = json!({ "active": 1, "pending": 1, "blocked": 1, "roles": { "host": 1 }, "badges": { "vip": 2 } });
    for caller in [&owner, &staff, &site.operator().await] {
        assert_eq!(caller.shows("/member-counts", &blocked).await.json, counts);
    }
    site.member("bo").await.get("/member-counts").await.problem(403, "member.staff_only");
}
