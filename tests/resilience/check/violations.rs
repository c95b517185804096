//! Proof that each property can fail: a small honest history, in which all hold, and one lie for each.

use std::collections::BTreeSet;
use std::time::Duration;

use causerie_tests::{At, LogEvent as Event, START, at, token};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::check::{Evidence, Recovery, StreamMessage, all};
use crate::client::BadCall;
use crate::fold::LogFold;
use crate::history::{
    Attempt, Connection, Frame, Item, Kind, ListItem, Outcome, Page, Probe, ReadBack, Sent, Stream, text_hash,
};
use crate::sites::SITES;

pub(super) const GROUP: Uuid = Uuid::from_u128(1);
pub(super) const FIRST: Uuid = Uuid::from_u128(11);
pub(super) const SECOND: Uuid = Uuid::from_u128(12);
pub(super) const THIRD: Uuid = Uuid::from_u128(13);

pub(super) fn group() -> String {
    GROUP.to_string()
}

/// Where the event of this number stands.
pub(super) const fn place(number: u64) -> At {
    (0, number, number)
}

pub(super) fn event(number: u64, kind: &str, id: impl AsRef<str>, data: Value) -> Event {
    let unique = Uuid::from_u128(1000 + u128::from(number));
    let at = place(number);
    let (kind, site, id) = (kind.to_owned(), SITES[0].to_owned(), id.as_ref().to_owned());
    Event { at, unique, kind, site, id, data, recorded: number * 1_000_000, ..Event::default() }
}

pub(super) fn message(number: u64, id: Uuid, author: &str, text: &str) -> Event {
    let data = json!({ "conversation_id": GROUP, "author_id": author, "text": text });
    event(number, "MessageSent", id.to_string(), data)
}

/// `m0`, `m1` and for a while `m4` in a group; two messages with `m4` in it and one after.
pub(super) fn log() -> Vec<Event> {
    let marker = json!({ "message_id": FIRST, "position": "7-7" });
    vec![
        event(1, "MemberChatEnabled", "", json!({})),
        event(2, "MemberRegistered", "m0", json!({})),
        event(3, "MemberRegistered", "m1", json!({})),
        event(4, "MemberRegistered", "m4", json!({})),
        event(5, "GroupCreated", group(), json!({ "creator": "m0", "participants": ["m1", "m4"] })),
        event(6, "GroupRenamed", group(), json!({ "name": "hall" })),
        message(7, FIRST, "m0", "w0-1-a"),
        message(8, SECOND, "m0", "w0-2-b"),
        event(9, "ParticipantRemoved", group(), json!({ "member_id": "m4" })),
        message(10, THIRD, "m1", "w1-1-c"),
        event(11, "ReadMarkerMoved", format!("{GROUP}/m1"), marker),
    ]
}

pub(super) fn sent(writer: usize, author: &'static str, counter: u32, id: Uuid, text: &str, at: u64) -> Sent {
    let attempt = |outcome| Attempt { began: 0, ended: 1, outcome };
    let attempts = vec![attempt(Outcome::Unknown), attempt(Outcome::Ok(place(at)))];
    Sent { site: 0, author, writer, counter, conversation: GROUP, id, text: text.to_owned(), reply_to: None, attempts }
}

pub(super) fn frame(kind: Kind, at: u64, message: Uuid, seq: u64, text: &str) -> Frame {
    let text = text_hash(text);
    Frame {
        connection: 0,
        came: at * 1_000_000,
        kind,
        at: Some(place(at)),
        conversation: GROUP,
        message,
        seq,
        log_number: at,
        text,
        quoted: None,
        last: None,
        unread: 0,
        last_seq: 0,
        read_seq: 0,
    }
}

/// A frame with counts, as of when all three messages stood.
pub(super) fn counted(kind: Kind, at: u64, unread: i64) -> Frame {
    let last = (kind == Kind::Conversation).then(|| Box::new((THIRD, text_hash("w1-1-c"))));
    Frame { last, last_seq: 3, read_seq: 1, unread, ..frame(kind, at, Uuid::nil(), 0, "") }
}

pub(super) fn item(id: Uuid, seq: u64, text: &str) -> Item {
    Item { id, seq, text: text_hash(text), deleted: false, quoted: None }
}

