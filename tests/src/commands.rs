//! One method for each command; and queries that must reflect a write.

use std::fmt::Display;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::caller::Caller;
use crate::response::ApiResponse;
use crate::wait::eventually;

impl Caller {
    pub async fn patch(&self, path: &str, body: &Value) -> ApiResponse {
        ApiResponse::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// `GET` that reflects a write. Retries while the read model is behind.
    pub async fn shows(&self, path: &str, write: &ApiResponse) -> ApiResponse {
        let probe = async || self.get_after(path, write).await;
        eventually(path, probe, |response| response.status != 503).await.is(200)
    }

    /// ListMessages, up to 200, reflecting a write.
    pub async fn reads(&self, conversation: impl Display, write: &ApiResponse) -> ApiResponse {
        self.shows(&format!("/conversations/{conversation}/messages?limit=200"), write).await
    }

    /// The conversation in the list of this caller after a write; null if it is missing.
    pub async fn listed(&self, conversation: impl Display, write: &ApiResponse) -> Value {
        let list = self.shows("/conversations?limit=200", write).await;
        let wanted = Value::from(conversation.to_string());
        list.items().iter().find(|item| item["id"] == wanted).cloned().unwrap_or_default()
    }

    /// The ids of the participants after a write, longest-standing first.
    pub async fn participants(&self, conversation: impl Display, write: &ApiResponse) -> Vec<String> {
        self.shows(&format!("/conversations/{conversation}/participants?limit=200"), write).await.each("id")
    }

    /// StartDirectConversation; its id.
    pub async fn direct(&self, with: &str) -> Uuid {
        self.start_direct(with).await.done(200).id()
    }

    pub async fn start_direct(&self, with: &str) -> ApiResponse {
        self.put_nothing(&format!("/direct/{with}")).await
    }

    /// StartBusinessConversation; its id.
    pub async fn business(&self, of: &str) -> Uuid {
        self.start_business(of).await.done(200).id()
    }

    pub async fn start_business(&self, of: &str) -> ApiResponse {
        self.put_nothing(&format!("/business/{of}")).await
    }

    pub async fn block_contact(&self, other: &str) -> ApiResponse {
        self.put_nothing(&format!("/members/me/blocks/{other}")).await
    }

    pub async fn unblock_contact(&self, other: &str) -> ApiResponse {
        self.delete(&format!("/members/me/blocks/{other}")).await
    }

    pub async fn change_group(&self, conversation: Uuid, body: &Value) -> ApiResponse {
        self.patch(&format!("/conversations/{conversation}"), body).await
    }

    /// ChangeGroupImage, with the content type of PNG.
    pub async fn change_image(&self, conversation: Uuid, image: impl Into<reqwest::Body>) -> ApiResponse {
        let request = self.request(Method::PUT, &format!("/conversations/{conversation}/image"));
        ApiResponse::of(request.header("content-type", "image/png").body(image)).await
    }

    pub async fn remove_image(&self, conversation: Uuid) -> ApiResponse {
        self.delete(&format!("/conversations/{conversation}/image")).await
    }

    /// GetGroupImage, by its `image_url`.
    pub async fn image(&self, image_url: &str) -> reqwest::Response {
        let below = image_url.split_once("/conversations/").unwrap_or_default().1;
        self.request(Method::GET, &format!("/conversations/{below}")).send().await.expect("the service responds")
    }

    pub async fn grant(&self, conversation: Uuid, member: &str) -> ApiResponse {
        self.put_nothing(&format!("/conversations/{conversation}/participants/{member}/admin")).await
    }

    pub async fn revoke(&self, conversation: Uuid, member: &str) -> ApiResponse {
        self.delete(&format!("/conversations/{conversation}/participants/{member}/admin")).await
    }

    pub async fn delete_group(&self, conversation: Uuid) -> ApiResponse {
        self.delete(&format!("/conversations/{conversation}")).await
    }

    pub async fn reply(&self, conversation: Uuid, to: Uuid, text: &str) -> ApiResponse {
        let body = json!({ "text": text, "reply_to": to });
        self.put(&message(conversation, Uuid::now_v7()), &body).await
    }

    pub async fn edit(&self, conversation: Uuid, id: Uuid, text: &str) -> ApiResponse {
        self.patch(&message(conversation, id), &json!({ "text": text })).await
    }

    pub async fn delete_message(&self, conversation: Uuid, id: Uuid) -> ApiResponse {
        self.delete(&message(conversation, id)).await
    }

    pub async fn react(&self, conversation: Uuid, id: Uuid, emoji: &str) -> ApiResponse {
        self.put_nothing(&format!("{}/reactions/{emoji}", message(conversation, id))).await
    }

    pub async fn unreact(&self, conversation: Uuid, id: Uuid, emoji: &str) -> ApiResponse {
        self.delete(&format!("{}/reactions/{emoji}", message(conversation, id))).await
    }

    pub async fn mark_read(&self, conversation: Uuid, id: Uuid) -> ApiResponse {
        self.put(&format!("/conversations/{conversation}/read-marker"), &json!({ "message": id })).await
    }

    pub async fn prefer(&self, conversation: Uuid, body: &Value) -> ApiResponse {
        self.patch(&format!("/conversations/{conversation}/preferences"), body).await
    }

    /// ShowTyping.
    pub async fn types(&self, conversation: Uuid) -> ApiResponse {
        self.post(&format!("/conversations/{conversation}/typing")).await
    }
}

fn message(conversation: Uuid, id: Uuid) -> String {
    format!("/conversations/{conversation}/messages/{id}")
}
