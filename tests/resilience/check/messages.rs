//! P1, P2, P3, P5: each acknowledged message is in the log once, and every message of the log was
//! sent.

use std::collections::{HashMap, HashSet};

use causerie_tests::{At, LogEvent};
use uuid::Uuid;

use super::{Evidence, Finding};
use crate::history::{FrameKind, Outcome, Sent};
use crate::sites::MEMBERS;

fn messages_of(log: &[LogEvent]) -> impl Iterator<Item = &LogEvent> {
    log.iter().filter(|event| event.kind == "MessageSent")
}

pub(super) fn nothing_lost(evidence: &Evidence, finding: &mut Finding) {
    let by_id: HashMap<Uuid, &LogEvent> = messages_of(&evidence.log).map(|event| (event.own_id(), event)).collect();
    let positions: HashSet<At> = evidence.log.iter().map(|event| event.at).collect();
    let published: HashSet<&str> = evidence.jetstream.iter().map(|message| message.event_id.as_str()).collect();
    let ids = |items: &Option<Vec<_>>| items.iter().flatten().map(|item: &crate::history::Item| item.id).collect();
    let shown: HashMap<_, HashSet<Uuid>> =
        evidence.finals.timelines.iter().map(|(key, items)| (*key, ids(items))).collect();
    for sent in &evidence.history.sends {
        let Some(position) = sent.acknowledged() else { continue };
        let Some(event) = by_id.get(&sent.id) else {
            finding.check(false, || format!("acknowledged at {position:?} and not in the log: {sent:?}"));
            continue;
        };
        let as_sent = event.at == position
            && event.text("text") == sent.text
            && event.text("author_id") == sent.author
            && event.uuid("conversation_id") == sent.conversation;
        finding.check(as_sent, || format!("different in the log: {sent:?}, {event:?}"));
        finding.check(published.contains(event.unique.to_string().as_str()), || format!("not published: {event:?}"));
        let Some(conversation) = evidence.fold.conversation(sent.site, sent.conversation) else { continue };
        for member in MEMBERS {
            let reads = conversation.current_membership(member).is_some_and(|current| event.at > current.reads_from);
            if let (true, Some(ids)) = (reads, shown.get(&(sent.site, member, sent.conversation))) {
                finding.check(ids.contains(&sent.id), || format!("not in the history of {member}: {sent:?}"));
            }
        }
    }
    for position in &evidence.history.acknowledged {
        let description = || format!("a command was acknowledged at {position:?}, which the log does not contain");
        finding.check(positions.contains(position), description);
    }
}

pub(super) fn no_duplicates(evidence: &Evidence, finding: &mut Finding) {
    let (mut ids, mut texts, mut events) = (HashSet::new(), HashSet::new(), HashSet::new());
    for event in &evidence.log {
        finding.check(events.insert(event.unique), || format!("an event twice: {event:?}"));
    }
    for event in messages_of(&evidence.log) {
        finding.check(ids.insert(event.own_id()), || format!("an id twice: {event:?}"));
        finding.check(texts.insert((&event.site, event.text("text"))), || format!("a text twice: {event:?}"));
    }
    for sent in &evidence.history.sends {
        let positions: HashSet<At> = sent.attempts.iter().filter_map(|attempt| attempt.outcome.position()).collect();
        finding.check(positions.len() < 2, || format!("one id at several positions: {sent:?}"));
    }
    for ((_, member, conversation), items) in &evidence.finals.timelines {
        let mut ids = HashSet::new();
        for item in items.iter().flatten() {
            finding.check(ids.insert(item.id), || format!("twice in {conversation} for {member}: {item:?}"));
        }
    }
}

pub(super) fn nothing_invented(evidence: &Evidence, finding: &mut Finding) {
    let sends: HashMap<Uuid, &Sent> = evidence.history.sends.iter().map(|sent| (sent.id, sent)).collect();
    for event in messages_of(&evidence.log) {
        let sent = sends.get(&event.own_id());
        let is_sent = sent.is_some_and(|sent| {
            sent.text == event.text("text") && sent.attempts.iter().any(|attempt| attempt.outcome != Outcome::Rejected)
        });
        finding.check(is_sent, || format!("never sent, or rejected: {event:?}, {sent:?}"));
    }
    let existed = |id: Uuid, text: u64, deleted: bool| {
        evidence.fold.message(id).is_some_and(|(_, _, _, message)| message.ever_had(text) || deleted)
    };
    for page in &evidence.history.pages {
        for item in &page.items {
            let correct = existed(item.id, item.text, item.deleted);
            finding.check(correct, || format!("on a page of {}: {item:?}", page.member));
        }
    }
    for stream in &evidence.history.streams {
        for frame in stream.frames_of(FrameKind::MessageSent) {
            let correct = existed(frame.message, frame.text, false);
            finding.check(correct, || format!("live to {}: {frame:?}", stream.member));
        }
    }
}

pub(super) fn order_of_writers(evidence: &Evidence, finding: &mut Finding) {
    let mut last: HashMap<usize, (u32, At)> = HashMap::new();
    let mut sends: Vec<&Sent> = evidence.history.sends.iter().collect();
    sends.sort_by_key(|sent| (sent.writer, sent.counter));
    for sent in sends {
        let Some(position) = sent.acknowledged() else { continue };
        if let Some((counter, before)) = last.insert(sent.writer, (sent.counter, position)) {
            finding.check(before < position, || {
                format!("writer {}: number {counter} at {before:?}, {} at {position:?}", sent.writer, sent.counter)
            });
        }
    }
}
