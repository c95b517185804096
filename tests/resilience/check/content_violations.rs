//! What frames hold: texts and counts of their own position, and nothing that a resumed reader may no longer see.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::Evidence;
use super::violations::*;
use crate::history::{Connection, Frame, Item, Kind, Page, text_hash};

/// The same history, and after it the second message is edited, the first one deleted, and the last one seen again by `m1`, who
/// resumes from the second: as it is now, with what it quotes.
fn edited() -> Evidence {
    let mut evidence = honest();
    evidence.log.push(event(12, "MessageEdited", SECOND.to_string(), json!({ "text": "w0-2-b!" })));
    evidence.log.push(event(13, "MessageDeleted", FIRST.to_string(), json!({})));
    evidence.log.push(event(14, "GroupRenamed", group(), json!({ "name": "den" })));
    let stream = &mut evidence.history.streams[0];
    stream.connections.push(Connection {
        asked: 13_500_000,
        ready: 13_600_000,
        after: Some(place(7)),
        invented: false,
    });
    let resumed = [
        Frame { quoted: Some(Box::new((FIRST, text_hash("")))), ..frame(Kind::Sent, 8, SECOND, 2, "w0-2-b!") },
        frame(Kind::Changed, 12, SECOND, 2, "w0-2-b!"),
        frame(Kind::Changed, 13, FIRST, 1, ""),
        counted(Kind::Conversation, 14, 1),
    ];
    stream.frames.extend(resumed.map(|frame| Frame { connection: 1, ..frame }));
    let items = vec![Item { deleted: true, ..item(FIRST, 1, "") }, item(SECOND, 2, "w0-2-b!")];
    evidence.history.pages.push(Page { site: 0, member: "m1", conversation: GROUP, at: place(13), items });
    evidence
}

#[track_caller]
fn found_in_edited(property: &str, lie: impl FnOnce(&mut Evidence)) {
    let told = verdict(edited());
    for of_streams in ["P4", "P9", "P11", "P16", "P17"] {
        assert!(!told.contains(of_streams), "{of_streams} without a lie");
    }
    let mut evidence = edited();
    lie(&mut evidence);
    let failed = verdict(evidence);
    assert!(failed.contains(property), "{property} does not see it, only {failed:?}");
}

fn last_frames(evidence: &mut Evidence) -> &mut [Frame] {
    let frames = &mut evidence.history.streams[0].frames;
    let resumed = frames.len() - 4;
    &mut frames[resumed..]
}

#[test]
fn p16_sees_a_text_that_was_edited_or_deleted_before() {
    found_in_edited("P16", |evidence| last_frames(evidence)[1].text = text_hash("w0-2-b"));
    found_in_edited("P16", |evidence| last_frames(evidence)[2].text = text_hash("w0-1-a"));
    found_in_edited("P16", |evidence| last_frames(evidence)[2].quoted = Some(Box::new((FIRST, text_hash("w0-1-a")))));
    found_in_edited("P16", |evidence| last_frames(evidence)[3].last = Some(Box::new((SECOND, text_hash("w0-2-b")))));
    let page = |evidence: &mut Evidence, row: usize, text: &str| {
        evidence.history.pages.last_mut().expect("a page").items[row].text = text_hash(text);
    };
    found_in_edited("P16", |evidence| page(evidence, 1, "w0-2-b"));
    found_in_edited("P16", |evidence| page(evidence, 0, "w0-1-a"));
    found_in_edited("P16", |evidence| evidence.history.lists[0].last = Some((THIRD, text_hash("another text"))));
    // A text of then is right in a frame of then.
    let mut evidence = edited();
    last_frames(&mut evidence)[0].text = text_hash("w0-2-b");
    assert!(!verdict(evidence).contains("P16"));
}

#[test]
fn p17_sees_counts_of_another_position() {
    found_in_edited("P17", |evidence| last_frames(evidence)[3].unread = 0);
    found_in_edited("P17", |evidence| last_frames(evidence)[3].last_seq = 2);
    found_in_edited("P17", |evidence| last_frames(evidence)[3].last = Some(Box::new((SECOND, text_hash("w0-2-b!")))));
    found_in_edited("P17", |evidence| last_frames(evidence)[3].at = Some(place(99)));
    // Read further than the log says at any time; and read further by now, of which the count takes no notice.
    found_in_edited("P17", |evidence| {
        let frame = &mut last_frames(evidence)[3];
        (frame.read_seq, frame.unread) = (3, 0);
    });
    let read_on = |unread| {
        let mut evidence = edited();
        let marker = json!({ "message_id": THIRD, "position": "a-a" });
        evidence.log.push(event(15, "ReadMarkerMoved", format!("{GROUP}/m1"), marker));
        let frame = &mut last_frames(&mut evidence)[3];
        (frame.read_seq, frame.unread) = (3, unread);
        verdict(evidence).contains("P17")
    };
    assert!(read_on(1));
    assert!(!read_on(0));
    found("P17", |evidence| evidence.history.streams[0].frames[4].unread = 2);
}

#[test]
fn p9_sees_a_resumed_stream_of_a_member_who_was_out() {
    let resume = |evidence: &mut Evidence, asked: u64| {
        evidence.history.known.insert(place(9), 9_100_000);
        let stream = &mut evidence.history.streams[1];
        stream.connections.push(Connection { asked, ready: asked, after: Some(place(7)), invented: false });
        stream.frames.push(Frame { connection: 1, ..frame(Kind::Sent, 8, SECOND, 2, "w0-2-b") });
    };
    found("P9", |evidence| resume(evidence, 9_200_000));
    let mut before = honest();
    resume(&mut before, 9_000_000);
    assert_eq!(verdict(before), BTreeSet::new());
}

#[test]
fn p11_sees_a_stream_that_goes_on_from_a_lost_position() {
    let invented = |first: Frame| {
        let mut evidence = honest();
        let stream = &mut evidence.history.streams[0];
        stream.connections.push(Connection { after: Some((0, 8, 99)), invented: true, ..Connection::default() });
        stream.frames.push(Frame { connection: 1, ..first });
        verdict(evidence)
    };
    assert!(invented(counted(Kind::Conversation, 11, 1)).contains("P11"));
    assert_eq!(invented(frame(Kind::Reset, 11, Uuid::nil(), 0, "")), BTreeSet::new());
}
