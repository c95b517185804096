//! The documents over HTTP equal those in `contracts/`.

use std::fs;

use causerie_tests::Service;
use causerie_tests::contract::{document, folder};
use reqwest::{Method, Response};
use serde_json::Value;

async fn fetch(service: &Service, method: Method, path: &str) -> Response {
    reqwest::Client::new()
        .request(method, format!("{}{path}", service.url()))
        .send()
        .await
        .expect("the service responds")
}

async fn text(service: &Service, path: &str) -> String {
    let response = fetch(service, Method::GET, path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn documents_are_served_as_committed() {
    let service = Service::start().await;
    for name in ["openapi.json", "asyncapi.json"] {
        assert_eq!(
            text(&service, &format!("/{name}")).await,
            fs::read_to_string(folder().join(name)).unwrap(),
            "{name}"
        );
    }
    let schemas: Vec<_> = fs::read_dir(folder().join("schemas")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(schemas.len() > 40, "{schemas:?}");
    for path in schemas {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(text(&service, &format!("/schemas/{name}")).await, fs::read_to_string(&path).unwrap(), "{name}");
    }
    let unknown = fetch(&service, Method::GET, "/schemas/Nothing.v1.json").await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn documentation_page_needs_no_other_host() {
    let service = Service::start().await;
    let page = fetch(&service, Method::GET, "/docs").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = page.text().await.unwrap();
    for name in ["SendMessage", "ReplayEvents", "group.last_admin"] {
        assert!(page.contains(name), "the page does not contain {name}");
    }
    assert!(text(&service, "/docs/style.css").await.contains("body"));
}

/// The document contains exactly the methods of each path: a 405 lists them.
#[tokio::test]
async fn paths_have_exactly_the_documented_methods() {
    let service = Service::start().await;
    for (path, item) in document()["paths"].as_object().unwrap() {
        let segments: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        let refused = fetch(&service, Method::TRACE, &segments.join("/")).await;
        assert_eq!(refused.status(), 405, "{path}");
        let allow = refused.headers().get("allow").unwrap_or_else(|| panic!("{path}: 405 without Allow"));
        let mut allowed: Vec<String> = allow.to_str().unwrap().to_lowercase().split(',').map(str::to_owned).collect();
        // GET includes HEAD.
        allowed.retain(|method| method != "head");
        allowed.sort_unstable();
        let mut documented: Vec<&String> = item.as_object().unwrap().keys().collect();
        documented.sort_unstable();
        assert_eq!(allowed.iter().collect::<Vec<_>>(), documented, "{path}");
        let problem: Value = refused.json().await.unwrap();
        assert_eq!(problem["code"], "route.method_not_allowed");
    }
}
