//! Servers for one test: a nats-server of its own, and a database of its own on a Postgres that is shared.
//!
//! Which Postgres: the one in `CAUSERIE_TEST_POSTGRES_URL` (set by `causerie-sandbox run -- …` around a whole test
//! run), else one that the tests of this process share. A test that stops or breaks Postgres takes
//! [`TestServers::start_private`].

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Weak};

use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::account::Account;
use crate::places::stable_hash;
use crate::{
    NatsServer, Options, PostgresServer, Sandbox, SandboxError, Scratch, blocking, lock, random, run, tools, tools_dir,
};

/// Names the Postgres for tests: `postgres://user:password@host:port/database` of a superuser.
pub const POSTGRES_URL: &str = "CAUSERIE_TEST_POSTGRES_URL";

/// The servers of one test. Everything is removed by [`TestServers::stop`], and by dropping it.
#[derive(Debug)]
pub struct TestServers {
    /// This test's own.
    pub nats: NatsServer,
    /// This test's own, after [`TestServers::start_private`].
    pub postgres: Option<PostgresServer>,
    database_url: String,
    // In the order in which they have to go.
    _database: Option<SharedDatabase>,
    _sandbox: Sandbox,
    _scratch: Scratch,
}

/// A database that tests get copies of. The first test that needs it fills it, once for each Postgres.
#[derive(Debug, Clone)]
pub struct Template {
    /// The program that decides the content. A newer build of it gets a new template.
    pub program: PathBuf,
    /// Fills the empty database at this URL, or says why it could not.
    pub fill: fn(&str) -> Result<(), String>,
}

type Fill = Box<dyn Fn(&str) -> Result<(), String> + Send>;

impl TestServers {
    /// A nats-server, and an empty database on the shared Postgres.
    pub async fn start() -> Result<Self, SandboxError> {
        Self::start_with(None).await
    }

    /// A nats-server, and a copy of the template on the shared Postgres.
    pub async fn start_from_template(Template { program, fill }: Template) -> Result<Self, SandboxError> {
        Self::start_with(Some((program, Box::new(fill)))).await
    }

    /// A nats-server, and a copy of a database that this program fills once.
    pub async fn start_filled_by<F>(fill: fn(String) -> F) -> Result<Self, SandboxError>
    where
        F: Future<Output = ()> + 'static,
    {
        let program = env::current_exe().map_err(SandboxError::io("find", Path::new("this program")))?;
        let fill = move |url: &str| {
            Handle::current().block_on(fill(url.to_owned()));
            Ok(())
        };
        Self::start_with(Some((program, Box::new(fill)))).await
    }

    async fn start_with(template: Option<(PathBuf, Fill)>) -> Result<Self, SandboxError> {
        let (url, shared) = if let Ok(url) = env::var(POSTGRES_URL) {
            (url, None)
        } else {
            let shared = SharedPostgres::get().await?;
            (shared.url.clone(), Some(shared))
        };
        let database = blocking(move || Database::create(&url, template));
        let (database, servers) = tokio::try_join!(database, Servers::start(false))?;
        let url = database.url();
        servers.assemble(url, Some((database, shared)))
    }

    /// A nats-server and a Postgres, both only for this test and to be broken by it. Postgres is durable: what it
    /// acknowledged is there after a SIGKILL.
    pub async fn start_private() -> Result<Self, SandboxError> {
        let servers = Servers::start(true).await?;
        let url = servers.sandbox.postgres.as_ref().map(PostgresServer::url);
        servers.assemble(url.ok_or_else(|| missing("postgres"))?, None)
    }

    /// As [`TestServers::start_private`], with a dump of a database restored into it: a log in a cluster that did not write it.
    pub async fn start_from_dump(database_url: &str) -> Result<Self, SandboxError> {
        Self::start_from_dump_with(database_url, &[]).await
    }

