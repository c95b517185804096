//! Permissions in a conversation: all cases, against rules of the brief that are written independently of
//! the table.

mod site;

use causerie_events::conversation::ConversationKind;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::testing::{ROLES, STANDINGS, actor, code};

use ConversationAction as Action;

/// `ACTIONS`, and a match that makes a missing action an error of the compiler.
macro_rules! actions {
    ($($action:ident)+) => {
        const ACTIONS: &[Action] = &[$(Action::$action),+];
        const _: fn(Action) = |action| match action {
            $(Action::$action)|+ => (),
        };
    };
}

actions! {
    Read Inspect UpdateParticipation Send Edit React DeleteOwn DeleteOthers
    SetNameOrImage ChangeGroup AddParticipant RemoveParticipant Leave DeleteGroup
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    action: Action,
    role: Role,
    standing: Standing,
    kind: ConversationKind,
    membership: Membership,
    closed: bool,
    chat: MemberChat,
    peer_in_reach: bool,
}

/// A member of the roster sends to a group in which they are a participant.
const USUAL: Case = Case {
    action: Action::Send,
    role: Role::Member,
    standing: Standing::InRoster,
    kind: ConversationKind::Group,
    membership: Membership::Participant,
    closed: false,
    chat: MemberChat::On,
    peer_in_reach: true,
};

impl Case {
    fn permitted(self) -> Result<(), &'static str> {
        let access = Access { kind: self.kind, membership: self.membership, closed: self.closed, reads_from: 0 };
        let context = ConversationContext {
            access: Some(access),
            member_chat: self.chat,
            peer_in_reach: self.peer_in_reach,
            version: 1,
        };
        code(permit(self.action, &Actor { standing: self.standing, ..actor("ada", self.role) }, &context))
    }

    /// Only groups have admins and can be closed, staff and owner are participants of all business conversations, and
    /// only a direct conversation has a peer.
    fn can_occur(self) -> bool {
        match self.kind {
            ConversationKind::Group => self.peer_in_reach,
            ConversationKind::Direct => self.membership != Membership::Admin && !self.closed,
            ConversationKind::Business => {
                let staff_participates = !self.is_staff_or_owner() || self.membership == Membership::Participant;
                self.membership != Membership::Admin && !self.closed && self.peer_in_reach && staff_participates
            }
        }
    }

    fn is_staff_or_owner(self) -> bool {
        self.role == Role::Staff || self.role == Role::Owner
    }

    fn is_among_members(self) -> bool {
        self.kind != ConversationKind::Business
    }

    fn writes(self) -> bool {
        [Action::Send, Action::Edit, Action::React].contains(&self.action)
    }

    /// Actions of admins.
    fn manages(self) -> bool {
        let of_the_group = [Action::SetNameOrImage, Action::ChangeGroup, Action::DeleteGroup];
        let of_others = [Action::AddParticipant, Action::RemoveParticipant, Action::DeleteOthers];
        of_the_group.contains(&self.action) || of_others.contains(&self.action)
    }

    /// The owner may do what admins may in groups and business conversations, also without being a participant, but
    /// not in direct conversations.
    fn manages_as_owner(self) -> bool {
        self.manages() && self.role == Role::Owner && self.kind != ConversationKind::Direct
    }

    /// The owner sees the participants and settings, but not the messages.
    fn inspects_as_owner(self) -> bool {
        self.action == Action::Inspect && self.role == Role::Owner && self.kind != ConversationKind::Direct
    }

    /// Actions that muted members may not do: writing to members, also by a name or an image, and adding members.
    fn needs_voice(self) -> bool {
        let as_admin =
            [Action::AddParticipant, Action::SetNameOrImage].contains(&self.action) && !self.manages_as_owner();
        self.is_among_members() && (self.writes() || as_admin)
    }

    /// Actions that are rejected while member chat is off. The owner may rename a group at any time.
    fn needs_member_chat(self) -> bool {
        let names = self.action == Action::SetNameOrImage && !self.manages_as_owner();
        self.is_among_members() && (self.writes() || self.action == Action::AddParticipant || names)
    }
}

fn every_case() -> Vec<Case> {
    let mut cases = vec![USUAL];
    let each = |cases: Vec<Case>, vary: &dyn Fn(Case) -> Vec<Case>| cases.into_iter().flat_map(vary).collect();
    cases = each(cases, &|case| ACTIONS.iter().map(|&action| Case { action, ..case }).collect());
    cases = each(cases, &|case| ROLES.map(|role| Case { role, ..case }).into());
    cases = each(cases, &|case| STANDINGS.map(|standing| Case { standing, ..case }).into());
    cases = each(cases, &|case| {
        [ConversationKind::Group, ConversationKind::Direct, ConversationKind::Business]
            .map(|kind| Case { kind, ..case })
            .into()
    });
    cases = each(cases, &|case| {
        [Membership::None, Membership::Participant, Membership::Admin]
            .map(|membership| Case { membership, ..case })
            .into()
    });
    cases = each(cases, &|case| [false, true].map(|closed| Case { closed, ..case }).into());
    cases = each(cases, &|case| [MemberChat::Off, MemberChat::On].map(|chat| Case { chat, ..case }).into());
    cases = each(cases, &|case| [false, true].map(|peer_in_reach| Case { peer_in_reach, ..case }).into());
    cases.retain(|case| case.can_occur());
    cases
}

