//! What a stream shows to whom, without a log behind it.

use causerie_events::conversation::Participant;
use causerie_events::member::Contact;
use causerie_events::site::SiteRegistered;
use causerie_events::{MessageEvent, SiteEvent, SiteName, StreamId};
use causerie_projections::timeline::MessageView;
use uuid::Uuid;

use super::*;
use crate::live::fixtures::{self, acme, id, recorded, registered};
use crate::live::hub::LiveEvent;

fn open_site() -> Site {
    let mut site = Site::Missing;
    site.apply(SiteEvent::SiteRegistered(SiteRegistered {
        name: SiteName::parse("Acme").unwrap(),
        locale: "fr".to_owned(),
        allowed_origins: vec![],
    }));
    site.apply(SiteEvent::MemberChatEnabled);
    site
}

fn stream_of(name: &str) -> Visibility {
    Visibility {
        member: id(name),
        token_role: Role::Member,
        own: Loaded { stream: StreamId::member(&acme(), &id(name)), aggregate: registered(true), version: 1 },
        site: Loaded { stream: StreamId::site(&acme()), aggregate: open_site(), version: 2 },
        reads_from: HashMap::new(),
        blocks: Blocks::default(),
    }
}

fn group() -> ConversationId {
    Uuid::from_u128(1).into()
}

fn in_group(event: ConversationEvent, log_number: u64, visibility: &mut Visibility) -> Shown {
    let recorded = recorded(StreamId::conversation(&acme(), group()), 2);
    visibility.see(&recorded, log_number, &Event::Conversation(event), &Detail::None)
}

/// A message of ada's, sent as the event with this log number.
fn message(log_number: u64, business: bool, visibility: &mut Visibility) -> Shown {
    let LiveEvent { log, event, .. } = fixtures::message(group(), log_number, business);
    let Event::Message(MessageEvent::MessageSent(sent)) = &event else { panic!("no message") };
    let view = MessageView::sent(Uuid::nil(), sent, 1);
    let detail = Detail::Message(Box::new(MessageDetail::new(view, log_number, None, business)));
    visibility.see(&log.recorded, log_number, &event, &detail)
}

fn plain_message() -> Shown {
    Shown::Message { collapsed: false, with_reply: false }
}

/// Something that happens to a member.
fn happens(to: &str, before: &Member, event: MemberEvent, other: Option<Member>, visibility: &mut Visibility) -> Shown {
    let mut after = before.clone();
    after.apply(event.clone());
    let detail = Detail::Member(Box::new(MemberChange { before: before.clone(), after, other }));
    let recorded = recorded(StreamId::member(&acme(), &id(to)), 2);
    visibility.see(&recorded, 9, &Event::Member(event), &detail)
}

fn participant(name: &str) -> Participant {
    Participant { member_id: id(name) }
}

#[test]
fn after_a_removal_nothing_later_reaches_the_removed() {
    let mut bo = stream_of("bo");
    bo.reads_from.insert(group(), 5);
    assert_eq!(message(6, false, &mut bo), plain_message());
    let removed = ConversationEvent::ParticipantRemoved(participant("bo"));
    assert_eq!(in_group(removed, 7, &mut bo), Shown::ConversationGone(group()));
    assert_eq!(message(8, false, &mut bo), Shown::Nothing);
    assert_eq!(in_group(ConversationEvent::ParticipantAdded(participant("cy")), 9, &mut bo), Shown::Nothing);
}

#[test]
fn a_newcomer_sees_nothing_from_before_they_came() {
    let mut bo = stream_of("bo");
    assert_eq!(message(5, false, &mut bo), Shown::Nothing);
    let added = ConversationEvent::ParticipantAdded(participant("bo"));
    assert_eq!(in_group(added, 6, &mut bo), Shown::Conversation(group()));
    assert_eq!(message(7, false, &mut bo), plain_message());
    // A change of an older message too: who may read it follows from when it was sent.
    assert_eq!(message(5, false, &mut bo), Shown::Nothing);
}

#[test]
fn a_blocked_members_stream_ends_and_other_streams_see_them_go() {
    let blocked = MemberEvent::MemberBlocked;
    let mut bo = stream_of("bo");
    assert_eq!(happens("bo", &registered(true), blocked.clone(), None, &mut bo), Shown::End);
    let mut ada = stream_of("ada");
    assert_eq!(happens("bo", &registered(true), blocked.clone(), None, &mut ada), Shown::MemberGone(id("bo")));
    // Of somebody who was never in the roster, members learn nothing.
    assert_eq!(happens("bo", &registered(false), blocked.clone(), None, &mut ada), Shown::Nothing);
    let mut staff = Visibility { token_role: Role::Staff, ..stream_of("sam") };
    assert_eq!(happens("bo", &registered(false), blocked, None, &mut staff), Shown::MemberInFull);
}

