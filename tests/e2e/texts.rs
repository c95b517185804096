//! Names and texts, as sent and as shown to others.

use causerie_tests::{Caller, NO_LIMITS, Service, Site};
use serde_json::json;
use uuid::Uuid;

const INVISIBLE: &str = "\u{200b}\u{2060}\u{3164}\u{2800}\u{ad}\u{34f}\u{feff}\u{e0020}\u{115f}\
    \u{ffa0}\u{180e}\u{fe0f}\u{200e}\u{202e}\u{fff9}\u{1b}";

#[tokio::test(flavor = "multi_thread")]
async fn invisible_text_is_rejected_in_every_field() {
    let service = Service::start_with(&NO_LIMITS).await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (operator, ada) = (site.operator().await, site.member("ada").await);
    let group = ada.group(&["bo"]).await;
    let sent = ada.send(group, "hello").await.done(201).id();
    for invisible in INVISIBLE.chars() {
        let text = invisible.to_string().repeat(3);
        let member = operator.put("/members/cy", &json!({ "display_name": text, "community": true })).await;
        member.problem(422, "member.display_name_empty");
        ada.create_group(Uuid::now_v7(), &text, &["bo"]).await.problem(422, "group.name_empty");
        let renamed = ada.patch(&format!("/conversations/{group}"), &json!({ "name": text })).await;
        renamed.problem(422, "group.name_empty");
        let new: Caller = operator.at(service.url(), "new");
        new.put("", &json!({ "name": text, "locale": "fr" })).await.problem(422, "site.name_empty");
        ada.send(group, &text).await.problem(422, "message.text_empty");
        ada.edit(group, sent, &text).await.problem(422, "message.text_empty");
    }
    for visible in ["👩‍🚀", "نام‌ها", "a\u{ad} b"] {
        operator.put("/members/cy", &json!({ "display_name": visible, "community": true })).await.done(200);
        ada.create_group(Uuid::now_v7(), visible, &["bo"]).await.done(201);
        let sent = ada.send(group, visible).await.done(201);
        assert_eq!(sent.json["text"], visible, "messages keep what they are written with");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_one_line_without_direction_overrides() {
    let service = Service::start().await;
    let (site, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    for (given, stored) in [
        ("Bob\u{202e}", "Bob"),
        ("\u{202e}txt.exe", "txt.exe"),
        ("a\u{2067}b", "ab"),
        ("x\nline", "x line"),
        ("tab\there", "tab here"),
        ("\u{1b}[31mred", "[31mred"),
        ("Zoe\u{301}", "Zoé"),
        ("👩‍🚀", "👩‍🚀"),
        ("نام‌ها", "نام‌ها"),
    ] {
        assert_eq!(site.register_member("cy", given, true).await.json["display_name"], stored);
        let id = Uuid::now_v7();
        let group = ada.create_group(id, given, &["bo"]).await.done(201);
        assert_eq!(group.json["name"], stored);
        assert_eq!(ada.create_group(id, given, &["bo"]).await.done(201).json, group.json);
    }
    let club = ada.group(&["bo"]).await;
    let id = Uuid::now_v7();
    let sent = ada.send_as(club, id, "one\r\n\ttwo\u{202e}\u{1b} \u{2067}שלום\u{2069}").await.done(201);
    assert_eq!(sent.json["text"], "one\n\ttwo \u{2067}שלום\u{2069}");
    let again = ada.send_as(club, id, "one\r\n\ttwo\u{202e}\u{1b} \u{2067}שלום\u{2069}").await.done(201);
    assert_eq!(again.json, sent.json);
}
