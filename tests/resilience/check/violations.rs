//! Proof that each check can fail: one change to a valid history, and the property that it
//! violates.

use std::collections::BTreeSet;
use std::time::Duration;

use causerie_tests::{at, token};
use serde_json::json;
use uuid::Uuid;

use super::sample::{
    FIRST, GROUP, SECOND, THIRD, attempt, counted, edited, event, frame, item, marker, message, position, valid,
};
use super::{Evidence, PROPERTIES, all};
use crate::client::BadCall;
use crate::fold::LogFold;
use crate::history::{Connection, Frame, FrameKind, Item, Outcome, ReadBack, text_hash};

type Change = fn(&mut Evidence);

/// The violated property, what is wrong, and the change to the valid history.
const VIOLATIONS: &[(&str, &str, Change)] = &[
    ("P1", "a message is not in the log", |e| e.log.retain(|event| event.id != SECOND.to_string())),
    ("P1", "a message is not published", |e| _ = e.jetstream.remove(7)),
    ("P1", "a command is not in the log", |e| e.history.acknowledged.push(position(99))),
    ("P1", "a message is not in a timeline", |e| _ = timeline_of_m0(e).remove(1)),
    ("P2", "a text under two ids", |e| e.log.push(message(12, Uuid::from_u128(99), "m0", "w0-1-a"))),
    ("P2", "an id with two texts", |e| e.log.push(message(12, FIRST, "m0", "again"))),
    ("P2", "an id at two positions", |e| e.history.sends[0].attempts.push(attempt(Outcome::Ok(position(12))))),
    ("P3", "a message that was not sent", |e| e.log.push(message(12, Uuid::from_u128(99), "m0", "not sent"))),
    ("P3", "a message that was rejected", |e| e.history.sends[0].attempts = vec![attempt(Outcome::Rejected)]),
    ("P3", "another text on a page", |e| e.history.pages[0].items[0].text = text_hash("another text")),
    ("P3", "another text live", |e| frames(e, 0)[1].text = text_hash("another text")),
    ("P4", "two messages of a page swapped", |e| e.history.pages[0].items.swap(0, 1)),
    ("P4", "another number in the conversation", |e| frames(e, 0)[1].seq = 2),
    ("P4", "another number in the log", |e| frames(e, 0)[1].log_number += 1),
    ("P5", "the second message of a writer before the first", |e| {
        e.log.swap(6, 7);
        e.log[6].at = position(7);
        e.log[7].at = position(8);
        e.history.sends[0].attempts[1].outcome = Outcome::Ok(position(8));
        e.history.sends[1].attempts[1].outcome = Outcome::Ok(position(7));
    }),
    ("P6", "a gap at the end", |e| _ = e.jetstream.pop()),
    ("P6", "a message after the end", |e| e.beyond = 1),
    ("P6", "two messages swapped", |e| e.jetstream.swap(3, 4)),
    ("P6", "another number", |e| "5".clone_into(&mut e.jetstream[3].log_number)),
    ("P6", "another body", |e| e.jetstream[7].body = json!({})),
    ("P7", "a timeline of a former member", |e| {
        e.finals.timelines.insert((0, "m4", GROUP), Some(Vec::new()));
    }),
    ("P7", "a missing list item", |e| _ = e.finals.lists.insert((0, "m0"), Vec::new())),
    ("P7", "a missing participant", |e| _ = e.finals.participants.insert((0, GROUP), vec!["m0".to_owned()])),
    ("P7", "another text in a timeline", |e| timeline_of_m0(e)[0].text = text_hash("another text")),
    ("P8", "a wrong count", |e| e.finals.lists.get_mut(&(0, "m1")).expect("a list")[0].unread = 2),
    ("P8", "a negative count", |e| e.history.lists[0].unread = -1),
    ("P8", "a marker that moves back", |e| e.log.push(marker(12, FIRST, "6-6"))),
    ("P9", "a message after the removal", |e| {
        frames(e, 1).push(frame(FrameKind::MessageSent, 10, THIRD, 3, "w1-1-c"));
    }),
    ("P9", "a change after the removal", |e| {
        frames(e, 1).push(frame(FrameKind::ConversationChanged, 10, Uuid::nil(), 0, ""));
    }),
    ("P9", "a message after the removal on a page", |e| e.history.pages[1].items.push(item(THIRD, 3, "w1-1-c"))),
    ("P9", "a page of another member", |e| e.history.pages[1].member = "zoe"),
    ("P9", "a list item of another member", |e| e.history.lists[0].member = "zoe"),
    ("P9", "the last message of a former member", |e| e.history.lists[0].member = "m4"),
    ("P9", "a request that was not rejected", |e| e.history.probes[0].correct = false),
    ("P9", "a stream resumed after the acknowledged removal", |e| resume_m4(e, 9_200_000)),
    ("P10", "a stale read", |e| e.history.read_backs.push(ReadBack::Stale(FIRST))),
    ("P11", "a gap", |e| _ = frames(e, 0).remove(2)),
    ("P11", "a duplicate", |e| {
        let again = frames(e, 0)[2].clone();
        frames(e, 0).insert(3, again);
    }),
    ("P11", "an earlier position", |e| frames(e, 0)[3].at = Some(position(7))),
    ("P11", "a gap of a member who left later", |e| _ = frames(e, 1).remove(2)),
    ("P11", "no reset after an invented position", |e| {
        resume_from_invented(e, &counted(FrameKind::ConversationChanged, 11, 1));
    }),
    ("P12", "a page on another site", |e| e.history.pages[0].site = 1),
    ("P12", "a stream on another site", |e| e.history.streams[0].site = 1),
    ("P12", "a request that was not rejected", |e| e.history.cross_site_probes[0].correct = false),
    ("P13", "a message of a blocked member", |e| e.log[5] = event(6, "MemberBlocked", "m1", json!({}))),
    ("P13", "a message of a muted member", |e| e.log[5] = event(6, "MemberMuted", "m1", json!({}))),
    ("P13", "a message of a removed member", |e| e.log[5] = event(6, "MemberRemoved", "m1", json!({}))),
    ("P13", "a message without member chat", |e| e.log[5] = event(6, "MemberChatDisabled", "", json!({}))),
    ("P13", "a message of a former participant", |e| {
        e.log[5] = event(6, "ParticipantRemoved", GROUP, json!({ "member_id": "m0" }));
    }),
    ("P13", "a message to a member who blocks the author", |e| {
        e.log[4] = event(5, "DirectConversationStarted", GROUP, json!({ "starter": "m0", "peer": "m1" }));
        e.log[5] = event(6, "ContactBlocked", "m1", json!({ "member_id": "m0" }));
        e.log[8] = event(9, "MemberProfileChanged", "m4", json!({}));
    }),
    ("P14", "a call without an end", |e| e.bad_calls.push(bad_call())),
    ("P14", "a call without an end, and pauses of another node and time", |e| {
        e.bad_calls.push(bad_call());
        e.paused = vec![(1, 0, 100), (0, 40, 100)];
    }),
    ("P15", "no recovery", |e| e.recovery.push(("streams live", None))),
    ("P15", "a late recovery", |e| e.recovery.push(("streams live", Some(Duration::from_secs(31))))),
    ("P17", "another count with a read marker", |e| frames(e, 0)[4].unread = 2),
];

