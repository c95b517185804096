//! P1, P2, P3, P5: what was sent is in the log, once, and nothing else is.

use std::collections::{HashMap, HashSet};

use causerie_tests::{At, LogEvent as Event};
use uuid::Uuid;

use super::{Evidence, Finding};
use crate::history::{Outcome, Sent};
use crate::sites::MEMBERS;

fn sent(log: &[Event]) -> impl Iterator<Item = &Event> {
    log.iter().filter(|event| event.kind == "MessageSent")
}

pub(super) fn nothing_lost(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P1", "no acknowledged message or command lost", "acknowledgements");
    let by_id: HashMap<Uuid, &Event> = sent(&evidence.log).map(|event| (event.own_id(), event)).collect();
    let places: HashSet<At> = evidence.log.iter().map(|event| event.at).collect();
    let copied: HashSet<&str> = evidence.copy.iter().map(|copied| copied.event_id.as_str()).collect();
    let shown: HashMap<_, HashSet<Uuid>> = evidence
        .finals
        .timelines
        .iter()
        .map(|(key, items)| (*key, items.iter().flatten().map(|item| item.id).collect()))
        .collect();
    for message in &evidence.history.sends {
        let Some(place) = message.acknowledged() else { continue };
        let Some(event) = by_id.get(&message.id) else {
            finding.look(false, || format!("acknowledged at {place:?} and not in the log: {message:?}"));
            continue;
        };
        let as_sent = event.at == place
            && event.text("text") == message.text
            && event.text("author_id") == message.author
            && event.uuid("conversation_id") == message.conversation;
        finding.look(as_sent, || format!("in the log in another way: {message:?}, {event:?}"));
        finding.look(copied.contains(event.unique.to_string().as_str()), || format!("not in JetStream: {event:?}"));
        let Some(conversation) = evidence.fold.sites[message.site].conversations.get(&message.conversation) else {
            continue;
        };
        for member in MEMBERS {
            let theirs =
                conversation.current_membership(member).is_some_and(|membership| event.at > membership.reads_from);
            let key = (message.site, member, message.conversation);
            if let (true, Some(ids)) = (theirs, shown.get(&key)) {
                finding.look(ids.contains(&message.id), || format!("not in the history of {member}: {message:?}"));
            }
        }
    }
    for place in &evidence.history.acknowledged {
        finding
            .look(places.contains(place), || format!("a command was said to cluster at {place:?}, where nothing is"));
    }
    finding
}

pub(super) fn nothing_doubled(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P2", "no message doubled, retries included", "messages and answers");
    let (mut ids, mut texts, mut events) = (HashSet::new(), HashSet::new(), HashSet::new());
    for event in &evidence.log {
        finding.look(events.insert(event.unique), || format!("an event twice: {event:?}"));
    }
    for event in sent(&evidence.log) {
        finding.look(ids.insert(event.own_id()), || format!("an id twice: {event:?}"));
        finding.look(texts.insert((&event.site, event.text("text"))), || format!("a text twice: {event:?}"));
    }
    for message in &evidence.history.sends {
        let places = message.attempts.iter().filter_map(|attempt| match attempt.outcome {
            Outcome::Ok(at) => Some(at),
            _ => None,
        });
        let different: HashSet<At> = places.collect();
        finding.look(different.len() < 2, || format!("one id, several places: {message:?}"));
    }
    for ((_, member, conversation), items) in &evidence.finals.timelines {
        let mut once = HashSet::new();
        for item in items.iter().flatten() {
            finding.look(once.insert(item.id), || format!("twice in {conversation} for {member}: {item:?}"));
        }
    }
    finding
}

pub(super) fn nothing_from_nowhere(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P3", "nothing from nowhere", "messages of the log and as they were shown");
    let sends: HashMap<Uuid, &Sent> = evidence.history.sends.iter().map(|sent| (sent.id, sent)).collect();
    for event in sent(&evidence.log) {
        let message = sends.get(&event.own_id());
        let meant = message.is_some_and(|message| !message.refused() && message.text == event.text("text"));
        finding.look(meant, || format!("nobody sent this, or it was refused: {event:?}, {message:?}"));
    }
    let had = |id: Uuid, text: u64, deleted: bool| {
        evidence.fold.message(id).is_some_and(|(_, _, _, message)| message.had(text) || deleted)
    };
    for page in &evidence.history.pages {
        for item in &page.items {
            finding.look(had(item.id, item.text, item.deleted), || format!("on a page of {}: {item:?}", page.member));
        }
    }
    for stream in &evidence.history.streams {
        for frame in stream.frames.iter().filter(|frame| frame.kind == crate::history::Kind::Sent) {
            finding.look(had(frame.message, frame.text, false), || format!("live to {}: {frame:?}", stream.member));
        }
    }
    finding
}

pub(super) fn writers_order(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P5", "one writer's messages keep their order", "pairs of messages");
    let mut last: HashMap<usize, (u32, At)> = HashMap::new();
    let mut sends: Vec<&Sent> = evidence.history.sends.iter().collect();
    sends.sort_by_key(|sent| (sent.writer, sent.counter));
    for message in sends {
        let Some(place) = message.acknowledged() else { continue };
        if let Some((counter, before)) = last.insert(message.writer, (message.counter, place)) {
            finding.look(before < place, || {
                format!("writer {}: number {counter} at {before:?}, {} at {place:?}", message.writer, message.counter)
            });
        }
    }
    finding
}
