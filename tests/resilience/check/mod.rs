//! The checker: the properties over everything that a run has written down. Pure, so that `doctored.rs` can show that each
//! property can fail.

mod answers;
mod content;
mod content_violations;
mod messages;
mod models;
mod streams;
mod violations;
mod visibility;

use std::collections::HashMap;

use causerie_tests::{At, LogEvent as Event};
use uuid::Uuid;

use crate::client::BadCall;
use crate::fold::LogFold;
use crate::history::{History, Item, ListItem};

/// A message of JetStream.
#[derive(Debug, Clone)]
pub(crate) struct StreamMessage {
    pub(crate) sequence: u64,
    pub(crate) log_number: String,
    pub(crate) event_id: String,
    pub(crate) position: Option<At>,
    pub(crate) body: serde_json::Value,
}

/// What members read once everything was quiet.
#[derive(Debug, Clone, Default)]
pub(crate) struct FinalReads {
    /// By site, member and conversation; none: refused as if it did not exist.
    pub(crate) timelines: HashMap<(usize, &'static str, Uuid), Option<Vec<Item>>>,
    pub(crate) lists: HashMap<(usize, &'static str), Vec<ListItem>>,
    /// By standing.
    pub(crate) participants: HashMap<(usize, Uuid), Vec<String>>,
}

/// How long after the last fault each thing held; none: not within the limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recovery {
    pub(crate) of: Vec<(&'static str, Option<std::time::Duration>)>,
}

/// All that is judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    pub(crate) history: History,
    pub(crate) log: Vec<Event>,
    pub(crate) fold: LogFold,
    pub(crate) copy: Vec<StreamMessage>,
    pub(crate) beyond: u64,
    pub(crate) finals: FinalReads,
    pub(crate) recovery: Recovery,
    pub(crate) calls_made: u64,
    pub(crate) bad_calls: Vec<BadCall>,
    pub(crate) frozen: Vec<(usize, u64, u64)>,
}

/// The verdict on one property.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) property: &'static str,
    pub(crate) promise: &'static str,
    /// At how many things it looked, and what they are.
    pub(crate) looked: u64,
    pub(crate) at: &'static str,
    pub(crate) violations: u64,
    /// The first of them.
    pub(crate) first: Vec<String>,
}

impl Finding {
    const fn new(property: &'static str, promise: &'static str, at: &'static str) -> Self {
        Self { property, promise, looked: 0, at, violations: 0, first: Vec::new() }
    }

    fn look(&mut self, right: bool, what: impl FnOnce() -> String) {
        self.looked += 1;
        if !right {
            self.violation(what());
        }
    }

    fn violation(&mut self, what: String) {
        self.violations += 1;
        if self.first.len() < 8 {
            self.first.push(what);
        }
    }
}

/// All of them.
pub(crate) fn all(evidence: &Evidence) -> Vec<Finding> {
    vec![
        messages::nothing_lost(evidence),
        messages::nothing_doubled(evidence),
        messages::nothing_from_nowhere(evidence),
        streams::one_order(evidence),
        messages::writers_order(evidence),
        models::copy_equals_log(evidence),
        models::read_models_equal_the_fold(evidence),
        models::unread_counts(evidence),
        visibility::nothing_visible_to_others(evidence),
        answers::never_stale(evidence),
        streams::no_gap_no_double(evidence),
        visibility::sites_are_separate(evidence),
        answers::nothing_after_what_forbids_it(evidence),
        answers::every_call_ends(evidence),
        answers::recovered(evidence),
        content::nothing_outdated(evidence),
        content::counts_of_their_place(evidence),
    ]
}
