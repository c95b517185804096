//! A small history in which all properties hold, for the proof that each check can fail.

use std::fmt::Display;
use std::time::Duration;

use causerie_tests::{At, LogEvent, START};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Evidence, StreamMessage};
use crate::history::{
    Attempt, Connection, Frame, FrameKind, Item, ListItem, Outcome, Page, Probe, ReadBack, Sent, Stream, text_hash,
};
use crate::sites::SITES;

pub(super) const GROUP: Uuid = Uuid::from_u128(1);
pub(super) const FIRST: Uuid = Uuid::from_u128(11);
pub(super) const SECOND: Uuid = Uuid::from_u128(12);
pub(super) const THIRD: Uuid = Uuid::from_u128(13);

pub(super) const fn position(number: u64) -> At {
    (0, number, number)
}

pub(super) fn event(number: u64, kind: &str, id: impl Display, data: Value) -> LogEvent {
    let unique = Uuid::from_u128(1000 + u128::from(number));
    let (kind, site, id) = (kind.to_owned(), SITES[0].to_owned(), id.to_string());
    LogEvent { at: position(number), unique, kind, site, id, data, recorded: number * 1_000_000, ..Default::default() }
}

pub(super) fn message(number: u64, id: Uuid, author: &str, text: &str) -> LogEvent {
    event(number, "MessageSent", id, json!({ "conversation_id": GROUP, "author_id": author, "text": text }))
}

pub(super) fn marker(number: u64, message: Uuid, position: &str) -> LogEvent {
    let data = json!({ "message_id": message, "position": position });
    event(number, "ReadMarkerMoved", format!("{GROUP}/m1"), data)
}

/// `m0`, `m1` and `m4` are in a group. Two messages precede the removal of `m4`, one follows it.
fn log() -> Vec<LogEvent> {
    vec![
        event(1, "MemberChatEnabled", "", json!({})),
        event(2, "MemberRegistered", "m0", json!({ "community": true })),
        event(3, "MemberRegistered", "m1", json!({ "community": true })),
        event(4, "MemberRegistered", "m4", json!({ "community": true })),
        event(5, "GroupCreated", GROUP, json!({ "creator": "m0", "participants": ["m1", "m4"] })),
        event(6, "GroupRenamed", GROUP, json!({ "name": "large" })),
        message(7, FIRST, "m0", "w0-1-a"),
        message(8, SECOND, "m0", "w0-2-b"),
        event(9, "ParticipantRemoved", GROUP, json!({ "member_id": "m4" })),
        message(10, THIRD, "m1", "w1-1-c"),
        marker(11, FIRST, "7-7"),
    ]
}

pub(super) const fn attempt(outcome: Outcome) -> Attempt {
    Attempt { began: 0, ended: 1, outcome }
}

fn sent(writer: usize, author: &'static str, counter: u32, id: Uuid, text: &str, at: u64) -> Sent {
    let attempts = vec![attempt(Outcome::Unknown), attempt(Outcome::Ok(position(at)))];
    Sent { site: 0, author, writer, counter, conversation: GROUP, id, text: text.to_owned(), reply_to: None, attempts }
}

pub(super) fn frame(kind: FrameKind, at: u64, message: Uuid, seq: u64, text: &str) -> Frame {
    Frame {
        received: at * 1_000_000,
        kind,
        at: Some(position(at)),
        conversation: GROUP,
        message,
        seq,
        log_number: at,
        text: text_hash(text),
        ..Frame::default()
    }
}

/// A frame with the counts after all three messages.
pub(super) fn counted(kind: FrameKind, at: u64, unread: i64) -> Frame {
    let last = (kind == FrameKind::ConversationChanged).then(|| (THIRD, text_hash("w1-1-c")));
    Frame { last, last_seq: 3, read_seq: 1, unread, ..frame(kind, at, Uuid::nil(), 0, "") }
}

pub(super) fn item(id: Uuid, seq: u64, text: &str) -> Item {
    Item { id, seq, text: text_hash(text), deleted: false, quoted: None }
}

