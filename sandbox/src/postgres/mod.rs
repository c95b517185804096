//! A private Postgres.

mod cluster;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::Signal;

use crate::account::Account;
use crate::process::Launch;
use crate::process::watchdog::Tether;
use crate::server::{Server, ServerKind, controls};
use crate::{SandboxError, port, run};
use cluster::{Cluster, DATABASE, PreparedCluster, USER};

pub(crate) use cluster::Primary;

/// A Postgres on a loopback port, with the superuser and the database `causerie` and a random password.
#[derive(Debug)]
pub struct PostgresServer {
    server: Server<Postgres>,
    bin: PathBuf,
}

#[derive(Debug)]
struct Postgres {
    data: PathBuf,
    account: Account,
    prepared: PreparedCluster,
    durable: bool,
    port: u16,
}

#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) bin: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) tools_dir: PathBuf,
    pub(crate) account: Account,
    pub(crate) tether: Tether,
    pub(crate) durable: bool,
    /// A new cluster is a standby of this server.
    pub(crate) primary: Option<Primary>,
}

impl PostgresServer {
    pub(crate) async fn open(opening: Opening) -> Result<Self, SandboxError> {
        let Opening { bin, folder, tools_dir, account, tether, durable, primary } = opening;
        let programs = bin.clone();
        let place = folder.clone();
        let prepared = crate::blocking(move || {
            let primary = primary.as_ref();
            Cluster { bin: &programs, folder: &place, tools_dir: &tools_dir, account, durable, primary }.prepare()
        })
        .await?;
        let kind = Postgres { data: folder.join("data"), account, prepared, durable, port: port::free()? };
        let launch = Launch {
            program: bin.join("postgres"),
            arguments: vec!["-D".into(), kind.data.clone().into()],
            folder,
            account,
            tether,
        };
        let server = Server::start_new(kind, launch).await?;
        Ok(Self { server, bin })
    }

    /// `postgres://causerie:password@127.0.0.1:port/causerie`; the same for the life of this value, restarts included.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(DATABASE)
    }

    /// The same for another database of the cluster, whose name needs no escaping in a URL.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        let Postgres { prepared, port, .. } = &self.server.kind;
        format!("postgres://{USER}:{}@127.0.0.1:{port}/{database}", prepared.password)
    }

    /// The connection data for a standby with this name.
    pub(crate) fn as_primary(&self, standby: &str) -> Primary {
        let Postgres { prepared, port, .. } = &self.server.kind;
        Primary { port: *port, password: prepared.password.clone(), standby: standby.to_owned() }
    }

    /// Runs a statement with `psql` in the database `causerie`. Returns the printed values, without the final newline.
    pub async fn sql(&self, statement: &str) -> Result<String, SandboxError> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
            .env("PGCONNECT_TIMEOUT", "5")
            .arg(self.url())
            .current_dir("/");
        // Through standard input each statement is a transaction of its own, as ALTER SYSTEM requires.
        let statement = statement.to_owned();
        let printed = crate::blocking(move || run::success(&mut psql, &statement, "running a statement")).await?;
        Ok(printed.trim_end().to_owned())
    }

    /// The cluster's folder; its parent holds the server's `log`.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.server.kind.data
    }

    /// The folder of `psql`, `pg_dump` and the other programs of this version.
    #[must_use]
    pub fn bin_dir(&self) -> &Path {
        &self.bin
    }

    /// A program of this version that runs as the owner of the cluster's folder, in the folder above it.
    #[must_use]
    pub fn program(&self, name: &str) -> Command {
        let Postgres { data, account, prepared, .. } = &self.server.kind;
        let mut command = run::command(&self.bin.join(name), *account, data.parent().unwrap_or(data));
        command.env("PGUSER", USER).env("PGPASSWORD", &prepared.password);
        command
    }
}

controls!(PostgresServer, server);

impl ServerKind for Postgres {
    const NAME: &'static str = "postgres";
    /// Rolls back open transactions.
    const STOP: Signal = Signal::SIGINT;

    fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn configure(&self) -> Result<(), SandboxError> {
        let text = settings::text(self.port, self.durable, self.prepared.lz4);
        self.account.write_private(&self.data.join("causerie.conf"), &text)
    }

    /// As `pg_ctl --wait` does, reads the eighth line of `postmaster.pid` (`src/bin/pg_ctl/pg_ctl.c`).
    async fn is_ready(&self, pid: u32) -> bool {
        fs::read_to_string(self.data.join("postmaster.pid")).is_ok_and(|text| {
            let mut lines = text.lines().map(str::trim);
            lines.next() == Some(&pid.to_string()) && lines.nth(6) == Some("ready")
        })
    }
}
