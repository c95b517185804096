//! Counts the situations that occurred. A situation that never occurred was not tested.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use causerie_tests::oracle::SiteState;
use causerie_tests::{LogEvent as Event, START};

use crate::people::callers;

/// Required of every run.
const REQUIRED: [&str; 8] = [
    "MessageDeleted",
    "MessageEdited",
    "ParticipantAdded",
    "ParticipantLeft",
    "ReactionAdded",
    "ReadMarkerMoved",
    "a deleted message is not unread",
    "a caller is inactive",
];

/// Also required of long runs, with the events of the contract.
const REQUIRED_OF_LONG_RUNS: [&str; 8] = [
    "a conversation is archived",
    "a message is collapsed",
    "a message is hidden from a participant",
    "a removed member was registered again",
    "a reply to a hidden message",
    "a staff role was taken away",
    "member chat is off at the end",
    "a member returned to a group",
];

/// The events of the contract that the commands of a history do not cause, or too rarely.
const NOT_REQUIRED: [&str; 10] = [
    "AllowedOriginsChanged",
    "GroupImageChanged",
    "GroupImageRemoved",
    "LocaleChanged",
    "LogEpochBegan",
    "LogReplayed",
    "MemberApproved",
    "SiteClosed",
    "SiteRenamed",
    "SiteReopened",
];

/// The number of sites by situation.
#[derive(Debug, Default)]
pub(crate) struct Coverage(BTreeMap<String, usize>);

impl Coverage {
    pub(crate) fn note(&mut self, log: &[Event], state: &SiteState) {
        let kinds: BTreeSet<&str> = log.iter().map(|event| event.kind.as_str()).collect();
        for kind in kinds {
            self.count(kind);
        }
        for situation in in_events(log).into_iter().chain(in_state(state)).collect::<BTreeSet<_>>() {
            self.count(situation);
        }
    }

    fn count(&mut self, situation: &str) {
        *self.0.entry(situation.to_owned()).or_default() += 1;
    }

    /// The required situations that did not occur in a run of this number of cases.
    pub(crate) fn missed(&self, cases: u32) -> Vec<String> {
        let mut required = Vec::new();
        if cases >= 6 {
            required.extend(REQUIRED.map(str::to_owned));
        }
        if cases >= 60 {
            required.extend(REQUIRED_OF_LONG_RUNS.map(str::to_owned));
            required.extend(events_of_the_contract().filter(|kind| !NOT_REQUIRED.contains(&kind.as_str())));
        }
        required.retain(|situation| !self.0.contains_key(situation));
        required
    }
}

fn events_of_the_contract() -> impl Iterator<Item = String> {
    let schemas = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/schemas");
    let files = std::fs::read_dir(schemas).expect("the schemas of the events").flatten();
    files.filter_map(|file| Some(file.file_name().to_str()?.split_once('.')?.0.to_owned()))
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "situations by number of sites:")?;
        self.0.iter().try_for_each(|(what, count)| write!(f, " {what} {count},"))
    }
}

fn in_events(log: &[Event]) -> Vec<&'static str> {
    let registered = |id: &str| log.iter().filter(|event| event.kind == "MemberRegistered" && event.id == id).count();
    let again = log.iter().any(|event| event.kind == "MemberRegistered" && registered(&event.id) > 1);
    let unassigned = log.iter().any(|event| event.kind == "RoleUnassigned" && event.data["role"] == "staff");
    let off = log.iter().any(|event| event.kind == "MemberChatDisabled");
    let all = [
        again.then_some("a removed member was registered again"),
        unassigned.then_some("a staff role was taken away"),
        off.then_some("member chat was disabled"),
    ];
    all.into_iter().flatten().collect()
}

fn in_state(state: &SiteState) -> Vec<&'static str> {
    let mut situations = Vec::new();
    situations.extend((!state.member_chat).then_some("member chat is off at the end"));
    for caller in callers() {
        situations.extend(state.inactive(caller).map(|_| "a caller is inactive"));
        for conversation in state.conversations.values() {
            if state.reads_from(caller, conversation).is_none() {
                continue;
            }
            let visible = state.visible(caller, conversation);
            let sees = |id: &str| visible.iter().any(|message| message.id == id);
            let hidden_reply = visible.iter().any(|message| message.reply_to.as_deref().is_some_and(|id| !sees(id)));
            let participation = state.participation(caller, conversation);
            let marker = participation.marker.as_ref().map_or(START, |(_, at)| *at);
            let unread = |at, author: &str| at > marker && author != caller;
            let all = [
                hidden_reply.then_some("a reply to a hidden message"),
                (visible.len() < conversation.messages.len()).then_some("a message is hidden from a participant"),
                participation.archived.then_some("a conversation is archived"),
                (state.inactive(caller).is_none()
                    && visible.iter().any(|message| state.is_blocked_pair(caller, &message.author)))
                .then_some("a message is collapsed"),
                visible
                    .iter()
                    .any(|message| message.deleted && unread(message.at, &message.author))
                    .then_some("a deleted message is not unread"),
                (conversation.participant(caller).is_some() && conversation.former.contains(caller))
                    .then_some("a member returned to a group"),
            ];
            situations.extend(all.into_iter().flatten());
        }
    }
    situations
}
