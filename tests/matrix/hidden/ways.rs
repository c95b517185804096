//! Each operation, in all forms that can refer to a hidden resource.

use super::*;

/// One form of an operation: builds the request from the ids.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(super) operation: &'static str,
    pub(super) variant: &'static str,
    pub(super) query: fn(&Names) -> String,
    pub(super) body: fn(&Names) -> Option<Value>,
    /// Whether the command changes the message.
    pub(super) to_message: bool,
}

impl Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.operation, self.variant)
    }
}

pub(super) const fn way(operation: &'static str) -> Way {
    Way { operation, variant: "", query: |_| String::new(), body: |_| None, to_message: false }
}

pub(super) const fn with(operation: &'static str, body: fn(&Names) -> Option<Value>) -> Way {
    Way { body, ..way(operation) }
}

pub(super) const fn of_message(operation: &'static str, body: fn(&Names) -> Option<Value>) -> Way {
    Way { body, to_message: true, ..way(operation) }
}

pub(super) const fn listing(variant: &'static str, query: fn(&Names) -> String) -> Way {
    Way { variant, query, ..way("ListMessages") }
}

/// In a hidden or missing conversation.
pub(super) const OF_CONVERSATIONS: [Way; 24] = [
    way("GetConversation"),
    way("ListParticipants"),
    way("GetGroupImage"),
    listing("", |_| String::new()),
    listing(" around", |names| format!("?around={}", names.message)),
    listing(" before", |names| format!("?before={}", names.message)),
    listing(" after", |names| format!("?after={}", names.message)),
    of_message("SendMessage", |_| Some(json!({ "text": "hello" }))),
    of_message("EditMessage", |_| Some(json!({ "text": "hello" }))),
    of_message("DeleteMessage", |_| None),
    of_message("AddReaction", |_| None),
    of_message("RemoveReaction", |_| None),
    with("MarkRead", |names| Some(json!({ "message": names.message }))),
    with("ChangePreferences", |_| Some(json!({ "pinned": true }))),
    way("ShowTyping"),
    with("ChangeGroup", |_| Some(json!({ "name": "Another" }))),
    way("ChangeGroupImage"),
    way("RemoveGroupImage"),
    way("AddParticipant"),
    way("RemoveParticipant"),
    way("GrantAdmin"),
    way("RevokeAdmin"),
    way("DeleteGroup"),
    Way { query: |names| format!("?conversation={}", names.conversation), ..way("ReplayEvents") },
];
/// In a group of the caller, with a hidden or missing message or image.
pub(super) const OF_MESSAGES: [Way; 11] = [
    way("GetGroupImage"),
    listing(" around", |names| format!("?around={}", names.message)),
    listing(" before", |names| format!("?before={}", names.message)),
    listing(" after", |names| format!("?after={}", names.message)),
    of_message("EditMessage", |_| Some(json!({ "text": "hello" }))),
    of_message("DeleteMessage", |_| None),
    of_message("AddReaction", |_| None),
    of_message("RemoveReaction", |_| None),
    with("MarkRead", |names| Some(json!({ "message": names.message }))),
    // Rejected whether the id is free or taken, so that the request changes nothing.
    Way {
        variant: " that replies to nothing",
        ..of_message("SendMessage", |_| Some(json!({ "text": "hello", "reply_to": Uuid::nil() })))
    },
    Way { variant: " under a precondition", ..of_message("SendMessage", |_| Some(json!({ "text": "hello" }))) },
];
/// With a hidden or missing member.
pub(super) const OF_MEMBERS: [Way; 19] = [
    way("GetMember"),
    with("RegisterMember", |_| Some(json!({ "display_name": "New member", "community": true }))),
    with("ChangeMember", |_| Some(json!({ "display_name": "New name" }))),
    way("ApproveMember"),
    way("BlockMember"),
    way("UnblockMember"),
    way("MuteMember"),
    way("UnmuteMember"),
    way("RemoveMember"),
    way("AssignRole"),
    way("UnassignRole"),
    way("AssignBadge"),
    way("UnassignBadge"),
    way("JoinCommunity"),
    way("LeaveCommunity"),
    way("BlockContact"),
    way("UnblockContact"),
    way("StartDirectConversation"),
    way("StartBusinessConversation"),
];
/// With a hidden or missing member, in a group of the caller.
pub(super) const OF_CANDIDATES: [Way; 4] =
    [way("AddParticipant"), way("RemoveParticipant"), way("GrantAdmin"), way("RevokeAdmin")];
/// With a hidden or missing id and an unknown participant: rejected, so that the request changes nothing.
pub(super) const CREATE_IN_VAIN: Way = Way {
    variant: " in vain",
    ..with("CreateGroup", |_| Some(json!({ "name": "Another", "participants": [MISSING_MEMBER] })))
};
/// With a hidden or missing id and a precondition that prevents the creation.
pub(super) const CREATE_UNDER_PRECONDITION: Way =
    Way { variant: " under a precondition", ..with("CreateGroup", |_| Some(json!({ "name": "Another" }))) };
/// With a hidden or missing participant.
pub(super) const CREATE_WITH: Way = Way {
    variant: " with a member",
    ..with("CreateGroup", |names| Some(json!({ "name": "Another", "participants": [names.member] })))
};
/// Operations that name at most the site.
pub(super) const OF_SITES: [&str; 15] = [
    "GetSite",
    "RegisterSite",
    "ListMembers",
    "ListConversations",
    "ListGroups",
    "ListBlockedContacts",
    "Stream",
    "GiveStreamTicket",
    "ChangeSettings",
    "ChangeSite",
    "CloseSite",
    "ReopenSite",
    "EnableMemberChat",
    "DisableMemberChat",
    "ReplayEvents",
];
pub(super) const OF_THE_SERVICE: [&str; 11] = [
    "ListSites",
    "GetLiveness",
    "GetReadiness",
    "GetMetrics",
    "GetOpenApi",
    "GetAsyncApi",
    "GetEventSchema",
    "GetDocs",
    "GetDocsStyle",
    "GetDocsSearch",
    "GetProblemType",
];
