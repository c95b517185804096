//! What each query has to answer, as JSON, out of the model.

mod conversations;
mod members;
mod messages;

pub(crate) use conversations::{ListFilter, conversation, conversations, may_get, participants};
pub(crate) use members::{MemberFilter, blocks, member, members};
pub(crate) use messages::message;

use serde_json::{Value, json};

use crate::fold::Model;

/// GetSite, as far as it is a matter of events.
pub(crate) fn site(model: &Model, id: &str) -> Value {
    json!({
        "id": id,
        "name": model.name,
        "member_chat_enabled": model.chat_on,
        "settings": {
            "approval": model.settings.approval,
            "group_creation": model.settings.group_creation,
            "max_participants": model.settings.max_participants,
        },
    })
}
