//! All rows of the brief, with the tests that show each: who reads this knows what is promised, and where it is held.
//!
//! A row without a test, or with one that is not there, does not compile; a test that is missing from the table fails here.
//! Elsewhere: D1 in `e2e/downstream.rs`, D3 and D4 with the rooms that they belong to.

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
        sites::s1_the_operator_registers_a_site_and_nobody_else_does;
    S2 "EnableMemberChat, DisableMemberChat":
        sites::s2_while_member_chat_is_off_members_talk_to_the_business_only,
        sites::s2_off_locks_what_there_is_and_on_again_loses_nothing;
    S3 "settings":
        sites::s3_the_owner_changes_the_settings_within_their_limits,
        sites::s3_only_staff_create_groups_where_the_site_says_so,
        sites::s3_no_group_grows_beyond_the_largest_that_the_site_allows,
        succession::s3_participants_who_cannot_take_part_leave_room_for_others;
    M1 "register a member":
        members::m1_operator_and_owner_register_members,
        members::m1_a_first_visit_registers_the_member_under_the_name_of_the_token,
        members::m1_who_visits_for_the_first_time_sees_themself_at_once;
    M2 "approve, block, unblock, remove":
        moderation::m2_who_waits_for_approval_does_nothing_until_approved,
        moderation::m2_a_blocked_or_removed_member_reads_and_sends_nothing_on_any_surface,
        moderation::m2_staff_are_neither_blocked_nor_removed_before_they_lose_their_role,
        moderation::m2_staff_bar_neither_the_owner_nor_staff_by_token,
        races::m2_a_block_by_the_owner_while_sends_are_in_flight_leaves_none_after_it;
    M3 "mute, unmute a member site-wide":
        moderation::m3_a_muted_member_reads_on_and_writes_to_the_business_only;
    M4 "roles and badges":
        members::m4_roles_and_badges_are_shown_beside_names,
        members::m4_the_role_staff_gives_the_rights_of_staff_at_once_and_takes_them_at_once;
    M5 "community membership":
        members::m5_who_has_not_joined_the_community_is_out_of_reach_of_members;
    M6 "block another member":
        contacts::m6_a_block_hides_each_from_the_other,
        contacts::m6_the_blocked_side_cannot_tell_a_block_from_leaving_the_community,
        contacts::m6_only_the_blocker_undoes_a_block_and_staff_are_never_blocked,
        contacts::m6_in_a_shared_group_both_stay_and_see_each_others_messages_collapsed,
        races::m6_a_block_between_members_while_both_write_leaves_none_after_it;
    M7 "member list":
        members::m7_the_member_list_is_searched_filtered_and_paged;
    C1 "business conversation":
        business::c1_each_member_has_one_conversation_with_the_business_that_all_staff_see,
        business::c1_staff_who_are_barred_see_no_inbox_and_nobody_writes_to_a_barred_member_first,
        ids::c1_group_under_an_id_of_another_version_is_refused,
        ids::c1_group_under_an_unkeyed_id_shuts_nobody_out;
    C2 "direct conversation":
        direct::c2_a_pair_has_one_direct_conversation_whoever_starts_it,
        direct::c2_a_direct_conversation_is_never_changed_like_a_group,
        races::c2_both_start_a_direct_conversation_at_once_and_it_is_one,
        ids::c2_conversation_under_an_unkeyed_id_stays,
        ids::c2_derived_ids_are_of_one_installation_and_stay;
    C3 "CreateGroup":
        groups::c3_a_member_creates_a_group_of_the_roster_and_is_its_admin;
    C4 "rename, change image":
        groups::c4_the_owner_finds_each_open_group_and_nothing_said_in_it,
        groups::c4_admins_and_the_owner_rename_a_group,
        images::c4_admins_and_the_owner_change_the_image_of_a_group_and_nobody_else,
        images::c4_admins_who_may_not_write_change_neither_name_nor_image;
    C5 "AddParticipant, RemoveParticipant":
        participants::c5_admins_and_the_owner_add_and_remove_and_doing_it_again_is_no_error,
        races::c5_fifty_come_in_at_once_and_exactly_as_many_as_fit_are_in;
    C6 "leave":
        participants::c6_who_leaves_hands_over_and_the_last_one_closes_the_group,
        succession::c6_heir_of_the_last_admin_is_the_longest_standing_who_can_act,
        races::c6_the_last_two_leave_at_once_and_the_group_is_closed_once;
    C7 "admins":
        groups::c7_admins_are_made_and_unmade_but_never_to_zero,
        succession::c7_group_whose_only_admin_is_barred_or_leaves_the_community_gets_another,
        races::c7_two_admins_remove_each_other_at_once_and_one_of_them_stays;
    C8 "delete a group":
        groups::c8_a_deleted_group_is_closed_to_its_participants_and_stays_in_the_log;
    C9 "history for newcomers":
        participants::c9_newcomers_read_from_where_they_came_in_by_the_log_and_find_no_other_way,
        participants::c9_a_group_opens_its_history_to_those_who_come_from_then_on;
    C10 "mute, archive, pin a conversation":
        reading::c10_muting_archiving_and_pinning_are_private_to_each_member,
        reading::c10_message_brings_an_archived_conversation_back_unless_it_is_muted;
    G1 "SendMessage":
        messages::g1_a_message_is_plain_text_of_1_to_4000_characters,
        messages::g1_the_same_id_is_the_same_message_and_the_same_answer_for_ever_on_any_node;
    G2 "edit, delete":
        messages::g2_a_message_is_edited_by_its_author_only,
        messages::g2_a_message_is_deleted_by_author_admins_and_owner_and_leaves_a_placeholder;
    G3 "reactions":
        messages::g3_each_member_reacts_with_each_emoji_once,
        races::g3_twenty_members_react_to_one_message_at_once_and_all_are_counted;
    G4 "order":
        messages::g4_every_reader_on_every_node_sees_the_order_of_the_log;
    G5 "read marker and unread count":
        reading::g5_unread_is_what_others_wrote_after_my_marker_and_is_still_there,
        reading::g5_the_count_agrees_with_the_messages_whatever_happens_at_once,
        reading::g5_messages_behind_a_block_raise_no_count_until_it_is_lifted,
        reading::g5_coming_into_a_group_counts_as_its_activity;
    G6 "typing":
        reading::g6_typing_is_shown_to_those_in_reach_and_stands_in_no_log;
    G7 "live":
        live::g7_what_happens_to_messages_is_shown_to_those_who_may_read_them_and_to_nobody_else,
        live::g7_changes_of_a_conversation_are_shown_to_those_in_it_and_its_end_to_those_put_out,
        live::g7_changes_of_members_are_shown_as_each_may_see_them,
        live::g7_the_inbox_is_live_for_all_staff_and_for_nobody_else,
        live::g7_markers_and_preferences_are_shown_on_ones_own_devices_only,
        live::g7_a_stream_goes_on_from_any_frame_of_any_kind_without_gap_or_double,
        live::g7_a_ticket_opens_one_stream_for_a_browser_without_headers;
    G8 "image of a group, avatar":
        images::g8_an_image_is_made_anew_and_shown_to_who_sees_the_group_only,
        images::g8_what_is_no_image_or_too_large_is_refused_by_its_content,
        images::g8_an_image_goes_with_the_one_that_takes_its_place_and_with_its_group;
    D2 "replay of the log":
        replay::d2_the_owner_replays_the_log_of_the_site_in_its_order_by_pages_of_any_size,
        replay::d2_the_owner_replays_one_conversation_and_up_to_a_position_or_a_time,
        replay::d2_a_replay_up_to_a_time_is_a_prefix_of_the_log,
        replay::d2_what_is_said_where_the_owner_is_not_stays_private_and_each_reading_is_itself_in_the_log,
        replay::d2_replay_shows_the_owner_no_more_than_a_newcomer_reads,
        replay::d2_replay_withholds_reactions_where_the_owner_is_not_in,
        replay::d2_log_says_in_what_capacity_each_acted,
        replay::d2_replay_after_a_time_is_the_rest_of_the_log,
        replay::d2_replay_as_text_is_a_readable_line_for_each_event;
}

/// The rows of the brief: those of each letter are numbered from 1, with D2 alone.
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
fn every_test_of_the_brief_stands_in_the_table() {
    let listed = Command::new(std::env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let mut names: Vec<&str> = names.filter(|name| !name.starts_with("rows::")).collect();
    let mut table: Vec<&str> = ROWS.iter().flat_map(|row| row.tests).copied().collect();
    names.sort_unstable();
    table.sort_unstable();
    assert_eq!(table, names);
}
