//! What a run prints, and the file that a long one leaves.

use std::collections::HashMap;
use std::fmt::Write;
use std::process::Command;
use std::time::Duration;

use uuid::Uuid;

use crate::final_state::outcomes;
use crate::history::{Outcome as Answer, Sent};
use crate::run::Outcome;

impl Outcome {
    /// Acknowledged sends: messages, not answers.
    pub(crate) fn acknowledged(&self) -> usize {
        self.evidence.history.sends.iter().filter(|sent| sent.acknowledged().is_some()).count()
    }

    pub(crate) fn violations(&self) -> u64 {
        self.findings.iter().map(|finding| finding.violations).sum()
    }

    /// Messages whose first answer was lost, and which were in the log before the second attempt.
    fn committed_unanswered(&self) -> usize {
        let log = &self.evidence.log;
        let recorded: HashMap<Uuid, u64> = log
            .iter()
            .filter(|event| event.kind == "MessageSent")
            .map(|event| (event.own_id(), event.recorded))
            .collect();
        let committed = |sent: &&Sent| {
            let (first, second) = (sent.attempts.first(), sent.attempts.get(1));
            let lost = first.is_some_and(|first| first.outcome == Answer::Unknown);
            let again = second.map_or(0, |second| second.began);
            lost && recorded.get(&sent.id).is_some_and(|recorded| *recorded < again)
        };
        self.evidence.history.sends.iter().filter(committed).count()
    }

    /// In markdown.
    pub(crate) fn report(&self) -> String {
        let mut text = String::new();
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let history = &self.evidence.history;
        let outcomes = outcomes(&history.sends);
        let attempts = history.sends.iter().flat_map(|sent| &sent.attempts);
        let longest = attempts.map(|attempt| attempt.ended - attempt.began).max().unwrap_or_default();
        let of = |name: &str| outcomes.get(name).copied().unwrap_or_default();
        writeln!(out, "# Fault run\n")?;
        writeln!(out, "- seed `{}`, commit `{}`, {} s", self.options.seed, commit(), self.took.as_secs())?;
        writeln!(
            out,
            "- outages up to {} ms, writers' pauses up to {} ms, {} kinds of fault",
            self.options.longest,
            self.options.pause,
            self.options.kinds.len()
        )?;
        writeln!(out, "- {} acknowledged sends, {} events in the log", self.acknowledged(), self.evidence.log.len())?;
        writeln!(
            out,
            "- answers to sends: {} ok, {} fail, {} unknown; the longest {:?}; {} calls in all, {} of them unknown, the longest {:?}",
            of("ok"),
            of("fail"),
            of("unknown"),
            Duration::from_micros(longest),
            self.evidence.calls_made,
            self.unknown,
            self.longest_call
        )?;
        writeln!(
            out,
            "- {} messages were in the log although the first answer was lost, before they were sent again",
            self.committed_unanswered()
        )?;
        let connections: usize = history.streams.iter().map(|stream| stream.connections.len()).sum();
        let frames: usize = history.streams.iter().map(|stream| stream.frames.len()).sum();
        writeln!(
            out,
            "- {} streams over {connections} connections showed {frames} frames; {} pages, {} list items, {} reads with a position",
            history.streams.len(),
            history.pages.len(),
            history.lists.len(),
            history.read_backs.len()
        )?;
        for (what, took) in &self.evidence.recovery.of {
            writeln!(out, "- after the last fault, {what}: {took:?}")?;
        }
        writeln!(out, "\n| | property | violations | looked at |\n|---|---|---|---|")?;
        for finding in &self.findings {
            let (property, promise) = (finding.property, finding.promise);
            writeln!(out, "| {property} | {promise} | {} | {} {} |", finding.violations, finding.looked, finding.at)?;
        }
        writeln!(out, "\n| fault | tried | window hit | counted by |\n|---|---|---|---|")?;
        for (fault, window) in &self.windows.of {
            writeln!(out, "| {fault} | {} | {} | {} |", window.tried, window.hit, window.evidence)?;
        }
        for finding in self.findings.iter().filter(|finding| finding.violations > 0) {
            writeln!(out, "\n## {}: {}\n", finding.property, finding.violations)?;
            for first in &finding.first {
                writeln!(out, "- {first}")?;
            }
        }
        if !self.windows.failed.is_empty() {
            writeln!(out, "\n## Promises broken while a fault lasted\n")?;
            for failed in &self.windows.failed {
                writeln!(out, "- {failed}")?;
            }
        }
        if self.violations() > 0 || !self.windows.failed.is_empty() {
            writeln!(out, "\nLogs of the parts: `{}`", self.logs.display())?;
        }
        writeln!(out, "\n## Drawn\n")?;
        for drawn in &self.windows.drawn {
            writeln!(out, "- {drawn}")?;
        }
        Ok(())
    }
}

fn commit() -> String {
    let head = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    let dirty = Command::new("git").args(["status", "--porcelain"]).output();
    let head = head.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let changed = dirty.is_ok_and(|output| !output.stdout.is_empty());
    if changed { format!("{head} and changes") } else { head }
}
