//! Runs a program to its end. A failure is an error with its output.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::SandboxError;
use crate::account::Account;

/// A command without the variables of Postgres in the environment, with messages in English (this crate reads some
/// of them), in a folder that the account may enter.
pub(crate) fn command(program: &Path, account: Account, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").current_dir(folder);
    account.apply(&mut command);
    command
}

/// Runs it with `input` and returns its output.
pub(crate) fn output(command: &mut Command, input: &str) -> Result<Output, SandboxError> {
    let failed = |program: &OsStr, source| SandboxError::Run { program: program.into(), source };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| failed(command.get_program(), source))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading is judged by its exit status below.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output().map_err(|source| failed(command.get_program(), source))
}

/// Runs it. Fails unless it succeeds; `task` is the subject of the error text, with what to try.
pub(crate) fn success(command: &mut Command, input: &str, task: impl Into<String>) -> Result<String, SandboxError> {
    let output = output(command, input)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(SandboxError::Failed { task: task.into(), output: text(&output) })
}

/// The last lines of both streams.
pub(crate) fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&both);
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
