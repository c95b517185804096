//! Examples of permissions in a conversation.

use rstest::rstest;

use super::*;

#[rstest]
#[case::a_muted_member_still_talks_to_the_business(Case { standing: Standing::Muted, kind: ConversationKind::Business, ..USUAL })]
#[case::so_does_one_outside_the_community(Case { standing: Standing::Outside, kind: ConversationKind::Business, ..USUAL })]
#[case::a_muted_member_keeps_reading(Case { action: Action::Read, standing: Standing::Muted, ..USUAL })]
#[case::a_muted_member_may_go(Case { action: Action::Leave, standing: Standing::Muted, ..USUAL })]
#[case::member_chat_off_leaves_the_business_open(Case { kind: ConversationKind::Business, chat: MemberChat::Off, ..USUAL })]
#[case::member_chat_off_leaves_groups_readable(Case { action: Action::Read, chat: MemberChat::Off, ..USUAL })]
#[case::member_chat_off_lets_members_go(Case { action: Action::Leave, chat: MemberChat::Off, ..USUAL })]
#[case::a_closed_group_is_still_read(Case { action: Action::Read, closed: true, ..USUAL })]
#[case::across_a_block_the_past_is_still_read(Case { action: Action::Read, kind: ConversationKind::Direct, peer_in_reach: false, ..USUAL })]
#[case::the_owner_renames_a_group_without_being_in_it(Case { action: Action::SetNameOrImage, role: Role::Owner, membership: Membership::None, ..USUAL })]
#[case::the_owner_renames_a_permitted_group_in_member_chat_is_off(Case { action: Action::SetNameOrImage, role: Role::Owner, chat: MemberChat::Off, ..USUAL })]
#[case::a_muted_admin_still_appoints_another(Case { action: Action::ChangeGroup, membership: Membership::Admin, standing: Standing::Muted, ..USUAL })]
#[case::the_owner_deletes_a_group_without_being_registered(Case { action: Action::DeleteGroup, role: Role::Owner, membership: Membership::None, standing: Standing::Unregistered, ..USUAL })]
#[case::the_owner_sees_who_is_in_a_group_that_they_are_not_in(Case { action: Action::Inspect, role: Role::Owner, membership: Membership::None, ..USUAL })]
#[case::being_in_a_group_takes_no_right_from_the_owner(Case { action: Action::AddParticipant, role: Role::Owner, standing: Standing::Muted, ..USUAL })]
#[case::staff_need_no_registration_to_answer_for_the_business(Case { role: Role::Staff, standing: Standing::Unregistered, kind: ConversationKind::Business, ..USUAL })]
fn it_is_permitted(#[case] case: Case) {
    assert_eq!(case.permitted(), Ok(()));
}

#[rstest]
#[case::member_chat_off_locks_groups(Case { chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::member_chat_off_locks_direct_conversations(Case { kind: ConversationKind::Direct, chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::a_muted_admin_renames_no_group(Case { action: Action::SetNameOrImage, membership: Membership::Admin, standing: Standing::Muted, ..USUAL }, "member.muted")]
#[case::staff_who_are_muted_rename_no_group(Case { action: Action::SetNameOrImage, role: Role::Staff, membership: Membership::Admin, standing: Standing::Muted, ..USUAL }, "member.muted")]
#[case::member_chat_off_renames_no_group(Case { action: Action::SetNameOrImage, membership: Membership::Admin, chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::member_chat_off_adds_nobody(Case { action: Action::AddParticipant, role: Role::Owner, membership: Membership::None, chat: MemberChat::Off, ..USUAL }, "member_chat.disabled")]
#[case::no_site(Case { chat: MemberChat::NoSite, ..USUAL }, "site.not_found")]
#[case::the_owner_does_not_read_a_group_that_they_are_not_in(Case { action: Action::Read, role: Role::Owner, membership: Membership::None, ..USUAL }, "conversation.not_found")]
#[case::staff_do_not_inspect_a_group_that_they_are_not_in(Case { action: Action::Inspect, role: Role::Staff, membership: Membership::None, ..USUAL }, "conversation.not_found")]
#[case::the_owner_does_not_inspect_what_two_members_have(Case { action: Action::Inspect, role: Role::Owner, kind: ConversationKind::Direct, membership: Membership::None, ..USUAL }, "conversation.not_found")]
#[case::the_owner_does_not_send_to_a_group_that_they_are_not_in(Case { role: Role::Owner, membership: Membership::None, ..USUAL }, "conversation.not_found")]
#[case::the_owner_does_not_manage_what_two_members_say(Case { action: Action::DeleteOthers, role: Role::Owner, kind: ConversationKind::Direct, membership: Membership::None, ..USUAL }, "conversation.not_found")]
#[case::staff_are_not_above_the_admins_of_a_group(Case { action: Action::RemoveParticipant, role: Role::Staff, ..USUAL }, "group.admin_only")]
#[case::an_unregistered_member_gets_nothing(Case { action: Action::Read, standing: Standing::Unregistered, ..USUAL }, "member.not_registered")]
#[case::an_unregistered_member_gets_nothing_of_the_business(Case { standing: Standing::Unregistered, kind: ConversationKind::Business, ..USUAL }, "member.not_registered")]
#[case::to_an_outsider_it_does_not_exist(Case { action: Action::Read, membership: Membership::None, ..USUAL }, "conversation.not_found")]
#[case::to_an_outsider_a_closed_group_does_not_exist(Case { membership: Membership::None, closed: true, ..USUAL }, "conversation.not_found")]
#[case::a_blocked_outsider_learns_of_the_block_only(Case { standing: Standing::Blocked, membership: Membership::None, ..USUAL }, "member.blocked")]
#[case::blocked_staff_are_blocked(Case { action: Action::Read, role: Role::Staff, standing: Standing::Blocked, kind: ConversationKind::Business, ..USUAL }, "member.blocked")]
#[case::across_a_block_nothing_is_sent(Case { kind: ConversationKind::Direct, peer_in_reach: false, ..USUAL }, "conversation.out_of_reach")]
#[case::a_closed_group_takes_no_message(Case { closed: true, ..USUAL }, "conversation.closed")]
fn action_is_rejected(#[case] case: Case, #[case] code: &str) {
    assert_eq!(case.permitted(), Err(code));
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
