//! P4, P11: live streams and pages against the order of the log.

use std::collections::{HashMap, HashSet};

use causerie_tests::{At, START};

use super::{Evidence, Finding};
use crate::history::{Frame, FrameKind, Stream};

/// Microseconds after the start of a connection in which a message may still be looked up.
const LOOK_UP_TIME: u64 = 1_000_000;

pub(super) fn one_order(evidence: &Evidence, finding: &mut Finding) {
    let place = |id| evidence.fold.message(id).map(|(_, conversation, seq, message)| (conversation, seq, message.at));
    let numbers: HashMap<At, u64> = evidence.log.iter().map(|event| event.at).zip(1..).collect();
    for stream in &evidence.history.streams {
        for frame in stream.frames_of(FrameKind::MessageSent) {
            let (shown, logged) = ((frame.conversation, frame.seq, frame.at.unwrap_or_default()), place(frame.message));
            let description = || format!("live to {}: {frame:?}, in the log {logged:?}", stream.member);
            finding.check(logged == Some(shown), description);
        }
        for frame in stream.frames.iter().filter(|frame| frame.kind.is_message()) {
            // Of two frames for one event, the first names no position.
            let Some(at) = frame.at else { continue };
            let number = numbers.get(&at);
            finding.check(number == Some(&frame.log_number), || {
                let connection = stream.connection_of(frame);
                format!("live to {}: {frame:?}, number {number:?} of the log; over {connection:?}", stream.member)
            });
        }
    }
    for page in &evidence.history.pages {
        let mut before = None;
        for item in &page.items {
            let logged = place(item.id);
            let correct = logged.is_some_and(|(of, seq, _)| of == page.conversation && seq == item.seq);
            finding.check(correct, || format!("on a page of {}: {item:?}, in the log {logged:?}", page.member));
            finding.check(before.is_none_or(|before| before + 1 == item.seq), || {
                format!("on a page of {}: {} after {before:?}", page.member, item.seq)
            });
            before = Some(item.seq);
        }
    }
}

pub(super) fn no_gap_no_duplicate(evidence: &Evidence, finding: &mut Finding) {
    for stream in &evidence.history.streams {
        duplicates(stream, finding);
        resets_after_invented_positions(stream, finding);
        gaps(evidence, stream, finding);
    }
}

fn duplicates(stream: &Stream, finding: &mut Finding) {
    let (mut last, mut connection) = (START, usize::MAX);
    let mut frames_of_event = HashSet::new();
    for frame in &stream.frames {
        if frame.connection != connection {
            connection = frame.connection;
            // A resumed stream repeats everything after the position that the client names.
            last = stream.connection_of(frame).and_then(|connection| connection.resumed_from).unwrap_or(last);
            frames_of_event.clear();
        }
        let Some(at) = frame.at else { continue };
        if matches!(frame.kind, FrameKind::Ready | FrameKind::Reset) {
            // After a reset the client has fetched everything again, as of any position.
            last = if frame.kind == FrameKind::Reset { at } else { last.max(at) };
            frames_of_event.clear();
            continue;
        }
        if at > last {
            frames_of_event.clear();
        }
        // One event may have two frames: a message and the counts of its conversation.
        let is_new = frames_of_event.insert((frame.kind, frame.conversation, frame.message));
        let correct = at > last || (at == last && is_new && frames_of_event.len() > 1);
        finding.check(correct, || format!("after {last:?}, to {} of site {}: {frame:?}", stream.member, stream.site));
        last = last.max(at);
    }
}

/// A stream resumed from a position that the log does not contain begins with `reset`.
fn resets_after_invented_positions(stream: &Stream, finding: &mut Finding) {
    let mut first: HashMap<usize, &Frame> = HashMap::new();
    for frame in stream.frames.iter().filter(|frame| frame.kind != FrameKind::Ready) {
        first.entry(frame.connection).or_insert(frame);
    }
    for (index, connection) in stream.connections.iter().enumerate().filter(|(_, connection)| connection.invented) {
        let Some(frame) = first.get(&index) else { continue };
        finding.check(frame.kind == FrameKind::Reset, || {
            format!("{} of site {}, resumed over {connection:?}: {frame:?}", stream.member, stream.site)
        });
    }
}

fn gaps(evidence: &Evidence, stream: &Stream, finding: &mut Finding) {
    let start = stream.frames_of(FrameKind::Ready).next().and_then(|ready| ready.at);
    let end = stream.frames.iter().filter_map(|frame| frame.at).max();
    let (Some(start), Some(end)) = (start, end) else { return };
    let seen: HashSet<_> = stream.frames_of(FrameKind::MessageSent).map(|frame| frame.message).collect();
    let resets = resets(stream);
    let Some(site) = evidence.fold.sites.get(stream.site) else { return };
    for conversation in site.conversations.values() {
        for message in conversation.messages.iter().filter(|message| message.at > start && message.at <= end) {
            let mut memberships = conversation.memberships_of(stream.member).iter();
            let Some(membership) = memberships.find(|membership| membership.covers(message.at)) else { continue };
            if seen.contains(&message.id) || resets.iter().any(|(from, to)| message.at > *from && message.at <= *to) {
                finding.check(true, String::new);
                continue;
            }
            // A missed message is looked up with the rights of that moment, so it is not shown to a
            // member who has left since.
            let next = stream.frames.iter().find(|frame| frame.at.is_some_and(|at| at > message.at));
            let connection = next.and_then(|frame| stream.connection_of(frame));
            let looked_up = connection.map_or(0, |connection| connection.ready) + LOOK_UP_TIME;
            let received = next.map_or(0, |frame| frame.received);
            let has_left = membership.left.is_some_and(|(_, left)| left <= received.max(looked_up));
            finding.check(message.recorded <= looked_up && has_left, || {
                let (member, site) = (stream.member, stream.site);
                format!(
                    "{member} of site {site} never saw {message:?} of {membership:?}; next {next:?} over {connection:?}"
                )
            });
        }
    }
}

/// From the last position before each reset to the position of the reset.
fn resets(stream: &Stream) -> Vec<(At, At)> {
    let (mut last, mut resets) = (START, Vec::new());
    for frame in &stream.frames {
        let Some(at) = frame.at else { continue };
        if frame.kind == FrameKind::Reset {
            resets.push((last, at));
        }
        last = last.max(at);
    }
    resets
}
