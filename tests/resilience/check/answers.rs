//! P10, P13, P14, P15: what was answered, when, and what may cluster in the log.

use super::{Evidence, Finding};
use crate::history::ReadBack;

pub(super) fn never_stale(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P10", "a read with a position shows that write, or says 503", "reads");
    for read in &evidence.history.read_backs {
        finding.look(!matches!(read, ReadBack::Stale(_)), || format!("{read:?}"));
    }
    finding
}

pub(super) fn nothing_after_what_forbids_it(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P13", "in the log no message stands after what forbids it", "messages of the log");
    finding.looked = evidence.fold.messages.len() as u64;
    for forbidden in &evidence.fold.forbidden {
        finding.violation(forbidden.clone());
    }
    finding
}

pub(super) fn every_call_ends(evidence: &Evidence) -> Finding {
    let mut finding = Finding::new("P14", "every call ends within its limit: ok, failed or unknown", "calls");
    finding.looked = evidence.calls_made;
    for call in &evidence.bad_calls {
        // A process that was stopped by a signal promised nothing meanwhile.
        let frozen =
            |(node, from, to): &(usize, u64, u64)| *node == call.node && call.began < *to && call.ended > *from;
        if !evidence.frozen.iter().any(frozen) {
            let took = (call.ended - call.began) / 1000;
            finding.violation(format!("{} on node {}, after {took} ms, at {}", call.what, call.node, call.ended));
        }
    }
    finding
}

pub(super) fn recovered(evidence: &Evidence) -> Finding {
    let mut finding =
        Finding::new("P15", "within 30 s after the faults: lag 0, writes succeed, streams live", "promises");
    for (what, took) in &evidence.recovery.of {
        finding.look(took.is_some_and(|took| took.as_secs() < 30), || format!("{what}: {took:?}"));
    }
    finding
}
