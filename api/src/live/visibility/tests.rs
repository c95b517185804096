//! What streams show to their members, tested without a log.

use causerie_events::conversation::Participant;
use causerie_events::member::Contact;
use causerie_events::site::SiteRegistered;
use causerie_events::{MessageEvent, SiteEvent, SiteName, StreamId};
use causerie_projections::timeline::MessageView;
use uuid::Uuid;

use super::*;
use crate::live::event::LiveEvent;
use crate::live::fixtures::{self, acme, id, recorded, registered};

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

fn in_group(event: ConversationEvent, log_number: u64, visibility: &mut Visibility) -> VisibleChange {
    let recorded = recorded(StreamId::conversation(&acme(), group()), 2);
    visibility.observe(&recorded, log_number, &Event::Conversation(event), &EventDetail::None)
}

/// A message of ada's, sent as the event with this log number.
fn message(log_number: u64, business: bool, visibility: &mut Visibility) -> VisibleChange {
    let LiveEvent { log, event, .. } = fixtures::message(group(), log_number, business);
    let Event::Message(MessageEvent::MessageSent(sent)) = &event else { panic!("no message") };
    let view = MessageView::sent(Uuid::nil(), sent, 1);
    let detail = EventDetail::Message(Box::new(MessageDetail::new(view, log_number, None, business)));
    visibility.observe(&log.recorded, log_number, &event, &detail)
}

fn plain_message() -> VisibleChange {
    VisibleChange::Message { collapsed: false, with_reply: false }
}

fn happens(
    to: &str,
    before: &Member,
    event: MemberEvent,
    other: Option<Member>,
    visibility: &mut Visibility,
) -> VisibleChange {
    let mut after = before.clone();
    after.apply(event.clone());
    let detail = EventDetail::Member(Box::new(MemberChange { before: before.clone(), after, other }));
    let recorded = recorded(StreamId::member(&acme(), &id(to)), 2);
    visibility.observe(&recorded, 9, &Event::Member(event), &detail)
}

fn participant(name: &str) -> Participant {
    Participant { member_id: id(name) }
}

#[test]
fn removed_member_sees_nothing_after_the_removal() {
    let mut bo = stream_of("bo");
    bo.reads_from.insert(group(), 5);
    assert_eq!(message(6, false, &mut bo), plain_message());
    let removed = ConversationEvent::ParticipantRemoved(participant("bo"));
    assert_eq!(in_group(removed, 7, &mut bo), VisibleChange::ConversationGone(group()));
    assert_eq!(message(8, false, &mut bo), VisibleChange::Nothing);
    assert_eq!(in_group(ConversationEvent::ParticipantAdded(participant("cy")), 9, &mut bo), VisibleChange::Nothing);
}

#[test]
fn new_participant_sees_nothing_sent_before_joining() {
    let mut bo = stream_of("bo");
    assert_eq!(message(5, false, &mut bo), VisibleChange::Nothing);
    let added = ConversationEvent::ParticipantAdded(participant("bo"));
    assert_eq!(in_group(added, 6, &mut bo), VisibleChange::Conversation(group()));
    assert_eq!(message(7, false, &mut bo), plain_message());
    // The same for a change of an older message: the position of the send decides.
    assert_eq!(message(5, false, &mut bo), VisibleChange::Nothing);
}

#[test]
fn stream_of_a_blocked_member_ends_and_others_see_them_leave() {
    let blocked = MemberEvent::MemberBlocked;
    let mut bo = stream_of("bo");
    assert_eq!(happens("bo", &registered(true), blocked.clone(), None, &mut bo), VisibleChange::End);
    let mut ada = stream_of("ada");
    assert_eq!(happens("bo", &registered(true), blocked.clone(), None, &mut ada), VisibleChange::MemberGone(id("bo")));
    // Members learn nothing about a member who was never in the roster.
    assert_eq!(happens("bo", &registered(false), blocked.clone(), None, &mut ada), VisibleChange::Nothing);
    let mut staff = Visibility { token_role: Role::Staff, ..stream_of("sam") };
    assert_eq!(happens("bo", &registered(false), blocked, None, &mut staff), VisibleChange::MemberInFull);
}

