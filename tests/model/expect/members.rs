//! ListMembers, GetMember, and whom one has blocked.

use serde_json::{Value, json};

use crate::fold::{Member, Model};
use crate::people::Viewer;

/// The filters of ListMembers.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemberFilter {
    pub(crate) q: Option<&'static str>,
    pub(crate) status: Option<&'static str>,
    pub(crate) role: Option<&'static str>,
    pub(crate) badge: Option<&'static str>,
}

impl MemberFilter {
    fn lets_through(&self, id: &str, member: &Member, in_full: bool) -> bool {
        let name = folded(&member.display_name);
        let finds = |q: &str| folded(q).split_whitespace().all(|word| name.contains(word));
        self.q.is_none_or(|q| finds(q) || (in_full && id.starts_with(q)))
            && self.status.map_or(!member.removed, |status| member.status() == status)
            && self.role.is_none_or(|role| member.roles.contains(role))
            && self.badge.is_none_or(|badge| member.badges.contains(badge))
    }

    /// As a query string; empty, or with an `&` in the end.
    pub(crate) fn query(&self) -> String {
        let parts = [("q", self.q), ("status", self.status), ("role", self.role), ("badge", self.badge)];
        parts.iter().filter_map(|(key, value)| Some(format!("{key}={}&", (*value)?))).collect()
    }
}

/// As names are found and ordered. No name of these histories has another accent.
fn folded(text: &str) -> String {
    text.to_lowercase().replace('é', "e")
}

/// ListMembers: by name, then id. Removed ones only where asked for.
pub(crate) fn members(model: &Model, viewer: Viewer, filter: &MemberFilter) -> Vec<Value> {
    let in_full = model.sees_everybody(viewer);
    let mut seen: Vec<_> = model
        .members
        .iter()
        .filter(|(id, member)| model.lists(viewer, id) && filter.lets_through(id, member, in_full))
        .map(|(id, there)| (folded(&there.display_name), id.as_str()))
        .collect();
    seen.sort_unstable();
    seen.iter().filter_map(|(_, id)| member(model, viewer, id)).collect()
}

/// GetMember; none where it is a 404.
pub(crate) fn member(model: &Model, viewer: Viewer, id: &str) -> Option<Value> {
    let there = model.members.get(id).filter(|_| model.sees_member(viewer, id))?;
    let mut view = public(id, there);
    if model.sees_everybody(viewer) || viewer.id == id {
        view["status"] = json!(there.status());
        view["community"] = json!(there.community);
        view["muted"] = json!(there.muted);
    }
    Some(view)
}

/// Whom they have blocked, by name, whatever became of them: they are there to be unblocked.
pub(crate) fn blocks(model: &Model, viewer: Viewer) -> Vec<Value> {
    let Some(member) = model.members.get(viewer.id) else { return Vec::new() };
    let mut blocked: Vec<_> = member.blocks.iter().filter_map(|id| Some((id, model.members.get(id)?))).collect();
    blocked.sort_by_key(|(id, member)| (folded(&member.display_name), (*id).clone()));
    blocked.into_iter().map(|(id, member)| public(id, member)).collect()
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