/// As [`VIOLATIONS`], of the history with edits.
const VIOLATIONS_AFTER_EDITS: &[(&str, &str, Change)] = &[
    ("P16", "the text before an edit", |e| resumed(e)[1].text = text_hash("w0-2-b")),
    ("P16", "the text before a deletion", |e| resumed(e)[2].text = text_hash("w0-1-a")),
    ("P16", "the quoted text before a deletion", |e| resumed(e)[2].quoted = Some((FIRST, text_hash("w0-1-a")))),
    ("P16", "the last text before an edit", |e| resumed(e)[3].last = Some((SECOND, text_hash("w0-2-b")))),
    ("P16", "the text before an edit on a page", |e| last_page(e)[1].text = text_hash("w0-2-b")),
    ("P16", "the text before a deletion on a page", |e| last_page(e)[0].text = text_hash("w0-1-a")),
    ("P16", "a last text that never was", |e| e.history.lists[0].last = Some((THIRD, text_hash("another text")))),
    ("P17", "another count", |e| resumed(e)[3].unread = 0),
    ("P17", "another number of the last message", |e| resumed(e)[3].last_seq = 2),
    ("P17", "another last message", |e| resumed(e)[3].last = Some((SECOND, text_hash("w0-2-b!")))),
    ("P17", "a position without an event", |e| resumed(e)[3].at = Some(position(99))),
    ("P17", "a marker that was never set", |e| (resumed(e)[3].read_seq, resumed(e)[3].unread) = (3, 0)),
    ("P17", "a later marker with the count of an earlier one", |e| read_on(e, 1)),
];

/// Changes that violate no property.
const EXCEPTIONS: &[(&str, Change)] = &[
    ("a member who left while missed messages were looked up", |e| {
        e.history.streams[1].connections[0].ready = 7_000_000;
        frames(e, 1).remove(2);
    }),
    ("a gap before a reset", |e| {
        frames(e, 0).splice(1..3, [frame(FrameKind::Reset, 9, Uuid::nil(), 0, "")]);
    }),
    ("a stream resumed before the removal was acknowledged", |e| resume_m4(e, 9_000_000)),
    ("a reset after an invented position", |e| {
        resume_from_invented(e, &frame(FrameKind::Reset, 11, Uuid::nil(), 0, ""));
    }),
    ("a call without an end on a paused node", |e| {
        e.bad_calls.push(bad_call());
        e.paused = vec![(0, 20, 25)];
    }),
];