#[test]
fn contact_block_looks_like_a_departure_to_the_two_members_only() {
    let block = MemberEvent::ContactBlocked(Contact { member_id: id("bo") });
    let mut bo = stream_of("bo");
    bo.reads_from.insert(group(), 1);
    assert_eq!(
        happens("ada", &registered(true), block.clone(), Some(registered(true)), &mut bo),
        VisibleChange::MemberGone(id("ada"))
    );
    assert_eq!(message(10, false, &mut bo), VisibleChange::Message { collapsed: true, with_reply: false });
    let mut ada = stream_of("ada");
    assert_eq!(
        happens("ada", &registered(true), block.clone(), Some(registered(true)), &mut ada),
        VisibleChange::MemberGone(id("bo"))
    );
    let mut cy = stream_of("cy");
    assert_eq!(happens("ada", &registered(true), block, Some(registered(true)), &mut cy), VisibleChange::Nothing);
}

#[test]
fn staff_see_messages_to_the_business_and_members_do_not() {
    let mut staff = Visibility { token_role: Role::Staff, ..stream_of("sam") };
    assert_eq!(message(3, true, &mut staff), plain_message());
    assert_eq!(message(3, false, &mut staff), VisibleChange::Nothing);
    let mut bo = stream_of("bo");
    assert_eq!(message(3, true, &mut bo), VisibleChange::Nothing);
}

#[test]
fn typing_is_seen_in_own_conversations_and_not_across_a_block() {
    let typing =
        |member: &str| TypingNotification { site: acme(), conversation: group(), member: id(member), business: false };
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
        assert_eq!(happens("bo", &registered(true), event, None, &mut bo), VisibleChange::Reset { changed: true });
    }
    let mut bo = stream_of("bo");
    assert_eq!(happens("bo", &registered(true), MemberEvent::MemberMuted, None, &mut bo), VisibleChange::MemberInFull);
}

#[test]
fn block_without_a_roster_change_resets() {
    let block = |id_of: &str| MemberEvent::ContactBlocked(Contact { member_id: id(id_of) });
    let reset = VisibleChange::Reset { changed: false };
    // With member chat disabled the roster is empty.
    let mut off = stream_of("bo");
    off.site.aggregate.apply(SiteEvent::MemberChatDisabled);
    assert_eq!(happens("ada", &registered(true), block("bo"), Some(registered(true)), &mut off), reset);
    let mut off = stream_of("bo");
    off.site.aggregate.apply(SiteEvent::MemberChatDisabled);
    assert_eq!(happens("bo", &registered(true), block("ada"), Some(registered(true)), &mut off), reset);
    // Staff still see members whom they have blocked.
    let mut sam = stream_of("sam");
    sam.own.aggregate.apply(MemberEvent::RoleAssigned(staff_role()));
    let own = sam.own.aggregate.clone();
    assert_eq!(happens("sam", &own, block("bo"), Some(registered(true)), &mut sam), reset);
    assert!(sam.blocks.made.contains(&id("bo")));
    // A block has no effect against staff, so nothing changes.
    let mut sam = stream_of("sam");
    sam.own.aggregate.apply(MemberEvent::RoleAssigned(staff_role()));
    assert_eq!(happens("bo", &registered(true), block("sam"), Some(own), &mut sam), VisibleChange::Nothing);
}

#[test]
fn role_of_a_blocked_member_collapses_and_uncollapses() {
    let blocked = with(registered(true), MemberEvent::ContactBlocked(Contact { member_id: id("cem") }));
    let mut dia = stream_of("dia");
    dia.own.aggregate = blocked;
    let cem = registered(true);
    let assigned = MemberEvent::RoleAssigned(staff_role());
    assert_eq!(happens("cem", &cem, assigned.clone(), None, &mut dia), VisibleChange::MemberInRoster);
    let cem = with(cem, assigned);
    let unassigned = MemberEvent::RoleUnassigned(staff_role());
    assert_eq!(happens("cem", &cem, unassigned.clone(), None, &mut dia), VisibleChange::MemberGone(id("cem")));
    dia.token_role = Role::Staff;
    assert_eq!(happens("cem", &cem, unassigned, None, &mut dia), VisibleChange::Reset { changed: true });
}

#[test]
fn message_of_another_conversation_needs_no_lookup() {
    let bo = stream_of("bo");
    let LiveEvent { event, .. } = fixtures::message(group(), 5, true);
    assert!(!bo.needs_detail(&event));
    assert!(Visibility { token_role: Role::Staff, ..stream_of("sam") }.needs_detail(&event));
}