/// A rule of the brief, the error code, and the cases that the rule rejects.
type Rule = (&'static str, &'static str, fn(Case) -> bool);

/// The first rule that rejects a case applies. A case that no rule rejects is permitted.
const RULES: [Rule; 16] = [
    ("M2: a blocked member reads and sends nothing, and learns of the block only", "member.blocked", |case| {
        (case.role == Role::Member || case.role == Role::Staff) && case.standing == Standing::Blocked
    }),
    ("M2: a removed member reads and sends nothing", "member.removed", |case| {
        (case.role == Role::Member || case.role == Role::Staff) && case.standing == Standing::Removed
    }),
    ("M1: a member waits for approval; staff and owner need none", "member.pending", |case| {
        case.role == Role::Member && case.standing == Standing::Pending
    }),
    ("M1: an unregistered member reads and sends nothing", "member.not_registered", |case| {
        case.role == Role::Member && case.standing == Standing::Unregistered
    }),
    ("A conversation is not found for non-participants, including the owner", "conversation.not_found", |case| {
        case.membership == Membership::None && !case.manages_as_owner() && !case.inspects_as_owner()
    }),
    ("C4, C5, C7, C8, G2: admins and the owner manage", "group.admin_only", |case| {
        case.manages() && case.membership != Membership::Admin && !case.manages_as_owner()
    }),
    ("S2: with member chat off members talk to the business only", "member_chat.disabled", |case| {
        case.chat == MemberChat::Off && case.needs_member_chat()
    }),
    ("M3: a muted member cannot write to members, nor name what they see", "member.muted", |case| {
        case.needs_voice() && case.standing == Standing::Muted
    }),
    ("M5: a member outside the community cannot write to members", "member.not_in_community", |case| {
        case.needs_voice() && case.standing == Standing::Outside
    }),
    ("M1: staff and owner write to members as members: registered", "member.not_registered", |case| {
        case.needs_voice() && case.standing == Standing::Unregistered
    }),
    ("… approved", "member.pending", |case| case.needs_voice() && case.standing == Standing::Pending),
    ("… not blocked", "member.blocked", |case| case.needs_voice() && case.standing == Standing::Blocked),
    ("… not removed", "member.removed", |case| case.needs_voice() && case.standing == Standing::Removed),
    ("M6: no direct conversation is continued across a block", "conversation.out_of_reach", |case| {
        case.kind == ConversationKind::Direct && case.writes() && !case.peer_in_reach
    }),
    ("C6, C8: a closed group takes no messages", "conversation.closed", |case| case.closed && case.writes()),
    ("… nor new participants, nor changes", "conversation.closed", |case| {
        case.closed && [Action::AddParticipant, Action::SetNameOrImage, Action::ChangeGroup].contains(&case.action)
    }),
];

#[test]
fn permission_table_matches_the_brief_in_every_case() {
    let cases = every_case();
    assert_eq!(cases.len(), 9_016, "cases were lost");
    for case in cases {
        let refused = RULES.iter().find(|(_, _, refuses)| refuses(case));
        let expected = refused.map_or(Ok(()), |(_, code, _)| Err(*code));
        assert_eq!(case.permitted(), expected, "{case:?}: {:?}", refused.map(|(rule, _, _)| rule));
    }
}

#[test]
fn each_rule_of_the_brief_decides_a_case() {
    let cases = every_case();
    for (at, (rule, _, refuses)) in RULES.iter().enumerate() {
        let decides = |case: &Case| refuses(*case) && !RULES[..at].iter().any(|(_, _, earlier)| earlier(*case));
        assert!(cases.iter().any(decides), "{rule}");
    }
}

#[test]
fn missing_conversation_permits_no_action() {
    let nowhere = ConversationContext { access: None, member_chat: MemberChat::On, peer_in_reach: true, version: 0 };
    for &action in ACTIONS {
        for role in ROLES {
            assert_eq!(
                code(permit(action, &actor("ada", role), &nowhere)),
                Err("conversation.not_found"),
                "{action:?}"
            );
        }
        let blocked = Actor { standing: Standing::Blocked, ..actor("ada", Role::Member) };
        assert_eq!(code(permit(action, &blocked, &nowhere)), Err("member.blocked"), "{action:?}");
    }
}

#[test]
fn missing_site_permits_no_send() {
    assert_eq!(Case { chat: MemberChat::NoSite, ..USUAL }.permitted(), Err("site.not_found"));
}