pub(super) fn valid() -> Evidence {
    let mut evidence = Evidence { log: log(), calls_made: 9, ..Evidence::default() };
    let history = &mut evidence.history;
    history.sends = vec![
        sent(0, "m0", 1, FIRST, "w0-1-a", 7),
        sent(0, "m0", 2, SECOND, "w0-2-b", 8),
        sent(1, "m1", 1, THIRD, "w1-1-c", 10),
    ];
    history.acknowledged = vec![position(5), position(9), position(11)];
    let shown = [
        Frame { conversation: Uuid::nil(), ..frame(FrameKind::Ready, 6, Uuid::nil(), 0, "") },
        frame(FrameKind::MessageSent, 7, FIRST, 1, "w0-1-a"),
        frame(FrameKind::MessageSent, 8, SECOND, 2, "w0-2-b"),
    ];
    let third = frame(FrameKind::MessageSent, 10, THIRD, 3, "w1-1-c");
    let removed = frame(FrameKind::ConversationRemoved, 9, Uuid::nil(), 0, "");
    let stream = |member, frames: &[Frame]| Stream {
        site: 0,
        member,
        connections: vec![Connection { ready: 6_000_000, ..Connection::default() }],
        frames: [&shown, frames].concat(),
        finished: true,
    };
    history.streams = vec![stream("m1", &[third, counted(FrameKind::ReadMarker, 11, 1)]), stream("m4", &[removed])];
    let rows = vec![item(FIRST, 1, "w0-1-a"), item(SECOND, 2, "w0-2-b"), item(THIRD, 3, "w1-1-c")];
    history.pages = vec![
        Page { site: 0, member: "m1", conversation: GROUP, at: START, items: rows.clone() },
        Page { site: 0, member: "m4", conversation: GROUP, at: START, items: rows[..2].to_vec() },
    ];
    let last = Some((THIRD, text_hash("w1-1-c")));
    let list_item = |member| ListItem { site: 0, member, conversation: GROUP, last, unread: 1 };
    history.lists = vec![list_item("m0")];
    history.probes = vec![Probe { description: "removed".to_owned(), correct: true }];
    history.cross_site_probes = vec![Probe { description: "other site".to_owned(), correct: true }];
    history.read_backs = vec![ReadBack::Shown, ReadBack::Unavailable];
    let published = |(sequence, event): (u64, &LogEvent)| StreamMessage {
        sequence,
        log_number: sequence.to_string(),
        event_id: event.unique.to_string(),
        position: Some(event.at),
        body: event.data.clone(),
    };
    evidence.jetstream = (1..).zip(&evidence.log).map(published).collect();
    // `m1` has read the first message, has not read the second and has written the third.
    for member in ["m0", "m1"] {
        evidence.finals.timelines.insert((0, member, GROUP), Some(rows.clone()));
        evidence.finals.lists.insert((0, member), vec![list_item(member)]);
    }
    evidence.finals.timelines.insert((0, "m4", GROUP), None);
    evidence.finals.lists.insert((0, "m4"), Vec::new());
    evidence.finals.participants.insert((0, GROUP), vec!["m0".to_owned(), "m1".to_owned()]);
    evidence.recovery = vec![("lag 0", Some(Duration::from_secs(2)))];
    evidence
}

/// The valid history with more events: the second message is edited, the first one is deleted, and
/// `m1` resumes the stream after number 7, so the messages are shown with their current texts.
pub(super) fn edited() -> Evidence {
    let mut evidence = valid();
    evidence.log.push(event(12, "MessageEdited", SECOND, json!({ "text": "w0-2-b!" })));
    evidence.log.push(event(13, "MessageDeleted", FIRST, json!({})));
    evidence.log.push(event(14, "GroupRenamed", GROUP, json!({ "name": "small" })));
    let stream = &mut evidence.history.streams[0];
    let (requested, ready) = (13_500_000, 13_600_000);
    stream.connections.push(Connection { requested, ready, resumed_from: Some(position(7)), invented: false });
    let resumed = [
        Frame { quoted: Some((FIRST, text_hash(""))), ..frame(FrameKind::MessageSent, 8, SECOND, 2, "w0-2-b!") },
        frame(FrameKind::MessageChanged, 12, SECOND, 2, "w0-2-b!"),
        frame(FrameKind::MessageChanged, 13, FIRST, 1, ""),
        counted(FrameKind::ConversationChanged, 14, 1),
    ];
    stream.frames.extend(resumed.map(|frame| Frame { connection: 1, ..frame }));
    let items = vec![Item { deleted: true, ..item(FIRST, 1, "") }, item(SECOND, 2, "w0-2-b!")];
    evidence.history.pages.push(Page { site: 0, member: "m1", conversation: GROUP, at: position(13), items });
    evidence
}
