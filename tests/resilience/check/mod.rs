//! The checks of the properties, over all that a run has recorded. They are pure, so that
//! `violations.rs` can prove that each check can fail.

mod content;
mod messages;
mod models;
mod sample;
mod streams;
mod violations;
mod visibility;

use std::collections::HashMap;
use std::time::Duration;

use causerie_tests::{At, LogEvent};
use serde_json::Value;
use uuid::Uuid;

use crate::client::BadCall;
use crate::fold::LogFold;
use crate::history::{History, Item, ListItem, ReadBack};

type Check = fn(&Evidence, &mut Finding);

/// Each property with the unit of what is checked.
#[rustfmt::skip]
const PROPERTIES: [(&str, &str, &str, Check); 17] = [
    ("P1", "no acknowledged message or command lost", "acknowledgements", messages::nothing_lost),
    ("P2", "no duplicate message, retries included", "messages and responses", messages::no_duplicates),
    ("P3", "nothing in the log or shown that was not sent", "messages of the log and as they were shown", messages::nothing_invented),
    ("P4", "every reader sees the same order", "messages shown live and on pages", streams::one_order),
    ("P5", "the messages of one writer stay in order", "pairs of messages", messages::order_of_writers),
    ("P6", "JetStream equals the log: same events, same numbers, no gap", "events", models::jetstream_equals_log),
    ("P7", "read models equal a fold of the log", "rows", models::read_models_equal_fold),
    ("P8", "unread counts correct, never negative, markers never go back", "counts and markers", models::unread_counts),
    ("P9", "nothing visible to a non-participant, at any time", "items shown, and requests", visibility::nothing_visible_to_others),
    ("P10", "a read with a position shows that write, or returns 503", "reads", never_stale),
    ("P11", "a stream resumed after a cut at any byte has no gap and no duplicate", "frames and messages due", streams::no_gap_no_duplicate),
    ("P12", "two sites with the same member ids never see each other", "messages, and requests", visibility::sites_are_separate),
    ("P13", "no message follows, in the log, the event that forbids it", "messages of the log", nothing_forbidden),
    ("P14", "every call ends within its limit: ok, failed or unknown", "calls", every_call_ends),
    ("P15", "within 30 s after the faults: lag 0, writes succeed, streams live", "checks", recovered),
    ("P16", "no content older than the position that it is shown with", "texts shown", content::nothing_outdated),
    ("P17", "the counts of a frame are those of its position", "frames with counts", content::counts_of_position),
];

#[derive(Debug, Clone)]
pub(crate) struct StreamMessage {
    pub(crate) sequence: u64,
    pub(crate) log_number: String,
    pub(crate) event_id: String,
    pub(crate) position: Option<At>,
    pub(crate) body: Value,
}

/// What members read after the run.
#[derive(Debug, Clone, Default)]
pub(crate) struct FinalReads {
    /// By site, member and conversation. None: rejected as if the conversation did not exist.
    pub(crate) timelines: HashMap<(usize, &'static str, Uuid), Option<Vec<Item>>>,
    pub(crate) lists: HashMap<(usize, &'static str), Vec<ListItem>>,
    /// In the order in which they were added.
    pub(crate) participants: HashMap<(usize, Uuid), Vec<String>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    pub(crate) history: History,
    pub(crate) log: Vec<LogEvent>,
    pub(crate) fold: LogFold,
    pub(crate) jetstream: Vec<StreamMessage>,
    /// The number of messages of JetStream after those.
    pub(crate) beyond: u64,
    pub(crate) finals: FinalReads,
    /// What must hold after the last fault, and how long that took. None: not within the time
    /// limit.
    pub(crate) recovery: Vec<(&'static str, Option<Duration>)>,
    pub(crate) calls_made: u64,
    pub(crate) bad_calls: Vec<BadCall>,
    /// The nodes that were stopped by a signal, and from when to when.
    pub(crate) paused: Vec<(usize, u64, u64)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) property: &'static str,
    pub(crate) guarantee: &'static str,
    pub(crate) checked: u64,
    pub(crate) unit: &'static str,
    pub(crate) violations: u64,
    /// Descriptions of the first violations.
    pub(crate) first: Vec<String>,
}

impl Finding {
    fn check(&mut self, correct: bool, description: impl FnOnce() -> String) {
        self.checked += 1;
        if !correct {
            self.violation(description());
        }
    }

    fn violation(&mut self, description: String) {
        self.violations += 1;
        if self.first.len() < 8 {
            self.first.push(description);
        }
    }
}

pub(crate) fn all(evidence: &Evidence) -> Vec<Finding> {
    let finding = |(property, guarantee, unit, check): (_, _, _, Check)| {
        let mut finding = Finding { property, guarantee, checked: 0, unit, violations: 0, first: Vec::new() };
        check(evidence, &mut finding);
        finding
    };
    PROPERTIES.map(finding).into()
}

fn never_stale(evidence: &Evidence, finding: &mut Finding) {
    for read in &evidence.history.read_backs {
        finding.check(!matches!(read, ReadBack::Stale(_)), || format!("{read:?}"));
    }
}

fn nothing_forbidden(evidence: &Evidence, finding: &mut Finding) {
    finding.checked = evidence.fold.messages.len() as u64;
    for forbidden in &evidence.fold.forbidden {
        finding.violation(forbidden.clone());
    }
}

fn every_call_ends(evidence: &Evidence, finding: &mut Finding) {
    finding.checked = evidence.calls_made;
    for call in &evidence.bad_calls {
        // A process that is stopped by a signal guarantees nothing meanwhile.
        let covers =
            |(node, from, to): &(usize, u64, u64)| *node == call.node && call.began < *to && call.ended > *from;
        if !evidence.paused.iter().any(covers) {
            let took = (call.ended - call.began) / 1000;
            finding.violation(format!("{} on node {}, {took} ms, until {}", call.description, call.node, call.ended));
        }
    }
}

fn recovered(evidence: &Evidence, finding: &mut Finding) {
    for (condition, took) in &evidence.recovery {
        finding.check(took.is_some_and(|took| took.as_secs() < 30), || format!("{condition}: {took:?}"));
    }
}
