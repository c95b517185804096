//! Requests that the harness has no name for.

use std::time::Duration;

use causerie_tests::{Answer, LIMIT};
use reqwest::RequestBuilder;
use tokio::time::{Instant, sleep};

/// How long to wait where the service says that it is behind or busy.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Sends a request that may be repeated, until the service has an answer to it.
pub(crate) async fn answered(request: impl Fn() -> RequestBuilder) -> Answer {
    let deadline = Instant::now() + LIMIT;
    loop {
        let answer = send(request()).await;
        if answer.status != 503 || answer.header("retry-after").is_empty() || Instant::now() > deadline {
            return answer;
        }
        sleep(AGAIN_AFTER).await;
    }
}

/// Sends a request and reads the answer; `Answer::request` has the query string too.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let query = request.url().query().map_or_else(String::new, |query| format!("?{query}"));
    let name = format!("{} {}{query}", request.method(), request.url().path());
    let response = client.execute(request).await.expect("the service answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("the answer comes to its end");
    let json = serde_json::from_str(&text).unwrap_or_default();
    Answer { request: name, status, headers, json, text }
}
