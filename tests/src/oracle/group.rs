//! Requests that start conversations and change groups.

use uuid::Uuid;

use super::conversation::{Conversation, Creation, Kind};
use super::refusal::{
    ADMIN_ONLY, CLOSED, CONVERSATION_ID_TAKEN, CONVERSATION_NOT_FOUND, CREATION_STAFF_ONLY, DIRECT_WITH_YOURSELF,
    ID_INVALID, IMAGE_NOT_FOUND, LAST_ADMIN, MEMBER_CHAT_OFF, MEMBER_NOT_FOUND, MEMBER_ONLY, NOT_A_GROUP,
    NOT_A_PARTICIPANT, NOT_IN_ROSTER, Refusal, TOO_MANY, first,
};
use super::request::{EventRequest, Request};
use super::state::SiteState;
use crate::LogEvent;

impl SiteState {
    pub(super) fn create_group(&self, Request { caller, method, body, .. }: Request<'_>, id: &str) -> Option<Refusal> {
        assert_eq!(method, "PUT", "the oracle has no rule for it");
        let allowed_version = id.parse().is_ok_and(|id: Uuid| matches!(id.get_version_num(), 4 | 7));
        let refusal = first([ID_INVALID.when(!allowed_version), self.inactive(caller)]);
        let creation = Creation::of(caller, body);
        let present = self.conversations.get(id);
        if refusal.is_some() || present.is_some_and(|group| group.was_created_by(&creation)) {
            return refusal;
        }
        let staff_only = self.settings.group_creation == "staff" && !self.is_staff(caller);
        let others = creation.others();
        first([
            self.cannot_write_to_members(caller),
            CREATION_STAFF_ONLY.when(staff_only),
            NOT_IN_ROSTER.when(!others.iter().all(|other| self.reaches(caller, other))),
            TOO_MANY.when(others.len() as u64 + 1 > self.settings.max_participants),
            CONVERSATION_ID_TAKEN.when(present.is_some()),
        ])
    }

    pub(super) fn start_direct(&self, caller: &str, member: &str) -> Option<Refusal> {
        let refusal = first([self.inactive(caller), DIRECT_WITH_YOURSELF.when(member == caller)]);
        let mut all = self.conversations.values();
        let present = all.any(|direct| direct.peer_of(caller) == Some(member) && direct.participant(caller).is_some());
        if refusal.is_some() || present {
            return refusal;
        }
        first([self.cannot_write_to_members(caller), MEMBER_NOT_FOUND.when(!self.reaches(caller, member))])
    }

    pub(super) fn start_business(&self, caller: &str, member: &str) -> Option<Refusal> {
        let mut all = self.conversations.values().filter(|conversation| conversation.kind == Kind::Business);
        let present = all.any(|business| business.participant(member).is_some());
        first([
            self.inactive(caller),
            MEMBER_ONLY.when(member != caller && !self.is_staff(caller)),
            MEMBER_NOT_FOUND.when(!present && self.standing(member).inactive().is_some()),
        ])
    }

    pub(super) fn cannot_write_to_members(&self, caller: &str) -> Option<Refusal> {
        first([MEMBER_CHAT_OFF.when(!self.member_chat), self.standing(caller).cannot_write_to_members()])
    }

    /// `path` is below the id of the conversation.
    pub(super) fn in_conversation(&self, request: Request<'_>, id: &str, path: &[&str]) -> Option<Refusal> {
        let Request { caller, method, .. } = request;
        if let ["messages", message] = path
            && method == "PUT"
            && self.was_sent(request, id, message)
        {
            return None;
        }
        // A caller who is blocked or removed learns nothing else.
        if let Some(refusal) = self.inactive(caller) {
            return Some(refusal);
        }
        let Some(conversation) = self.conversations.get(id) else { return Some(CONVERSATION_NOT_FOUND) };
        let inspects = self.reads_from(caller, conversation).is_some() || self.manages_as_owner(caller, conversation);
        match (method, path) {
            ("GET", [] | ["participants"]) => CONVERSATION_NOT_FOUND.when(!inspects),
            ("GET", ["image", image]) => first([
                CONVERSATION_NOT_FOUND.when(!inspects),
                IMAGE_NOT_FOUND.when(conversation.image.as_deref() != Some(image)),
            ]),
            (_, ["messages", ..] | ["preferences" | "read-marker" | "typing"]) => {
                self.on_message(request, conversation, path)
            }
            _ => self.change_group(request, conversation, path),
        }
    }