    /// As [`TestServers::start_from_dump`], with additional options of `pg_dump`.
    pub async fn start_from_dump_with(
        database_url: &str,
        options: &'static [&'static str],
    ) -> Result<Self, SandboxError> {
        let servers = Self::start_private().await?;
        let bin = servers.postgres.as_ref().ok_or_else(|| missing("postgres"))?.bin_dir().to_owned();
        let (from, to) = (database_url.to_owned(), servers.database_url.clone());
        blocking(move || {
            let scratch = Scratch::new(&tools_dir())?;
            let file = scratch.path().join("dump");
            let mut dump = Command::new(bin.join("pg_dump"));
            run::success(
                dump.args(options).args(["--format=custom", "--file"]).arg(&file).arg(from),
                "",
                "dumping a database",
            )?;
            let mut restore = Command::new(bin.join("pg_restore"));
            restore.args(["--exit-on-error", "--no-owner", "--dbname", &to]).arg(&file);
            run::success(&mut restore, "", "restoring a database").map(drop)
        })
        .await?;
        Ok(servers)
    }

    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    #[must_use]
    pub fn nats_url(&self) -> String {
        self.nats.url()
    }

    /// Stops the servers and removes all data, without holding up the runtime as dropping does.
    pub async fn stop(mut self) {
        self.nats.stop().await;
        if let Some(postgres) = &mut self.postgres {
            postgres.stop().await;
        }
        let _ = blocking(move || {
            drop(self);
            Ok(())
        })
        .await;
    }
}

struct Servers {
    sandbox: Sandbox,
    scratch: Scratch,
}

impl Servers {
    async fn start(postgres: bool) -> Result<Self, SandboxError> {
        let tools_dir = tools_dir();
        // A private Postgres is durable, so its data is on the disk.
        let scratch = if postgres { Scratch::new(&tools_dir)? } else { Scratch::in_memory(&tools_dir)? };
        let data_dir = scratch.path().to_owned();
        let sandbox = Sandbox::start(Options { data_dir, tools_dir, postgres, nats: true, durable: true }).await?;
        Ok(Self { sandbox, scratch })
    }

    fn assemble(mut self, database_url: String, database: Option<SharedDatabase>) -> Result<TestServers, SandboxError> {
        Ok(TestServers {
            nats: self.sandbox.nats.take().ok_or_else(|| missing("nats-server"))?,
            postgres: self.sandbox.postgres.take(),
            database_url,
            _database: database,
            _sandbox: self.sandbox,
            _scratch: self.scratch,
        })
    }
}

/// A database, and the server it is on if that is this process's.
type SharedDatabase = (Database, Option<Arc<SharedPostgres>>);

/// The Postgres that the tests of one process share while at least one of them runs.
#[derive(Debug)]
struct SharedPostgres {
    url: String,
    _sandbox: Sandbox,
    _scratch: Scratch,
}

static SHARED: Mutex<Weak<SharedPostgres>> = Mutex::const_new(Weak::new());

impl SharedPostgres {
    async fn get() -> Result<Arc<Self>, SandboxError> {
        let mut slot = SHARED.lock().await;
        if let Some(shared) = slot.upgrade() {
            return Ok(shared);
        }
        let tools_dir = tools_dir();
        let scratch = Scratch::in_memory(&tools_dir)?;
        let sandbox = Sandbox::start(Options {
            data_dir: scratch.path().to_owned(),
            tools_dir,
            postgres: true,
            nats: false,
            durable: false,
        })
        .await?;
        let url = sandbox.postgres.as_ref().map(PostgresServer::url).ok_or_else(|| missing("postgres"))?;
        let shared = Arc::new(Self { url, _sandbox: sandbox, _scratch: scratch });
        *slot = Arc::downgrade(&shared);
        Ok(shared)
    }
}

/// A database of one test, dropped with this value even when clients are still connected.
#[derive(Debug)]
struct Database {
    server: Address,
    name: String,
    bin: PathBuf,
}

impl Database {
    fn create(url: &str, template: Option<(PathBuf, Fill)>) -> Result<Self, SandboxError> {
        let account = Account::for_servers()?;
        let database = Self {
            server: Address::parse(url).ok_or(SandboxError::TestUrl)?,
            name: format!("test_{}", random::hex::<8>()?),
            bin: tools::postgres(&tools_dir(), account)?,
        };
        let Some((program, fill)) = template else {
            database.copy("template1")?;
            return Ok(database);
        };
        let name = template_name(&program)?;
        if database.copy(&name).is_err() {
            let _lock = lock::wait_for(&tools_dir().join("database-template.lock"))?;
            if database.copy(&name).is_err() {
                database.fill(&name, &fill)?;
                database.copy(&name)?;
            }
        }
        Ok(database)
    }

