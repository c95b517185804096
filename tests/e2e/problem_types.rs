//! `/problems/<code>`: what each code of a problem means, for a browser and for a program.

use std::collections::{BTreeMap, BTreeSet};

use causerie_tests::Service;
use causerie_tests::contract::document;
use serde_json::{Map, Value};

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_a_problem_can_be_read() {
    let service = Service::start().await;
    let client = reqwest::Client::new();
    let get = async |path: &str, accept: &str| {
        client.get(format!("{}{path}", service.url())).header("accept", accept).send().await.unwrap()
    };
    let refused: Value = get("/v1/sites/acme", "*/*").await.json().await.unwrap();
    let address = refused["type"].as_str().unwrap();

    let json = get(address, "*/*").await;
    assert_eq!((json.status().as_u16(), &json.headers()["content-type"]), (200, &"application/json".parse().unwrap()));
    let json: Value = json.json().await.unwrap();
    assert_eq!((json["code"].as_str(), json["status"].as_u64()), (Some("token.missing"), Some(401)));
    assert!(json["meaning"].as_str().unwrap().contains("Authorization: Bearer"), "{json}");

    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = get(address, browser).await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["vary"], "accept");
    assert!(page.text().await.unwrap().contains("token.missing"));
    let json = get(address, "text/html;q=0.1, application/json").await;
    assert_eq!(json.headers()["content-type"], "application/json");

    for (status, codes) in documented_codes() {
        for code in codes {
            let meaning: Value = get(&format!("/problems/{code}"), "*/*").await.json().await.unwrap();
            assert_eq!(meaning["status"], status, "{code}: {meaning}");
        }
    }
    for unknown in ["nothing", "group.nothing", "token.missing%00", "x%2fy"] {
        let refused = get(&format!("/problems/{unknown}"), browser).await;
        assert_eq!(refused.status(), 404, "{unknown}");
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(refused["code"], "route.not_found", "{unknown}");
    }
}

fn documented_codes() -> BTreeMap<u64, BTreeSet<String>> {
    let mut codes = BTreeMap::<u64, BTreeSet<String>>::new();
    let mut ahead = vec![document()];
    while let Some(value) = ahead.pop() {
        let fields = &value["properties"];
        if let (Some(status), Some(all)) = (fields["status"]["const"].as_u64(), fields["code"]["enum"].as_array()) {
            codes.entry(status).or_default().extend(all.iter().map(|code| code.as_str().unwrap().to_owned()));
        }
        ahead.extend(value.as_array().into_iter().flatten());
        ahead.extend(value.as_object().into_iter().flat_map(Map::values));
    }
    assert!(codes.len() > 8, "{codes:?}");
    codes
}
