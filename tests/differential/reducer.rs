//! The state of a client, folded from frames as docs/api.md says and as the chat box does
//! (`web/src/client/reducer.ts`), intentionally without additional care: a count is set by
//! `conversation.changed` and `read_marker.moved`, raised by a message of another member and lowered by
//! the deletion of an unread one, except across a block.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The fields that are true at `as_of`.
const COUNTS: [&str; 5] = ["last_message", "last_seq", "read_seq", "unread", "as_of"];

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) me: String,
    pub(crate) site: Value,
    pub(crate) conversations: BTreeMap<String, Value>,
    /// By conversation and message.
    pub(crate) messages: BTreeMap<String, BTreeMap<String, Value>>,
    pub(crate) members: BTreeMap<String, Value>,
}

/// The part that must be fetched after a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stale {
    Nothing,
    Everything,
    Conversation(String),
    Messages(String),
    Members,
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn count(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_default()
}

impl State {
    pub(crate) fn fold(&mut self, kind: &str, data: &Value) -> Stale {
        match kind {
            "reset" => Stale::Everything,
            kind if kind.starts_with("message.") => self.message(kind, data),
            "conversation.changed" => {
                let id = text(data, "id");
                let known = self.conversations.contains_key(&id);
                self.put(data.clone());
                if known { Stale::Nothing } else { Stale::Messages(id) }
            }
            "conversation.removed" => {
                self.conversations.remove(&text(data, "id"));
                self.messages.remove(&text(data, "id"));
                Stale::Nothing
            }
            "read_marker.moved" => {
                if let Some(conversation) = self.conversations.get_mut(&text(data, "conversation_id"))
                    && count(data, "log_number") > count(conversation, "as_of")
                {
                    conversation["read_seq"] = data["seq"].clone();
                    conversation["unread"] = data["unread"].clone();
                    conversation["as_of"] = data["log_number"].clone();
                }
                Stale::Nothing
            }
            "member.changed" => self.member(data),
            "site.changed" => {
                for field in ["member_chat_enabled", "settings"] {
                    self.site[field] = data[field].clone();
                }
                for conversation in self.conversations.values_mut() {
                    let between_members = conversation["kind"] != "business";
                    let locked =
                        conversation["closed"] == true || (between_members && data["member_chat_enabled"] == false);
                    conversation["locked"] = json!(locked);
                }
                Stale::Members
            }
            "ready" | "typing" => Stale::Nothing,
            other => panic!("unknown kind: {other}"),
        }
    }

    /// Stores a conversation. Its counts only if they are not older than the known ones.
    pub(crate) fn put(&mut self, mut view: Value) {
        let id = text(&view, "id");
        if let Some(known) = self.conversations.get(&id)
            && count(&view, "as_of") < count(known, "as_of")
        {
            for field in COUNTS {
                view[field] = known[field].clone();
            }
        }
        let known = self.conversations.get(&id).map_or(0, |known| count(known, "activity"));
        view["activity"] = json!(count(&view, "activity").max(known));
        self.conversations.insert(id, view);
    }

