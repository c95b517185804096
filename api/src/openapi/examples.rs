//! An example of each response.

use causerie_projections::timeline::MessageView;
use serde_json::{Value, json};

use crate::auth::TICKET_LIFETIME;

const CONVERSATION: &str = "01980f6e-6c2a-7b3d-9d5e-0a1b2c3d4e5f";
const MESSAGE: &str = "01980f6e-8d11-7c04-8a6b-5f4e3d2c1b0a";
const SENT_AT: &str = "2026-07-15T09:30:00Z";

pub(super) fn of_schema(schema: &str) -> Option<Value> {
    let page = |item: Value| json!({ "items": [item], "next": null });
    Some(match schema {
        "Site" => json!({
            "id": "acme", "name": "Acme", "locale": "en-GB", "allowed_origins": ["https://acme.example"],
            "member_chat_enabled": true, "closed": false,
            "settings": {
                "approval": "automatic", "group_creation": "members", "max_participants": 256,
                "appearance": { "accent": "#7b1fa2", "position": "right", "welcome": { "en": "Ask us.", "fr": null } },
                "badges": { "vip": { "label": { "en": "VIP Gold", "fr": "VIP Or" }, "color": "#b8860b" } },
            },
        }),
        "SitePage" => page(json!({ "id": "acme", "name": "Acme", "member_chat_enabled": true, "closed": false })),
        "Member" => member(),
        "MemberPage" => page(member()),
        "BlockedContacts" => json!({ "items": [member()] }),
        "BlockedContact" => json!({ "id": "eve", "blocked": true }),
        "StartedConversation" => json!({
            "id": CONVERSATION, "kind": "group", "name": "Hiking", "history": "since_joined",
            "participants": ["ada", "bob"], "participant_count": 2, "closed": false,
        }),
        "Conversation" => conversation(),
        "ConversationPage" => page(conversation()),
        "ParticipantPage" => page(json!({
            "id": "ada", "display_name": "Ada", "avatar_url": null, "admin": true, "roles": [], "badges": ["founder"],
        })),
        "ReadMarker" => json!({ "conversation_id": CONVERSATION, "message": MESSAGE }),
        "Preferences" => json!({ "muted": false, "archived": false, "pinned": true }),
        "SentMessage" => sent_message(),
        "MessagePage" => json!({ "items": [message()], "previous": null, "next": null }),
        "StreamTicket" => {
            json!({ "ticket": "9xK0qTzvB3nYc7WfHs5LrJ1dEgMp2AuQiXo8ZtRw4Ck", "expires_in": TICKET_LIFETIME.as_secs() })
        }
        "EventPage" => page(event()),
        "Liveness" => json!({ "status": "ok" }),
        "Readiness" => {
            let (server, part) = (json!({ "status": "ok" }), caught_up());
            let projections = json!({ "conversation_list": part, "member_list": part, "timeline": part });
            let parts = json!({ "postgres": server, "nats": server, "live": { "status": "ok" }, "relay": part, "projections": projections });
            json!({ "status": "ok", "stopping": false, "parts": parts })
        }
        _ => return None,
    })
}

pub(super) fn problem(status: u16, code: &str) -> Value {
    json!({
        "type": format!("/problems/{code}"), "title": axum::http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()),
        "status": status, "detail": "an explanation for people", "code": code,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    })
}

fn caught_up() -> Value {
    json!({ "status": "ok", "lag_events": 0, "lag_seconds": 0.0, "limit_seconds": 10 })
}

fn member() -> Value {
    json!({
        "id": "ada", "display_name": "Ada", "avatar_url": "https://acme.example/ada.png", "roles": [],
        "badges": ["founder"], "status": "active", "community": true, "muted": false,
    })
}

fn conversation() -> Value {
    json!({
        "id": CONVERSATION, "kind": "group", "name": "Hiking", "image_url": null, "participants": ["ada", "bob"],
        "participant_count": 2, "admin": true, "history": "since_joined", "locked": false, "closed": false,
        "last_message": {
            "id": MESSAGE, "author": "bob", "text": "Who is in on Sunday?", "seq": 7, "sent_at": SENT_AT,
            "deleted": false, "collapsed": false,
        },
        "unread": 1, "last_seq": 7, "read_seq": 6, "muted": false, "archived": false, "pinned": false, "activity": 118, "as_of": 118,
    })
}

fn message() -> Value {
    let sent = json!({
        "conversation_id": CONVERSATION, "author_id": "bob", "text": "Who is in on Sunday?", "sent_at": SENT_AT,
    });
    let message = match (serde_json::from_value(sent), MESSAGE.parse()) {
        (Ok(sent), Ok(id)) => MessageView::sent(id, &sent, 7),
        (Err(_), _) | (_, Err(_)) => return Value::Null,
    };
    let mut message = json!(message);
    message["reactions"] = json!([{ "emoji": "👍", "count": 1, "members": ["ada"] }]);
    message
}

/// A message as the response to its command: the stream adds `seq` and `collapsed`.
fn sent_message() -> Value {
    let mut message = message();
    if let Some(fields) = message.as_object_mut() {
        fields.retain(|name, _| name != "seq" && name != "collapsed");
        fields.insert("conversation_id".to_owned(), json!(CONVERSATION));
    }
    message
}

fn event() -> Value {
    json!({
        "position": "2f1-1a", "id": "01980f6e-8d12-7000-8000-000000000001", "site": "acme", "aggregate": "message",
        "aggregate_id": format!("acme/{MESSAGE}"), "sequence": 1, "type": "MessageSent", "version": "1",
        "recorded_at": SENT_AT, "metadata": { "actor": "bob", "role": "member", "capacity": "member" },
        "data": {
            "type": "MessageSent", "conversation_id": CONVERSATION, "author_id": "bob", "text": null, "sent_at": SENT_AT,
        },
        "withheld": true,
    })
}
