//! Requests that are not named in the harness.

use std::time::Duration;

use causerie_tests::{ApiResponse, LIMIT};
use reqwest::RequestBuilder;
use tokio::time::{Instant, sleep};

const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// Sends a request that may be repeated, until the service is neither behind nor busy.
pub(crate) async fn respond(request: impl Fn() -> RequestBuilder) -> ApiResponse {
    let deadline = Instant::now() + LIMIT;
    loop {
        let response = send(request()).await;
        if response.status != 503 || response.header("retry-after").is_empty() || Instant::now() > deadline {
            return response;
        }
        sleep(RETRY_INTERVAL).await;
    }
}

/// Sends a request. `ApiResponse::request` contains the query string.
pub(crate) async fn send(request: RequestBuilder) -> ApiResponse {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let query = request.url().query().map_or_else(String::new, |query| format!("?{query}"));
    let name = format!("{} {}{query}", request.method(), request.url().path());
    let response = client.execute(request).await.expect("the service responds");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("the response is complete");
    let json = serde_json::from_str(&text).unwrap_or_default();
    ApiResponse { request: name, status, headers, json, text }
}
