//! P16, P17: the texts of frames and pages, and the counts of frames, against the log at the
//! position that they are shown with.

use std::collections::HashMap;

use causerie_tests::{At, START};
use uuid::Uuid;

use super::{Evidence, Finding};
use crate::fold::{Conversation, LogFold};
use crate::history::{Frame, FrameKind, Stream, text_hash};
use crate::sites::site_of;

/// A text is accepted only if it was the text of the message at the position of the frame, or
/// later. A deleted message has no text after its deletion.
pub(super) fn nothing_outdated(evidence: &Evidence, finding: &mut Finding) {
    let current = |id: Uuid, text: u64, at: At| {
        evidence.fold.message(id).is_some_and(|(_, _, _, message)| message.had_since(text, at))
    };
    for stream in &evidence.history.streams {
        for frame in &stream.frames {
            let own = frame.kind.is_message().then_some((frame.message, frame.text));
            for (id, text) in own.into_iter().chain(frame.quoted).chain(frame.last) {
                finding.check(current(id, text, frame.at.unwrap_or_default()), || {
                    format!("{id} with another text, to {} of site {}: {frame:?}", stream.member, stream.site)
                });
            }
        }
    }
    for page in &evidence.history.pages {
        for item in &page.items {
            for (id, text) in [(item.id, item.text)].into_iter().chain(item.quoted) {
                finding.check(current(id, text, page.at), || format!("{id} with another text: {item:?}, {page:?}"));
            }
            finding.check(!item.deleted || item.text == text_hash(""), || format!("deleted, with a text: {item:?}"));
        }
    }
    for item in &evidence.history.lists {
        let correct = item.last.is_none_or(|(id, text)| current(id, text, START));
        finding.check(correct, || format!("a text that the message never had: {item:?}"));
    }
}

/// Unread count, last message and its number equal the fold at the position of the frame, with two
/// exceptions. A resumed stream may show a read marker that was set later, with the count after
/// that marker. A frame applies the blocks of the moment at which it is made, so the messages of a
/// member with a block at any time may be counted or not.
pub(super) fn counts_of_position(evidence: &Evidence, finding: &mut Finding) {
    let mut due: HashMap<At, Vec<(&Stream, &Frame)>> = HashMap::new();
    for stream in &evidence.history.streams {
        for frame in stream.frames.iter().filter(|frame| frame.kind.has_counts()) {
            due.entry(frame.at.unwrap_or_default()).or_default().push((stream, frame));
        }
    }
    let markers = markers(evidence);
    let mut fold = LogFold::empty(evidence.fold.sites.len());
    for event in &evidence.log {
        fold.apply(event);
        for (stream, frame) in due.remove(&event.at).unwrap_or_default() {
            let Some(conversation) = fold.conversation(stream.site, frame.conversation) else { continue };
            // A member who was added again after this event is shown the conversation as it is now.
            if conversation.current_membership(stream.member).is_none() {
                continue;
            }
            let markers = markers.get(&(stream.site, frame.conversation, stream.member.to_owned()));
            let markers = markers.map(Vec::as_slice).unwrap_or_default();
            let (before, later) = markers.split_at(markers.partition_point(|(at, _)| *at <= event.at));
            let mut read = before.last().map_or(0, |(_, seq)| *seq);
            if frame.read_seq > read && later.iter().any(|(_, seq)| *seq == frame.read_seq) {
                read = frame.read_seq;
            }
            let site = &evidence.fold.sites[stream.site];
            let never_blocked = |author: &str| !site.ever_blocked_between(stream.member, author);
            let unread = unread_after(conversation, stream.member, read, |_| true);
            let same_unread = frame.unread == unread
                || frame.unread == unread_after(conversation, stream.member, read, never_blocked);
            let last = conversation.readable(stream.member).next_back().map(|(seq, message)| (seq, message.id));
            let same_last =
                frame.kind == FrameKind::ReadMarker || last == frame.last.map(|(id, _)| (frame.last_seq, id));
            let shows_nothing = frame.unread == 0 && frame.last.is_none();
            let correct =
                (same_unread && same_last) || (shows_nothing && added_again(evidence, stream, frame, event.at));
            finding.check(correct, || {
                let (member, site) = (stream.member, stream.site);
                format!("to {member} of site {site}: {unread} unread and {last:?} by the log: {frame:?}")
            });
        }
    }
    for (at, frames) in due {
        for (stream, frame) in frames {
            finding.check(false, || format!("to {}, without an event at {at:?}: {frame:?}", stream.member));
        }
    }
}

/// By site, conversation and member, each event that moved the marker, with the number of the
/// message.
fn markers(evidence: &Evidence) -> HashMap<(usize, Uuid, String), Vec<(At, u64)>> {
    let mut markers: HashMap<_, Vec<(At, u64)>> = HashMap::new();
    for event in evidence.log.iter().filter(|event| event.kind == "ReadMarkerMoved") {
        let Some((conversation, member)) = event.id.split_once('/') else { continue };
        let (Some(site), Ok(conversation), Some((.., seq, _))) =
            (site_of(event), conversation.parse(), evidence.fold.message(event.uuid("message_id")))
        else {
            continue;
        };
        markers.entry((site, conversation, member.to_owned())).or_default().push((event.at, seq));
    }
    markers
}

/// Whether the member had left and was added again before the frame was received. A frame has the
/// counts of its position and the rights of now (docs/adr/0023), and those exclude all earlier
/// messages.
fn added_again(evidence: &Evidence, stream: &Stream, frame: &Frame, at: At) -> bool {
    let Some(conversation) = evidence.fold.conversation(stream.site, frame.conversation) else { return false };
    let next = stream.connections.get(frame.connection + 1);
    let received_before = next.map_or(u64::MAX, |next| next.requested);
    let memberships = conversation.memberships_of(stream.member);
    let has_left = memberships.iter().any(|membership| {
        membership.covers(at) && membership.left.is_some_and(|(_, recorded)| recorded <= received_before)
    });
    has_left && memberships.iter().any(|membership| membership.reads_from > at)
}

fn unread_after(conversation: &Conversation, member: &str, read: u64, counts: impl Fn(&str) -> bool) -> i64 {
    let after = conversation.readable(member).rev().take_while(|(seq, _)| *seq > read);
    let of_others = |author: &str| author != member && counts(author);
    let unread = after.filter(|(_, message)| of_others(&message.author) && !message.deleted).count();
    i64::try_from(unread).unwrap_or_default()
}
