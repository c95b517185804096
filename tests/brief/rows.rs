//! The required capabilities, each with a code. The name of a test begins with the code of what it shows.
//!
//! D1 is in `e2e/downstream.rs`; D3 and D4 are in the tests of their crates.

use std::process::Command;

const ROWS: [(&str, &str); 29] = [
    ("S1", "register a site"),
    ("S2", "EnableMemberChat, DisableMemberChat"),
    ("S3", "settings"),
    ("M1", "register a member"),
    ("M2", "approve, block, unblock, remove"),
    ("M3", "mute, unmute a member site-wide"),
    ("M4", "roles and badges"),
    ("M5", "community membership"),
    ("M6", "block another member"),
    ("M7", "member list"),
    ("C1", "business conversation"),
    ("C2", "direct conversation"),
    ("C3", "CreateGroup"),
    ("C4", "rename, change image"),
    ("C5", "AddParticipant, RemoveParticipant"),
    ("C6", "leave"),
    ("C7", "admins"),
    ("C8", "delete a group"),
    ("C9", "history for newcomers"),
    ("C10", "mute, archive, pin a conversation"),
    ("G1", "SendMessage"),
    ("G2", "edit, delete"),
    ("G3", "reactions"),
    ("G4", "order"),
    ("G5", "read marker and unread count"),
    ("G6", "typing"),
    ("G7", "live"),
    ("G8", "image of a group, avatar"),
    ("D2", "replay of the log"),
];

#[test]
fn every_row_has_a_test_and_every_test_a_row() {
    let listed = Command::new(std::env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let tests: Vec<&str> = names.filter_map(|name| name.rsplit("::").next()).collect();
    let shows = |test: &str, row: &str| test.starts_with(&format!("{}_", row.to_lowercase()));
    for (row, capability) in ROWS {
        assert!(tests.iter().any(|test| shows(test, row)), "no test shows {row}, {capability}");
    }
    let own = "every_row_has_a_test_and_every_test_a_row";
    for test in tests.into_iter().filter(|test| *test != own) {
        assert!(ROWS.iter().any(|(row, _)| shows(test, row)), "the name of {test} begins with no row");
    }
}
