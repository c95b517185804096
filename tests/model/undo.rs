//! The inverse of a command, so that histories repeat and revert changes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::commands::Call;
use crate::people::{OLGA, PEOPLE, name};
use crate::targets::Effect;

pub(crate) fn undo(call: &Call, site: &str) -> Option<Call> {
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    let owner = PEOPLE[OLGA];
    let without_body = |caller, method, path: &str| Some(Call::new(caller, method, path.to_owned()));
    match (call.method.as_str(), segments.as_slice()) {
        ("POST", ["members", member, action @ ("block" | "mute")]) => {
            without_body(owner, Method::POST, &format!("/members/{member}/un{action}"))
        }
        ("POST", ["member-chat", "disable"]) => without_body(owner, Method::POST, "/member-chat/enable"),
        // A removed member is registered again.
        ("DELETE", ["members", member]) => {
            let body = json!({ "display_name": name(member, site), "community": true });
            Some(Call::new(owner, Method::PUT, format!("/members/{member}")).with_body(body))
        }
        // The owner adds them to the group again, because a former participant cannot.
        ("DELETE", ["conversations", group, "participants", member]) => {
            let Effect::Out(target, departed) = call.effect else { return None };
            let member = if *member == "me" { departed } else { member };
            let again = Call::new(owner, Method::PUT, format!("/conversations/{group}/participants/{member}"));
            Some(again.then(Effect::In(target, departed)))
        }
        ("PUT", ["conversations", _, "participants", member]) => {
            let Effect::In(target, added) = call.effect else { return None };
            let by = if member.len() % 2 == 0 { owner } else { added };
            Some(Call::new(by, Method::DELETE, call.path.clone()).then(Effect::Out(target, added)))
        }
        ("PUT", ["conversations", _, "participants", _, "admin"]) => {
            let Effect::Admin(target, member, on) = call.effect else { return None };
            Some(Call::new(call.caller, Method::DELETE, call.path.clone()).then(Effect::Admin(target, member, !on)))
        }
        (
            "PUT",
            ["conversations", _, "messages", _, "reactions", _]
            | ["members", _, "roles" | "badges", _]
            | ["members", "me", "blocks", _]
            | ["members", _, "community"],
        ) => without_body(call.caller, Method::DELETE, &call.path),
        ("DELETE", ["members", _, "community"] | ["members", _, "roles" | "badges", _]) => {
            without_body(call.caller, Method::PUT, &call.path)
        }
        ("PATCH", ["conversations", _, "preferences"]) => {
            let flipped = call.body.as_ref()?.as_object()?.iter();
            let body: Value = flipped.map(|(key, on)| (key.clone(), json!(*on != true))).collect();
            Some(Call::new(call.caller, Method::PATCH, call.path.clone()).with_body(body))
        }
        _ => None,
    }
}
