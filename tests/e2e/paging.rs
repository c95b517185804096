//! Paged lists return each item once and in order, in both directions.

use std::collections::HashSet;

use causerie_tests::{Caller, Service, Site};
use futures::{StreamExt, stream};
use serde_json::Value;
use uuid::Uuid;

const MESSAGES: u64 = 120;

/// The texts of a conversation in order, from one page.
async fn conversation_of_120(service: &Service) -> (Caller, Uuid, Vec<String>) {
    let (_, [ada, _]) = Site::with_members(service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let sends = (0..MESSAGES).map(|n| {
        let ada = ada.clone();
        async move { ada.send(group, &format!("message {n}")).await.done(201) }
    });
    let sent: Vec<_> = stream::iter(sends).buffer_unordered(8).collect().await;
    for write in &sent {
        ada.reads(group, write).await;
    }
    let all = ada.messages(group, "limit=200").await.is(200);
    assert_eq!(all.seqs(), (1..=MESSAGES).collect::<Vec<_>>());
    assert_eq!((&all.json["previous"], &all.json["next"]), (&Value::Null, &Value::Null));
    let ids = all.each("id");
    let sent: HashSet<&str> = sent.iter().filter_map(|write| write.json["id"].as_str()).collect();
    assert_eq!(ids.iter().map(String::as_str).collect::<HashSet<_>>(), sent);
    (ada, group, ids)
}

/// A group with Bo and one message, which queries show already.
async fn group_with_a_message(ada: &Caller) -> Uuid {
    let group = ada.group(&["bo"]).await;
    let sent = ada.send(group, "one").await.done(201);
    ada.reads(group, &sent).await;
    group
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_in_both_directions_returns_each_message_once() {
    let service = Service::start().await;
    let (ada, group, all) = conversation_of_120(&service).await;

    let latest = ada.messages(group, "").await.is(200);
    assert_eq!(latest.each("id"), all[70..], "50 where no limit is given");
    assert_eq!(latest.json["next"], Value::Null);

    for limit in [1, 7, 50, 119, 120, 200] {
        let (mut back, mut place) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = place {
            let query = if cursor.is_empty() { String::new() } else { format!("before={cursor}&") };
            let page = ada.messages(group, &format!("{query}limit={limit}")).await.is(200);
            back.splice(0..0, page.each("id"));
            place = page.json["previous"].as_str().map(str::to_owned);
        }
        assert_eq!(back, all, "back by {limit}");
    }

    let first = ada.messages(group, &format!("before={}", all[3])).await.is(200);
    assert_eq!((first.each("id"), &first.json["previous"]), (all[..3].to_vec(), &Value::Null));
    for limit in [7, 50, 200] {
        let (mut forth, mut place) = (all[..3].to_vec(), first.json["next"].as_str().map(str::to_owned));
        while let Some(cursor) = place {
            let page = ada.messages(group, &format!("after={cursor}&limit={limit}")).await.is(200);
            forth.extend(page.each("id"));
            place = page.json["next"].as_str().map(str::to_owned);
        }
        assert_eq!(forth, all, "forth by {limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_id_and_a_seq_are_places_as_good_as_a_cursor() {
    let service = Service::start().await;
    let (ada, group, all) = conversation_of_120(&service).await;
    for at in [0, 1, 5, 60, 118, 119] {
        let page = ada.messages(group, &format!("before={}&limit=10", all[at])).await.is(200);
        assert_eq!(page.each("id"), all[at.saturating_sub(10)..at], "before {at}");
        let page = ada.messages(group, &format!("after={}&limit=10", all[at])).await.is(200);
        assert_eq!(page.each("id"), all[at + 1..(at + 11).min(all.len())], "after {at}");
        for limit in [1, 2, 11, 200] {
            let page = ada.messages(group, &format!("around={}&limit={limit}", all[at])).await.is(200);
            let by_seq = ada.messages(group, &format!("around={}&limit={limit}", at + 1)).await.is(200);
            assert_eq!(by_seq.json, page.json, "around the seq of {at} by {limit}");
            let ids = page.each("id");
            assert!(ids.contains(&all[at]), "around {at} by {limit}: {ids:?}");
            let from = all.iter().position(|id| *id == ids[0]).unwrap();
            assert_eq!(ids, all[from..from + ids.len()], "around {at} by {limit}");
            // Continue in both directions.
            let mut whole = ids.clone();
            if let Some(cursor) = page.json["previous"].as_str() {
                whole.splice(0..0, ada.messages(group, &format!("before={cursor}&limit=200")).await.each("id"));
            }
            if let Some(cursor) = page.json["next"].as_str() {
                whole.extend(ada.messages(group, &format!("after={cursor}&limit=200")).await.each("id"));
            }
            assert_eq!(whole, all, "around {at} by {limit}");
        }
    }
    ada.messages(group, &format!("around={}", Uuid::now_v7())).await.some_problem();
    assert_eq!(ada.messages(group, "around=0&limit=200").await.each("id"), all, "before the first");
    ada.messages(group, "around=99999999999999999999").await.problem(400, "cursor.invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_limit_cursor_or_parameter_is_a_client_error() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = group_with_a_message(&ada).await;
    let messages = format!("/conversations/{group}/messages");
    let bad_places =
        ["", "x", "1", "%00", "%ff", "1zz", &hex("[\"a\"]"), &hex("null"), &hex("[1e99]"), &"1".repeat(5000)];
    for path in [messages.as_str(), "/conversations", "/members"] {
        for limit in ["0", "201", "-1", "abc", "", "1.5", "4294967297", "99999999999999999999"] {
            ada.get(&format!("{path}?limit={limit}")).await.some_problem().is(400);
        }
        for limit in ["1", "200"] {
            ada.get(&format!("{path}?limit={limit}")).await.is(200);
        }
        ada.get(&format!("{path}?limt=5")).await.some_problem().is(400);
        let parameters = if path == messages { ["before", "after", "around"].as_slice() } else { &["cursor"] };
        for parameter in parameters {
            // A number is the `seq` of a message.
            for place in bad_places.into_iter().filter(|place| path != messages || *place != "1") {
                ada.get(&format!("{path}?{parameter}={place}")).await.some_problem().is(400);
            }
        }
    }
    ada.messages(group, "before=x&after=x").await.some_problem().is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_cursor_is_refused_or_finds_nothing() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = group_with_a_message(&ada).await;
    let refused_or_empty = async |path: String| {
        let response = ada.get(&path).await;
        assert!(response.status == 200 || response.status == 400, "{path}: {} {}", response.status, response.text);
    };
    for place in [i64::MIN, -1, 0, 2, i64::MAX] {
        refused_or_empty(format!("/conversations?cursor={}", hex(&format!("[{place},\"{group}\"]")))).await;
        for parameter in ["before", "after", "around"] {
            let place = hex(&format!("[{place}]"));
            refused_or_empty(format!("/conversations/{group}/messages?{parameter}={place}")).await;
        }
    }
    for name in ["", "\\ud7ff", "\\u0000"] {
        refused_or_empty(format!("/members?cursor={}", hex(&format!("[\"{name}\",\"ada\"]")))).await;
    }
}

/// A cursor in the format of the service.
fn hex(json: &str) -> String {
    json.bytes().fold("1".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
