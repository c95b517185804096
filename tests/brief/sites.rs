//! S1 to S3: registering a site, the switch, the settings.

use causerie_tests::{Service, Site};
use serde_json::json;
use uuid::Uuid;

use crate::group;

#[tokio::test(flavor = "multi_thread")]
async fn s1_only_the_operator_registers_a_site() {
    let service = Service::start().await;
    let site = Site { service: &service, id: "acme" };
    let (operator, owner) = (site.operator().await, site.owner().await);
    let acme = json!({ "name": "Acme", "locale": "fr", "allowed_origins": ["https://acme.example"] });
    operator.get("").await.problem(404, "site.not_found");
    for role in ["member", "staff", "owner"] {
        service.caller("acme", "olga", role).await.put("", &acme).await.problem(403, "site.operator_only");
    }
    service.stranger("acme").put("", &acme).await.problem(401, "token.missing");
    service
        .caller("other", "op", "operator")
        .await
        .at(service.url(), "acme")
        .put("", &acme)
        .await
        .some_problem()
        .is(403);
    let wrong = [
        (json!({ "name": "", "locale": "fr" }), "site.name_empty"),
        (json!({ "name": "n".repeat(101), "locale": "fr" }), "site.name_too_long"),
        (json!({ "name": "Acme", "locale": "French, please" }), "site.locale_invalid"),
        (
            json!({ "name": "Acme", "locale": "fr", "allowed_origins": ["https://acme.example/path"] }),
            "site.origin_invalid",
        ),
        (
            json!({ "name": "Acme", "locale": "fr", "allowed_origins": vec!["https://a.example"; 21] }),
            "site.too_many_origins",
        ),
    ];
    for (body, code) in wrong {
        operator.put("", &body).await.problem(422, code);
    }

    let registered = operator.put("", &acme).await.done(201);
    assert_eq!(operator.put("", &acme).await.done(201).json, registered.json);
    operator.put("", &json!({ "name": "Other", "locale": "fr" })).await.problem(409, "site.registered_differently");
    let seen = owner.get("").await.is(200).json;
    assert_eq!(seen["name"], "Acme");
    assert_eq!(seen["locale"], "fr");
    assert_eq!(seen["allowed_origins"], acme["allowed_origins"]);
    assert_eq!(seen["member_chat_enabled"], false);
    let defaults = json!({
        "approval": "automatic", "group_creation": "members", "max_participants": 256,
        "appearance": { "accent": null, "position": "right", "welcome": { "en": null, "fr": null } }, "badges": {},
    });
    assert_eq!(seen["settings"], defaults);
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_members_write_only_to_the_business_while_off() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    site.welcome(&["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let staff = service.caller("acme", "sam", "staff").await;
    for caller in [&ada, &staff, &site.operator().await] {
        caller.post("/member-chat/enable").await.problem(403, "site.owner_only");
        caller.post("/member-chat/disable").await.problem(403, "site.owner_only");
    }
    ada.create_group(Uuid::now_v7(), "Book club", &["bo"]).await.problem(403, "member_chat.disabled");
    ada.start_direct("bo").await.problem(403, "member_chat.disabled");
    assert_eq!(ada.get("/members").await.is(200).each("id"), [""; 0]);
    ada.get("/members/bo").await.problem(404, "member.not_found");
    let business = ada.business("me").await;
    let sent = ada.send(business, "is anybody there?").await.done(201);
    assert_eq!(staff.reads(business, &sent).await.each("text"), ["is anybody there?"]);
    assert_eq!(ada.shows("/members/me", &sent).await.json["id"], "ada");
    assert_eq!(ada.listed(business, &sent).await["locked"], false);

    let on = site.owner().await.post("/member-chat/enable").await.done(200);
    assert_eq!(bo.shows("/members?q=ada", &on).await.each("id"), ["ada"]);
    group(&ada, &["bo"]).await;
    bo.direct("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_off_locks_conversations_and_on_restores_them() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let owner = site.owner().await;
    let (club, direct) = (group(&ada, &["bo"]).await, ada.direct("bo").await);
    let message = ada.send(club, "one").await.done(201).id();
    let last = bo.send(direct, "two").await.done(201);
    let before = [bo.reads(club, &last).await, bo.reads(direct, &last).await].map(|response| response.json);
    let unread = ada.listed(direct, &last).await["unread"].clone();
    assert_eq!(unread, 1);
    let mut live = bo.live().await;

    let off = owner.post("/member-chat/disable").await.done(200);
    while live.expect("site.changed").await.data["member_chat_enabled"] != false {}
    for conversation in [club, direct] {
        let item = ada.listed(conversation, &off).await;
        assert_eq!(item["locked"], true, "{item}");
        ada.send(conversation, "three").await.problem(403, "member_chat.disabled");
        ada.types(conversation).await.problem(403, "member_chat.disabled");
    }
    ada.edit(club, message, "changed").await.problem(403, "member_chat.disabled");
    bo.react(club, message, "👍").await.problem(403, "member_chat.disabled");
    ada.add(club, "cy").await.problem(403, "member_chat.disabled");
    assert_eq!(ada.shows("/members", &off).await.each("id"), [""; 0]);
    let locked = [bo.reads(club, &off).await, bo.reads(direct, &off).await].map(|response| response.json);
    assert_eq!(locked, before);

    let on = owner.post("/member-chat/enable").await.done(200);
    while live.expect("site.changed").await.data["member_chat_enabled"] != true {}
    let after = [bo.reads(club, &on).await, bo.reads(direct, &on).await].map(|response| response.json);
    assert_eq!(after, before);
    let item = ada.listed(direct, &on).await;
    assert_eq!((&item["locked"], &item["unread"]), (&json!(false), &unread));
    let three = ada.send(club, "three").await.done(201);
    assert_eq!(bo.reads(club, &three).await.each("text"), ["one", "three"]);
    assert_eq!(live.until("message.sent", club).await.data["seq"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_owner_changes_settings_within_their_limits() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    site.welcome(&["ada"]).await;
    let (owner, ada) = (site.owner().await, site.member("ada").await);
    let staff = service.caller("acme", "sam", "staff").await;
    for caller in [&ada, &staff, &site.operator().await] {
        let refused = caller.patch("/settings", &json!({ "approval": "manual" })).await;
        refused.problem(403, "site.owner_only");
    }
    for max in [0, 1, 1001] {
        let refused = owner.patch("/settings", &json!({ "max_participants": max })).await;
        refused.problem(422, "site.max_participants_invalid");
    }
    for wrong in [json!({ "approval": "sometimes" }), json!({ "group_creation": "owner" }), json!({ "colour": "red" })]
    {
        owner.patch("/settings", &wrong).await.problem(422, "body.invalid");
    }
    let mut live = ada.live().await;
    for max in [2, 1000] {
        owner.patch("/settings", &json!({ "max_participants": max })).await.done(200);
        while live.expect("site.changed").await.data["settings"]["max_participants"] != max {}
    }
    let changed = owner.patch("/settings", &json!({ "approval": "manual", "group_creation": "staff" })).await.done(200);
    let all = json!({
        "approval": "manual", "group_creation": "staff", "max_participants": 1000,
        "appearance": { "accent": null, "position": "right", "welcome": { "en": null, "fr": null } }, "badges": {},
    });
    assert_eq!(changed.json["settings"], all);
    let again = owner.patch("/settings", &all).await.done(200);
    assert_eq!(again.header("etag"), changed.header("etag"), "nothing was left to change");
    assert_eq!(ada.get("").await.is(200).json["settings"], all);
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_badges_have_a_label_and_a_colour_that_all_members_see() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let (owner, ada) = (site.owner().await, site.member("ada").await);
    let mut live = ada.live().await;
    let badges = json!({ "vip": { "label": { "en": " VIP  Gold ", "fr": "VIP Or" }, "color": "#b8860b" }, "new": {} });
    ada.patch("/settings", &json!({ "badges": badges })).await.problem(403, "site.owner_only");
    owner.patch("/settings", &json!({ "badges": badges })).await.done(200);
    let stored = json!({
        "vip": { "label": { "en": "VIP Gold", "fr": "VIP Or" }, "color": "#b8860b" },
        "new": { "label": { "en": null, "fr": null }, "color": null },
    });
    assert_eq!(live.expect("site.changed").await.data["settings"]["badges"], stored);
    assert_eq!(ada.get("").await.is(200).json["settings"]["badges"], stored);
    for (wrong, code, pointer) in [
        (json!({ "vip": { "label": { "fr": " " } } }), "badge.label_empty", "/badges/vip/label/fr"),
        (json!({ "vip": { "label": { "en": "a\u{0}" } } }), "badge.label_invalid", "/badges/vip/label/en"),
        (json!({ "vip": { "color": "gold" } }), "body.invalid", "/badges/vip/color"),
        (json!({ "VIP": {} }), "body.invalid", "/badges/VIP"),
        (json!({ "vip": [null] }), "body.invalid", "/badges/vip"),
        (json!({ "vip": { "label": ["Gold"] } }), "body.invalid", "/badges/vip/label"),
    ] {
        let refused = owner.patch("/settings", &json!({ "badges": wrong })).await;
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{wrong}: {}", refused.text);
        refused.problem(422, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_owner_changes_how_the_chat_looks() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let (owner, ada) = (site.owner().await, site.member("ada").await);
    let looks = json!({ "accent": "#7b1fa2", "position": "left", "welcome": { "en": "Ask us.\nHello.", "fr": null } });
    owner.patch("/settings", &json!({ "appearance": looks })).await.done(200);
    assert_eq!(ada.get("").await.is(200).json["settings"]["appearance"], looks);
    for (wrong, code) in [
        (json!({ "accent": "#FFF" }), "body.invalid"),
        (json!({ "position": "top" }), "body.invalid"),
        (json!({ "logo": "x" }), "body.invalid"),
        (json!({ "welcome": { "de": "Hallo" } }), "body.invalid"),
        (json!({ "welcome": { "en": "" } }), "site.welcome_empty"),
        (json!({ "welcome": { "fr": "a\u{0}" } }), "site.welcome_invalid"),
    ] {
        owner.patch("/settings", &json!({ "appearance": wrong })).await.problem(422, code);
    }
    let defaults = json!({ "accent": null, "position": "right", "welcome": { "en": null, "fr": null } });
    let changed = owner.patch("/settings", &json!({ "appearance": {} })).await.done(200);
    assert_eq!(changed.json["settings"]["appearance"], defaults, "the whole appearance is replaced");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_only_staff_create_groups_if_configured() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let owner = site.owner().await;
    let before = group(&ada, &["bo"]).await;
    owner.patch("/settings", &json!({ "group_creation": "staff" })).await.done(200);
    ada.create_group(Uuid::now_v7(), "Mine", &["bo"]).await.problem(403, "group.creation_staff_only");
    ada.send(before, "what there is goes on").await.done(201);
    ada.direct("bo").await;
    owner.put_nothing("/members/bo/roles/staff").await.done(200);
    group(&bo, &["ada"]).await;
    owner.patch("/settings", &json!({ "group_creation": "members" })).await.done(200);
    group(&ada, &["bo"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_groups_do_not_exceed_the_maximum_size() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy", "dee"]).await;
    let ada = site.member("ada").await;
    let owner = site.owner().await;
    owner.patch("/settings", &json!({ "max_participants": 3 })).await.done(200);
    let refused = ada.create_group(Uuid::now_v7(), "All", &["bo", "cy", "dee"]).await;
    refused.problem(422, "group.too_many_participants");
    let club = group(&ada, &["bo", "cy"]).await;
    ada.add(club, "dee").await.problem(422, "group.too_many_participants");
    owner.add(club, "dee").await.problem(422, "group.too_many_participants");
    // Adding a participant again succeeds, even if the group is full.
    ada.add(club, "bo").await.done(200);
    // A lower limit removes no participants.
    owner.patch("/settings", &json!({ "max_participants": 2 })).await.done(200);
    let sent = ada.send(club, "still three").await.done(201);
    assert_eq!(ada.participants(club, &sent).await, ["ada", "bo", "cy"]);
    ada.remove(club, "cy").await.done(200);
    ada.add(club, "cy").await.problem(422, "group.too_many_participants");
    owner.patch("/settings", &json!({ "max_participants": 4 })).await.done(200);
    ada.add(club, "cy").await.done(200);
    let full = ada.add(club, "dee").await.done(200);
    assert_eq!(full.json["participant_count"], 4);
}
