//! Processes each event exactly once: here, it writes a line to a file.
//!
//! First the effect, then the checkpoint. A consumer that is killed between the two receives the
//! event again, so the effect is idempotent by `ce-id`: at the start, the ids after the checkpoint
//! that are already in the file are read. (With your own database, use a unique key on the id, or
//! commit effect and checkpoint in one transaction.)

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

use crate::event::Event;

pub(crate) struct Sink {
    lines: File,
    checkpoint_file: PathBuf,
    checkpoint: u64,
    done: HashSet<String>,
}

impl Sink {
    /// Opens a folder with `events.ndjson` and `checkpoint`, which the first start creates.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let (path, checkpoint_file) = (folder.join("events.ndjson"), folder.join("checkpoint"));
        let checkpoint = match fs::read_to_string(&checkpoint_file) {
            Ok(number) => number.trim().parse().context("the checkpoint is not a number")?,
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error.into()),
        };
        let done = behind(&path, checkpoint)?;
        let lines = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { lines, checkpoint_file, checkpoint, done })
    }

    /// The log number of the last processed event.
    pub(crate) const fn checkpoint(&self) -> u64 {
        self.checkpoint
    }

    pub(crate) fn take(&mut self, event: &Event) -> anyhow::Result<()> {
        if !self.done.remove(&event.id) {
            let Event { log_number, id, kind, data } = event;
            let line = json!({ "log_number": log_number, "id": id, "type": kind, "data": data });
            // One write, so that a line is complete or missing, unless the machine crashes.
            self.lines.write_all(format!("{line}\n").as_bytes())?;
        }
        // Renamed, so that the file contains the old number or the new one. Batches of events would
        // be cheaper.
        let new = self.checkpoint_file.with_extension("new");
        fs::write(&new, event.log_number.to_string())?;
        fs::rename(&new, &self.checkpoint_file)?;
        self.checkpoint = event.log_number;
        Ok(())
    }
}

/// The ids of the events after the checkpoint that are already in the file.
fn behind(path: &Path, checkpoint: u64) -> anyhow::Result<HashSet<String>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(error) => return Err(error.into()),
    };
    let mut ids = HashSet::new();
    for line in text.lines().rev() {
        let line: Value = serde_json::from_str(line).with_context(|| format!("a torn line in {}", path.display()))?;
        if line["log_number"].as_u64() <= Some(checkpoint) {
            break;
        }
        ids.extend(line["id"].as_str().map(str::to_owned));
    }
    Ok(ids)
}