    /// The owner manages groups and business conversations without taking part in them.
    pub(super) fn manages_as_owner(&self, caller: &str, conversation: &Conversation) -> bool {
        self.is_owner(caller) && conversation.kind != Kind::Direct
    }

    /// Why the caller may not do what only admins and the owner may do.
    pub(super) fn refusal_unless_manager(&self, caller: &str, conversation: &Conversation) -> Option<Refusal> {
        let owner = self.manages_as_owner(caller, conversation);
        first([
            CONVERSATION_NOT_FOUND.when(!owner && self.reads_from(caller, conversation).is_none()),
            ADMIN_ONLY.when(!owner && !conversation.is_admin(caller)),
        ])
    }

    fn change_group(&self, request: Request<'_>, group: &Conversation, path: &[&str]) -> Option<Refusal> {
        let Request { caller, method, body, .. } = request;
        let participant = group.participant(caller);
        let outside = CONVERSATION_NOT_FOUND.when(self.reads_from(caller, group).is_none());
        if group.kind != Kind::Group {
            return first([outside, Some(NOT_A_GROUP)]);
        }
        let leaves = path == ["participants", caller] && method == "DELETE";
        // Repeating the request is permitted, after the caller has left or stepped down.
        let steps_down = path == ["participants", caller, "admin"] && method == "DELETE";
        if leaves {
            return outside.filter(|_| !group.former.contains(caller));
        } else if steps_down && participant.is_some_and(|participant| !participant.admin) {
            return None;
        }
        let manager = self.refusal_unless_manager(caller, group);
        let closed = CLOSED.when(group.closed);
        let cannot_write_to_members =
            self.standing(caller).cannot_write_to_members().filter(|_| !self.is_owner(caller));
        let chat_off = MEMBER_CHAT_OFF.when(!self.member_chat);
        match (method, path) {
            // All participants see a new name or image, as they see a message.
            ("PATCH", []) if body.get("name").is_some() => {
                first([manager, chat_off.filter(|_| !self.is_owner(caller)), cannot_write_to_members, closed])
            }
            ("PUT", ["image"]) => {
                first([manager, chat_off.filter(|_| !self.is_owner(caller)), cannot_write_to_members, closed])
            }
            ("PATCH", []) | ("DELETE", ["image"]) => first([manager, closed]),
            ("DELETE", [] | ["participants", _]) => manager,
            ("PUT", ["participants", member]) => {
                let refusal = first([manager, chat_off, cannot_write_to_members, closed]);
                if refusal.is_some() || group.participant(member).is_some() {
                    return refusal;
                }
                first([
                    NOT_IN_ROSTER.when(!self.reaches(caller, member)),
                    TOO_MANY.when(self.active_participants(group) >= self.settings.max_participants),
                ])
            }
            (_, ["participants", member, "admin"]) => {
                let last = group.is_admin(member) && !self.has_other_active_admin(group, member);
                first([
                    manager,
                    closed,
                    NOT_A_PARTICIPANT.when(group.participant(member).is_none()),
                    LAST_ADMIN.when(method == "DELETE" && last),
                ])
            }
            _ => panic!("the oracle has no rule for {method} {path:?}"),
        }
    }
}

/// The request that appends an event of a conversation.
pub(super) fn request_of(event: &LogEvent) -> Option<EventRequest<'_>> {
    let LogEvent { id, actor, .. } = event;
    let actor = actor.as_str();
    let member = event.text("member_id");
    let conversation = |below: &str| format!("/conversations/{id}{below}");
    let participant = || conversation(&format!("/participants/{member}"));
    let (caller, method, path) = match event.kind.as_str() {
        "ParticipantAdded" => (actor, "PUT", participant()),
        "ParticipantRemoved" => (actor, "DELETE", participant()),
        "ParticipantLeft" => (member, "DELETE", participant()),
        "AdminRevoked" => (actor, "DELETE", format!("{}/admin", participant())),
        "GroupRenamed" | "HistoryChanged" => (actor, "PATCH", conversation("")),
        "GroupImageChanged" => (actor, "PUT", conversation("/image")),
        "GroupImageRemoved" => (actor, "DELETE", conversation("/image")),
        "GroupDeleted" => (actor, "DELETE", conversation("")),
        "GroupCreated" => (event.text("creator"), "PUT", format!("/groups/{id}")),
        "DirectConversationStarted" => (event.text("starter"), "PUT", format!("/direct/{}", event.text("peer"))),
        "BusinessConversationStarted" => (actor, "PUT", format!("/business/{member}")),
        _ => return None,
    };
    Some(EventRequest { caller, method, path, body: event.data.clone() })
}