pub(super) fn honest() -> Evidence {
    let mut evidence = Evidence { log: log(), calls_made: 9, ..Evidence::default() };
    let history = &mut evidence.history;
    history.sends = vec![
        sent(0, "m0", 1, FIRST, "w0-1-a", 7),
        sent(0, "m0", 2, SECOND, "w0-2-b", 8),
        sent(1, "m1", 1, THIRD, "w1-1-c", 10),
    ];
    history.acknowledged = vec![place(5), place(9), place(11)];
    let start = Frame { conversation: Uuid::nil(), ..frame(Kind::Ready, 6, Uuid::nil(), 0, "") };
    let two = [frame(Kind::Sent, 7, FIRST, 1, "w0-1-a"), frame(Kind::Sent, 8, SECOND, 2, "w0-2-b")];
    let gone = frame(Kind::Gone, 9, Uuid::nil(), 0, "");
    let third = frame(Kind::Sent, 10, THIRD, 3, "w1-1-c");
    let stream = |member, frames: Vec<Frame>| Stream {
        site: 0,
        member,
        connections: vec![Connection { ready: 6_000_000, ..Connection::default() }],
        frames,
        finished: true,
    };
    let [one, another] = two;
    history.streams = vec![
        stream("m1", vec![start.clone(), one.clone(), another.clone(), third, counted(Kind::Marker, 11, 1)]),
        stream("m4", vec![start, one, another, gone]),
    ];
    let rows = vec![item(FIRST, 1, "w0-1-a"), item(SECOND, 2, "w0-2-b"), item(THIRD, 3, "w1-1-c")];
    history.pages = vec![
        Page { site: 0, member: "m1", conversation: GROUP, at: START, items: rows.clone() },
        Page { site: 0, member: "m4", conversation: GROUP, at: START, items: rows[..2].to_vec() },
    ];
    let listed = |member, unread| ListItem {
        site: 0,
        member,
        conversation: GROUP,
        last: Some((THIRD, text_hash("w1-1-c"))),
        unread,
    };
    history.lists = vec![listed("m0", 1)];
    history.probes = vec![Probe { what: "removed".to_owned(), right: true }];
    history.cross_site_probes = vec![Probe { what: "other site".to_owned(), right: true }];
    history.read_backs = vec![ReadBack::Shown, ReadBack::Behind];
    evidence.copy = (1..)
        .zip(&evidence.log)
        .map(|(sequence, event)| StreamMessage {
            sequence,
            log_number: sequence.to_string(),
            event_id: event.unique.to_string(),
            position: Some(event.at),
            body: event.data.clone(),
        })
        .collect();
    for member in ["m0", "m1"] {
        evidence.finals.timelines.insert((0, member, GROUP), Some(rows.clone()));
    }
    evidence.finals.timelines.insert((0, "m4", GROUP), None);
    evidence.finals.lists.insert((0, "m0"), vec![listed("m0", 1)]);
    // After the first message, of which the second is not theirs and the third is.
    evidence.finals.lists.insert((0, "m1"), vec![listed("m1", 1)]);
    evidence.finals.lists.insert((0, "m4"), Vec::new());
    evidence.finals.participants.insert((0, GROUP), vec!["m0".to_owned(), "m1".to_owned()]);
    evidence.recovery = Recovery { of: vec![("lag 0", Some(Duration::from_secs(2)))] };
    evidence
}

/// Which properties fail.
pub(super) fn verdict(mut evidence: Evidence) -> BTreeSet<&'static str> {
    evidence.fold = LogFold::of(&evidence.log, 2);
    all(&evidence).iter().filter(|finding| finding.violations > 0).map(|finding| finding.property).collect()
}

/// The lie is found by this property, and perhaps by others.
#[track_caller]
pub(super) fn found(property: &str, lie: impl FnOnce(&mut Evidence)) {
    let mut evidence = honest();
    lie(&mut evidence);
    let failed = verdict(evidence);
    assert!(failed.contains(property), "{property} does not see it, only {failed:?}");
}

/// Takes a message out of the log, and renumbers nothing.
pub(super) fn forget(evidence: &mut Evidence, id: Uuid) {
    evidence.log.retain(|event| event.id != id.to_string());
}

pub(super) fn at_of(evidence: &mut Evidence, stream: usize, frame: usize) -> &mut Option<At> {
    &mut evidence.history.streams[stream].frames[frame].at
}

