//! The OpenAPI document is complete and consistent.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::routes;

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let methods = item.as_object().unwrap().clone();
        methods.into_iter().map(move |(method, operation)| (path.clone(), method, operation))
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_operation_says_all_that_a_caller_needs() {
    for (path, method, operation) in operations(&routes::document()) {
        let name = format!("{method} {path}");
        for key in ["operationId", "summary"] {
            assert!(operation[key].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {key}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} has not one tag");
        let responses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert!(responses.iter().any(|status| status.starts_with('2')), "{name} never succeeds: {responses:?}");
        if operation["tags"][0] == "Service" {
            assert_eq!(operation["security"], serde_json::json!([]), "{name} asks for a token");
        } else {
            assert_eq!(operation["security"][0]["token"], Value::Array(Vec::new()), "{name} asks for no token");
            for status in ["400", "401", "403", "429", "503"] {
                assert!(responses.iter().any(|known| *known == status), "{name} has no {status}: {responses:?}");
            }
        }
        if let Some(body) = operation.pointer("/requestBody/content/application~1json") {
            assert!(body["example"].is_object(), "the body of {name} has no example");
        }
        for extension in operation.as_object().unwrap().keys() {
            assert!(!extension.starts_with("x-"), "{name} still has {extension}");
        }
    }
}

#[test]
fn operation_ids_are_distinct() {
    let document = routes::document();
    let mut seen = BTreeSet::new();
    for (.., operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(seen.insert(id.clone()), "{id} names two operations");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = routes::document();
    let mut ahead = vec![&document];
    while let Some(value) = ahead.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference} leads nowhere");
        }
        ahead.extend(value.as_array().into_iter().flatten());
        ahead.extend(value.as_object().into_iter().flat_map(Map::values));
    }
}

#[test]
fn every_example_is_valid() {
    let document = routes::document();
    let mut seen = 0;
    let mut ahead = vec![(&document, "#".to_owned())];
    while let Some((value, place)) = ahead.pop() {
        if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
            seen += 1;
            let whole = serde_json::json!({ "components": document["components"], "allOf": [schema] });
            let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
            if let Some(error) = validator.iter_errors(example).next() {
                panic!("{place}: {error}");
            }
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            ahead.push((inner, format!("{place}/{key}")));
        }
    }
    assert!(seen > 150, "only {seen} examples");
}

/// Clients are made from the schema of a body, whatever its media type.
#[test]
fn every_body_has_a_schema() {
    for (path, method, operation) in operations(&routes::document()) {
        for (media_type, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            let schema = &content["schema"];
            assert!(
                schema.as_object().is_some_and(|schema| !schema.is_empty()),
                "{method} {path}, {media_type}: {schema}"
            );
        }
    }
}

#[test]
fn the_page_says_how_to_authenticate_and_what_each_code_means() {
    let page = super::page(&routes::document());
    assert!(page.contains("<code>Authorization: Bearer &lt;token&gt;</code>"), "no header");
    let known: Vec<&str> = page.split("<section id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let links = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links.filter(|link| !["problems", "schemas"].contains(link)) {
        assert!(known.contains(&link), "#{link} leads nowhere");
    }
    for problem in crate::codes::problem_types() {
        assert!(super::problem_page(&problem).contains(problem.title), "{}", problem.code);
    }
}

#[test]
fn the_page_loads_nothing_and_sends_nothing() {
    let search = "<script src=\"/docs/search.js\" defer></script>";
    let page = super::page(&routes::document());
    assert_eq!(page.matches(search).count(), 1);
    let page = page.replace(search, "");
    for word in ["fetch(", "XMLHttpRequest", "innerHTML", "import", "eval", "sendBeacon", "WebSocket"] {
        assert!(!super::SCRIPT.contains(word), "{word}");
    }
    for word in ["<script", "<img", "<iframe", "<form", "javascript:", "@import", "url("] {
        assert!(!page.contains(word) && !super::STYLE.contains(word), "{word}");
    }
    // Links go to the page itself and to the documents beside it; addresses stand in examples only.
    let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for link in links {
        assert!(link.starts_with('#') || link.starts_with('/') && !link.starts_with("//"), "{link}");
    }
}
