//! A caller of the API of one site.

use std::fmt::Display;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::live::Live;
use crate::response::ApiResponse;

/// A caller with their token. Paths are below `/v1/sites/{site}`.
#[derive(Debug, Clone)]
pub struct Caller {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Caller {
    pub fn new(http: reqwest::Client, url: &str, site: &str, token: Option<&str>) -> Self {
        Self { http, base: format!("{url}/v1/sites/{site}"), token: token.map(str::to_owned) }
    }

    pub fn at(&self, url: &str, site: &str) -> Self {
        Self { base: format!("{url}/v1/sites/{site}"), ..self.clone() }
    }

    pub fn url(&self) -> &str {
        self.base.split("/v1/sites/").next().unwrap_or_default()
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().expect("this caller has a token")
    }

    /// A request that can be changed before it is sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> ApiResponse {
        ApiResponse::of(self.request(Method::GET, path)).await
    }

    /// `GET` that must reflect a write.
    pub async fn get_after(&self, path: &str, write: &ApiResponse) -> ApiResponse {
        self.get_from(path, write.position()).await
    }

    /// `GET` that must reflect a position.
    pub async fn get_from(&self, path: &str, position: &str) -> ApiResponse {
        ApiResponse::of(self.request(Method::GET, path).header("causerie-min-position", position)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> ApiResponse {
        ApiResponse::of(self.request(Method::PUT, path).json(body)).await
    }

    /// `PUT` of any text as JSON.
    pub async fn put_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> ApiResponse {
        ApiResponse::of(self.request(Method::PUT, path).header("content-type", "application/json").body(body)).await
    }

    pub async fn put_nothing(&self, path: &str) -> ApiResponse {
        ApiResponse::of(self.request(Method::PUT, path)).await
    }

    pub async fn post(&self, path: &str) -> ApiResponse {
        ApiResponse::of(self.request(Method::POST, path)).await
    }

    pub async fn delete(&self, path: &str) -> ApiResponse {
        ApiResponse::of(self.request(Method::DELETE, path)).await
    }

    /// A new group, and its id.
    pub async fn group(&self, participants: &[&str]) -> Uuid {
        self.create_group(Uuid::now_v7(), "Book club", participants).await.done(201).id()
    }

    /// SendMessage under a new id.
    pub async fn send(&self, conversation: Uuid, text: &str) -> ApiResponse {
        self.send_as(conversation, Uuid::now_v7(), text).await
    }

    /// SendMessage. Returns an error if the connection fails.
    pub async fn try_send(&self, conversation: Uuid, id: Uuid, text: &str) -> reqwest::Result<ApiResponse> {
        let path = format!("/conversations/{conversation}/messages/{id}");
        ApiResponse::try_of(self.request(Method::PUT, &path).json(&json!({ "text": text }))).await
    }

    pub async fn messages(&self, conversation: Uuid, query: &str) -> ApiResponse {
        self.get(&format!("/conversations/{conversation}/messages?{query}")).await
    }

    /// ListMessages, up to 200, reflecting the position of a write or of a frame.
    pub async fn messages_from(&self, conversation: Uuid, position: &str) -> ApiResponse {
        self.get_from(&format!("/conversations/{conversation}/messages?limit=200"), position).await.is(200)
    }

    /// The ids of a list, read page by page. The path has a query string, which may be empty.
    pub async fn list_ids(&self, path: &str, limit: usize) -> Vec<String> {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}&limit={limit}{cursor}")).await.is(200);
            assert!(page.items().len() <= limit, "{} in a page of {limit}", page.items().len());
            ids.extend(page.each("id"));
            let Some(next) = page.json["next"].as_str() else { return ids };
            cursor = format!("&cursor={next}");
        }
    }

    /// The live stream from now on, after its frame `ready`.
    pub async fn live(&self) -> Live {
        let mut live = Live::open(self.request(Method::GET, "/stream")).await;
        live.expect("ready").await;
        live
    }

    /// The live stream from the end of another one.
    pub async fn live_after(&self, last_event_id: impl Display) -> Live {
        let request = self.request(Method::GET, "/stream").header("last-event-id", last_event_id.to_string());
        Live::open(request).await
    }
}
