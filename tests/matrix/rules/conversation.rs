//! Rules for actions in a conversation.

use super::{Asked, Expected, Sentence, decide, identity, standing};
use crate::actors::Actor::{self, *};

/// The action of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// Shows the participants and settings.
    Inspect,
    /// Shows the image of a group.
    ShowImage,
    /// Shows the messages.
    Read,
    /// Changes the read marker or preferences, or removes an own reaction.
    Keep,
    /// Sends, reacts, or shows typing.
    Write,
    /// Sends under an id that already names another message.
    WriteAgain,
    EditOwn,
    EditOthers,
    DeleteOwn,
    DeleteOthers,
    /// Changes the name or image of a group.
    Name,
    /// Changes the admins or removes the image.
    Change,
    /// Adds a participant.
    Add,
    /// Removes a participant, or deletes the group.
    PutOut,
    Leave,
}

/// The conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    OpenGroup,
    /// Of a site whose member chat is off.
    LockedGroup,
    DeletedGroup,
    /// Of the participant and the muted member.
    Direct,
    /// Of the participant and the admin, who has blocked the participant.
    DirectAcrossBlock,
    /// Of the participant and the muted member, on a site whose member chat is off.
    LockedDirect,
    Business,
    BusinessOfMuted,
    BusinessOfOutside,
    /// Of the participant, of a site whose member chat is off.
    BusinessWhileOff,
    /// Does not exist.
    Missing,
    /// Exists on the other site only.
    OfAnotherSite,
}

use Place::*;

impl Place {
    pub(crate) const ALL: [Self; 12] = [
        OpenGroup,
        LockedGroup,
        DeletedGroup,
        Direct,
        DirectAcrossBlock,
        LockedDirect,
        Business,
        BusinessOfMuted,
        BusinessOfOutside,
        BusinessWhileOff,
        Missing,
        OfAnotherSite,
    ];

    /// The participants, including those blocked or removed since.
    pub(crate) const fn insiders(self) -> &'static [Actor] {
        match self {
            OpenGroup | LockedGroup | DeletedGroup => &[Admin, Participant, Muted, Blocked, Removed, Outside],
            Direct | LockedDirect => &[Participant, Muted],
            DirectAcrossBlock => &[Participant, Admin],
            Business | BusinessWhileOff => &[Participant, Staff, Owner],
            BusinessOfMuted => &[Muted, Staff, Owner],
            BusinessOfOutside => &[Outside, Staff, Owner],
            Missing | OfAnotherSite => &[],
        }
    }

    pub(crate) const fn is_group(self) -> bool {
        matches!(self, OpenGroup | LockedGroup | DeletedGroup)
    }

    pub(crate) const fn is_business(self) -> bool {
        matches!(self, Business | BusinessOfMuted | BusinessOfOutside | BusinessWhileOff)
    }

    /// Whether member chat is off on its site.
    pub(crate) const fn is_locked(self) -> bool {
        matches!(self, LockedGroup | LockedDirect | BusinessWhileOff)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) does: Does,
    pub(crate) place: Place,
    pub(crate) actor: Actor,
}

impl Asked for Case {
    fn actor(self) -> Actor {
        self.actor
    }
}

impl Case {
    fn is_in(self) -> bool {
        self.place.insiders().contains(&self.actor)
    }

    /// The owner manages groups as a non-participant, so sees the settings but not the messages.
    fn owner_from_outside(self) -> bool {
        let inspects = matches!(self.does, Does::Inspect | Does::ShowImage);
        self.actor == Owner && self.place.is_group() && (inspects || self.manages())
    }

    /// Requires an admin or the owner.
    fn manages(self) -> bool {
        let others_message = self.does == Does::DeleteOthers || (self.does == Does::DeleteOwn && !self.is_in());
        others_message || matches!(self.does, Does::Name | Does::Change | Does::Add | Does::PutOut)
    }

    fn is_manager(self) -> bool {
        let owns = self.actor == Owner && (self.place.is_group() || self.place.is_business());
        owns || (self.actor == Admin && self.place.is_group())
    }

    fn is_for_groups(self) -> bool {
        matches!(self.does, Does::Name | Does::Change | Does::Add | Does::PutOut | Does::Leave)
    }

    /// Writes to members, also by a name or an image, or adds a participant. The owner may rename a
    /// group at any time.
    fn writes(self) -> bool {
        let says = matches!(self.does, Does::Write | Does::WriteAgain | Does::EditOwn | Does::EditOthers | Does::Add);
        says || (self.does == Does::Name && self.actor != Owner)
    }

    fn writes_to_members(self) -> bool {
        self.writes() && !self.place.is_business()
    }
}

const SENTENCES: [Sentence<Case>; 10] = [
    ("Private stays private: to who is not in it, it does not exist", 404, "conversation.not_found", |case| {
        !case.is_in() && !case.owner_from_outside()
    }),
    ("C3 to C8 are about groups", 409, "conversation.not_a_group", |case| {
        case.is_for_groups() && !case.place.is_group()
    }),
    ("G8: only a group has an image, and loses it with its end", 404, "group.image_not_found", |case| {
        case.does == Does::ShowImage && (!case.place.is_group() || case.place == DeletedGroup)
    }),
    ("C4, C5, C7, C8, G2: admins and the owner manage", 403, "group.admin_only", |case| {
        case.manages() && !case.is_manager()
    }),
    ("S2: off, members can only talk to the business", 403, "member_chat.disabled", |case| {
        case.place.is_locked() && case.writes_to_members()
    }),
    ("M3: a muted member cannot send to members", 403, "member.muted", |case| {
        case.actor == Muted && case.writes_to_members()
    }),
    ("M5: who has not joined the community can talk to the business", 403, "member.not_in_community", |case| {
        case.actor == Outside && case.writes_to_members()
    }),
    ("M6: no direct conversation is continued across a block", 403, "conversation.out_of_reach", |case| {
        case.place == DirectAcrossBlock && case.writes_to_members()
    }),
    ("C8: a deleted group is closed", 409, "conversation.closed", |case| {
        case.place == DeletedGroup && (case.writes() || matches!(case.does, Does::Name | Does::Change))
    }),
    ("G2: edit by the author", 403, "message.author_only", |case| case.does == Does::EditOthers),
];
const ID: [Sentence<Case>; 1] =
    [("G1: an id with other content is refused", 409, "message.id_taken", |case| case.does == Does::WriteAgain)];

pub(crate) fn expected(case: Case, done: u16) -> Expected {
    let sentences = [&identity()[..], &standing(), &SENTENCES, &ID].concat();
    decide(&sentences, case, done)
}
