//! The cluster on disk: made by initdb once per machine, copied from a template after that.
//!
//! All copies of a template share its password. Template and copies are closed to other users (0700), and one user owns
//! them all.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::process::table;
use crate::{SandboxError, files, lock, places, random, run};

pub(super) const USER: &str = "causerie";
pub(super) const DATABASE: &str = "causerie";
/// Part of the template's name: raise it when the recipe below changes.
const RECIPE: &str = "2";

/// What is needed to make a cluster.
#[derive(Debug)]
pub(super) struct Cluster<'a> {
    /// The folder of the programs.
    pub(super) bin: &'a Path,
    /// Holds `data` and `password`.
    pub(super) folder: &'a Path,
    pub(super) tools_dir: &'a Path,
    pub(super) account: Account,
    pub(super) durable: bool,
    /// A new cluster is copied from this server and follows it.
    pub(super) primary: Option<&'a Primary>,
}

/// A running server that a standby copies and follows.
#[derive(Debug, Clone)]
pub(crate) struct Primary {
    pub(crate) port: u16,
    pub(crate) password: String,
    /// The standby's `application_name` on the primary.
    pub(crate) standby: String,
}

/// What the server needs to know of a cluster.
#[derive(Debug)]
pub(super) struct PreparedCluster {
    pub(super) password: String,
    /// Whether the server can compress with lz4 (the pinned wheel cannot, Debian's can).
    pub(super) lz4: bool,
}

