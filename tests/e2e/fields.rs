//! Invalid values in every body field, parameter and header of the OpenAPI document: each is rejected with a problem,
//! never with a failure, and the service continues to work.

use causerie_tests::contract::document;
use causerie_tests::{ApiResponse, Caller, Service, Site};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

/// As JSON. The schema of a field says whether it accepts one of them.
const VALUES: [&str; 17] = [
    "null",
    "true",
    "0",
    "-1.5",
    "18446744073709551616",
    "1e300",
    "\"\"",
    "\" \"",
    "\"?\"",
    "[]",
    "[null]",
    "[[]]",
    "[7]",
    "{}",
    "{\"a\":{\"b\":[1]}}",
    "{\"$ref\":\"#\"}",
    "\"1\"",
];
/// Values that no field accepts.
const NEVER: [&str; 7] =
    ["\"a\\u0000b\"", "[\"\\u0000\"]", "\"\\ud800\"", "\"\\udc00\\ud800\"", "1e999", "tru", "\"a\nb\""];
const DEEP: usize = 10_000;

/// Values that no parameter accepts, encoded and decoded.
const NO_PARAMETER: [(&str, &str); 8] = [
    ("%00", "\0"),
    ("%ff", "\u{fffd}"),
    ("-1", "-1"),
    ("99999999999999999999999", "99999999999999999999999"),
    ("%F0%9F%91%8D", "👍"),
    ("null", "null"),
    ("{}", "{}"),
    ("1-", "1-"),
];
const NO_POSITION: [&str; 7] = ["", "-", "x", "1", "1-", "-1", "fffffffffffffffffff-1"];

struct Stage {
    service: Service,
    ada: Caller,
    operator: Caller,
    owner: Caller,
    group: Uuid,
    message: Uuid,
}

impl Stage {
    async fn new() -> Self {
        let service = Service::start().await;
        let site = Site::open(&service, "acme", &["ada", "bo"]).await;
        let (ada, operator, owner) = (site.member("ada").await, site.operator().await, site.owner().await);
        let (group, message) = (Uuid::now_v7(), Uuid::now_v7());
        ada.create_group(group, "Book club", &["bo"]).await.done(201);
        ada.send_as(group, message, "first").await.done(201);
        Self { service, ada, operator, owner, group, message }
    }

    /// A caller and a path that are permitted, so that only the field is invalid.
    fn request(&self, method: &str, path: &str, id: &str) -> RequestBuilder {
        let caller = match id {
            "RegisterSite" | "RegisterMember" | "ChangeMember" => &self.operator,
            "ChangeSettings" | "ChangeSite" | "ReplayEvents" => &self.owner,
            _ => &self.ada,
        };
        let conversation = if id == "CreateGroup" { Uuid::now_v7() } else { self.group };
        let message = if id == "SendMessage" { Uuid::now_v7() } else { self.message };
        let path = path
            .replace("/v1/sites/{site}", "")
            .replace("{conversation}", &conversation.to_string())
            .replace("{message}", &message.to_string())
            .replace("{image}", &Uuid::nil().to_string())
            .replace("{member}", "bo");
        let method = method.to_uppercase().parse().unwrap();
        if id == "RegisterSite" {
            let new = Uuid::now_v7().simple().to_string();
            return caller.at(self.service.url(), &new).request(method, &path);
        }
        caller.request(method, &path)
    }

    /// Requires that a new message becomes readable.
    async fn goes_on(&self) {
        let last = self.ada.send(self.group, "after all").await.done(201);
        let read = self.ada.reads(self.group, &last).await;
        assert_eq!(read.items().last().map(|message| &message["text"]), Some(&json!("after all")));
        self.ada.shows("/members", &last).await;
        self.ada.shows("/conversations", &last).await;
    }
}

/// The operations of the document: method, path and description.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |each| (path, each)));
    all.map(|(path, (method, operation))| (method.as_str(), path.as_str(), operation))
        .filter(|(_, _, operation)| operation["operationId"].is_string())
}

fn resolve(value: &Value) -> &Value {
    let reference = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document().pointer(pointer)).unwrap_or(value)
}

fn takes(schema: &Value, value: &str) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(value) else { return false };
    let whole = json!({ "components": document()["components"], "allOf": [schema] });
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap().is_valid(&value)
}