    /// Creates the database as a copy. File by file: page by page through the WAL takes four times the processor time.
    fn copy(&self, template: &str) -> Result<(), SandboxError> {
        let mut command = self.client("createdb");
        command.args(["--strategy=file_copy", "--template", template, &self.name]);
        let task = format!("creating a database at {POSTGRES_URL} (does that server still run?)");
        run::success(&mut command, "", task).map(drop)
    }

    /// Fills the template under a temporary name, so that a template is complete or does not exist.
    fn fill(&self, template: &str, fill: &dyn Fn(&str) -> Result<(), String>) -> Result<(), SandboxError> {
        let unfinished = Self { server: self.server.clone(), name: self.name.clone() + "_new", bin: self.bin.clone() };
        unfinished.copy("template1")?;
        fill(&unfinished.url())
            .map_err(|output| SandboxError::Failed { task: "filling a template of databases".to_owned(), output })?;
        let mut rename = self.client("psql");
        rename.args(["--no-psqlrc", "--quiet", "--dbname=postgres", "--command"]);
        rename.arg(format!("ALTER DATABASE {} RENAME TO {template}", unfinished.name));
        run::success(&mut rename, "", "renaming a template of databases").map(drop)
    }

    fn url(&self) -> String {
        let Address { user, password, host, port } = &self.server;
        format!("postgres://{user}:{password}@{host}:{port}/{}", self.name)
    }

    /// A program of Postgres, with the connection in its environment, because all users can see arguments.
    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command
            .env("PGHOST", &self.server.host)
            .env("PGPORT", &self.server.port)
            .env("PGUSER", &self.server.user)
            .env("PGPASSWORD", &self.server.password)
            .current_dir(Path::new("/"));
        command
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let mut command = self.client("dropdb");
        command.args(["--force", "--if-exists", &self.name]);
        if let Err(error) = run::success(&mut command, "", "dropping a test's database") {
            tracing::warn!(%error, "a test's database stays behind");
        }
    }
}

/// A newer build of the program gets a new template.
fn template_name(program: &Path) -> Result<String, SandboxError> {
    let built = fs::metadata(program).and_then(|program| program.modified());
    let built = built.map_err(SandboxError::io("read", program))?;
    let identity = format!("{} {built:?}", program.display());
    Ok(format!("template_{}", stable_hash(identity.as_bytes())))
}

/// The parts of a URL without escapes, options or a missing part.
#[derive(Debug, Clone, PartialEq)]
struct Address {
    user: String,
    password: String,
    host: String,
    port: String,
}

impl Address {
    fn parse(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))?;
        let (credentials, rest) = rest.rsplit_once('@')?;
        let (user, password) = credentials.split_once(':')?;
        let (host, port) = rest.split('/').next()?.rsplit_once(':')?;
        let plain = !url.contains(['%', '?']) && port.parse::<u16>().is_ok();
        plain.then(|| Self {
            user: user.to_owned(),
            password: password.to_owned(),
            host: host.to_owned(),
            port: port.to_owned(),
        })
    }
}

fn missing(server: &str) -> SandboxError {
    SandboxError::Run { program: server.into(), source: std::io::ErrorKind::NotFound.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let address = Address::parse("postgres://me:secret@127.0.0.1:5432/causerie").unwrap();
        assert_eq!(
            (address.user.as_str(), address.password.as_str(), address.host.as_str(), address.port.as_str()),
            ("me", "secret", "127.0.0.1", "5432")
        );
        for bad in ["postgres://127.0.0.1/x", "http://a:b@c:1/x", "postgres://a:b%20@c:1/x", "postgres://a:b@c:x/y"] {
            assert_eq!(Address::parse(bad), None, "{bad}");
        }
    }
}
