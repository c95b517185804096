//! Each operation, in all forms that can refer to a hidden resource.

use super::*;

/// One form of an operation: builds the request from the ids.
#[derive(Clone, Copy)]
pub(crate) struct RequestForm {
    pub(super) operation: &'static str,
    pub(super) variant: &'static str,
    pub(super) query: fn(&Names) -> String,
    pub(super) body: fn(&Names) -> Option<Value>,
    /// Whether the command changes the message.
    pub(super) to_message: bool,
}

impl Debug for RequestForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.operation, self.variant)
    }
}

pub(super) const fn form(operation: &'static str) -> RequestForm {
    RequestForm { operation, variant: "", query: |_| String::new(), body: |_| None, to_message: false }
}

pub(super) const fn with(operation: &'static str, body: fn(&Names) -> Option<Value>) -> RequestForm {
    RequestForm { body, ..form(operation) }
}

pub(super) const fn of_message(operation: &'static str, body: fn(&Names) -> Option<Value>) -> RequestForm {
    RequestForm { body, to_message: true, ..form(operation) }
}

pub(super) const fn listing(variant: &'static str, query: fn(&Names) -> String) -> RequestForm {
    RequestForm { variant, query, ..form("ListMessages") }
}

/// In a hidden or missing conversation.
pub(super) const OF_CONVERSATIONS: [RequestForm; 24] = [
    form("GetConversation"),
    form("ListParticipants"),
    form("GetGroupImage"),
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
    form("ShowTyping"),
    with("ChangeGroup", |_| Some(json!({ "name": "Another" }))),
    form("ChangeGroupImage"),
    form("RemoveGroupImage"),
    form("AddParticipant"),
    form("RemoveParticipant"),
    form("GrantAdmin"),
    form("RevokeAdmin"),
    form("DeleteGroup"),
    RequestForm { query: |names| format!("?conversation={}", names.conversation), ..form("ReplayEvents") },
];
/// In a group of the caller, with a hidden or missing message or image.
pub(super) const OF_MESSAGES: [RequestForm; 11] = [
    form("GetGroupImage"),
    listing(" around", |names| format!("?around={}", names.message)),
    listing(" before", |names| format!("?before={}", names.message)),
    listing(" after", |names| format!("?after={}", names.message)),
    of_message("EditMessage", |_| Some(json!({ "text": "hello" }))),
    of_message("DeleteMessage", |_| None),
    of_message("AddReaction", |_| None),
    of_message("RemoveReaction", |_| None),
    with("MarkRead", |names| Some(json!({ "message": names.message }))),
    // Rejected whether the id is free or taken, so that the request changes nothing.
    RequestForm {
        variant: " that replies to nothing",
        ..of_message("SendMessage", |_| Some(json!({ "text": "hello", "reply_to": Uuid::nil() })))
    },
    RequestForm { variant: " under a precondition", ..of_message("SendMessage", |_| Some(json!({ "text": "hello" }))) },
];
/// With a hidden or missing member.
pub(super) const OF_MEMBERS: [RequestForm; 19] = [
    form("GetMember"),
    with("RegisterMember", |_| Some(json!({ "display_name": "New member", "community": true }))),
    with("ChangeMember", |_| Some(json!({ "display_name": "New name" }))),
    form("ApproveMember"),
    form("BlockMember"),
    form("UnblockMember"),
    form("MuteMember"),
    form("UnmuteMember"),
    form("RemoveMember"),
    form("AssignRole"),
    form("UnassignRole"),
    form("AssignBadge"),
    form("UnassignBadge"),
    form("JoinCommunity"),
    form("LeaveCommunity"),
    form("BlockContact"),
    form("UnblockContact"),
    form("StartDirectConversation"),
    form("StartBusinessConversation"),
];
/// With a hidden or missing member, in a group of the caller.
pub(super) const OF_CANDIDATES: [RequestForm; 4] =
    [form("AddParticipant"), form("RemoveParticipant"), form("GrantAdmin"), form("RevokeAdmin")];
/// With a hidden or missing id and an unknown participant: rejected, so that the request changes nothing.
pub(super) const CREATE_IN_VAIN: RequestForm = RequestForm {
    variant: " in vain",
    ..with("CreateGroup", |_| Some(json!({ "name": "Another", "participants": [MISSING_MEMBER] })))
};
/// With a hidden or missing id and a precondition that prevents the creation.
pub(super) const CREATE_UNDER_PRECONDITION: RequestForm =
    RequestForm { variant: " under a precondition", ..with("CreateGroup", |_| Some(json!({ "name": "Another" }))) };
/// With a hidden or missing participant.
pub(super) const CREATE_WITH: RequestForm = RequestForm {
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
