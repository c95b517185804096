//! The system's table of processes: `/proc` on Linux, `ps` elsewhere.

use std::fs;
use std::process::Command;

use nix::unistd::Pid;

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) pid: Pid,
    pub(super) parent: Pid,
    state: char,
}

impl Entry {
    /// Whether it is stopped, or has ended and was not waited for.
    pub(super) fn is_inactive(&self) -> bool {
        matches!(self.state, 'T' | 't' | 'Z' | 'X')
    }
}

/// All processes, except those that end meanwhile.
pub(super) fn read() -> Vec<Entry> {
    let Ok(folder) = fs::read_dir("/proc") else {
        return from_ps();
    };
    folder.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(from_proc).collect()
}

/// Whether the process runs. A zombie does not.
pub(super) fn is_alive(pid: Pid) -> bool {
    let found = if fs::exists("/proc/self").unwrap_or(false) {
        from_proc(pid.as_raw())
    } else {
        from_ps().into_iter().find(|process| process.pid == pid)
    };
    found.is_some_and(|process| !matches!(process.state, 'Z' | 'X'))
}

/// The arguments joined by spaces; empty if there is no such process.
pub(crate) fn command_line(pid: i32) -> String {
    let bytes = if fs::exists("/proc/self").unwrap_or(false) {
        fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()
    } else {
        Command::new("ps")
            .args(["-o", "command=", "-p", &pid.to_string()])
            .output()
            .map(|output| output.stdout)
            .unwrap_or_default()
    };
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

fn from_proc(pid: i32) -> Option<Entry> {
    // `pid (name) state parent …`, and the name may contain any character.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let parent = fields.next()?.parse().ok()?;
    Some(Entry { pid: Pid::from_raw(pid), parent: Pid::from_raw(parent), state })
}

fn from_ps() -> Vec<Entry> {
    let Ok(output) = Command::new("ps").args(["-A", "-o", "pid=,ppid=,state="]).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            Some(Entry {
                pid: Pid::from_raw(fields.next()?.parse().ok()?),
                parent: Pid::from_raw(fields.next()?.parse().ok()?),
                state: fields.next()?.chars().next()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_in_the_table_with_its_parent() {
        let entry = read().into_iter().find(|entry| entry.pid == Pid::this()).unwrap();
        assert_eq!(entry.parent, Pid::parent());
        assert!(is_alive(Pid::this()));
    }

    #[test]
    fn ps_and_proc_agree() {
        let entry = from_ps().into_iter().find(|entry| entry.pid == Pid::this());
        // A slim container has no ps, and needs none.
        if let Some(entry) = entry {
            assert_eq!(entry.parent, Pid::parent());
        }
    }
}
