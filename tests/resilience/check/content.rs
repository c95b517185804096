//! P16, P17: the texts of frames and pages, and the counts of frames, against the log at the frame's own place.

use std::collections::HashMap;

use causerie_tests::{At, START};
use uuid::Uuid;

use super::{Evidence, Finding};
use crate::fold::{Conversation, LogFold};
use crate::history::{Frame, Kind, Stream, text_hash};
use crate::sites::site_of;

/// A text is accepted only if it was the message's at the place that the frame names, or at a later one. So a deleted message
/// has no text from its deletion on.
pub(super) fn nothing_outdated(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P16", "no content older than the position that it is shown with", "texts shown");
    let current = |id: Uuid, text: u64, at: At| {
        evidence.fold.message(id).is_some_and(|(_, _, _, message)| message.had_since(text, at))
    };
    for stream in &evidence.history.streams {
        for frame in &stream.frames {
            let at = frame.at.unwrap_or_default();
            let own = matches!(frame.kind, Kind::Sent | Kind::Changed).then_some((frame.message, frame.text));
            for (id, text) in
                own.into_iter().chain(frame.quoted.as_deref().copied()).chain(frame.last.as_deref().copied())
            {
                finding.look(current(id, text, at), || {
                    format!("{id} with another text, to {} of site {}: {frame:?}", stream.member, stream.site)
                });
            }
        }
    }
    for page in &evidence.history.pages {
        for item in &page.items {
            for (id, text) in [(item.id, item.text)].into_iter().chain(item.quoted) {
                finding.look(current(id, text, page.at), || format!("{id} with another text: {item:?}, {page:?}"));
            }
            finding.look(!item.deleted || item.text == text_hash(""), || format!("deleted, and with a text: {item:?}"));
        }
    }
    for listed in &evidence.history.lists {
        let right = listed.last.is_none_or(|(id, text)| current(id, text, START));
        finding.look(right, || format!("a text that it never had: {listed:?}"));
    }
    finding
}

/// Unread, the last message and its number, as the fold has them at the frame's own place. A resumed stream may name a read
/// marker that was set later: then unread is what stands after that one. Where a block has ever stood between two, what the
/// other has written counts or not: a frame goes by the blocks of the moment it is made.
pub(super) fn counts_of_their_place(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P17", "counts of a frame are those of its position", "frames with counts");
    let mut due: HashMap<At, Vec<(&Stream, &Frame)>> = HashMap::new();
    for stream in &evidence.history.streams {
        for frame in stream.frames.iter().filter(|frame| matches!(frame.kind, Kind::Conversation | Kind::Marker)) {
            due.entry(frame.at.unwrap_or_default()).or_default().push((stream, frame));
        }
    }
    let markers = markers(evidence);
    let mut fold = LogFold::empty(evidence.fold.sites.len());
    let mut counts = Counts::default();
    for event in &evidence.log {
        fold.apply(event);
        counts.apply(event, &fold);
        for (stream, frame) in due.remove(&event.at).unwrap_or_default() {
            let Some(conversation) =
                fold.sites.get(stream.site).and_then(|site| site.conversations.get(&frame.conversation))
            else {
                continue;
            };
            // A member who was out at that event and came back is shown the conversation as it is now.
            if conversation.current_membership(stream.member).is_none() {
                continue;
            }
            let key = (stream.site, frame.conversation, stream.member.to_owned());
            let set = markers.get(&key).map(Vec::as_slice).unwrap_or_default();
            let (before, later) = set.split_at(set.partition_point(|(at, _)| *at <= event.at));
            let read = before.last().map_or(0, |(_, seq)| *seq);
            let marked_later = frame.read_seq > read && later.iter().any(|(_, seq)| *seq == frame.read_seq);
            let (read, unread) = if marked_later {
                (frame.read_seq, unread_after(conversation, stream.member, frame.read_seq, |_| true))
            } else {
                (read, counts.0.get(&key).copied().unwrap_or_default())
            };
            let of_site = &evidence.fold.sites[stream.site];
            let in_peace = |author: &str| !of_site.ever_blocked_between(stream.member, author);
            let same_unread =
                frame.unread == unread || frame.unread == unread_after(conversation, stream.member, read, in_peace);
            let last = conversation.readable(stream.member).next_back();
            let last = last.map(|(seq, message)| (seq, message.id));
            let same_last = frame.kind != Kind::Conversation
                || last == frame.last.as_deref().map(|(id, _)| (frame.last_seq, *id))
                || (last.is_none() && frame.last.is_none());
            let right = (same_unread && same_last)
                || (frame.unread == 0 && frame.last.is_none() && back_since(evidence, stream, frame, event.at));
            finding.look(right, || {
                format!(
                    "to {} of site {}: {unread} unread and {last:?} by the log: {frame:?}",
                    stream.member, stream.site
                )
            });
        }
    }
    for (at, frames) in due {
        for (stream, frame) in frames {
            finding.look(false, || format!("to {}, at {at:?}, where nothing is: {frame:?}", stream.member));
        }
    }
    finding
}

