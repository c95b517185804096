//! Requests to a site and its members.

use super::member::Standing;
use super::refusal::{
    BLOCKED_AS_STAFF, IS_OWNER, IS_STAFF, MEMBER_NOT_FOUND, MEMBER_ONLY, NOT_IN_COMMUNITY, NOT_YOURSELF,
    OPERATOR_OR_OWNER_ONLY, Refusal, SITE_OPERATOR_ONLY, SITE_OPERATOR_OR_OWNER_ONLY, SITE_OWNER_ONLY, STAFF_ONLY,
    STAFF_ROLE_BY_OWNER, WAS_REMOVED, first,
};
use super::request::{EventRequest, Request};
use super::state::SiteState;
use crate::LogEvent;

impl SiteState {
    pub(super) fn on_site(&self, caller: &str, method: &str, path: &[&str]) -> Option<Refusal> {
        let (operator, owner) = (self.is_operator(caller), self.is_owner(caller));
        match (method, path) {
            ("PUT", []) | ("POST", ["close" | "reopen"]) => SITE_OPERATOR_ONLY.when(!operator),
            ("PATCH", []) => SITE_OPERATOR_OR_OWNER_ONLY.when(!operator && !owner),
            ("POST", ["member-chat", _]) | ("PATCH", ["settings"]) | ("GET", ["events"]) => {
                SITE_OWNER_ONLY.when(!owner)
            }
            ("GET", ["groups"]) => first([self.inactive(caller), SITE_OWNER_ONLY.when(!owner)]),
            ("GET", ["member-counts"]) => {
                first([self.inactive(caller), STAFF_ONLY.when(!self.sees_all_members(caller))])
            }
            ("GET", [] | ["members" | "conversations" | "stream"]) | ("POST", ["stream", "tickets"]) => {
                self.inactive(caller)
            }
            _ => panic!("the oracle has no rule for {method} {path:?}"),
        }
    }

    /// `path` begins with the id of the member.
    pub(super) fn on_member(&self, Request { caller, method, .. }: Request<'_>, path: &[&str]) -> Option<Refusal> {
        let member = path[0];
        let standing = self.standing(member);
        let registers = self.is_operator(caller) || self.is_owner(caller);
        let absent = MEMBER_NOT_FOUND.when(matches!(standing, Standing::Unregistered | Standing::Removed));
        match (method, &path[1..]) {
            ("GET", ["blocks"]) => self.inactive(caller),
            ("GET", []) => first([self.inactive(caller), MEMBER_NOT_FOUND.when(!self.sees_member(caller, member))]),
            ("PUT", []) => first([
                OPERATOR_OR_OWNER_ONLY.when(!registers),
                WAS_REMOVED.when(standing == Standing::Removed && !self.is_owner(caller)),
            ]),
            ("PATCH", []) => first([
                OPERATOR_OR_OWNER_ONLY.when(!registers),
                WAS_REMOVED.when(standing == Standing::Removed),
                absent,
            ]),
            (_, ["community"]) => first([
                MEMBER_ONLY.when(!registers && caller != member),
                self.inactive(caller).filter(|_| caller == member),
                absent,
            ]),
            (_, ["blocks", other]) => self.on_contact(caller, other, method == "PUT"),
            (_, action) => self.on_moderation(caller, member, action, method),
        }
    }

    fn on_moderation(&self, caller: &str, member: &str, action: &[&str], method: &str) -> Option<Refusal> {
        let standing = self.standing(member);
        let removal = action.is_empty();
        let bars = removal || action == ["block"];
        let staff_role = action == ["roles", "staff"];
        let at_work = self.is_staff(caller) && self.inactive(caller).is_none();
        let owner = self.is_owner(caller);
        let permission = first([STAFF_ONLY.when(!at_work), STAFF_ROLE_BY_OWNER.when(staff_role && !owner)]);
        if permission.is_some() || (removal && standing == Standing::Removed) {
            return permission;
        }
        first([
            MEMBER_NOT_FOUND.when(matches!(standing, Standing::Unregistered | Standing::Removed)),
            IS_STAFF.when(bars && self.has_staff_role(member)),
            NOT_YOURSELF.when(bars && caller == member),
            IS_OWNER.when(self.is_owner(member) && !owner && (bars || action == ["mute"])),
            BLOCKED_AS_STAFF.when(staff_role && method == "PUT" && standing == Standing::Blocked),
        ])
    }

    fn on_contact(&self, caller: &str, other: &str, block: bool) -> Option<Refusal> {
        let standing = self.standing(caller);
        let refusal = first([MEMBER_ONLY.when(self.is_operator(caller)), standing.inactive()]);
        let blocked = self.members.get(caller).is_some_and(|member| member.blocked_contacts.contains(other));
        if refusal.is_some() || blocked || !block {
            return refusal;
        }
        first([
            NOT_YOURSELF.when(other == caller),
            NOT_IN_COMMUNITY.when(standing == Standing::Outside),
            // The same for members who have left and members who have blocked the caller.
            MEMBER_NOT_FOUND.when(!self.reaches(caller, other)),
            IS_STAFF.when(self.has_staff_role(other)),
        ])
    }
}

/// The request that appends an event of a site or a member.
pub(super) fn request_of(event: &LogEvent) -> Option<EventRequest<'_>> {
    let LogEvent { id, actor, .. } = event;
    let actor = actor.as_str();
    let member = |below: &str| format!("/members/{id}{below}");
    let (role, badge) = (event.text("role"), event.text("badge"));
    let contact = || member(&format!("/blocks/{}", event.text("member_id")));
    let (caller, method, path) = match event.kind.as_str() {
        "MemberApproved" => (actor, "POST", member("/approve")),
        "MemberBlocked" => (actor, "POST", member("/block")),
        "MemberUnblocked" => (actor, "POST", member("/unblock")),
        "MemberMuted" => (actor, "POST", member("/mute")),
        "MemberUnmuted" => (actor, "POST", member("/unmute")),
        "MemberRemoved" => (actor, "DELETE", member("")),
        "RoleAssigned" => (actor, "PUT", member(&format!("/roles/{role}"))),
        "RoleUnassigned" => (actor, "DELETE", member(&format!("/roles/{role}"))),
        "BadgeAssigned" => (actor, "PUT", member(&format!("/badges/{badge}"))),
        "BadgeUnassigned" => (actor, "DELETE", member(&format!("/badges/{badge}"))),
        "ContactBlocked" => (id.as_str(), "PUT", contact()),
        "ContactUnblocked" => (id.as_str(), "DELETE", contact()),
        "CommunityJoined" => (actor, "PUT", member("/community")),
        "CommunityLeft" => (actor, "DELETE", member("/community")),
        "MemberChatEnabled" => (actor, "POST", "/member-chat/enable".to_owned()),
        "MemberChatDisabled" => (actor, "POST", "/member-chat/disable".to_owned()),
        "ApprovalChanged"
        | "GroupCreationChanged"
        | "MaxParticipantsChanged"
        | "AppearanceChanged"
        | "BadgesChanged" => (actor, "PATCH", "/settings".to_owned()),
        _ => return None,
    };
    Some(EventRequest { caller, method, path, body: event.data.clone() })
}