fn frames(evidence: &mut Evidence, stream: usize) -> &mut Vec<Frame> {
    &mut evidence.history.streams[stream].frames
}

/// The four frames after the resume in the history with edits.
fn resumed(evidence: &mut Evidence) -> &mut [Frame] {
    &mut frames(evidence, 0)[5..]
}

fn last_page(evidence: &mut Evidence) -> &mut [Item] {
    &mut evidence.history.pages.last_mut().expect("a page").items
}

fn timeline_of_m0(evidence: &mut Evidence) -> &mut Vec<Item> {
    evidence.finals.timelines.get_mut(&(0, "m0", GROUP)).and_then(Option::as_mut).expect("a timeline")
}

const fn bad_call() -> BadCall {
    BadCall { node: 0, began: 10, ended: 30, description: String::new() }
}

/// The former participant requests a stream at this time, and is shown a message of the membership.
fn resume_m4(evidence: &mut Evidence, requested: u64) {
    evidence.history.acknowledged_at.insert(position(9), 9_100_000);
    let connection = Connection { requested, ready: requested, resumed_from: Some(position(7)), invented: false };
    evidence.history.streams[1].connections.push(connection);
    frames(evidence, 1).push(Frame { connection: 1, ..frame(FrameKind::MessageSent, 8, SECOND, 2, "w0-2-b") });
}

fn resume_from_invented(evidence: &mut Evidence, first: &Frame) {
    let connection = Connection { resumed_from: Some((0, 8, 99)), invented: true, ..Connection::default() };
    evidence.history.streams[0].connections.push(connection);
    frames(evidence, 0).push(Frame { connection: 1, ..first.clone() });
}

/// A frame shows the marker of a later event, with this count.
fn read_on(evidence: &mut Evidence, unread: i64) {
    evidence.log.push(marker(15, THIRD, "a-a"));
    (resumed(evidence)[3].read_seq, resumed(evidence)[3].unread) = (3, unread);
}

fn violated(mut evidence: Evidence) -> BTreeSet<&'static str> {
    evidence.fold = LogFold::of(&evidence.log, 2);
    all(&evidence).iter().filter(|finding| finding.violations > 0).map(|finding| finding.property).collect()
}

fn changed(mut evidence: Evidence, change: Change) -> BTreeSet<&'static str> {
    change(&mut evidence);
    violated(evidence)
}

#[test]
fn every_violation_is_found() {
    let after_edits = VIOLATIONS_AFTER_EDITS.iter().map(|violation| (edited as fn() -> Evidence, violation));
    for (history, (property, description, change)) in
        VIOLATIONS.iter().map(|violation| (valid as fn() -> Evidence, violation)).chain(after_edits)
    {
        let found = changed(history(), *change);
        assert!(found.contains(property), "{property} does not find {description}, only {found:?}");
    }
}

#[test]
fn every_property_has_a_violation() {
    let properties = VIOLATIONS.iter().chain(VIOLATIONS_AFTER_EDITS).map(|(property, ..)| *property);
    assert_eq!(properties.collect::<BTreeSet<_>>(), PROPERTIES.map(|(property, ..)| property).into());
}

#[test]
fn valid_histories_violate_no_property() {
    assert_eq!(violated(valid()), BTreeSet::new());
    let mut evidence = valid();
    evidence.fold = LogFold::of(&evidence.log, 2);
    assert!(all(&evidence).iter().all(|finding| finding.checked > 0));
    for (description, change) in EXCEPTIONS {
        assert_eq!(changed(valid(), *change), BTreeSet::new(), "{description}");
    }
}

/// Only the log, the stream and a page of this history have the edits.
#[test]
fn edits_violate_no_property_of_streams_and_pages() {
    let changes: [Change; 3] = [|_| {}, |e| resumed(e)[0].text = text_hash("w0-2-b"), |e| read_on(e, 0)];
    for (number, change) in changes.into_iter().enumerate() {
        let found = changed(edited(), change);
        let of_streams = ["P4", "P9", "P11", "P16", "P17"];
        assert!(of_streams.iter().all(|property| !found.contains(property)), "change {number}: {found:?}");
    }
}

#[test]
fn position_of_a_token_orders_by_epoch_first() {
    for position in [(0, 0x2a, 7), (1, 3, 4)] {
        assert_eq!(at(&token(position)), Some(position));
    }
    assert!(at("1000000000001-1") > at("ffff-ffff"));
}
