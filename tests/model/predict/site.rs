//! Commands to a site and its members.

use reqwest::Method;

use super::{Given, Outlook};
use crate::fold::Standing;
use crate::people::{OLGA, PEOPLE, Token};

impl Given<'_> {
    pub(super) fn of_site(&self, path: &[&str]) -> Outlook {
        match path {
            ["member-chat", _] | ["settings"] if self.is_owner() => Outlook::Done,
            ["member-chat", _] | ["settings"] => Outlook::refused(403, "owner only"),
            ["members", "me", "blocks", other] => self.block_of_contact(other),
            ["members", member] if self.method == Method::PUT => self.registration(member),
            ["members", member, "community"] => self.community(member),
            ["members", member, ..] => self.moderation(member, &path[2..]),
            _ => Outlook::Unknown,
        }
    }

    fn registration(&self, member: &str) -> Outlook {
        let removed = self.model.standing(member) == Standing::Removed;
        match self.who.token {
            Token::Operator if removed => Outlook::refused(409, "was removed"),
            Token::Owner | Token::Operator => Outlook::Done,
            // Their own first visit, or what a page of the host may do for them: not asked here.
            _ if self.who.id == member => Outlook::Unknown,
            _ => Outlook::refused(403, "operator or owner only"),
        }
    }

    fn community(&self, member: &str) -> Outlook {
        let oneself = self.who.id == member;
        if !oneself && !matches!(self.who.token, Token::Operator | Token::Owner) {
            return Outlook::refused(403, "oneself only");
        }
        if let Some(reason) = self.model.bar(self.who).filter(|_| oneself) {
            return Outlook::refused(403, reason);
        }
        self.of_somebody_here(member)
    }

    fn of_somebody_here(&self, member: &str) -> Outlook {
        match self.model.standing(member) {
            Standing::Unregistered | Standing::Removed => Outlook::refused(404, "no such member"),
            _ => Outlook::Done,
        }
    }

    fn moderation(&self, member: &str, act: &[&str]) -> Outlook {
        if !self.is_at_work() {
            return Outlook::refused(403, "staff only");
        }
        let taken_away = self.method == Method::DELETE;
        let removal = act.is_empty() && taken_away;
        let staff_role = act == ["roles", "staff"];
        if staff_role && !self.is_owner() {
            return Outlook::refused(403, "the owner assigns staff");
        }
        match self.model.standing(member) {
            Standing::Removed if removal => return Outlook::Done,
            Standing::Unregistered | Standing::Removed => return Outlook::refused(404, "no such member"),
            // Already so, or a contradiction: one of the two.
            Standing::Blocked if staff_role && !taken_away => return Outlook::refused(409, "barred"),
            _ => {}
        }
        let bars = removal || act == ["block"];
        let of_owner = member == PEOPLE[OLGA] && self.who.token != Token::Owner && (bars || act == ["mute"]);
        Outlook::of([
            (bars && self.model.has_staff_role(member)).then_some((409, "is staff")),
            (bars && self.who.id == member).then_some((409, "oneself")),
            of_owner.then_some((409, "is the owner")),
        ])
    }

    fn block_of_contact(&self, other: &str) -> Outlook {
        if let Some(reason) = self.model.standing(self.who.id).bar() {
            return Outlook::refused(403, reason);
        }
        let Some(oneself) = self.model.members.get(self.who.id) else { return Outlook::Unknown };
        if self.method == Method::DELETE || oneself.blocks.contains(other) {
            return Outlook::Done;
        }
        Outlook::of([
            (other == self.who.id).then_some((409, "oneself")),
            // Who does not see the roster finds nobody in it to block.
            (!self.model.standing(self.who.id).in_roster()).then_some((403, "not in the community")),
            // Nor does one learn by it who has blocked one.
            (!self.reaches(other)).then_some((404, "no such member")),
            self.model.has_staff_role(other).then_some((409, "is staff")),
        ])
    }
}