impl Cluster<'_> {
    /// Makes the cluster unless it is there.
    pub(super) fn prepare(&self) -> Result<PreparedCluster, SandboxError> {
        self.account.private_folder(self.folder)?;
        let version = run::success(self.program("postgres").arg("--version"), "", "asking Postgres for its version")?;
        if self.data().is_dir() {
            self.check_version(major(&version))?;
            self.clear_stale_pid();
        } else if let Some(primary) = self.primary {
            self.copy_primary(primary)?;
        } else {
            self.make(&version)?;
        }
        let path = self.folder.join("password");
        let password = fs::read_to_string(&path).map_err(SandboxError::io("read", &path))?;
        let lz4 = run::output(
            self.program("postgres")
                .args(["-C", "default_toast_compression"])
                .args(["-c", "default_toast_compression=lz4", "-D"])
                .arg(self.data()),
            "",
        )?;
        Ok(PreparedCluster { password, lz4: lz4.status.success() })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Where the cluster is built, to appear under its name when it is complete.
    fn unfinished(&self) -> PathBuf {
        self.folder.join("data.new")
    }

    fn program(&self, name: &str) -> std::process::Command {
        run::command(&self.bin.join(name), self.account, self.folder)
    }

    fn check_version(&self, wanted: &str) -> Result<(), SandboxError> {
        let path = self.data().join("PG_VERSION");
        let found = fs::read_to_string(&path).map_err(SandboxError::io("read", &path))?;
        if found.trim() == wanted {
            return Ok(());
        }
        Err(SandboxError::OtherVersion { dir: self.data(), found: found.trim().to_owned(), wanted: wanted.to_owned() })
    }

    /// After a crash Postgres takes any live process with the old pid for itself. In a new container, where pids
    /// start over, that happens: it may be our nats-server. A file that names a live Postgres is left alone, and so
    /// is one of a dead process, because Postgres looks in it for children that survived.
    fn clear_stale_pid(&self) {
        let path = self.data().join("postmaster.pid");
        let pid = fs::read_to_string(&path).ok().and_then(|text| text.lines().next()?.trim().parse().ok());
        if let Some(pid) = pid {
            let line = table::command_line(pid);
            if !line.is_empty() && !line.contains("postgres") {
                tracing::warn!(pid, "removing a stale postmaster.pid: the pid is another program's now");
                let _ = fs::remove_file(path);
            }
        }
    }

    fn make(&self, version: &str) -> Result<(), SandboxError> {
        let unfinished = self.unfinished();
        files::remove_tree(&unfinished).map_err(SandboxError::io("remove", &unfinished))?;
        let recipe = format!("{RECIPE} {} {}", version.trim(), self.bin.display());
        let name = format!("postgres-template-{}-{}", major(version), places::stable_hash(recipe.as_bytes()));
        let template = self.tools_dir.join(name);
        if !self.copy_from(&template)? {
            // Without a usable tools folder there is no template, and every cluster is made afresh.
            let _ = fs::create_dir_all(self.tools_dir);
            let lock = lock::wait_for(&self.tools_dir.join("template.lock"));
            if lock.is_err() || !self.copy_from(&template)? {
                self.initdb(major(version))?;
                if let Err(error) = self.save_as(&template) {
                    tracing::debug!(%error, "no template stored");
                }
            }
        }
        if self.durable {
            // The files were written without waiting for the disk.
            let mut sync = self.program("initdb");
            sync.arg("--sync-only").arg("-D").arg(&unfinished);
            run::success(&mut sync, "", "bringing the new cluster to disk")?;
        }
        fs::rename(&unfinished, self.data()).map_err(SandboxError::io("create", &self.data()))
    }

    /// A base backup that starts as a streaming standby.
    fn copy_primary(&self, primary: &Primary) -> Result<(), SandboxError> {
        let Primary { port, password, standby } = primary;
        let unfinished = self.unfinished();
        files::remove_tree(&unfinished).map_err(SandboxError::io("remove", &unfinished))?;
        self.account.write_private(&self.folder.join("password"), password)?;
        let mut backup = self.program("pg_basebackup");
        backup
            .args(["--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync", "--dbname"])
            .arg(format!("postgres://{USER}:{password}@127.0.0.1:{port}/?application_name={standby}"))
            .arg("--pgdata")
            .arg(&unfinished);
        run::success(&mut backup, "", "copying the primary (does it still run?)")?;
        // The primary waits for its standbys; the copy has none when it is promoted.
        let path = unfinished.join("postgresql.auto.conf");
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(b"\nsynchronous_standby_names = ''\n"))
            .map_err(SandboxError::io("write", &path))?;
        fs::rename(&unfinished, self.data()).map_err(SandboxError::io("create", &self.data()))
    }

    fn initdb(&self, major: &str) -> Result<(), SandboxError> {
        let password = self.folder.join("password");
        self.account.write_private(&password, &random::hex::<16>()?)?;
        tracing::info!(folder = %self.folder.display(), "making a Postgres cluster");
        let mut initdb = self.program("initdb");
        initdb
            .args(["--username", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"])
            .args(["--no-sync", "--no-instructions", "--pwfile"])
            .arg(&password)
            .arg("-D")
            .arg(self.unfinished());
        let major = major.parse().unwrap_or(0_u32);
        // The password has 128 random bits: iterations add no protection, and cost each connection time.
        if major >= 16 {
            initdb.args(["-c", "scram_iterations=1"]);
        }
        // Sorting by code point everywhere; upper and lower case of all of Unicode where the machine offers it.
        if major >= 17 {
            initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        } else if cfg!(target_os = "linux") {
            initdb.arg("--lc-ctype=C.UTF-8");
        }
        run::success(&mut initdb, "", "initdb (is the disk full?)")?;

        let path = self.unfinished().join("postgresql.conf");
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(b"\ninclude_if_exists 'causerie.conf'\n"))
            .map_err(SandboxError::io("write", &path))?;

        // The single-user mode needs no port and no password.
        run::success(
            self.program("postgres")
                .args(["--single", "-F", "-c", "exit_on_error=true", "-D"])
                .arg(self.unfinished())
                .arg("template1"),
            &format!("CREATE DATABASE {DATABASE}\n"),
            "creating the database",
        )?;
        Ok(())
    }

    /// Copies the template, if there is one that we may read.
    fn copy_from(&self, template: &Path) -> Result<bool, SandboxError> {
        let Ok(password) = fs::read_to_string(template.join("password")) else {
            return Ok(false);
        };
        self.account.write_private(&self.folder.join("password"), &password)?;
        self.account
            .copy_tree(&template.join("data"), &self.unfinished())
            .map_err(SandboxError::io("copy the template to", self.folder))?;
        Ok(true)
    }

    /// Keeps the fresh cluster as the template, which belongs to the caller and not to the servers' user.
    fn save_as(&self, template: &Path) -> Result<(), SandboxError> {
        let caller = Account { switched: false, ..self.account };
        let work = template.with_extension("new");
        let failed = |source| SandboxError::io("write", &work)(source);
        files::remove_tree(&work).map_err(failed)?;
        fs::create_dir(&work).map_err(failed)?;
        fs::set_permissions(&work, Permissions::from_mode(0o700)).map_err(failed)?;
        caller.copy_tree(&self.unfinished(), &work.join("data")).map_err(failed)?;
        let password = fs::read_to_string(self.folder.join("password")).map_err(failed)?;
        caller.write_private(&work.join("password"), &password)?;
        fs::rename(&work, template).map_err(failed)
    }
}

/// `18` of `postgres (PostgreSQL) 18.6`, also of `15.18 (Debian 15.18-0)`.
fn major(version: &str) -> &str {
    version.split_whitespace().nth(2).and_then(|version| version.split(['.', 'b', 'd', 'r']).next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_all_forms() {
        assert_eq!(major("postgres (PostgreSQL) 18.6\n"), "18");
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), "15");
        assert_eq!(major("postgres (PostgreSQL) 19beta1\n"), "19");
    }
}