/// Of each member in each conversation, every event that moved the marker, with the number of the message it was moved to.
fn markers(evidence: &Evidence) -> HashMap<Key, Vec<(At, u64)>> {
    let mut markers: HashMap<Key, Vec<(At, u64)>> = HashMap::new();
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

/// Whether the member had left and come back before the frame came. A frame has the counts of its position and the rights of
/// now (docs/adr/0023), and by those the member reads nothing of before.
fn back_since(evidence: &Evidence, stream: &Stream, frame: &Frame, at: At) -> bool {
    let conversation = evidence.fold.sites[stream.site].conversations.get(&frame.conversation);
    let next = stream.connections.get(frame.connection + 1);
    let came = next.map_or(u64::MAX, |next| next.asked);
    let memberships = || conversation.into_iter().flat_map(|conversation| conversation.memberships_of(stream.member));
    let left = memberships()
        .any(|membership| membership.covers(at) && membership.left.is_some_and(|(_, recorded)| recorded <= came));
    left && memberships().any(|membership| membership.reads_from > at)
}

fn unread_after(conversation: &Conversation, member: &str, read: u64, counts: impl Fn(&str) -> bool) -> i64 {
    let after = conversation.readable(member).rev().take_while(|(seq, _)| *seq > read);
    let of_others = |author: &str| author != member && counts(author);
    let unread = after.filter(|(_, message)| of_others(&message.author) && !message.deleted).count();
    i64::try_from(unread).unwrap_or_default()
}

/// Site, conversation, member.
type Key = (usize, Uuid, String);

/// Unread messages, counted along by what each event changes.
#[derive(Default)]
struct Counts(HashMap<Key, i64>);

impl Counts {
    /// After the fold has taken it in.
    fn apply(&mut self, event: &causerie_tests::LogEvent, fold: &LogFold) {
        match event.kind.as_str() {
            "MessageSent" | "MessageDeleted" => {
                let Some((site, id, _, message)) = fold.message(event.own_id()) else { return };
                let by = if event.kind == "MessageSent" { 1 } else { -1 };
                let Some(conversation) = fold.sites[site].conversations.get(&id) else { return };
                for membership in conversation.participants() {
                    let key = (id, membership.member.clone());
                    let read = fold.sites[site].markers.get(&key).copied().unwrap_or_default();
                    if membership.member != message.author && message.at > membership.reads_from && message.at > read {
                        *self.0.entry((site, key.0, key.1)).or_default() += by;
                    }
                }
            }
            "ReadMarkerMoved" => {
                let Some((id, member)) = event.id.split_once('/') else { return };
                let (Some(site), Ok(id)) = (site_of(event), id.parse()) else { return };
                self.count_again(site, id, member, fold);
            }
            "ParticipantAdded" => {
                let Some(site) = site_of(event) else { return };
                self.count_again(site, event.own_id(), event.text("member_id"), fold);
            }
            _ => {}
        }
    }

    fn count_again(&mut self, site: usize, id: Uuid, member: &str, fold: &LogFold) {
        let Some(conversation) = fold.sites[site].conversations.get(&id) else { return };
        let read = fold.sites[site].markers.get(&(id, member.to_owned())).copied().unwrap_or_default();
        let from = conversation.current_membership(member).map_or(read, |membership| membership.reads_from.max(read));
        let after = conversation.messages.iter().rev().take_while(|message| message.at > from);
        let unread = after.filter(|message| message.author != member && !message.deleted).count();
        self.0.insert((site, id, member.to_owned()), i64::try_from(unread).unwrap_or_default());
    }
}
