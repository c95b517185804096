//! Every case in a conversation, against the sentences of the brief.

use super::*;

fn every_case() -> Vec<Case> {
    let mut cases = vec![USUAL];
    let each = |cases: Vec<Case>, vary: &dyn Fn(Case) -> Vec<Case>| cases.into_iter().flat_map(vary).collect();
    cases = each(cases, &|case| ACTS.map(|act| Case { act, ..case }).into());
    cases = each(cases, &|case| ROLES.map(|role| Case { role, ..case }).into());
    cases = each(cases, &|case| STANDINGS.map(|standing| Case { standing, ..case }).into());
    cases = each(cases, &|case| [Kind::Group, Kind::Direct, Kind::Business].map(|kind| Case { kind, ..case }).into());
    cases =
        each(cases, &|case| [Seat::Outside, Seat::Participant, Seat::Admin].map(|seat| Case { seat, ..case }).into());
    cases = each(cases, &|case| [false, true].map(|closed| Case { closed, ..case }).into());
    cases = each(cases, &|case| [MemberChat::Off, MemberChat::On].map(|chat| Case { chat, ..case }).into());
    cases = each(cases, &|case| [false, true].map(|peer_in_reach| Case { peer_in_reach, ..case }).into());
    cases.retain(|case| case.can_occur());
    cases
}

/// A sentence of the brief, the code that the refused one gets, and whom it refuses.
type Sentence = (&'static str, &'static str, fn(Case) -> bool);

/// The first that applies decides; who is refused by none may do it.
const SENTENCES: [Sentence; 16] = [
    ("M2: a blocked member reads and sends nothing, and learns of the block only", "member.blocked", |case| {
        (case.role == Role::Member || case.role == Role::Staff) && case.standing == Standing::Blocked
    }),
    ("M2: nor does a removed one", "member.removed", |case| {
        (case.role == Role::Member || case.role == Role::Staff) && case.standing == Standing::Removed
    }),
    ("M1: a member waits for approval; staff and owner need none", "member.pending", |case| {
        case.role == Role::Member && case.standing == Standing::Pending
    }),
    ("M1: a member whom nobody registered gets nothing", "member.not_registered", |case| {
        case.role == Role::Member && case.standing == Standing::Unregistered
    }),
    (
        "Private stays private: who is not in it knows nothing of it, the owner neither",
        "conversation.not_found",
        |case| case.seat == Seat::Outside && !case.manages_as_owner() && !case.inspects_as_owner(),
    ),
    ("C4, C5, C7, C8, G2: admins and the owner manage", "group.admin_only", |case| {
        case.manages() && case.seat != Seat::Admin && !case.manages_as_owner()
    }),
    ("S2: with member chat off members talk to the business only", "member_chat.disabled", |case| {
        case.chat == MemberChat::Off && case.needs_member_chat()
    }),
    ("M3: a muted member cannot write to members, nor name what they see", "member.muted", |case| {
        case.raises_the_voice() && case.standing == Standing::Muted
    }),
    ("M5: nor can who has not joined the community", "member.not_in_community", |case| {
        case.raises_the_voice() && case.standing == Standing::Outside
    }),
    ("M1: staff and owner write to members as members: registered", "member.not_registered", |case| {
        case.raises_the_voice() && case.standing == Standing::Unregistered
    }),
    ("… approved", "member.pending", |case| case.raises_the_voice() && case.standing == Standing::Pending),
    ("… and not barred", "member.blocked", |case| case.raises_the_voice() && case.standing == Standing::Blocked),
    ("… nor removed", "member.removed", |case| case.raises_the_voice() && case.standing == Standing::Removed),
    ("M6: no direct conversation is continued across a block", "conversation.out_of_reach", |case| {
        case.kind == Kind::Direct && case.writes() && !case.peer_in_reach
    }),
    ("C6, C8: a closed group takes no messages", "conversation.closed", |case| case.closed && case.writes()),
    ("… and nobody new, and stays as it was", "conversation.closed", |case| {
        case.closed && [Act::AddParticipant, Act::NameGroup, Act::ChangeGroup].contains(&case.act)
    }),
];

#[test]
fn in_every_case_the_table_says_what_the_brief_says() {
    let cases = every_case();
    assert_eq!(cases.len(), 9_016, "cases were lost");
    for case in cases {
        let refused = SENTENCES.iter().find(|(_, _, refuses)| refuses(case));
        let expected = refused.map_or(Ok(()), |(_, code, _)| Err(*code));
        assert_eq!(case.permitted(), expected, "{case:?}: {:?}", refused.map(|(sentence, _, _)| sentence));
    }
}

#[test]
fn every_sentence_of_the_brief_decides_some_case() {
    let cases = every_case();
    for (at, (sentence, _, refuses)) in SENTENCES.iter().enumerate() {
        let decides = |case: &Case| refuses(*case) && !SENTENCES[..at].iter().any(|(_, _, earlier)| earlier(*case));
        assert!(cases.iter().any(decides), "{sentence}");
    }
}
