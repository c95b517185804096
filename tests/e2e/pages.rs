//! The chat box, the dashboard and the demo, as a browser fetches them.

use causerie_tests::{ApiResponse, Service};

async fn get(service: &Service, path: &str) -> ApiResponse {
    ApiResponse::of(reqwest::Client::new().get(format!("{}{path}", service.url()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn box_is_served_to_any_origin_and_cached_by_name() {
    let service = Service::start().await;
    let loader = get(&service, "/causerie.js").await.is(200);
    assert!(loader.header("content-type").starts_with("text/javascript"));
    assert_eq!(loader.header("cache-control"), "no-cache");
    let known = reqwest::Client::new().get(format!("{}/causerie.js", service.url()));
    let again = ApiResponse::of(known.header("if-none-match", loader.header("etag"))).await.is(304);
    assert_eq!(again.text, "");

    // The loader names the file of the box, whose name changes with it.
    let start = loader.text.find("assets/core-").unwrap();
    let name: String = loader.text[start..].chars().take_while(|c| !"'\"`".contains(*c)).collect();
    let core = get(&service, &format!("/{name}")).await.is(200);
    assert!(core.header("cache-control").contains("immutable"), "{:?}", core.headers);
    let types = get(&service, "/causerie.d.ts").await.is(200);
    assert!(types.text.contains("'causerie-chat': CauserieChatElement"), "{}", types.text);
    let dashboard = get(&service, "/dashboard.js").await.is(200);
    assert!(dashboard.text.contains("./assets/dashboard-"), "{}", dashboard.text);
    for file in [&loader, &core, &types, &dashboard] {
        assert_eq!(file.header("access-control-allow-origin"), "*");
        assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }
    let gzip = reqwest::Client::new().get(format!("{}/causerie.js", service.url())).header("accept-encoding", "gzip");
    let compressed = gzip.send().await.unwrap();
    assert_eq!(compressed.headers()["content-encoding"], "gzip");
    assert!(compressed.bytes().await.unwrap().len() < loader.text.len() / 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_allow_no_foreign_content_and_demo_is_opt_in() {
    let service = Service::start().await;
    let dashboard = get(&service, "/dashboard").await.is(200);
    assert!(dashboard.text.contains("<causerie-dashboard>"));
    let policy = dashboard.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for path in
        ["/demo", "/demo/token?member=camille", "/assets/nothing.js", "/assets/..%2f..%2fCargo.toml", "/nothing"]
    {
        get(&service, path).await.problem(404, "route.not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_a_slash_at_its_end_is_the_page() {
    let service = Service::start().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for page in ["/dashboard", "/demo", "/docs"] {
        let there = client.get(format!("{}{page}/", service.url())).send().await.unwrap();
        assert_eq!((there.status().as_u16(), there.headers()["location"].to_str().unwrap()), (308, page));
    }
}