#[test]
fn an_honest_history_passes() {
    assert_eq!(verdict(honest()), BTreeSet::new());
    assert!(
        all(&{
            let mut evidence = honest();
            evidence.fold = LogFold::of(&evidence.log, 2);
            evidence
        })
        .iter()
        .all(|finding| finding.looked > 0)
    );
}

#[test]
fn p1_sees_an_acknowledged_message_that_is_nowhere() {
    found("P1", |evidence| forget(evidence, SECOND));
    found("P1", |evidence| drop(evidence.copy.remove(7)));
    found("P1", |evidence| evidence.history.acknowledged.push(place(99)));
    found("P1", |evidence| {
        let rows = evidence.finals.timelines.get_mut(&(0, "m0", GROUP)).and_then(Option::as_mut);
        rows.expect("a timeline").remove(1);
    });
}

#[test]
fn p2_sees_a_message_under_two_ids_and_an_id_at_two_places() {
    found("P2", |evidence| evidence.log.push(message(12, Uuid::from_u128(99), "m0", "w0-1-a")));
    found("P2", |evidence| evidence.log.push(message(12, FIRST, "m0", "again")));
    found("P2", |evidence| {
        let again = Attempt { began: 0, ended: 1, outcome: Outcome::Ok(place(12)) };
        evidence.history.sends[0].attempts.push(again);
    });
}

#[test]
fn p3_sees_what_nobody_sent_and_what_was_refused() {
    found("P3", |evidence| evidence.log.push(message(12, Uuid::from_u128(99), "m0", "who said this?")));
    found("P3", |evidence| {
        for attempt in &mut evidence.history.sends[0].attempts {
            attempt.outcome = Outcome::Refused;
        }
    });
    found("P3", |evidence| evidence.history.pages[0].items[0].text = text_hash("another text"));
    found("P3", |evidence| evidence.history.streams[0].frames[1].text = text_hash("another text"));
}

#[test]
fn p4_sees_two_messages_the_other_way_round() {
    found("P4", |evidence| evidence.history.pages[0].items.swap(0, 1));
    found("P4", |evidence| evidence.history.streams[0].frames[1].seq = 2);
}

#[test]
fn p4_sees_a_number_that_is_not_the_logs() {
    found("P4", |evidence| evidence.history.streams[0].frames[1].log_number += 1);
}

#[test]
fn p5_sees_a_writer_overtaking_themself() {
    found("P5", |evidence| {
        evidence.log.swap(6, 7);
        for (row, other) in [(6, 7), (7, 8)] {
            evidence.log[row].at = place(other);
        }
        for (sent, at) in [(0, 8), (1, 7)] {
            evidence.history.sends[sent].attempts[1].outcome = Outcome::Ok(place(at));
        }
    });
}

#[test]
fn p6_sees_a_gap_a_double_and_another_number() {
    found("P6", |evidence| drop(evidence.copy.pop()));
    found("P6", |evidence| evidence.beyond = 1);
    found("P6", |evidence| evidence.copy.swap(3, 4));
    found("P6", |evidence| evidence.copy[3].log_number = "5".to_owned());
    found("P6", |evidence| evidence.copy[7].body = json!({}));
}

#[test]
fn p7_sees_a_row_too_many_too_few_and_another() {
    found("P7", |evidence| drop(evidence.finals.timelines.insert((0, "m4", GROUP), Some(Vec::new()))));
    found("P7", |evidence| drop(evidence.finals.lists.insert((0, "m0"), Vec::new())));
    found("P7", |evidence| drop(evidence.finals.participants.insert((0, GROUP), vec!["m0".to_owned()])));
    found("P7", |evidence| {
        let rows = evidence.finals.timelines.get_mut(&(0, "m0", GROUP)).and_then(Option::as_mut);
        rows.expect("a timeline")[0].text = text_hash("another text");
    });
}

#[test]
fn p8_sees_a_wrong_count_a_negative_one_and_a_marker_going_back() {
    found("P8", |evidence| evidence.finals.lists.get_mut(&(0, "m1")).expect("a list")[0].unread = 2);
    found("P8", |evidence| evidence.history.lists[0].unread = -1);
    found("P8", |evidence| {
        let back = json!({ "message_id": FIRST, "position": "6-6" });
        evidence.log.push(event(12, "ReadMarkerMoved", format!("{GROUP}/m1"), back));
    });
}

