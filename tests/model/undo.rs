//! What takes a command back: histories in which things come and go, and come again.

use reqwest::Method;
use serde_json::{Value, json};

use crate::known::Effect;
use crate::people::{OLGA, PEOPLE, name};
use crate::resolve::Call;

/// The command that undoes one that succeeded, where there is one.
pub(crate) fn undo(call: &Call, site: &str) -> Option<Call> {
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    let owner = PEOPLE[OLGA];
    let back = |who, method, path: &str| Some(Call::new(who, method, path.to_owned()));
    match (call.method.as_str(), segments.as_slice()) {
        ("POST", ["members", member, act @ ("block" | "mute")]) => {
            back(owner, Method::POST, &format!("/members/{member}/un{act}"))
        }
        ("POST", ["member-chat", "disable"]) => back(owner, Method::POST, "/member-chat/enable"),
        // Whoever was removed is registered anew.
        ("DELETE", ["members", member]) => {
            let body = json!({ "display_name": name(member, site), "community": true });
            Some(Call::new(owner, Method::PUT, format!("/members/{member}")).saying(body))
        }
        // Into the group again: by the owner, as whoever left may do nothing there.
        ("DELETE", ["conversations", group, "participants", member]) => {
            let Effect::Out(place, gone) = call.effect else { return None };
            let member = if *member == "me" { gone } else { member };
            let again = Call::new(owner, Method::PUT, format!("/conversations/{group}/participants/{member}"));
            Some(again.then(Effect::In(place, gone)))
        }
        ("PUT", ["conversations", _, "participants", member]) => {
            let Effect::In(place, come) = call.effect else { return None };
            let by = if member.len() % 2 == 0 { owner } else { come };
            Some(Call::new(by, Method::DELETE, call.path.clone()).then(Effect::Out(place, come)))
        }
        ("PUT", ["conversations", _, "participants", _, "admin"]) => {
            let Effect::Admin(place, member, on) = call.effect else { return None };
            Some(Call::new(call.who, Method::DELETE, call.path.clone()).then(Effect::Admin(place, member, !on)))
        }
        (
            "PUT",
            ["conversations", _, "messages", _, "reactions", _]
            | ["members", _, "roles" | "badges", _]
            | ["members", "me", "blocks", _]
            | ["members", _, "community"],
        ) => back(call.who, Method::DELETE, &call.path),
        ("DELETE", ["members", _, "community"] | ["members", _, "roles" | "badges", _]) => {
            back(call.who, Method::PUT, &call.path)
        }
        ("PATCH", ["conversations", _, "preferences"]) => {
            let flipped = call.body.as_ref()?.as_object()?.iter();
            let body: Value = flipped.map(|(key, on)| (key.clone(), json!(*on != true))).collect();
            Some(Call::new(call.who, Method::PATCH, call.path.clone()).saying(body))
        }
        _ => None,
    }
}
