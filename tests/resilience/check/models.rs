//! P6, P7, P8: JetStream and the read models against the log.

use super::{Evidence, Finding};
use crate::fold::{Conversation, LogFold, Message};
use crate::history::Item;

pub(super) fn jetstream_equals_log(evidence: &Evidence, finding: &mut Finding) {
    let (log, published, beyond) = (evidence.log.len(), evidence.jetstream.len(), evidence.beyond);
    let description = || format!("{log} events in the log, {published} and {beyond} beyond in JetStream");
    finding.check(published == log && beyond == 0, description);
    for (number, (event, message)) in (1..).zip(evidence.log.iter().zip(&evidence.jetstream)) {
        let same = message.sequence == number
            && message.log_number == number.to_string()
            && message.event_id == event.unique.to_string()
            && message.position == Some(event.at)
            && message.body == event.data;
        finding.check(same, || format!("number {number}: {event:?}, {message:?}"));
    }
}

pub(super) fn read_models_equal_fold(evidence: &Evidence, finding: &mut Finding) {
    for ((site, member, id), items) in &evidence.finals.timelines {
        let Some(conversation) = evidence.fold.conversation(*site, *id) else { continue };
        let current = conversation.current_membership(member);
        let expected = current.map(|_| timeline(&evidence.fold, conversation, member));
        finding.checked += expected.as_ref().map_or(1, Vec::len).max(1) as u64;
        if *items != expected {
            let difference = difference(items.as_ref(), expected.as_ref());
            finding.violation(format!("timeline of {id} for {member} of site {site}: {difference}"));
        }
    }
    for ((site, member), list) in &evidence.finals.lists {
        for (id, conversation) in &evidence.fold.sites[*site].conversations {
            let found = list.iter().find(|item| item.conversation == *id);
            finding.check(found.is_some() == conversation.current_membership(member).is_some(), || {
                format!("{id} in the list of {member} of site {site}: {found:?}")
            });
            let Some(found) = found else { continue };
            let last = conversation.readable(member).last().map(|(_, message)| (message.id, message.text()));
            let description = || format!("last message of {id} for {member}: {found:?} instead of {last:?}");
            finding.check(found.last == last, description);
        }
    }
    for ((site, id), found) in &evidence.finals.participants {
        let Some(conversation) = evidence.fold.conversation(*site, *id) else { continue };
        let expected: Vec<&String> = conversation.participants().iter().map(|(member, _)| *member).collect();
        let correct = found.iter().eq(expected.iter().copied());
        finding.check(correct, || format!("participants of {id}: {found:?} instead of {expected:?}"));
    }
}

fn timeline(fold: &LogFold, conversation: &Conversation, member: &str) -> Vec<Item> {
    let reads_from = conversation.current_membership(member).map(|current| current.reads_from);
    let quoted = |message: &Message| {
        let (.., quoted) = fold.message(message.reply_to?)?;
        (Some(quoted.at) > reads_from).then(|| (quoted.id, quoted.text()))
    };
    let item = |(seq, message): (u64, &Message)| {
        let (id, text, deleted) = (message.id, message.text(), message.deleted);
        Item { id, seq, text, deleted, quoted: quoted(message) }
    };
    conversation.readable(member).map(item).collect()
}

fn difference(found: Option<&Vec<Item>>, expected: Option<&Vec<Item>>) -> String {
    let (Some(found), Some(expected)) = (found, expected) else {
        return format!("readable: {} instead of {}", found.is_some(), expected.is_some());
    };
    let first = found.iter().zip(expected).find(|(found, expected)| found != expected);
    format!("{} rows instead of {}, first difference {first:?}", found.len(), expected.len())
}

pub(super) fn unread_counts(evidence: &Evidence, finding: &mut Finding) {
    finding.checked += evidence.fold.markers_moved;
    for back in &evidence.fold.markers_back {
        finding.violation(back.clone());
    }
    for item in &evidence.history.lists {
        finding.check(item.unread >= 0, || format!("negative: {item:?}"));
    }
    for frame in evidence.history.streams.iter().flat_map(|stream| &stream.frames) {
        finding.check(frame.unread >= 0, || format!("negative: {frame:?}"));
    }
    for ((site, member), list) in &evidence.finals.lists {
        let site = &evidence.fold.sites[*site];
        for item in list {
            let Some(conversation) = site.conversations.get(&item.conversation) else { continue };
            let marker = site.markers.get(&(item.conversation, (*member).to_owned())).copied().unwrap_or_default();
            let unread = conversation
                .readable(member)
                .filter(|(_, message)| message.at > marker && message.author != *member && !message.deleted)
                .filter(|(_, message)| !site.state.is_blocked_pair(member, &message.author))
                .count();
            let description = || format!("{} unread instead of {unread}: {item:?}", item.unread);
            finding.check(i64::try_from(unread) == Ok(item.unread), description);
        }
    }
}