#[test]
fn p9_sees_a_message_after_the_removal_and_a_page_to_a_stranger() {
    found("P9", |evidence| {
        evidence.history.streams[1].frames.push(frame(Kind::Sent, 10, THIRD, 3, "w1-1-c"));
    });
    found("P9", |evidence| evidence.history.streams[1].frames.push(frame(Kind::Conversation, 10, Uuid::nil(), 0, "")));
    found("P9", |evidence| evidence.history.pages[1].items.push(item(THIRD, 3, "w1-1-c")));
    found("P9", |evidence| evidence.history.pages[1].member = "zoe");
    found("P9", |evidence| evidence.history.lists[0].member = "zoe");
    found("P9", |evidence| evidence.history.lists[0].member = "m4");
    found("P9", |evidence| evidence.history.probes[0].right = false);
}

#[test]
fn p10_sees_a_stale_read() {
    found("P10", |evidence| evidence.history.read_backs.push(ReadBack::Stale(FIRST)));
}

#[test]
fn p11_sees_a_gap_and_a_double() {
    found("P11", |evidence| _ = evidence.history.streams[0].frames.remove(2));
    found("P11", |evidence| {
        let again = evidence.history.streams[0].frames[2].clone();
        evidence.history.streams[0].frames.insert(3, again);
    });
    found("P11", |evidence| *at_of(evidence, 0, 3) = Some(place(7)));
    // Who went after having missed it is excused only if they were not on the stream by then.
    found("P11", |evidence| _ = evidence.history.streams[1].frames.remove(2));
}

#[test]
fn who_went_while_what_they_missed_was_looked_up_is_not_shown_it() {
    let mut evidence = honest();
    let stream = &mut evidence.history.streams[1];
    stream.connections[0].ready = 7_000_000;
    stream.frames.remove(2);
    assert_eq!(verdict(evidence), BTreeSet::new());
}

#[test]
fn a_reset_excuses_a_gap() {
    let mut evidence = honest();
    evidence.history.streams[0].frames.splice(1..3, [frame(Kind::Reset, 9, Uuid::nil(), 0, "")]);
    assert_eq!(verdict(evidence), BTreeSet::new());
}

#[test]
fn p12_sees_a_message_on_another_site() {
    found("P12", |evidence| evidence.history.pages[0].site = 1);
    found("P12", |evidence| evidence.history.streams[0].site = 1);
    found("P12", |evidence| evidence.history.cross_site_probes[0].right = false);
}

#[test]
fn p13_sees_what_stands_after_what_forbids_it() {
    for (kind, id, data) in [
        ("MemberBlocked", "m1", json!({})),
        ("MemberMuted", "m1", json!({})),
        ("MemberRemoved", "m1", json!({})),
        ("MemberChatDisabled", "", json!({})),
    ] {
        found("P13", |evidence| evidence.log[5] = event(6, kind, id, data));
    }
    found("P13", |evidence| evidence.log[5] = event(6, "ParticipantRemoved", group(), json!({ "member_id": "m0" })));
    found("P13", |evidence| {
        let pair = json!({ "starter": "m0", "peer": "m1" });
        evidence.log[4] = event(5, "DirectConversationStarted", group(), pair);
        evidence.log[5] = event(6, "ContactBlocked", "m1", json!({ "member_id": "m0" }));
    });
}

#[test]
fn p14_sees_a_call_without_an_end_unless_its_node_was_frozen() {
    let call = || BadCall { node: 0, began: 10, ended: 30, what: "no answer".to_owned() };
    found("P14", |evidence| evidence.bad_calls.push(call()));
    found("P14", |evidence| {
        evidence.bad_calls.push(call());
        evidence.frozen = vec![(1, 0, 100), (0, 40, 100)];
    });
    let mut evidence = honest();
    evidence.bad_calls.push(call());
    evidence.frozen = vec![(0, 20, 25)];
    assert_eq!(verdict(evidence), BTreeSet::new());
}

#[test]
fn p15_sees_what_came_late_or_never() {
    found("P15", |evidence| evidence.recovery.of.push(("streams live", None)));
    found("P15", |evidence| evidence.recovery.of.push(("streams live", Some(Duration::from_secs(31)))));
}

#[test]
fn place_of_a_token_orders_by_epoch_first() {
    for place in [(0, 0x2a, 7), (1, 3, 4)] {
        assert_eq!(at(&token(place)), Some(place));
    }
    assert!(at("1000000000001-1") > at("ffff-ffff"));
}
