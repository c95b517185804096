//! The responses of queries, as JSON.

mod conversations;
mod members;

pub use conversations::ConversationFilter;
pub use members::MemberFilter;

use serde_json::{Value, json};

use super::state::SiteState;

impl SiteState {
    /// GetSite, without the fields that do not depend on the log of these suites.
    pub fn site_view(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "member_chat_enabled": self.member_chat,
            "settings": {
                "approval": self.settings.approval,
                "group_creation": self.settings.group_creation,
                "max_participants": self.settings.max_participants,
                "appearance": self.settings.appearance,
                "badges": self.settings.badges,
            },
        })
    }
}
