//! Single cases in a conversation.

use rstest::rstest;

use super::*;

#[rstest]
#[case::a_muted_member_still_talks_to_the_business(Case { standing: Standing::Muted, kind: Kind::Business, ..USUAL })]
#[case::so_does_one_outside_the_community(Case { standing: Standing::Outside, kind: Kind::Business, ..USUAL })]
#[case::a_muted_member_keeps_reading(Case { act: Act::Read, standing: Standing::Muted, ..USUAL })]
#[case::a_muted_member_may_go(Case { act: Act::Leave, standing: Standing::Muted, ..USUAL })]
#[case::member_chat_off_leaves_the_business_open(Case { kind: Kind::Business, chat: MemberChat::Off, ..USUAL })]
#[case::member_chat_off_leaves_groups_readable(Case { act: Act::Read, chat: MemberChat::Off, ..USUAL })]
#[case::member_chat_off_lets_members_go(Case { act: Act::Leave, chat: MemberChat::Off, ..USUAL })]
#[case::a_closed_group_is_still_read(Case { act: Act::Read, closed: true, ..USUAL })]
#[case::across_a_block_the_past_is_still_read(Case { act: Act::Read, kind: Kind::Direct, peer_in_reach: false, ..USUAL })]
#[case::the_owner_renames_a_group_without_being_in_it(Case { act: Act::NameGroup, role: Role::Owner, seat: Seat::Outside, ..USUAL })]
#[case::the_owner_renames_a_group_while_member_chat_is_off(Case { act: Act::NameGroup, role: Role::Owner, chat: MemberChat::Off, ..USUAL })]
#[case::a_muted_admin_still_appoints_another(Case { act: Act::ChangeGroup, seat: Seat::Admin, standing: Standing::Muted, ..USUAL })]
#[case::the_owner_deletes_a_group_without_being_registered(Case { act: Act::DeleteGroup, role: Role::Owner, seat: Seat::Outside, standing: Standing::Unregistered, ..USUAL })]
#[case::the_owner_sees_who_is_in_a_group_that_they_are_not_in(Case { act: Act::Inspect, role: Role::Owner, seat: Seat::Outside, ..USUAL })]
#[case::being_in_a_group_takes_no_right_from_the_owner(Case { act: Act::AddParticipant, role: Role::Owner, standing: Standing::Muted, ..USUAL })]
#[case::staff_need_no_registration_to_answer_for_the_business(Case { role: Role::Staff, standing: Standing::Unregistered, kind: Kind::Business, ..USUAL })]
fn it_is_permitted(#[case] case: Case) {
    assert_eq!(case.permitted(), Ok(()));
}

#[rstest]
#[case::member_chat_off_locks_groups(Case { chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::member_chat_off_locks_direct_conversations(Case { kind: Kind::Direct, chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::a_muted_admin_renames_no_group(Case { act: Act::NameGroup, seat: Seat::Admin, standing: Standing::Muted, ..USUAL }, "member.muted")]
#[case::staff_who_are_muted_rename_no_group(Case { act: Act::NameGroup, role: Role::Staff, seat: Seat::Admin, standing: Standing::Muted, ..USUAL }, "member.muted")]
#[case::member_chat_off_renames_no_group(Case { act: Act::NameGroup, seat: Seat::Admin, chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::member_chat_off_adds_nobody(Case { act: Act::AddParticipant, role: Role::Owner, seat: Seat::Outside, chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::no_site(Case { chat: MemberChat::NoSite, ..USUAL }, "site.not_found")]
#[case::the_owner_does_not_read_a_group_that_they_are_not_in(Case { act: Act::Read, role: Role::Owner, seat: Seat::Outside, ..USUAL }, "conversation.not_found")]
#[case::staff_do_not_inspect_a_group_that_they_are_not_in(Case { act: Act::Inspect, role: Role::Staff, seat: Seat::Outside, ..USUAL }, "conversation.not_found")]
#[case::the_owner_does_not_inspect_what_two_members_have(Case { act: Act::Inspect, role: Role::Owner, kind: Kind::Direct, seat: Seat::Outside, ..USUAL }, "conversation.not_found")]
#[case::the_owner_does_not_send_to_a_group_that_they_are_not_in(Case { role: Role::Owner, seat: Seat::Outside, ..USUAL }, "conversation.not_found")]
#[case::the_owner_does_not_manage_what_two_members_say(Case { act: Act::DeleteOthers, role: Role::Owner, kind: Kind::Direct, seat: Seat::Outside, ..USUAL }, "conversation.not_found")]
#[case::staff_are_not_above_the_admins_of_a_group(Case { act: Act::RemoveParticipant, role: Role::Staff, ..USUAL }, "group.admin_only")]
#[case::an_unregistered_member_gets_nothing(Case { act: Act::Read, standing: Standing::Unregistered, ..USUAL }, "member.not_registered")]
#[case::an_unregistered_member_gets_nothing_of_the_business(Case { standing: Standing::Unregistered, kind: Kind::Business, ..USUAL }, "member.not_registered")]
#[case::to_an_outsider_it_does_not_exist(Case { act: Act::Read, seat: Seat::Outside, ..USUAL }, "conversation.not_found")]
#[case::to_an_outsider_a_closed_group_does_not_exist(Case { seat: Seat::Outside, closed: true, ..USUAL }, "conversation.not_found")]
#[case::a_blocked_outsider_learns_of_the_block_only(Case { standing: Standing::Blocked, seat: Seat::Outside, ..USUAL }, "member.blocked")]
#[case::blocked_staff_are_blocked(Case { act: Act::Read, role: Role::Staff, standing: Standing::Blocked, kind: Kind::Business, ..USUAL }, "member.blocked")]
#[case::across_a_block_nothing_is_sent(Case { kind: Kind::Direct, peer_in_reach: false, ..USUAL }, "conversation.out_of_reach")]
#[case::a_closed_group_takes_no_message(Case { closed: true, ..USUAL }, "conversation.closed")]
fn it_is_refused(#[case] case: Case, #[case] code: &str) {
    assert_eq!(case.permitted(), Err(code));
}

#[test]
fn where_nothing_is_there_nobody_may_do_anything_and_the_barred_learn_of_their_bar_only() {
    let nowhere = Place { access: None, member_chat: MemberChat::On, peer_in_reach: true, version: 0 };
    for act in ACTS {
        for role in ROLES {
            assert_eq!(code(permit(act, &actor("ada", role), &nowhere)), Err("conversation.not_found"), "{act:?}");
        }
        let blocked = Actor { standing: Standing::Blocked, ..actor("ada", Role::Member) };
        assert_eq!(code(permit(act, &blocked, &nowhere)), Err("member.blocked"), "{act:?}");
    }
}
