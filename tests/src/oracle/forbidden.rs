//! P13: events that the log must not contain, because the events before them forbid the request that
//! appended them.

use serde_json::{Value, json};

use super::request::Request;
use super::state::{Role, SiteState};
use crate::LogEvent;
use crate::log::at;

/// The events of one site that the events before them forbid, each with the reason.
pub fn forbidden_events(token_roles: &[(&str, Role)], log: &[LogEvent]) -> Vec<String> {
    let mut state = SiteState::new(token_roles);
    let mut found = Vec::new();
    for event in log {
        found.extend(state.forbids(event).map(|reason| format!("{reason}: {event:?}")));
        state.apply(event);
    }
    found
}

impl SiteState {
    /// Why the next event must not be in the log.
    pub fn forbids(&self, event: &LogEvent) -> Option<String> {
        if event.kind == "ReadMarkerMoved" && self.is_behind_marker(event) {
            return Some("the marker moves back".to_owned());
        }
        let (caller, method, path, body) = request_of(event)?;
        let refusal = self.refusal(Request { caller, method, path: &path, body: &body })?;
        Some(format!("{} ({})", refusal.code, refusal.rule))
    }

    fn is_behind_marker(&self, event: &LogEvent) -> bool {
        let id = event.id.split_once('/').map(|(conversation, member)| (conversation.to_owned(), member.to_owned()));
        let marker = id.and_then(|id| self.participations.get(&id)?.marker.as_ref());
        marker.is_some_and(|(_, before)| at(event.text("position")).is_none_or(|position| position <= *before))
    }
}

/// The caller, method, path and body of the request that appends an event. None for events that the
/// service appends by itself: registrations at a first visit, successors of admins, closed groups.
fn request_of(event: &LogEvent) -> Option<(&str, &'static str, String, Value)> {
    let LogEvent { id, actor, .. } = event;
    let member = event.text("member_id");
    let message = |id: &str| format!("/conversations/{}/messages/{id}", event.text("conversation_id"));
    let (conversation, participant) = id.split_once('/').unwrap_or((id, ""));
    let by = |caller, method, path: String| Some((caller, method, path, event.data.clone()));
    match event.kind.as_str() {
        "MessageSent" => by(event.text("author_id"), "PUT", message(id)),
        "MessageEdited" => by(actor, "PATCH", message(id)),
        "MessageDeleted" => by(event.text("deleted_by"), "DELETE", message(id)),
        "ReactionAdded" => by(member, "PUT", format!("{}/reactions/{}", message(id), event.text("emoji"))),
        "ReactionRemoved" => by(member, "DELETE", format!("{}/reactions/{}", message(id), event.text("emoji"))),
        "ParticipantAdded" => by(actor, "PUT", format!("/conversations/{id}/participants/{member}")),
        "ParticipantRemoved" => by(actor, "DELETE", format!("/conversations/{id}/participants/{member}")),
        "ParticipantLeft" => by(member, "DELETE", format!("/conversations/{id}/participants/{member}")),
        "AdminRevoked" => by(actor, "DELETE", format!("/conversations/{id}/participants/{member}/admin")),
        "GroupRenamed" | "HistoryChanged" => by(actor, "PATCH", format!("/conversations/{id}")),
        "GroupImageChanged" => by(actor, "PUT", format!("/conversations/{id}/image")),
        "GroupImageRemoved" => by(actor, "DELETE", format!("/conversations/{id}/image")),
        "GroupDeleted" => by(actor, "DELETE", format!("/conversations/{id}")),
        "GroupCreated" => by(event.text("creator"), "PUT", format!("/groups/{id}")),
        "DirectConversationStarted" => by(event.text("starter"), "PUT", format!("/direct/{}", event.text("peer"))),
        "BusinessConversationStarted" => by(actor, "PUT", format!("/business/{member}")),
        "MemberApproved" => by(actor, "POST", format!("/members/{id}/approve")),
        "MemberBlocked" => by(actor, "POST", format!("/members/{id}/block")),
        "MemberUnblocked" => by(actor, "POST", format!("/members/{id}/unblock")),
        "MemberMuted" => by(actor, "POST", format!("/members/{id}/mute")),
        "MemberUnmuted" => by(actor, "POST", format!("/members/{id}/unmute")),
        "MemberRemoved" => by(actor, "DELETE", format!("/members/{id}")),
        "RoleAssigned" => by(actor, "PUT", format!("/members/{id}/roles/{}", event.text("role"))),
        "RoleUnassigned" => by(actor, "DELETE", format!("/members/{id}/roles/{}", event.text("role"))),
        "BadgeAssigned" => by(actor, "PUT", format!("/members/{id}/badges/{}", event.text("badge"))),
        "BadgeUnassigned" => by(actor, "DELETE", format!("/members/{id}/badges/{}", event.text("badge"))),
        "ContactBlocked" => by(id, "PUT", format!("/members/{id}/blocks/{member}")),
        "ContactUnblocked" => by(id, "DELETE", format!("/members/{id}/blocks/{member}")),
        "CommunityJoined" => by(actor, "PUT", format!("/members/{id}/community")),
        "CommunityLeft" => by(actor, "DELETE", format!("/members/{id}/community")),
        "MemberChatEnabled" => by(actor, "POST", "/member-chat/enable".to_owned()),
        "MemberChatDisabled" => by(actor, "POST", "/member-chat/disable".to_owned()),
        "ApprovalChanged" | "GroupCreationChanged" | "MaxParticipantsChanged" => {
            by(actor, "PATCH", "/settings".to_owned())
        }
        "ReadMarkerMoved" => {
            let body = json!({ "message": event.text("message_id") });
            Some((participant, "PUT", format!("/conversations/{conversation}/read-marker"), body))
        }
        "ConversationMuted"
        | "ConversationUnmuted"
        | "ConversationArchived"
        | "ConversationUnarchived"
        | "ConversationPinned"
        | "ConversationUnpinned" => by(participant, "PATCH", format!("/conversations/{conversation}/preferences")),
        _ => None,
    }
}
