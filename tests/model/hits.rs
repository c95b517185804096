//! How often the histories came to what is worth asking about: what was never hit was not tried.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use causerie_tests::{LogEvent as Event, START};

use crate::fold::Model;
use crate::people::viewers;

/// What every run has to have hit, short ones too.
const OFTEN: [&str; 8] = [
    "MessageDeleted",
    "MessageEdited",
    "ParticipantAdded",
    "ParticipantLeft",
    "ReactionAdded",
    "ReadMarkerMoved",
    "a deleted message is not unread",
    "somebody is barred",
];

/// What long runs have to have hit too.
const SELDOM: [&str; 20] = [
    "AdminRevoked",
    "ContactUnblocked",
    "ConversationUnarchived",
    "ConversationUnmuted",
    "ConversationUnpinned",
    "GroupClosed",
    "GroupDeleted",
    "HistoryChanged",
    "MemberRemoved",
    "MemberUnblocked",
    "MemberUnmuted",
    "ReactionRemoved",
    "a conversation is archived",
    "a message is collapsed",
    "a message is hidden from a participant",
    "a removed member was registered again",
    "a reply to a hidden message",
    "a staff role was taken away",
    "member chat is off in the end",
    "somebody came back into a group",
];

/// Counts, by what was hit.
#[derive(Debug, Default)]
pub(crate) struct Hits(BTreeMap<String, usize>);

impl Hits {
    /// Notes what one site's history came to.
    pub(crate) fn note(&mut self, log: &[Event], model: &Model) {
        let kinds: BTreeSet<&str> = log.iter().map(|event| event.kind.as_str()).collect();
        for kind in kinds {
            self.hit(kind);
        }
        for hit in in_events(log).into_iter().chain(in_views(model)).collect::<BTreeSet<_>>() {
            self.hit(hit);
        }
    }

    fn hit(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    /// What a run of so many cases should have hit and did not.
    pub(crate) fn missed(&self, cases: u32) -> Vec<&'static str> {
        let aims = OFTEN.into_iter().filter(|_| cases >= 6).chain(SELDOM.into_iter().filter(|_| cases >= 60));
        aims.filter(|aim| !self.0.contains_key(*aim)).collect()
    }
}

impl fmt::Display for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sites that came to:")?;
        self.0.iter().try_for_each(|(what, count)| write!(f, " {what} {count},"))
    }
}

fn in_events(log: &[Event]) -> Vec<&'static str> {
    let registered = |id: &str| log.iter().filter(|event| event.kind == "MemberRegistered" && event.id == id).count();
    let again = log.iter().any(|event| event.kind == "MemberRegistered" && registered(&event.id) > 1);
    let demoted = log.iter().any(|event| event.kind == "RoleUnassigned" && event.data["role"] == "staff");
    let off = log.iter().any(|event| event.kind == "MemberChatDisabled");
    let all = [
        again.then_some("a removed member was registered again"),
        demoted.then_some("a staff role was taken away"),
        off.then_some("member chat was switched off"),
    ];
    all.into_iter().flatten().collect()
}

fn in_views(model: &Model) -> Vec<&'static str> {
    let mut hits = Vec::new();
    hits.extend((!model.chat_on).then_some("member chat is off in the end"));
    for viewer in viewers() {
        hits.extend(model.bar(viewer).map(|_| "somebody is barred"));
        for conversation in model.conversations.values() {
            if model.reads_from(viewer, conversation).is_none() {
                continue;
            }
            let visible = model.visible(viewer, conversation);
            let sees = |id: &str| visible.iter().any(|message| message.id == id);
            let hidden_reply = visible.iter().any(|message| message.reply_to.as_deref().is_some_and(|id| !sees(id)));
            let kept = model.kept(viewer, conversation);
            let marker = kept.marker.as_ref().map_or(START, |(_, at)| *at);
            let gone = |at, author: &str| at > marker && author != viewer.id;
            let all = [
                hidden_reply.then_some("a reply to a hidden message"),
                (visible.len() < conversation.messages.len()).then_some("a message is hidden from a participant"),
                kept.archived.then_some("a conversation is archived"),
                (model.bar(viewer).is_none() && visible.iter().any(|message| model.apart(viewer.id, &message.author)))
                    .then_some("a message is collapsed"),
                visible
                    .iter()
                    .any(|message| message.deleted && gone(message.at, &message.author))
                    .then_some("a deleted message is not unread"),
                (conversation.seat(viewer.id).is_some() && conversation.former.contains(viewer.id))
                    .then_some("somebody came back into a group"),
            ];
            hits.extend(all.into_iter().flatten());
        }
    }
    hits
}
