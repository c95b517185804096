//! A data folder with its owner and its servers.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::nats::NatsServer;
use crate::postgres::{Opening, PostgresServer, Primary};
use crate::process::watchdog::{SCRIPT_NAME, Tether, Watchdog};
use crate::{SandboxError, blocking, files, lock, places, tools, tools_dir};

const POSTGRES: &str = "postgres";
const NATS: &str = "nats";
/// The addresses of the servers, for other processes.
const ADDRESSES_NAME: &str = "running.json";

#[derive(Debug, Clone)]
pub struct Options {
    /// The files of the servers. Created if missing; one owner at a time.
    pub data_dir: PathBuf,
    /// The server binaries and the cluster template, shared by all sandboxes of a user.
    pub tools_dir: PathBuf,
    pub postgres: bool,
    pub nats: bool,
    /// If `false`, Postgres does not wait for the disk: a power failure may lose data.
    pub durable: bool,
}

impl Options {
    /// Both servers, durable, with the tools in [`tools_dir`].
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), tools_dir: tools_dir(), postgres: true, nats: true, durable: true }
    }
}

/// Running servers, and the lock of their data folder. They stop with [`Sandbox::stop`], when this is dropped, and by a
/// watchdog when this process is killed.
#[derive(Debug)]
pub struct Sandbox {
    pub postgres: Option<PostgresServer>,
    pub nats: Option<NatsServer>,
    hold: Hold,
}

/// Declared after the servers, so dropped after them: then the watchdog only releases the lock.
#[derive(Debug)]
struct Hold {
    data_dir: PathBuf,
    watchdog: Option<Watchdog>,
    _lock: File,
}

/// The addresses of a sandbox that another process owns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Running {
    pub pid: u32,
    /// Postgres, with its password.
    pub database_url: Option<String>,
    /// NATS, with its password.
    pub nats_url: Option<String>,
}

impl Sandbox {
    /// Fetches what is missing, starts the servers and waits until they accept connections.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        Self::start_from(options, None).await
    }

    /// As [`Sandbox::start`]; a new Postgres cluster is a streaming standby of `primary`.
    pub(crate) async fn start_from(options: Options, primary: Option<Primary>) -> Result<Self, SandboxError> {
        let plan = {
            let options = options.clone();
            blocking(move || Plan::make(&options)).await?
        };
        let Plan { hold, account, postgres, nats } = plan;
        let tether = hold.tether()?;
        let postgres = async {
            let Some((bin, folder)) = postgres else {
                return Ok(None);
            };
            let opening = Opening {
                bin,
                folder,
                tools_dir: options.tools_dir.clone(),
                account,
                tether: tether.clone(),
                durable: options.durable,
                primary,
            };
            PostgresServer::open(opening).await.map(Some)
        };
        let nats = async {
            let Some((program, folder)) = nats else {
                return Ok(None);
            };
            NatsServer::open(program, folder, account, tether.clone()).await.map(Some)
        };
        let (postgres, nats) = tokio::try_join!(postgres, nats)?;
        let sandbox = Self { postgres, nats, hold };
        sandbox.publish()?;
        Ok(sandbox)
    }

    /// The folder given as [`Options::data_dir`], without links.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.hold.data_dir
    }

    /// Stops the servers and releases the lock of the data folder.
    pub async fn stop(mut self) -> Result<(), SandboxError> {
        self.stop_servers().await;
        blocking(move || {
            drop(self);
            Ok(())
        })
        .await
    }

    /// Stops the servers and removes their files, also those outside of the data folder (root).
    pub async fn stop_and_remove(mut self) -> Result<(), SandboxError> {
        self.stop_servers().await;
        blocking(move || {
            let data_dir = self.hold.data_dir.clone();
            drop(self);
            remove(&data_dir)
        })
        .await
    }

    async fn stop_servers(&mut self) {
        let postgres = async {
            if let Some(mut server) = self.postgres.take() {
                server.stop().await;
            }
        };
        let nats = async {
            if let Some(mut server) = self.nats.take() {
                server.stop().await;
            }
        };
        tokio::join!(postgres, nats);
    }

    fn publish(&self) -> Result<(), SandboxError> {
        let running = Running {
            pid: std::process::id(),
            database_url: self.postgres.as_ref().map(PostgresServer::url),
            nats_url: self.nats.as_ref().map(NatsServer::url),
        };
        let path = self.hold.data_dir.join(ADDRESSES_NAME);
        serde_json::to_string(&running)
            .map_err(std::io::Error::from)
            .and_then(|text| files::write_private(&path, &text))
            .map_err(SandboxError::io("write", &path))
    }
}

impl Hold {
    fn tether(&self) -> Result<Tether, SandboxError> {
        match &self.watchdog {
            Some(watchdog) => watchdog.tether(),
            None => Err(SandboxError::StillStopping { dir: self.data_dir.clone() }),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.data_dir.join(ADDRESSES_NAME));
        self.watchdog = None;
    }
}

/// The addresses of the servers in a data folder that another process has started, if one has.
pub fn running(data_dir: &Path) -> Result<Option<Running>, SandboxError> {
    let Some(owner) = lock::owner(data_dir) else {
        return Ok(None);
    };
    let path = data_dir.join(ADDRESSES_NAME);
    match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)
            // Not the file of an earlier owner that was killed.
            .map(|running: Running| (running.pid == owner).then_some(running))
            .map_err(|error| SandboxError::io("read", &path)(error.into())),
        // The owner is still starting, or already stopping.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SandboxError::io("read", &path)(error)),
    }
}

/// Removes the files of the servers from a folder without an owner, and the folder if nothing else is in it.
pub(crate) fn remove(data_dir: &Path) -> Result<(), SandboxError> {
    let failed = |source| SandboxError::io("remove", data_dir)(source);
    for name in [POSTGRES, NATS] {
        places::remove(data_dir, name).map_err(failed)?;
    }
    for name in [ADDRESSES_NAME, SCRIPT_NAME, lock::LOCK_NAME] {
        let _ = fs::remove_file(data_dir.join(name));
    }
    let _ = fs::remove_dir(data_dir);
    Ok(())
}

/// The decisions and locks before the first server starts. Blocks, so it runs on a thread for that.
struct Plan {
    hold: Hold,
    account: Account,
    /// The program or its folder, and the folder of the data.
    postgres: Option<(PathBuf, PathBuf)>,
    nats: Option<(PathBuf, PathBuf)>,
}

impl Plan {
    fn make(options: &Options) -> Result<Self, SandboxError> {
        let account = Account::for_servers()?;
        fs::create_dir_all(&options.data_dir).map_err(SandboxError::io("create", &options.data_dir))?;
        let data_dir = places::canonical(&options.data_dir)?;
        // Before fetching tools, so that a second start fails immediately.
        let lock = lock::own(&data_dir)?;
        let tools_dir = &options.tools_dir;
        let postgres_dir = places::reachable(&data_dir, POSTGRES, account)?;
        let nats_dir = places::reachable(&data_dir, NATS, account)?;
        let servers = places::reachable_parent(&data_dir, account)?;
        let postgres = options.postgres.then(|| tools::postgres(tools_dir, account)).transpose()?;
        let nats = options.nats.then(|| tools::nats(tools_dir, account)).transpose()?;
        let watchdog = Watchdog::start(&data_dir, &servers, &lock)?;
        Ok(Self {
            account,
            postgres: postgres.map(|bin| (bin, postgres_dir)),
            nats: nats.map(|program| (program, nats_dir)),
            hold: Hold { data_dir, watchdog: Some(watchdog), _lock: lock },
        })
    }
}
