//! Each operation, in all forms that can refer to a hidden resource: by the parameters in its path, and in
//! the variants listed here.

use super::*;

/// One form of an operation: builds the request from the ids.
#[derive(Clone, Copy)]
pub(crate) struct RequestForm {
    pub(super) operation: &'static str,
    pub(super) variant: &'static str,
    pub(super) query: fn(&Names) -> String,
    /// Instead of the example of the document.
    pub(super) body: Option<fn(&Names) -> Value>,
}

impl Debug for RequestForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.operation, self.variant)
    }
}

pub(super) const fn form(operation: &'static str) -> RequestForm {
    RequestForm { operation, variant: "", query: |_| String::new(), body: None }
}

const fn create_group(variant: &'static str, body: fn(&Names) -> Value) -> RequestForm {
    RequestForm { variant, body: Some(body), ..form("CreateGroup") }
}

const fn listing(variant: &'static str, query: fn(&Names) -> String) -> RequestForm {
    RequestForm { variant, query, ..form("ListMessages") }
}

/// Around a hidden or missing message, or one in a hidden or missing conversation.
const LISTINGS: [RequestForm; 3] = [
    listing(" around", |names| format!("?around={}", names.message)),
    listing(" before", |names| format!("?before={}", names.message)),
    listing(" after", |names| format!("?after={}", names.message)),
];
const REPLAY: RequestForm =
    RequestForm { query: |names| format!("?conversation={}", names.conversation), ..form("ReplayEvents") };
/// Rejected whether the id is free or taken, so that the request changes nothing.
const REPLY_IN_VAIN: RequestForm = RequestForm {
    variant: " that replies to nothing",
    body: Some(|_| json!({ "text": "hello", "reply_to": Uuid::nil() })),
    ..form("SendMessage")
};
const SEND_UNDER_PRECONDITION: RequestForm = RequestForm { variant: " under a precondition", ..form("SendMessage") };
/// With a hidden or missing id and an unknown participant: rejected, so that the request changes nothing.
pub(super) const CREATE_IN_VAIN: RequestForm =
    create_group(" in vain", |_| json!({ "name": "Another", "participants": [MISSING_MEMBER] }));
/// With a hidden or missing id and a precondition that prevents the creation.
pub(super) const CREATE_UNDER_PRECONDITION: RequestForm =
    create_group(" under a precondition", |_| json!({ "name": "Another" }));
/// With a hidden or missing participant.
pub(super) const CREATE_WITH: RequestForm =
    create_group(" with a member", |names| json!({ "name": "Another", "participants": [names.member] }));

/// The forms of the operations of the document. CreateGroup has only the forms above.
pub(super) struct Forms {
    /// In a hidden or missing conversation.
    pub(super) conversations: Vec<RequestForm>,
    /// In a group of the caller, with a hidden or missing message or image.
    pub(super) messages: Vec<RequestForm>,
    /// With a hidden or missing member.
    pub(super) members: Vec<RequestForm>,
    /// With a hidden or missing member, in a group of the caller.
    pub(super) candidates: Vec<RequestForm>,
    /// Of operations that name at most the site.
    pub(super) sites: Vec<RequestForm>,
}

impl Forms {
    pub(super) fn of(operations: &'static BTreeMap<String, Operation>) -> Self {
        let with = |matches: fn(&Operation) -> bool| {
            let operations = operations.iter().filter(move |(_, operation)| matches(operation));
            operations.map(|(id, _)| form(id)).filter(|form| form.operation != "CreateGroup")
        };
        let messages = with(|operation| operation.names("message") || operation.names("image"))
            .filter(|form| form.operation != "SendMessage");
        Self {
            conversations: with(|operation| operation.names("conversation")).chain(LISTINGS).chain([REPLAY]).collect(),
            messages: messages.chain(LISTINGS).chain([REPLY_IN_VAIN, SEND_UNDER_PRECONDITION]).collect(),
            members: with(|operation| operation.names("member") && !operation.names("conversation")).collect(),
            candidates: with(|operation| operation.names("member") && operation.names("conversation")).collect(),
            sites: with(|operation| {
                operation.names("site") && !operation.names("member") && !operation.names("conversation")
            })
            .collect(),
        }
    }
}
