//! The capabilities of the brief, each with its tests.
//!
//! A row without tests or with an unknown test does not compile. A test that is not in the table fails here.
//! D1 is in `e2e/downstream.rs`; D3 and D4 are in the tests of their crates.

use std::process::Command;

/// A row of the brief.
struct Row {
    id: &'static str,
    capability: &'static str,
    tests: &'static [&'static str],
}

macro_rules! rows {
    ($($id:ident $capability:literal: $($module:ident::$test:ident),+;)+) => {
        // Each name is that of a function.
        const _: &[fn()] = &[$($(super::$module::$test),+),+];
        const ROWS: &[Row] = &[$(Row {
            id: stringify!($id),
            capability: $capability,
            tests: &[$(concat!(stringify!($module), "::", stringify!($test))),+],
        }),+];
    };
}

rows! {
    S1 "register a site":
        sites::s1_only_the_operator_registers_a_site;
    S2 "EnableMemberChat, DisableMemberChat":
        sites::s2_members_write_only_to_the_business_while_off,
        sites::s2_off_locks_conversations_and_on_restores_them;
    S3 "settings":
        sites::s3_owner_changes_settings_within_their_limits,
        sites::s3_only_staff_create_groups_if_configured,
        sites::s3_groups_do_not_exceed_the_maximum_size,
        succession::s3_inactive_participants_do_not_count;
    M1 "register a member":
        members::m1_operator_and_owner_register_members,
        members::m1_first_visit_registers_the_name_of_the_token,
        members::m1_first_visit_returns_the_registered_member;
    M2 "approve, block, unblock, remove":
        moderation::m2_pending_member_can_do_nothing_until_approved,
        moderation::m2_blocked_or_removed_member_has_no_access_anywhere,
        moderation::m2_staff_cannot_be_blocked_or_removed,
        moderation::m2_staff_cannot_block_owner_or_staff_by_token,
        races::m2_no_send_follows_a_concurrent_block_by_the_owner;
    M3 "mute, unmute a member site-wide":
        moderation::m3_muted_member_reads_and_writes_to_the_business_only;
    M4 "roles and badges":
        members::m4_roles_and_badges_are_shown_with_names,
        members::m4_role_staff_takes_effect_immediately;
    M5 "community membership":
        members::m5_member_outside_the_community_is_out_of_reach;
    M6 "block another member":
        contacts::m6_block_hides_both_members_from_each_other,
        contacts::m6_block_is_indistinguishable_from_leaving,
        contacts::m6_only_the_blocker_unblocks_and_staff_are_exempt,
        contacts::m6_block_collapses_messages_in_shared_groups,
        races::m6_no_send_follows_a_concurrent_block;
    M7 "member list":
        members::m7_the_member_list_is_searched_filtered_and_paged;
    C1 "business conversation":
        business::c1_member_has_one_business_conversation_all_staff_see,
        business::c1_blocked_staff_and_members_have_no_inbox,
        ids::c1_group_id_of_another_uuid_version_is_rejected,
        ids::c1_group_under_an_unkeyed_id_blocks_no_conversation;
    C2 "direct conversation":
        direct::c2_pair_has_one_direct_conversation_from_either_side,
        direct::c2_group_commands_on_a_direct_conversation_are_rejected,
        races::c2_concurrent_starts_create_one_direct_conversation,
        ids::c2_conversation_under_an_unkeyed_id_remains,
        ids::c2_derived_ids_are_stable_and_differ_by_installation;
    C3 "CreateGroup":
        groups::c3_member_creates_a_group_and_is_its_admin;
    C4 "rename, change image":
        groups::c4_owner_lists_open_groups_without_their_messages,
        groups::c4_admins_and_owner_rename_a_group,
        images::c4_only_admins_and_owner_change_the_image,
        images::c4_muted_admins_change_neither_name_nor_image;
    C5 "AddParticipant, RemoveParticipant":
        participants::c5_admins_and_owner_add_and_remove_idempotently,
        races::c5_concurrent_additions_fill_the_group_exactly;
    C6 "leave":
        participants::c6_leaving_appoints_a_successor_or_closes_the_group,
        succession::c6_successor_is_the_longest_standing_active_member,
        races::c6_last_two_leave_concurrently_and_the_group_closes_once;
    C7 "admins":
        groups::c7_admins_are_granted_and_revoked_except_the_last,
        succession::c7_group_gets_an_admin_when_the_only_one_is_inactive,
        races::c7_one_of_two_admins_removing_each_other_remains;
    C8 "delete a group":
        groups::c8_deleted_group_is_closed_and_remains_in_the_log;
    C9 "history for newcomers":
        participants::c9_new_participants_cannot_read_earlier_messages,
        participants::c9_open_history_applies_to_later_participants;
    C10 "mute, archive, pin a conversation":
        reading::c10_preferences_are_private_to_each_member,
        reading::c10_message_unarchives_a_conversation_unless_muted;
    G1 "SendMessage":
        messages::g1_a_message_is_plain_text_of_1_to_4000_characters,
        messages::g1_resend_returns_the_same_response_on_any_node;
    G2 "edit, delete":
        messages::g2_only_the_author_edits_a_message,
        messages::g2_author_admins_and_owner_delete_a_message;
    G3 "reactions":
        messages::g3_each_member_reacts_with_each_emoji_once,
        races::g3_concurrent_reactions_are_all_counted;
    G4 "order":
        messages::g4_all_readers_on_all_nodes_see_the_log_order;
    G5 "read marker and unread count":
        reading::g5_unread_counts_messages_of_others_after_the_marker,
        reading::g5_unread_count_matches_the_messages_under_races,
        reading::g5_blocked_messages_do_not_count_until_unblocked,
        reading::g5_joining_a_group_updates_its_activity;
    G6 "typing":
        reading::g6_typing_is_shown_within_reach_and_not_logged;
    G7 "live":
        live::g7_message_frames_reach_only_permitted_readers,
        live::g7_conversation_frames_reach_participants,
        live::g7_member_frames_respect_visibility,
        live::g7_inbox_is_live_for_staff_only,
        live::g7_markers_and_preferences_reach_own_devices_only,
        live::g7_stream_resumes_after_any_frame_without_gap,
        live::g7_ticket_opens_one_stream_without_headers;
    G8 "image of a group, avatar":
        images::g8_image_is_re_encoded_and_shown_to_viewers_only,
        images::g8_invalid_or_too_large_image_is_rejected,
        images::g8_replaced_image_and_image_of_ended_group_are_deleted;
    D2 "replay of the log":
        replay::d2_owner_replays_the_log_in_order_by_pages,
        replay::d2_owner_replays_one_conversation_up_to_a_bound,
        replay::d2_a_replay_up_to_a_time_is_a_prefix_of_the_log,
        replay::d2_replay_withholds_private_messages_and_is_recorded,
        replay::d2_replay_shows_the_owner_only_readable_messages,
        replay::d2_replay_withholds_reactions_the_owner_cannot_read,
        replay::d2_log_records_the_role_of_each_actor,
        replay::d2_replay_after_a_time_is_the_rest_of_the_log,
        replay::d2_text_replay_has_a_readable_line_per_event;
}

/// The ids of the rows: each letter counts from 1, except D2.
fn promised() -> Vec<String> {
    let numbered = [('S', 1..=3), ('M', 1..=7), ('C', 1..=10), ('G', 1..=8), ('D', 2..=2)];
    numbered.into_iter().flat_map(|(letter, numbers)| numbers.map(move |n| format!("{letter}{n}"))).collect()
}

#[test]
fn every_row_of_the_brief_has_its_tests() {
    assert_eq!(ROWS.iter().map(|row| row.id.to_owned()).collect::<Vec<_>>(), promised());
    for Row { id, capability, tests } in ROWS {
        let prefix = format!("::{}_", id.to_lowercase());
        for test in *tests {
            assert!(test.contains(&prefix), "{test} shows {id}, {capability}, but does not say so");
        }
    }
}

#[test]
fn every_test_of_the_brief_is_in_the_table() {
    let listed = Command::new(std::env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let mut names: Vec<&str> = names.filter(|name| !name.starts_with("rows::")).collect();
    let mut table: Vec<&str> = ROWS.iter().flat_map(|row| row.tests).copied().collect();
    names.sort_unstable();
    table.sort_unstable();
    assert_eq!(table, names);
}