    fn message(&mut self, kind: &str, data: &Value) -> Stale {
        let id = text(data, "conversation_id");
        let log_number = count(data, "log_number");
        let Some(conversation) = self.conversations.get_mut(&id) else { return Stale::Conversation(id) };
        let newer = log_number > count(conversation, "as_of");
        let last = || {
            let fields = ["id", "author", "text", "seq", "sent_at", "deleted", "collapsed"];
            Value::Object(fields.iter().map(|field| ((*field).to_owned(), data[*field].clone())).collect())
        };
        let others = data["author"] != self.me && data["collapsed"] == false;
        let mut change = 0;
        if kind == "message.sent" {
            conversation["activity"] = json!(count(conversation, "activity").max(log_number));
            // Even if it is older than the counts: a later archiving has a frame of its own.
            conversation["archived"] = json!(conversation["archived"] == true && conversation["muted"] == true);
        }
        if kind == "message.sent" && newer {
            conversation["last_message"] = last();
            conversation["last_seq"] = data["seq"].clone();
            change = i64::from(others && data["deleted"] == false);
        } else if conversation["last_message"]["id"] == data["id"] {
            conversation["last_message"] = last();
        }
        if kind == "message.deleted" && newer {
            change = -i64::from(others && count(data, "seq") > count(conversation, "read_seq"));
        }
        if newer {
            conversation["unread"] = json!(count(conversation, "unread") + change);
            conversation["as_of"] = json!(log_number);
        }
        let mut message: Map<String, Value> = data.as_object().cloned().unwrap_or_default();
        message.remove("conversation_id");
        message.remove("log_number");
        let messages = self.messages.entry(id).or_default();
        for other in messages.values_mut().filter(|other| other["reply_preview"]["id"] == data["id"]) {
            for field in ["text", "deleted"] {
                other["reply_preview"][field] = data[field].clone();
            }
        }
        messages.insert(text(data, "id"), Value::Object(message));
        Stale::Nothing
    }

    fn member(&mut self, data: &Value) -> Stale {
        let id = text(data, "id");
        if data["gone"] == true {
            self.members.remove(&id);
            return Stale::Everything;
        }
        for conversation in self.conversations.values_mut() {
            let participates = conversation["participants"].as_array().is_some_and(|all| all.contains(&json!(id)));
            let mine = conversation["participants"].as_array().is_some_and(|all| all.contains(&json!(self.me)));
            let named = conversation["kind"] == "direct" || (conversation["kind"] == "business" && !mine);
            if named && participates && id != self.me {
                conversation["name"] = data["display_name"].clone();
            }
        }
        if data["status"] == "removed" {
            self.members.remove(&id);
        } else {
            self.members.insert(id.clone(), data.clone());
        }
        // A block may have been removed.
        let of_author = |message: &Value| message["author"] == id && message["collapsed"] == true;
        let collapsed = self.messages.values().flat_map(BTreeMap::values).any(of_author)
            || self.conversations.values().any(|conversation| of_author(&conversation["last_message"]));
        if collapsed {
            Stale::Everything
        } else if id == self.me {
            Stale::Members
        } else {
            Stale::Nothing
        }
    }

    pub(crate) fn differences(&self, fetched: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let without_as_of = |all: &BTreeMap<String, Value>| -> BTreeMap<String, Value> {
            let strip = |value: &Value| {
                let mut value = value.clone();
                value.as_object_mut().map(|object| object.remove("as_of"));
                value
            };
            all.iter().map(|(id, value)| (id.clone(), strip(value))).collect()
        };
        compare(
            "conversation",
            &without_as_of(&self.conversations),
            &without_as_of(&fetched.conversations),
            &mut found,
        );
        compare("member", &self.members, &fetched.members, &mut found);
        let nothing = BTreeMap::new();
        for id in self.messages.keys().chain(fetched.messages.keys().filter(|id| !self.messages.contains_key(*id))) {
            let messages = |state: &Self| state.messages.get(id).unwrap_or(&nothing).clone();
            compare(&format!("message of {id}"), &messages(self), &messages(fetched), &mut found);
        }
        found
    }
}

fn compare(what: &str, shown: &BTreeMap<String, Value>, fetched: &BTreeMap<String, Value>, found: &mut Vec<String>) {
    for (id, value) in shown {
        match fetched.get(id) {
            Some(right) if right == value => {}
            right => {
                found.push(format!("{what} {id}:\n  shown   {value}\n  fetched {}", right.unwrap_or(&Value::Null)));
            }
        }
    }
    for (id, right) in fetched.iter().filter(|(id, _)| !shown.contains_key(*id)) {
        found.push(format!("{what} {id}: not shown; fetched {right}"));
    }
}