/// The example of the document with one field replaced by any text.
fn body(example: &Value, field: &str, value: &str) -> String {
    let mut others = example.as_object().cloned().unwrap_or_default();
    others.remove(field);
    let others = others.iter().map(|(name, value)| format!("{}:{value}", json!(name)));
    let fields: Vec<String> = others.chain([format!("{}:{value}", json!(field))]).collect();
    format!("{{{}}}", fields.join(","))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_body_field_rejects_invalid_values() {
    let stage = Stage::new().await;
    let (mut fields, mut refused, mut taken) = (0, 0, 0);
    for (method, path, operation) in operations() {
        let content = &operation["requestBody"]["content"]["application/json"];
        let id = operation["operationId"].as_str().unwrap();
        let Some(properties) = resolve(&content["schema"])["properties"].as_object() else { continue };
        for (field, schema) in properties {
            fields += 1;
            let deep = [("[", "]"), ("{\"a\":", "}")]
                .map(|(open, close)| format!("{}1{}", open.repeat(DEEP), close.repeat(DEEP)));
            let values = VALUES.iter().chain(&NEVER).copied().chain(deep.iter().map(String::as_str));
            for value in values {
                let fits = !NEVER.contains(&value) && value.len() < DEEP && takes(schema, value);
                let body = body(&content["example"], field, value);
                let request = stage.request(method, path, id).header("content-type", "application/json");
                let response = ApiResponse::of(request.body(body)).await;
                let what = format!("{id} with {field}: {}", value.chars().take(40).collect::<String>());
                assert!(response.status < 500, "{what}: {} {}", response.status, response.text);
                if fits {
                    taken += 1;
                } else {
                    assert!((400..500).contains(&response.status), "{what}: {} {}", response.status, response.text);
                    response.some_problem();
                    refused += 1;
                }
            }
        }
    }
    eprintln!("{fields} fields: {refused} values refused, {taken} that their schema takes");
    assert!(fields >= 20 && refused >= fields * 10, "{fields} fields, {refused} values refused");
    stage.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_parameter_rejects_invalid_values() {
    let stage = Stage::new().await;
    let mut asked = 0;
    for (method, path, operation) in
        operations().filter(|(method, path, _)| *method == "get" && path.contains("{site}"))
    {
        let id = operation["operationId"].as_str().unwrap();
        for parameter in operation["parameters"].as_array().into_iter().flatten().map(resolve) {
            let name = parameter["name"].as_str().unwrap();
            match parameter["in"].as_str().unwrap() {
                // A name may contain any text except U+0000.
                "query" if name == "q" => {}
                "query" => {
                    let schema = resolve(&parameter["schema"]);
                    for (value, text) in NO_PARAMETER {
                        // `null` is a valid name.
                        let grammar = schema.get("pattern").is_some() || schema.get("format").is_some();
                        if grammar && takes(schema, &json!(text).to_string()) {
                            continue;
                        }
                        let (path, id) = (format!("{path}?{name}={value}"), id);
                        let response = ApiResponse::of(stage.request(method, &path, id)).await;
                        let ticket = name == "ticket" && response.status == 401;
                        assert!(
                            ticket || response.status == 400,
                            "{id} {name}={value}: {} {}",
                            response.status,
                            response.text
                        );
                        response.some_problem();
                        asked += 1;
                    }
                }
                "header" if name != "If-None-Match" => {
                    for value in NO_POSITION {
                        let response = ApiResponse::of(stage.request(method, path, id).header(name, value)).await;
                        response.problem(400, "position.invalid");
                        asked += 1;
                    }
                }
                _ => {}
            }
        }
    }
    assert!(asked >= 100, "{asked} asked");
    eprintln!("{asked} parameters refused");
    // A position need not exist in the log to be valid.
    let far = stage.ada.get_from("/conversations", "ffffffffff-ffffffffff").await;
    far.problem(409, "position.lost");
    for (method, path) in [(Method::POST, "/members/bo/mute"), (Method::DELETE, "/members/bo/badges/gold")] {
        for tag in ["", "7", "\"x\"", "W/\"1\"", "\"1\", \"2\"", "\"-1\"", "\"99999999999999999999\""] {
            let request = stage.owner.request(method.clone(), path).header("if-match", tag);
            ApiResponse::of(request).await.problem(400, "if_match.invalid");
        }
    }
    stage.goes_on().await;
}