#[test]
fn a_block_between_members_is_seen_by_the_two_only_and_looks_like_a_departure() {
    let block = MemberEvent::ContactBlocked(Contact { member_id: id("bo") });
    let mut bo = stream_of("bo");
    bo.reads_from.insert(group(), 1);
    assert_eq!(
        happens("ada", &registered(true), block.clone(), Some(registered(true)), &mut bo),
        Shown::MemberGone(id("ada"))
    );
    assert_eq!(message(10, false, &mut bo), Shown::Message { collapsed: true, with_reply: false });
    let mut ada = stream_of("ada");
    assert_eq!(
        happens("ada", &registered(true), block.clone(), Some(registered(true)), &mut ada),
        Shown::MemberGone(id("bo"))
    );
    let mut cy = stream_of("cy");
    assert_eq!(happens("ada", &registered(true), block, Some(registered(true)), &mut cy), Shown::Nothing);
}

#[test]
fn staff_see_what_is_said_to_the_business_and_members_do_not() {
    let mut staff = Visibility { token_role: Role::Staff, ..stream_of("sam") };
    assert_eq!(message(3, true, &mut staff), plain_message());
    assert_eq!(message(3, false, &mut staff), Shown::Nothing);
    let mut bo = stream_of("bo");
    assert_eq!(message(3, true, &mut bo), Shown::Nothing);
}

#[test]
fn typing_is_seen_in_ones_own_conversations_and_never_across_a_block() {
    let typing = |member: &str| Typing { site: acme(), conversation: group(), member: id(member), business: false };
    let mut bo = stream_of("bo");
    assert!(!bo.sees_typing(&typing("ada")));
    bo.reads_from.insert(group(), 1);
    assert!(bo.sees_typing(&typing("ada")));
    assert!(!bo.sees_typing(&typing("bo")));
    bo.blocks.received.insert(id("ada"));
    assert!(!bo.sees_typing(&typing("ada")));
}

fn staff_role() -> causerie_events::member::Role {
    causerie_events::member::Role { role: "staff".parse().unwrap() }
}

fn with(mut member: Member, event: MemberEvent) -> Member {
    member.apply(event);
    member
}

#[test]
fn own_role_or_community_change_shows_the_member_and_resets() {
    for event in [MemberEvent::RoleAssigned(staff_role()), MemberEvent::CommunityLeft] {
        let mut bo = stream_of("bo");
        assert_eq!(happens("bo", &registered(true), event, None, &mut bo), Shown::Reset { changed: true });
    }
    let mut bo = stream_of("bo");
    assert_eq!(happens("bo", &registered(true), MemberEvent::MemberMuted, None, &mut bo), Shown::MemberInFull);
}

#[test]
fn block_that_no_roster_frame_tells_resets() {
    let block = |id_of: &str| MemberEvent::ContactBlocked(Contact { member_id: id(id_of) });
    let reset = Shown::Reset { changed: false };
    // With member chat off the roster is empty.
    let mut off = stream_of("bo");
    off.site.aggregate.apply(SiteEvent::MemberChatDisabled);
    assert_eq!(happens("ada", &registered(true), block("bo"), Some(registered(true)), &mut off), reset);
    let mut off = stream_of("bo");
    off.site.aggregate.apply(SiteEvent::MemberChatDisabled);
    assert_eq!(happens("bo", &registered(true), block("ada"), Some(registered(true)), &mut off), reset);
    // Staff go on seeing whom they have blocked.
    let mut sam = stream_of("sam");
    sam.own.aggregate.apply(MemberEvent::RoleAssigned(staff_role()));
    let own = sam.own.aggregate.clone();
    assert_eq!(happens("sam", &own, block("bo"), Some(registered(true)), &mut sam), reset);
    assert!(sam.blocks.made.contains(&id("bo")));
    // Against staff no block holds, so nothing changes.
    let mut sam = stream_of("sam");
    sam.own.aggregate.apply(MemberEvent::RoleAssigned(staff_role()));
    assert_eq!(happens("bo", &registered(true), block("sam"), Some(own), &mut sam), Shown::Nothing);
}

#[test]
fn role_of_a_blocked_member_collapses_and_uncollapses() {
    let blocked = with(registered(true), MemberEvent::ContactBlocked(Contact { member_id: id("cem") }));
    let mut dia = stream_of("dia");
    dia.own.aggregate = blocked;
    let cem = registered(true);
    let assigned = MemberEvent::RoleAssigned(staff_role());
    assert_eq!(happens("cem", &cem, assigned.clone(), None, &mut dia), Shown::MemberInRoster);
    let cem = with(cem, assigned);
    let unassigned = MemberEvent::RoleUnassigned(staff_role());
    assert_eq!(happens("cem", &cem, unassigned.clone(), None, &mut dia), Shown::MemberGone(id("cem")));
    dia.token_role = Role::Staff;
    assert_eq!(happens("cem", &cem, unassigned, None, &mut dia), Shown::Reset { changed: true });
}

#[test]
fn message_elsewhere_needs_no_look_up() {
    let bo = stream_of("bo");
    let LiveEvent { event, .. } = fixtures::message(group(), 5, true);
    assert!(!bo.needs_detail(&event));
    assert!(Visibility { token_role: Role::Staff, ..stream_of("sam") }.needs_detail(&event));
}
