//! ListMembers, CountMembers, GetMember and ListBlockedContacts.

use serde_json::{Value, json};

use crate::oracle::member::Member;
use crate::oracle::state::SiteState;

#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    pub q: Option<&'static str>,
    pub status: Option<&'static str>,
    pub role: Option<&'static str>,
    pub badge: Option<&'static str>,
}

impl MemberFilter {
    fn matches(&self, id: &str, member: &Member, in_full: bool) -> bool {
        let name = collation_key(&member.display_name);
        let finds = |q: &str| collation_key(q).split_whitespace().all(|word| name.contains(word));
        self.q.is_none_or(|q| finds(q) || (in_full && id.starts_with(q)))
            && self.status.map_or(!member.removed, |status| member.status() == status)
            && self.role.is_none_or(|role| member.roles.contains(role))
            && self.badge.is_none_or(|badge| member.badges.contains(badge))
    }

    /// As a query string; empty, or with an `&` at the end.
    pub fn query(&self) -> String {
        let parts = [("q", self.q), ("status", self.status), ("role", self.role), ("badge", self.badge)];
        parts.iter().filter_map(|(key, value)| Some(format!("{key}={}&", (*value)?))).collect()
    }
}

/// Names are found and ordered by this. The suites use no other accent.
fn collation_key(text: &str) -> String {
    text.to_lowercase().replace('é', "e")
}

impl SiteState {
    /// ListMembers: by name, then by id. Removed members only if the filter asks for them.
    pub fn member_views(&self, caller: &str, filter: &MemberFilter) -> Vec<Value> {
        let in_full = self.sees_all_members(caller);
        let listed = |(id, member): &(&String, &Member)| self.lists(caller, id) && filter.matches(id, member, in_full);
        let mut members: Vec<_> = self.members.iter().filter(listed).collect();
        members.sort_by_key(|(id, member)| (collation_key(&member.display_name), *id));
        members.iter().filter_map(|(id, _)| self.member_view(caller, id)).collect()
    }

    pub fn member_counts(&self) -> Value {
        let mut counts = json!({ "active": 0, "pending": 0, "blocked": 0, "roles": {}, "badges": {} });
        let add = |count: &mut Value| *count = json!(count.as_u64().unwrap_or_default() + 1);
        for member in self.members.values().filter(|member| !member.removed) {
            add(&mut counts[member.status()]);
            member.roles.iter().for_each(|role| add(&mut counts["roles"][role]));
            member.badges.iter().for_each(|badge| add(&mut counts["badges"][badge]));
        }
        counts
    }

    /// GetMember; none if it is not found.
    pub fn member_view(&self, caller: &str, id: &str) -> Option<Value> {
        let member = self.members.get(id).filter(|_| self.sees_member(caller, id))?;
        let mut view = public(id, member);
        if self.sees_all_members(caller) || caller == id {
            view["status"] = json!(member.status());
            view["community"] = json!(member.community);
            view["muted"] = json!(member.muted);
        }
        Some(view)
    }

    /// ListBlockedContacts: by name, whatever the standing of the blocked members.
    pub fn blocked_contact_views(&self, caller: &str) -> Vec<Value> {
        let Some(member) = self.members.get(caller) else { return Vec::new() };
        let mut blocked: Vec<_> =
            member.blocked_contacts.iter().filter_map(|id| Some((id, self.members.get(id)?))).collect();
        blocked.sort_by_key(|(id, member)| (collation_key(&member.display_name), *id));
        blocked.into_iter().map(|(id, member)| public(id, member)).collect()
    }
}

fn public(id: &str, member: &Member) -> Value {
    json!({
        "id": id,
        "display_name": member.display_name,
        "avatar_url": member.avatar_url,
        "roles": member.roles,
        "badges": member.badges,
    })
}
