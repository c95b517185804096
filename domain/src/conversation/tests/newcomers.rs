//! Which messages new participants can read, by the version of the group at which they were sent.

use rstest::rstest;

use super::*;

#[test]
fn first_participants_read_messages_without_a_version() {
    for history in [History::SinceJoined, History::All] {
        for who in ["ada", "bo"] {
            assert!(reads(vec![created_with(&["bo"], history)], who, 1), "{who}");
            assert!(reads(vec![created_with(&["bo"], history)], who, 0), "{who}");
        }
    }
}

#[rstest]
#[case::since_they_joined(vec![created(&["bo"]), renamed("Chess club"), added("cy")], 3)]
#[case::everything(vec![created_with(&["bo"], History::All), renamed("Chess club"), added("cy")], 0)]
#[case::everything_where_the_history_was_opened(vec![created(&["bo"]), history_changed(History::All), added("cy")], 0)]
#[case::since_they_joined_where_it_was_shut(vec![created_with(&["bo"], History::All), history_changed(History::SinceJoined), added("cy")], 3)]
#[case::no_more_when_it_is_opened_later(vec![created(&["bo"]), added("cy"), history_changed(History::All)], 2)]
#[case::no_less_when_it_is_shut_later(vec![created_with(&["bo"], History::All), added("cy"), history_changed(History::SinceJoined)], 0)]
#[case::since_they_came_back(vec![created(&["bo", "cy"]), left("cy"), renamed("Chess club"), added("cy")], 4)]
#[case::everything_when_they_came_back(vec![created_with(&["cy"], History::All), removed("cy"), added("cy")], 0)]
#[case::as_before_when_they_become_an_admin(vec![created(&["bo"]), added("cy"), granted("cy")], 2)]
#[case::nothing_once_they_left(vec![created(&["bo", "cy"]), left("cy")], u64::MAX)]
fn cy_reads_from(#[case] history: Vec<Event>, #[case] version: u64) {
    assert_eq!(access(history.clone(), "cy").reads_from, version);
    assert!(version == 0 || !reads(history, "cy", version - 1));
}
