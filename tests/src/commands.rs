//! One method for each command; and queries that must reflect a write.

use std::fmt::Display;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::caller::Caller;
use crate::response::ApiResponse;
use crate::wait::eventually;

/// A method for each command: name and parameters, method of HTTP, path, and body.
macro_rules! commands {
    ($($name:ident($($parameter:ident: $type:ty),+) $send:ident $path:literal $(, $body:expr)?;)+) => {
        impl Caller {$(
            pub async fn $name(&self, $($parameter: $type),+) -> ApiResponse {
                self.$send(&format!($path) $(, $body)?).await
            }
        )+}
    };
}

commands! {
    start_direct(with: &str) put_nothing "/direct/{with}";
    start_business(of: &str) put_nothing "/business/{of}";
    block_contact(other: &str) put_nothing "/members/me/blocks/{other}";
    unblock_contact(other: &str) delete "/members/me/blocks/{other}";

    create_group(id: Uuid, name: &str, participants: &[&str]) put "/groups/{id}",
        &json!({ "name": name, "participants": participants });
    change_group(id: Uuid, body: &Value) patch "/conversations/{id}", body;
    remove_image(id: Uuid) delete "/conversations/{id}/image";
    delete_group(id: Uuid) delete "/conversations/{id}";
    add(id: Uuid, member: &str) put_nothing "/conversations/{id}/participants/{member}";
    remove(id: Uuid, member: &str) delete "/conversations/{id}/participants/{member}";
    grant(id: Uuid, member: &str) put_nothing "/conversations/{id}/participants/{member}/admin";
    revoke(id: Uuid, member: &str) delete "/conversations/{id}/participants/{member}/admin";
    prefer(id: Uuid, body: &Value) patch "/conversations/{id}/preferences", body;
    mark_read(id: Uuid, message: Uuid) put "/conversations/{id}/read-marker", &json!({ "message": message });
    types(id: Uuid) post "/conversations/{id}/typing";

    send_as(to: Uuid, id: Uuid, text: &str) put "/conversations/{to}/messages/{id}", &json!({ "text": text });
    edit(of: Uuid, id: Uuid, text: &str) patch "/conversations/{of}/messages/{id}", &json!({ "text": text });
    delete_message(of: Uuid, id: Uuid) delete "/conversations/{of}/messages/{id}";
    react(of: Uuid, id: Uuid, emoji: &str) put_nothing "/conversations/{of}/messages/{id}/reactions/{emoji}";
    unreact(of: Uuid, id: Uuid, emoji: &str) delete "/conversations/{of}/messages/{id}/reactions/{emoji}";
}

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

    /// StartBusinessConversation; its id.
    pub async fn business(&self, of: &str) -> Uuid {
        self.start_business(of).await.done(200).id()
    }

    /// ChangeGroupImage, with the content type of PNG.
    pub async fn change_image(&self, conversation: Uuid, image: impl Into<reqwest::Body>) -> ApiResponse {
        let request = self.request(Method::PUT, &format!("/conversations/{conversation}/image"));
        ApiResponse::of(request.header("content-type", "image/png").body(image)).await
    }

    /// GetGroupImage, by its `image_url`.
    pub async fn image(&self, image_url: &str) -> reqwest::Response {
        let below = image_url.split_once("/conversations/").unwrap_or_default().1;
        self.request(Method::GET, &format!("/conversations/{below}")).send().await.expect("the service responds")
    }

    pub async fn reply(&self, conversation: Uuid, to: Uuid, text: &str) -> ApiResponse {
        let body = json!({ "text": text, "reply_to": to });
        self.put(&format!("/conversations/{conversation}/messages/{}", Uuid::now_v7()), &body).await
    }
}
