//! The report of a run, as Markdown.

use std::collections::HashMap;
use std::fmt::Write;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

use uuid::Uuid;

use crate::history::{Outcome, Sent};
use crate::run::RunResult;

impl RunResult {
    pub(crate) fn violations(&self) -> u64 {
        self.findings.iter().map(|finding| finding.violations).sum()
    }

    /// The number of messages that were in the log before the second attempt, although the first
    /// had no response.
    fn committed_without_response(&self) -> usize {
        let messages = self.evidence.log.iter().filter(|event| event.kind == "MessageSent");
        let recorded: HashMap<Uuid, u64> = messages.map(|event| (event.own_id(), event.recorded)).collect();
        let is_committed = |sent: &&Sent| match &sent.attempts[..] {
            [first, second, ..] if first.outcome == Outcome::Unknown => {
                recorded.get(&sent.id).is_some_and(|recorded| *recorded < second.began)
            }
            _ => false,
        };
        self.evidence.history.sends.iter().filter(is_committed).count()
    }

    pub(crate) fn report(&self) -> String {
        let (options, evidence, history) = (&self.options, &self.evidence, &self.evidence.history);
        let attempts = || history.sends.iter().flat_map(|sent| &sent.attempts);
        let longest = attempts().map(|attempt| attempt.ended - attempt.began).max().unwrap_or_default();
        let ok = attempts().filter(|attempt| attempt.outcome.position().is_some()).count();
        let rejected = attempts().filter(|attempt| attempt.outcome == Outcome::Rejected).count();
        let mut report = format!(
            "# Fault run\n\n\
             - seed `{}`, commit `{}`, {} s\n\
             - outages up to {} ms, writers' pauses up to {} ms, {} kinds of fault\n\
             - {} acknowledged sends, {} events in the log\n\
             - responses to sends: {ok} ok, {rejected} fail, {} unknown; the longest {:.1} s; {} calls in all, {} of them \
             unknown, the longest {:.1} s\n\
             - {} messages were in the log although the first response was lost, before they were repeated\n\
             - {} streams over {} connections showed {} frames; {} pages, {} list items, {} reads with a position\n",
            options.seed,
            commit(),
            self.took.as_secs(),
            options.longest,
            options.pause,
            options.kinds.len(),
            history.sends.iter().filter(|sent| sent.acknowledged().is_some()).count(),
            evidence.log.len(),
            attempts().count() - ok - rejected,
            Duration::from_micros(longest).as_secs_f64(),
            evidence.calls_made,
            self.calls.unknown.load(Ordering::Relaxed),
            Duration::from_micros(self.calls.longest.load(Ordering::Relaxed)).as_secs_f64(),
            self.committed_without_response(),
            history.streams.len(),
            history.streams.iter().map(|stream| stream.connections.len()).sum::<usize>(),
            history.streams.iter().map(|stream| stream.frames.len()).sum::<usize>(),
            history.pages.len(),
            history.lists.len(),
            history.read_backs.len(),
        );
        for (condition, took) in &evidence.recovery {
            let took = took.map_or("not in time".to_owned(), |took| format!("{:.2} s", took.as_secs_f64()));
            let _ = writeln!(report, "- after the last fault, {condition}: {took}");
        }
        report += "\n| | property | violations | checked |\n|---|---|---|---|\n";
        for finding in &self.findings {
            let (property, guarantee, violations) = (finding.property, finding.guarantee, finding.violations);
            let (checked, unit) = (finding.checked, finding.unit);
            let _ = writeln!(report, "| {property} | {guarantee} | {violations} | {checked} {unit} |");
        }
        report += "\n| fault | injected | window hit | evidence |\n|---|---|---|---|\n";
        for (fault, window) in &self.faults.windows {
            let _ = writeln!(report, "| {fault} | {} | {} | {} |", window.injected, window.hit, window.evidence);
        }
        for finding in self.findings.iter().filter(|finding| finding.violations > 0) {
            list(&mut report, &format!("{}: {}", finding.property, finding.violations), &finding.first);
        }
        list(&mut report, "Guarantees that did not hold during a fault", &self.faults.broken);
        if self.violations() > 0 || !self.faults.broken.is_empty() {
            let _ = writeln!(report, "\nLogs of the processes: `{}`", self.logs.display());
        }
        list(&mut report, "Injected", &self.faults.injected);
        report
    }
}

fn list(report: &mut String, title: &str, items: &[String]) {
    if !items.is_empty() {
        let _ = writeln!(report, "\n## {title}\n\n- {}", items.join("\n- "));
    }
}

fn commit() -> String {
    let output = Command::new("git").args(["describe", "--always", "--dirty", "--exclude=*"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
