//! P6, P7, P8: the copy in JetStream, and the read models, against the log.

use super::{Evidence, Finding};
use causerie_tests::At;

use crate::fold::{Conversation, LogFold, Message};
use crate::history::Item;
use crate::sites::MEMBERS;

pub(super) fn copy_equals_log(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P6", "JetStream equals the log: same events, same numbers, no gap", "events");
    finding.look(evidence.copy.len() == evidence.log.len() && evidence.beyond == 0, || {
        format!(
            "{} events in the log, {} and {} beyond in JetStream",
            evidence.log.len(),
            evidence.copy.len(),
            evidence.beyond
        )
    });
    for (number, (event, copied)) in (1..).zip(evidence.log.iter().zip(&evidence.copy)) {
        let same = copied.sequence == number
            && copied.log_number == number.to_string()
            && copied.event_id == event.unique.to_string()
            && copied.position == Some(event.at)
            && copied.body == event.data;
        finding.look(same, || format!("number {number}: {event:?}, {copied:?}"));
    }
    finding
}

pub(super) fn read_models_equal_the_fold(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P7", "read models equal a fold of the log", "rows");
    for ((site, member, id), items) in &evidence.finals.timelines {
        let Some(conversation) = evidence.fold.sites[*site].conversations.get(id) else { continue };
        let expected = conversation.current_membership(member).map(|_| timeline(&evidence.fold, conversation, member));
        let rows = expected.as_ref().map_or(1, Vec::len).max(1);
        finding.looked += rows as u64;
        if *items != expected {
            finding.violation(format!(
                "timeline of {id} for {member} of site {site}: {}",
                differs(items.as_ref(), expected.as_ref())
            ));
        }
    }
    for ((site, member), list) in &evidence.finals.lists {
        for (id, conversation) in &evidence.fold.sites[*site].conversations {
            let found = list.iter().find(|item| item.conversation == *id);
            finding.look(found.is_some() == conversation.current_membership(member).is_some(), || {
                format!("{id} in the list of {member} of site {site}: {found:?}")
            });
            let Some(found) = found else { continue };
            let last = conversation.readable(member).last().map(|(_, message)| (message.id, message.text()));
            finding.look(found.last == last, || format!("last message of {id} for {member}: {found:?}, not {last:?}"));
        }
    }
    for ((site, id), seated) in &evidence.finals.participants {
        let Some(conversation) = evidence.fold.sites[*site].conversations.get(id) else { continue };
        let expected = conversation
            .memberships
            .iter()
            .filter(|membership| membership.left.is_none())
            .map(|membership| membership.member.clone());
        let expected: Vec<String> = expected.collect();
        finding.look(*seated == expected, || format!("participants of {id}: {seated:?}, not {expected:?}"));
    }
    finding
}

fn timeline(fold: &LogFold, conversation: &Conversation, member: &str) -> Vec<Item> {
    let reads_from = conversation.current_membership(member).map(|membership| membership.reads_from);
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

fn differs(found: Option<&Vec<Item>>, expected: Option<&Vec<Item>>) -> String {
    let (Some(found), Some(expected)) = (found, expected) else {
        return format!("{} instead of {}", found.is_some(), expected.is_some());
    };
    let first = found.iter().zip(expected).find(|(found, expected)| found != expected);
    format!("{} rows instead of {}, first difference {first:?}", found.len(), expected.len())
}

pub(super) fn unread_counts(evidence: &Evidence) -> Finding {
    let mut finding =
        Finding::new("P8", "unread counts right, never negative, marker never back", "counts and markers");
    finding.looked += evidence.fold.markers_moved;
    for back in &evidence.fold.markers_back {
        finding.violation(back.clone());
    }
    for listed in &evidence.history.lists {
        finding.look(listed.unread >= 0, || format!("negative: {listed:?}"));
    }
    for frame in evidence.history.streams.iter().flat_map(|stream| &stream.frames) {
        finding.look(frame.unread >= 0, || format!("negative: {frame:?}"));
    }
    for ((site, member), list) in &evidence.finals.lists {
        debug_assert!(MEMBERS.contains(member));
        let of_site = &evidence.fold.sites[*site];
        for item in list {
            let Some(conversation) = of_site.conversations.get(&item.conversation) else { continue };
            let marker: At =
                of_site.markers.get(&(item.conversation, (*member).to_owned())).copied().unwrap_or_default();
            let unread = conversation
                .readable(member)
                .filter(|(_, message)| message.at > marker && message.author != *member && !message.deleted)
                .filter(|(_, message)| !of_site.blocked_between(member, &message.author))
                .count();
            finding.look(i64::try_from(unread) == Ok(item.unread), || {
                format!("{} unread, not {unread}: {item:?}", item.unread)
            });
        }
    }
    finding
}
