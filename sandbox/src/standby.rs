//! A streaming standby of a [`PostgresServer`], for tests of failovers.

use std::time::{Duration, Instant};

use crate::{Options, PostgresServer, Sandbox, SandboxError, Scratch, random, tools_dir};

/// How long a standby may take to connect, to catch up and to be promoted.
const STANDBY_TIMEOUT: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A hot standby in a data folder of its own. Stopped and removed when dropped.
#[derive(Debug)]
pub struct Standby {
    /// The server. Pause, kill or stop it as any other.
    pub postgres: PostgresServer,
    name: String,
    // In the order in which they must be dropped.
    _sandbox: Sandbox,
    _scratch: Scratch,
}

impl Standby {
    /// Copies a running primary and follows it asynchronously. Returns when it streams.
    pub async fn of(primary: &PostgresServer) -> Result<Self, SandboxError> {
        let tools_dir = tools_dir();
        let scratch = Scratch::new(&tools_dir)?;
        let name = format!("standby_{}", random::hex::<4>()?);
        let options = Options { postgres: true, nats: false, ..Options::new(scratch.path()) };
        let mut sandbox = Sandbox::start_from(options, Some(primary.as_primary(&name))).await?;
        let Some(postgres) = sandbox.postgres.take() else { return Err(SandboxError::TestUrl) };
        let standby = Self { postgres, name, _sandbox: sandbox, _scratch: scratch };
        standby.until(primary, "state = 'streaming'").await?;
        Ok(standby)
    }

    /// As [`Standby::of`]. Then each commit of the primary waits for this standby.
    pub async fn synchronous_of(primary: &PostgresServer) -> Result<Self, SandboxError> {
        let standby = Self::of(primary).await?;
        let name = &standby.name;
        primary
            .sql(&format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'; SELECT pg_reload_conf();"))
            .await?;
        standby.until(primary, "sync_state = 'sync'").await?;
        Ok(standby)
    }

    /// Waits until the standby shows everything that the primary has written.
    pub async fn caught_up(&self, primary: &PostgresServer) -> Result<(), SandboxError> {
        let end = primary.sql("SELECT pg_current_wal_insert_lsn()").await?;
        self.until(primary, &format!("replay_lsn >= '{end}'")).await
    }

    /// Promotes it to primary. Returns when it accepts writes.
    pub async fn promote(&self) -> Result<(), SandboxError> {
        let seconds = STANDBY_TIMEOUT.as_secs();
        match self.postgres.sql(&format!("SELECT pg_promote(true, {seconds})")).await?.as_str() {
            "t" => Ok(()),
            printed => Err(late("promoting the standby", printed)),
        }
    }

    async fn until(&self, primary: &PostgresServer, condition: &str) -> Result<(), SandboxError> {
        let name = &self.name;
        let row = format!("SELECT coalesce(bool_or({condition}), false) FROM pg_stat_replication");
        let started = Instant::now();
        while primary.sql(&format!("{row} WHERE application_name = '{name}'")).await? != "t" {
            if started.elapsed() > STANDBY_TIMEOUT {
                let seen = primary.sql("SELECT to_jsonb(r) FROM pg_stat_replication r").await?;
                return Err(late(&format!("waiting until {condition} of {name}"), &seen));
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }
}

fn late(task: &str, seen: &str) -> SandboxError {
    SandboxError::Failed {
        task: task.to_owned(),
        output: format!("not within {STANDBY_TIMEOUT:?}; the last state was {seen:?}"),
    }
}
