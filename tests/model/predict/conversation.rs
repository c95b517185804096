//! Commands that begin and change conversations.

use std::collections::BTreeSet;

use reqwest::Method;

use super::{Given, Outlook};
use crate::fold::{Conversation, Kind};

impl Given<'_> {
    pub(super) fn of_beginning(&self, path: &[&str]) -> Outlook {
        // Only what was done is done again, by the same creator: it is the same answer.
        let again = matches!(path, ["groups", id] if self.model.conversations.contains_key(*id));
        if let Some(reason) = self.model.bar(self.who) {
            return if again { Outlook::Unknown } else { Outlook::refused(403, reason) };
        }
        match path {
            ["groups", _] if again => Outlook::Done,
            ["groups", _] => self.group(),
            ["direct", other] => self.direct(other),
            ["business", "me"] => self.business(self.who.id),
            ["business", member] => self.business(member),
            _ => Outlook::Unknown,
        }
    }

    /// Under a new id.
    fn group(&self) -> Outlook {
        let asked = self.body["participants"].as_array().into_iter().flatten();
        let others: BTreeSet<&str> = asked.filter_map(|id| id.as_str()).filter(|id| *id != self.who.id).collect();
        let settings = &self.model.settings;
        let staff_only = settings.group_creation == "staff" && !self.model.is_staff(self.who);
        Outlook::of([
            self.chat_is_off(),
            (!self.has_voice()).then_some((403, "no voice")),
            staff_only.then_some((403, "staff only")),
            (!others.iter().all(|other| self.reaches(other))).then_some((422, "not in the roster")),
            (others.len() as u64 + 1 > settings.max_participants).then_some((422, "too large")),
        ])
    }

    fn direct(&self, other: &str) -> Outlook {
        if other == self.who.id {
            return Outlook::refused(422, "with oneself");
        }
        let mut there = self.model.conversations.values().filter(|conversation| conversation.kind == Kind::Direct);
        if there.any(|of_two| of_two.seat(self.who.id).is_some() && of_two.seat(other).is_some()) {
            return Outlook::Done;
        }
        Outlook::of([
            self.chat_is_off(),
            (!self.has_voice()).then_some((403, "no voice")),
            (!self.reaches(other)).then_some((404, "no such member")),
        ])
    }

    fn business(&self, member: &str) -> Outlook {
        if member != self.who.id && !self.model.is_staff(self.who) {
            return Outlook::refused(403, "oneself only");
        }
        let mut there = self.model.conversations.values().filter(|conversation| conversation.kind == Kind::Business);
        let there = there.any(|business| business.seat(member).is_some());
        let barred = self.model.standing(member).bar().is_some();
        Outlook::of([(!there && barred).then_some((404, "no such member"))])
    }

    /// What is asked of a group by somebody who is not barred.
    pub(super) fn of_conversation(&self, conversation: &Conversation, path: &[&str]) -> Outlook {
        let here = self.model.reads_from(self.who, conversation).is_some();
        let own_seat = conversation.seat(self.who.id);
        let leaves = match path {
            ["participants", "me"] => self.method == Method::DELETE,
            ["participants", member] => self.method == Method::DELETE && *member == self.who.id,
            _ => false,
        };
        if leaves && conversation.kind == Kind::Group {
            let was_here = own_seat.is_some() || conversation.former.contains(self.who.id);
            // The owner knows of every group, in which they need not be.
            return match (was_here, self.is_owner()) {
                (true, _) => Outlook::Done,
                (false, true) => Outlook::Unknown,
                (false, false) => Outlook::refused(404, "is not in it"),
            };
        }
        let owner = self.is_owner() && conversation.kind == Kind::Group;
        if !here && !owner {
            return Outlook::refused(404, "is not in it");
        }
        if conversation.kind != Kind::Group {
            return Outlook::refused(409, "no group");
        }
        // Stepping down again changes nothing, though who is no admin may not ask it of others.
        let steps_down = matches!(path, ["participants", member, "admin"] if *member == self.who.id)
            && self.method == Method::DELETE
            && own_seat.is_some_and(|seat| !seat.admin);
        if steps_down {
            return Outlook::Done;
        }
        if !owner && !own_seat.is_some_and(|seat| seat.admin) {
            return Outlook::refused(403, "admins only");
        }
        let closed = conversation.closed.then_some((409, "is closed"));
        match (path, self.method.as_str()) {
            ([], "PATCH") if owner || self.body.get("name").is_none() => Outlook::of([closed]),
            // A name is heard by all in the group, as a message is.
            ([], "PATCH") => {
                Outlook::of([self.chat_is_off(), (!self.has_voice()).then_some((403, "no voice")), closed])
            }
            // Whoever is not in it is not in it afterwards.
            ([] | ["participants", _], "DELETE") => Outlook::Done,
            (["participants", member], "PUT") => self.addition(conversation, member, closed),
            (["participants", member, "admin"], method) => {
                let seat = conversation.seat(member);
                let last = !self.model.has_acting_admin_beside(conversation, member);
                let takes_last = method == "DELETE" && last && seat.is_some_and(|seat| seat.admin);
                Outlook::of([
                    closed,
                    seat.is_none().then_some((404, "is not in the group")),
                    takes_last.then_some((409, "the last admin")),
                ])
            }
            _ => Outlook::Unknown,
        }
    }

    fn addition(&self, group: &Conversation, member: &str, closed: Option<(u16, &'static str)>) -> Outlook {
        let mute = group.seat(self.who.id).is_some() && !self.has_voice();
        let there = group.seat(member).is_some();
        let full = self.model.taking_part(group) + 1 > self.model.settings.max_participants;
        Outlook::of([
            self.chat_is_off(),
            mute.then_some((403, "no voice")),
            closed,
            (!there && !self.reaches(member)).then_some((422, "not in the roster")),
            (!there && full).then_some((422, "full")),
        ])
    }
}
