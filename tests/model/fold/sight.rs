//! Who sees whom and what.

use super::{Conversation, Kept, Kind, Message, Model, Standing};
use causerie_tests::{At, START};

use crate::people::{Token, Viewer};

impl Model {
    pub(crate) fn standing(&self, id: &str) -> Standing {
        self.members.get(id).map_or(Standing::Unregistered, super::Member::standing)
    }

    /// Whether the log made them staff.
    pub(crate) fn has_staff_role(&self, id: &str) -> bool {
        self.members.get(id).is_some_and(|member| member.roles.contains("staff"))
    }

    /// Whether they work for the business: they see every field and the inbox.
    pub(crate) fn is_staff(&self, viewer: Viewer) -> bool {
        match viewer.token {
            Token::Staff | Token::Owner => true,
            Token::Member => self.has_staff_role(viewer.id),
            Token::Operator => false,
        }
    }

    /// Why they may read nothing.
    pub(crate) fn bar(&self, viewer: Viewer) -> Option<&'static str> {
        let standing = self.standing(viewer.id);
        match viewer.token {
            Token::Owner | Token::Operator => None,
            _ if self.is_staff(viewer) => {
                standing.bar().filter(|_| matches!(standing, Standing::Blocked | Standing::Removed))
            }
            _ => standing.bar(),
        }
    }

    /// Whether one of the two has blocked the other; it does not hold against staff.
    pub(crate) fn apart(&self, one: &str, other: &str) -> bool {
        let blocks = |by: &str, whom: &str| {
            self.members.get(by).is_some_and(|member| member.blocks.contains(whom)) && !self.has_staff_role(whom)
        };
        blocks(one, other) || blocks(other, one)
    }

    pub(crate) fn sees_everybody(&self, viewer: Viewer) -> bool {
        self.is_staff(viewer) || viewer.token == Token::Operator
    }

    /// Whether they find this member in the list.
    pub(crate) fn lists(&self, viewer: Viewer, member: &str) -> bool {
        let in_roster = |id| self.standing(id).in_roster();
        let roster = self.chat_on && in_roster(viewer.id) && in_roster(member) && !self.apart(viewer.id, member);
        self.members.contains_key(member) && (self.sees_everybody(viewer) || roster)
    }

    /// Whether they may ask for this member by id: for oneself always.
    pub(crate) fn sees_member(&self, viewer: Viewer, member: &str) -> bool {
        self.lists(viewer, member) || (viewer.id == member && self.members.contains_key(member))
    }

    /// How many in a group count towards the largest that the site allows: the barred do not.
    pub(crate) fn taking_part(&self, group: &Conversation) -> u64 {
        group.seats.iter().filter(|seat| self.standing(&seat.member).bar().is_none()).count() as u64
    }

    /// Whether a group has an admin who can act beside this member.
    pub(crate) fn has_acting_admin_beside(&self, group: &Conversation, member: &str) -> bool {
        let mut others = group.seats.iter().filter(|seat| seat.admin && seat.member != member);
        others.any(|seat| self.standing(&seat.member).in_roster())
    }

    /// From which place on they read a conversation; none when they are not in it.
    pub(crate) fn reads_from(&self, viewer: Viewer, conversation: &Conversation) -> Option<At> {
        let staff = conversation.kind == Kind::Business && self.is_staff(viewer);
        conversation.seat(viewer.id).map(|seat| seat.reads_from).or(staff.then_some(START))
    }

    /// What they may read of it.
    pub(crate) fn visible<'a>(&self, viewer: Viewer, conversation: &'a Conversation) -> Vec<&'a Message> {
        let Some(from) = self.reads_from(viewer, conversation) else { return Vec::new() };
        conversation.messages.iter().filter(|message| message.at > from).collect()
    }

    pub(crate) fn kept(&self, viewer: Viewer, conversation: &Conversation) -> Kept {
        self.kept.get(&(conversation.id.clone(), viewer.id.to_owned())).cloned().unwrap_or_default()
    }

    /// Messages after my marker, not mine, not deleted, not behind a block, visible to me.
    pub(crate) fn unread(&self, viewer: Viewer, conversation: &Conversation) -> usize {
        let marker = self.kept(viewer, conversation).marker.map_or(START, |(_, at)| at);
        let unread = |message: &&&Message| {
            let others = message.author != viewer.id && !self.apart(viewer.id, &message.author);
            message.at > marker && others && !message.deleted
        };
        self.visible(viewer, conversation).iter().filter(unread).count()
    }
}
