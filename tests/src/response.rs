//! A response of the service.

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;
use uuid::Uuid;

use crate::contract::require_documented;

#[derive(Debug, Clone)]
pub struct ApiResponse {
    /// For messages of failed tests: method and path.
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// The body; null if it is not JSON.
    pub json: Value,
    pub text: String,
}

impl ApiResponse {
    /// Sends a request and reads the response.
    pub async fn of(request: RequestBuilder) -> Self {
        Self::try_of(request).await.expect("the service responds")
    }

    /// Returns an error if the connection fails.
    pub async fn try_of(request: RequestBuilder) -> reqwest::Result<Self> {
        let (client, request) = request.build_split();
        let request = request?;
        let name = format!("{} {}", request.method(), request.url().path());
        let response = client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let json = serde_json::from_str(&text).unwrap_or_default();
        let response = Self { request: name, status, headers, json, text };
        require_documented(&response);
        Ok(response)
    }

    /// A header as text; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Requires a status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, self.text);
        self
    }

    /// Requires a successful command: its status, with ETag and position.
    #[track_caller]
    pub fn done(self, status: u16) -> Self {
        let response = self.is(status);
        let etag = response.header("etag");
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{}: ETag {etag:?}", response.request);
        assert!(!response.position().is_empty(), "{}: no Causerie-Position", response.request);
        response
    }

    /// Requires a problem with all fields.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let response = self.some_problem().is(status);
        assert_eq!(response.json["code"], code, "{}: {}", response.request, response.text);
        response
    }

    /// Requires a client error with all fields, or 503 with Retry-After.
    #[track_caller]
    pub fn some_problem(self) -> Self {
        let Self { request, status, json, text, .. } = &self;
        let by_design = (400..500).contains(status) || (*status == 503 && !self.header("retry-after").is_empty());
        assert!(by_design, "{request}: {status} {text}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{request}: {text}");
        let code = json["code"].as_str().unwrap_or_default();
        assert!(!code.is_empty(), "{request}: no code in {text}");
        assert_eq!(json["type"], format!("/problems/{code}"), "{request}: {text}");
        assert_eq!(json["status"], *status, "{request}: {text}");
        for part in ["title", "detail", "trace_id"] {
            assert!(json[part].as_str().is_some_and(|text| !text.is_empty()), "{request}: no {part} in {text}");
        }
        self
    }

    /// Requires a problem to point at a field of the body.
    #[track_caller]
    pub fn points_at(self, pointer: &str) -> Self {
        let pointers: Vec<&str> = self.json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["pointer"].as_str())
            .collect();
        assert_eq!(pointers, [pointer], "{}: {}", self.request, self.text);
        self
    }

    pub fn position(&self) -> &str {
        self.header("causerie-position")
    }

    #[track_caller]
    pub fn id(&self) -> Uuid {
        let id = self.json["id"].as_str().and_then(|id| id.parse().ok());
        id.unwrap_or_else(|| panic!("{}: no UUID as id in {}", self.request, self.text))
    }

    #[track_caller]
    pub fn items(&self) -> &[Value] {
        self.json["items"].as_array().unwrap_or_else(|| panic!("{}: no items in {}", self.request, self.text))
    }

    /// One field of each item, as text.
    #[track_caller]
    pub fn each(&self, field: &str) -> Vec<String> {
        texts(self.items(), field)
    }

    #[track_caller]
    pub fn seqs(&self) -> Vec<u64> {
        self.items().iter().filter_map(|item| item["seq"].as_u64()).collect()
    }
}

pub(crate) fn texts(values: &[Value], field: &str) -> Vec<String> {
    values.iter().map(|value| value[field].as_str().unwrap_or_default().to_owned()).collect()
}
