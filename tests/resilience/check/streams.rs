//! P4, P11: live streams and pages against the log's order.

use std::collections::{HashMap, HashSet};

use super::{Evidence, Finding};
use causerie_tests::{At, START};

use crate::history::{Frame, Kind, Stream};

/// What went on while a connection began is not held against it.
const SLACK: u64 = 1_000_000;

pub(super) fn one_order(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P4", "every reader sees the same order", "messages shown live and on pages");
    let number = |id| evidence.fold.message(id).map(|(_, conversation, seq, message)| (conversation, seq, message.at));
    let numbers: HashMap<At, u64> = evidence.log.iter().map(|event| event.at).zip(1..).collect();
    for stream in &evidence.history.streams {
        for frame in stream.frames.iter().filter(|frame| frame.kind == Kind::Sent) {
            let right = number(frame.message)
                .is_some_and(|of| of == (frame.conversation, frame.seq, frame.at.unwrap_or_default()));
            finding.look(right, || {
                format!("live to {}: {frame:?}, in the log {:?}", stream.member, number(frame.message))
            });
        }
        for frame in stream.frames.iter().filter(|frame| matches!(frame.kind, Kind::Sent | Kind::Changed)) {
            // Of two frames that belong together the first names no position.
            let Some(at) = frame.at else { continue };
            let number = numbers.get(&at);
            finding.look(number == Some(&frame.log_number), || {
                let connection = stream.connections.get(frame.connection);
                format!("live to {}: {frame:?}, number {number:?} of the log; over {connection:?}", stream.member)
            });
        }
    }
    for page in &evidence.history.pages {
        let mut before = None;
        for item in &page.items {
            let right = number(item.id).is_some_and(|(of, seq, _)| of == page.conversation && seq == item.seq);
            finding.look(right, || format!("on a page of {}: {item:?}, in the log {:?}", page.member, number(item.id)));
            finding.look(before.is_none_or(|before| before + 1 == item.seq), || {
                format!("on a page of {}: {} after {before:?}", page.member, item.seq)
            });
            before = Some(item.seq);
        }
    }
    finding
}

pub(super) fn no_gap_no_double(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new(
        "P11",
        "a stream resumed after a cut at any byte has no gap and no double",
        "frames and messages due",
    );
    for stream in &evidence.history.streams {
        doubles(stream, &mut finding);
        lost_places(stream, &mut finding);
        gaps(evidence, stream, &mut finding);
    }
    finding
}

fn doubles(stream: &Stream, finding: &mut Finding) {
    let (mut last, mut connection): (At, _) = (START, usize::MAX);
    let mut beside = HashSet::new();
    for frame in &stream.frames {
        if frame.connection != connection {
            connection = frame.connection;
            // A resumed stream repeats everything after the position that the client names.
            last = stream.connections.get(connection).and_then(|connection| connection.after).unwrap_or(last);
            beside.clear();
        }
        let Some(at) = frame.at else { continue };
        if matches!(frame.kind, Kind::Ready | Kind::Reset) {
            // After a reset the client has fetched everything again, as of any position.
            last = if frame.kind == Kind::Reset { at } else { last.max(at) };
            beside.clear();
            continue;
        }
        if at > last {
            beside.clear();
        }
        // Two frames may belong to one event: a message and the counts of its conversation.
        let another = beside.insert((frame.kind, frame.conversation, frame.message));
        let right = at > last || (at == last && another && beside.len() > 1);
        finding.look(right, || format!("after {last:?}, to {} of site {}: {frame:?}", stream.member, stream.site));
        last = last.max(at);
    }
}

/// A stream resumed from a position that the log does not contain begins with `reset`.
fn lost_places(stream: &Stream, finding: &mut Finding) {
    let mut first_of: HashMap<usize, &Frame> = HashMap::new();
    for frame in stream.frames.iter().filter(|frame| frame.kind != Kind::Ready) {
        first_of.entry(frame.connection).or_insert(frame);
    }
    for (number, connection) in stream.connections.iter().enumerate().filter(|(_, connection)| connection.invented) {
        if let Some(first) = first_of.get(&number) {
            finding.look(first.kind == Kind::Reset, || {
                format!(
                    "{} of site {} resumed from an invented position, {connection:?}: {first:?}",
                    stream.member, stream.site
                )
            });
        }
    }
}

fn gaps(evidence: &Evidence, stream: &Stream, finding: &mut Finding) {
    let Some(start) = stream.frames.iter().find(|frame| frame.kind == Kind::Ready).and_then(|ready| ready.at) else {
        return;
    };
    let Some(end) = stream.frames.iter().filter_map(|frame| frame.at).max() else { return };
    let seen: HashSet<_> =
        stream.frames.iter().filter(|frame| frame.kind == Kind::Sent).map(|frame| frame.message).collect();
    let resets: Vec<(At, At)> = resets(stream);
    let Some(site) = evidence.fold.sites.get(stream.site) else { return };
    for conversation in site.conversations.values() {
        for message in conversation.messages.iter().filter(|message| message.at > start && message.at <= end) {
            let membership =
                conversation.memberships_of(stream.member).find(|membership| membership.covers(message.at));
            let Some(membership) = membership else { continue };
            if seen.contains(&message.id) || resets.iter().any(|(from, to)| message.at > *from && message.at <= *to) {
                finding.look(true, String::new);
                continue;
            }
            // What was missed is shown with the rights of when it is looked up: who had gone by then is not shown it.
            let next = stream.frames.iter().find(|frame| frame.at.is_some_and(|at| at > message.at));
            let connection = next.and_then(|frame| stream.connections.get(frame.connection));
            let (ready, came) =
                (connection.map_or(0, |connection| connection.ready), next.map_or(0, |frame| frame.came));
            let missed = message.recorded <= ready + SLACK;
            let excused = missed && membership.left.is_some_and(|(_, left)| left <= came.max(ready + SLACK));
            finding.look(excused, || {
                format!(
                    "{} of site {} never saw {message:?}, in their membership {membership:?}; next came {next:?} over {connection:?}",
                    stream.member, stream.site
                )
            });
        }
    }
}

/// From the last frame before each reset to where it leads.
fn resets(stream: &Stream) -> Vec<(At, At)> {
    let (mut last, mut found) = (START, Vec::new());
    for frame in &stream.frames {
        let Some(at) = frame.at else { continue };
        if frame.kind == Kind::Reset {
            found.push((last, at));
        }
        last = last.max(at);
    }
    found
}
