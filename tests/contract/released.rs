//! Nothing that was released is taken back. `contracts/released/` has the documents as they were last released.

use causerie_tests::contract::{document, folder};
use serde_json::{Value, json};

use crate::compare::{breaks, breaks_readers, breaks_schema};

/// What is changed, how, and what must be said of it.
type Case = (&'static str, fn(&mut Value), &'static str);

const GROUP: &str = "/paths/~1v1~1sites~1{site}~1groups~1{conversation}";

#[test]
fn whoever_relies_on_the_released_document_can_go_on() {
    none("clients of the API", &breaks(&json_of("released/openapi.json"), document()));
}

#[test]
fn whoever_reads_the_released_stream_can_go_on() {
    none("readers of the stream", &breaks_readers(&json_of("released/asyncapi.json"), &json_of("asyncapi.json")));
}

#[test]
fn whoever_consumes_released_events_can_go_on() {
    let released = std::fs::read_dir(folder().join("released/schemas")).unwrap();
    for path in released.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(folder().join("schemas").join(name).exists(), "{name} was released and is gone");
        let [old, new] = ["released/schemas", "schemas"].map(|place| json_of(&format!("{place}/{name}")));
        none("consumers of events", &breaks_schema(name, &old, &new));
    }
}

fn json_of(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join(name)).unwrap()).unwrap()
}

fn none(whom: &str, breaks: &[String]) {
    assert!(
        breaks.is_empty(),
        "this breaks {whom}; keep the old form beside the new one, under a new name, path or version:\n{}",
        breaks.join("\n")
    );
}

/// The comparison itself can see what it looks for.
#[test]
fn what_breaks_a_client_is_seen() {
    let cases: [Case; 9] = [
        ("a path", |new| remove(new, "/paths", "/v1/sites/{site}/stream"), "is gone"),
        ("an operation", |new| remove(new, "/paths/~1v1~1sites~1{site}", "get"), "is gone"),
        (
            "a field of an answer",
            |new| remove(new, "/components/schemas/Member/properties", "badges"),
            "badges is gone",
        ),
        ("a header", |new| remove(new, &format!("{GROUP}/put/responses/201/headers"), "ETag"), "ETag is gone"),
        (
            "a required field",
            |new| push(new, "/components/schemas/CreateGroupRequest/required", "history"),
            "required now",
        ),
        (
            "an enum",
            |new| drop_first(new, "/components/schemas/CreateGroupRequest/properties/history/enum"),
            "any more",
        ),
        ("an enum of answers", |new| drop_first(new, "/components/schemas/MemberStatus/enum"), "any more"),
        (
            "a limit",
            |new| set(new, "/components/schemas/SendMessageRequest/properties/text/maxLength", 100),
            "maxLength",
        ),
        ("a parameter", |new| set(new, "/components/parameters/MinPosition/required", true), "required now"),
    ];
    for (what, change, said) in cases {
        let mut new = document().clone();
        change(&mut new);
        let breaks = breaks(document(), &new);
        assert!(breaks.iter().any(|sentence| sentence.contains(said)), "{what}: {breaks:?}");
    }
}

#[test]
fn what_breaks_a_reader_of_the_stream_or_a_consumer_is_seen() {
    let old = json_of("asyncapi.json");
    let mut new = old.clone();
    remove(&mut new, "/components/schemas/Typing/properties", "member");
    remove(&mut new, "/channels/stream/messages", "typing");
    set(&mut new, "/channels/message/address", "elsewhere");
    let found = breaks_readers(&old, &new);
    for said in ["typing, payload.member is gone", "typing is gone from stream", "is at \"elsewhere\""] {
        assert!(found.iter().any(|sentence| sentence.contains(said)), "{said}: {found:?}");
    }
    let old = json_of("schemas/MessageSent.v1.json");
    let mut new = old.clone();
    remove(&mut new, "/properties", "author_id");
    assert_eq!(breaks_schema("MessageSent", &old, &new), ["MessageSent.author_id is gone"]);
}

#[test]
fn what_is_added_breaks_nobody() {
    let mut new = document().clone();
    new["paths"]["/v2"] = json!({ "get": {} });
    new["components"]["schemas"]["Member"]["properties"]["pronouns"] = json!({ "type": "string" });
    new["components"]["schemas"]["CreateGroupRequest"]["properties"]["topic"] = json!({ "type": "string" });
    set(&mut new, "/components/schemas/SendMessageRequest/properties/text/maxLength", 8000);
    assert_eq!(breaks(document(), &new), Vec::<String>::new());
}

fn at<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document.pointer_mut(pointer).unwrap_or_else(|| panic!("the document has no {pointer}"))
}

fn remove(document: &mut Value, pointer: &str, key: &str) {
    at(document, pointer).as_object_mut().unwrap().remove(key).unwrap();
}

fn push(document: &mut Value, pointer: &str, value: &str) {
    at(document, pointer).as_array_mut().unwrap().push(json!(value));
}

fn drop_first(document: &mut Value, pointer: &str) {
    at(document, pointer).as_array_mut().unwrap().remove(0);
}

fn set(document: &mut Value, pointer: &str, value: impl Into<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    at(document, parent)[key] = value.into();
}
