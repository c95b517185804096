//! P13 by a model of its own: who may send, and who may come into a group, as the events before say. It shares no code
//! with the domain.

use std::collections::{HashMap, HashSet};

use crate::log::Event;

#[derive(Debug, Default)]
struct Model {
    chat_on: bool,
    registered: HashSet<String>,
    outside: HashSet<String>,
    blocked: HashSet<String>,
    muted: HashSet<String>,
    inside: HashMap<String, HashSet<String>>,
    closed: HashSet<String>,
}

/// The messages and newcomers of one site's log that something before them forbids, each with what does.
pub(crate) fn forbidden(log: &[Event]) -> Vec<String> {
    let mut model = Model::default();
    let mut found = Vec::new();
    for event in log {
        let reasons = match event.kind.as_str() {
            "MessageSent" => model.against_sending(event.text("author_id"), event.text("conversation_id")),
            "ParticipantAdded" => model.against_joining(event.text("member_id"), event.local_id()),
            _ => Vec::new(),
        };
        if !reasons.is_empty() {
            found.push(format!("{reasons:?}: {event:?}"));
        }
        model.take_in(event);
    }
    found
}

impl Model {
    fn against_sending(&self, author: &str, group: &str) -> Vec<&'static str> {
        let inside = self.inside.get(group).is_some_and(|inside| inside.contains(author));
        let mut reasons = self.against_joining(author, group);
        reasons.extend((!inside).then_some("is not in the group"));
        reasons.extend(self.muted.contains(author).then_some("is muted"));
        reasons
    }

    fn against_joining(&self, member: &str, group: &str) -> Vec<&'static str> {
        let reasons = [
            (!self.chat_on, "chat is off"),
            (!self.registered.contains(member), "is not registered"),
            (self.outside.contains(member), "is outside the community"),
            (self.blocked.contains(member), "is blocked"),
            (self.closed.contains(group), "the group is closed"),
        ];
        reasons.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect()
    }

    fn take_in(&mut self, event: &Event) {
        let whom = event.local_id().to_owned();
        match event.kind.as_str() {
            "MemberChatEnabled" => self.chat_on = true,
            "MemberChatDisabled" => self.chat_on = false,
            "MemberRegistered" => {
                if event.data["community"] != true {
                    self.outside.insert(whom.clone());
                }
                self.registered.insert(whom);
            }
            "CommunityJoined" => drop(self.outside.remove(&whom)),
            "CommunityLeft" => drop(self.outside.insert(whom)),
            "MemberBlocked" => drop(self.blocked.insert(whom)),
            "MemberMuted" => drop(self.muted.insert(whom)),
            "MemberUnmuted" => drop(self.muted.remove(&whom)),
            "MemberUnblocked" => drop(self.blocked.remove(&whom)),
            "GroupCreated" => {
                let others = event.data["participants"].as_array().into_iter().flatten();
                let all = others.filter_map(|member| member.as_str()).chain([event.text("creator")]);
                self.inside.insert(whom, all.map(str::to_owned).collect());
            }
            "ParticipantAdded" => drop(self.inside.entry(whom).or_default().insert(event.text("member_id").to_owned())),
            "ParticipantRemoved" | "ParticipantLeft" => {
                self.inside.entry(whom).or_default().remove(event.text("member_id"));
            }
            "GroupClosed" | "GroupDeleted" => drop(self.closed.insert(whom)),
            "MessageSent" | "SiteRegistered" | "AdminGranted" => {}
            other => panic!("the model does not know {other}"),
        }
    }
}
