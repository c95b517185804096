//! What Postgres and NATS have in common: a launched process that is made ready, broken and stopped.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::process::{Launch, Process};
use crate::{SandboxError, files};

/// How long a server may take until it accepts connections.
const READY_LIMIT: Duration = Duration::from_secs(30);
/// How long a server may take to stop before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);
/// Ports tried when another process is quicker.
const PORTS: usize = 5;

/// What a particular server adds. Implementors are the state shared by all starts of one server.
pub(crate) trait Kind {
    const NAME: &'static str;
    /// Asks it to stop in order.
    const STOP: Signal;

    /// The port of the next start.
    fn set_port(&mut self, port: u16);
    fn port(&self) -> u16;
    /// Writes the configuration for the next start.
    fn configure(&self) -> Result<(), SandboxError>;
    /// Whether the process with this pid accepts connections.
    async fn is_ready(&self, pid: u32) -> bool;
}

/// One server, running or not.
#[derive(Debug)]
pub(crate) struct Server<K: Kind> {
    pub(crate) kind: K,
    pub(crate) launch: Launch,
    process: Option<Process>,
}

impl<K: Kind> Server<K> {
    /// Starts it on a port that it finds free.
    pub(crate) async fn start_new(kind: K, launch: Launch) -> Result<Self, SandboxError> {
        let mut server = Self { kind, launch, process: None };
        let mut tries = 1;
        loop {
            match server.start().await {
                Err(SandboxError::NotReady { tail, .. }) if tries < PORTS && port_was_taken(&tail) => {
                    tries += 1;
                    server.kind.set_port(crate::port::free()?);
                }
                result => return result.map(|()| server),
            }
        }
    }

    /// Starts it, on the same port and data as before, and waits until it accepts connections. Nothing happens when
    /// it runs.
    pub(crate) async fn start(&mut self) -> Result<(), SandboxError> {
        let limit = Instant::now() + STOP_LIMIT;
        while !self.is_running() {
            match self.start_once().await {
                Err(SandboxError::NotReady { tail, .. }) if is_still_ending(&tail) && Instant::now() < limit => {
                    tokio::time::sleep(POLL).await;
                }
                result => return result,
            }
        }
        Ok(())
    }

    async fn start_once(&mut self) -> Result<(), SandboxError> {
        let began = Instant::now();
        self.kind.configure()?;
        // Ours from the first moment: a caller that gives up waiting still ends it.
        let process = self.process.insert(self.launch.spawn()?);
        let what = loop {
            if let Some(status) = process.ended() {
                break format!("ended while starting ({status})");
            }
            if self.kind.is_ready(process.pid()).await {
                let (port, elapsed) = (self.kind.port(), began.elapsed());
                tracing::debug!(server = K::NAME, port, ?elapsed, "server is ready");
                return Ok(());
            }
            if began.elapsed() > READY_LIMIT {
                break format!("did not accept connections within {READY_LIMIT:?}");
            }
            tokio::time::sleep(POLL).await;
        };
        let log = self.launch.log();
        let tail = files::tail(&log, process.log_start);
        self.kill();
        Err(SandboxError::NotReady { server: K::NAME, what, log, tail })
    }

    /// Stops it in order, by force after 10 s.
    pub(crate) async fn stop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let limit = ask_to_stop::<K>(&mut process);
        while process.ended().is_none() {
            if Instant::now() > limit {
                return process.kill();
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take()
            && process.ended().is_none()
        {
            process.kill();
        }
    }

    pub(crate) fn pause(&mut self) -> Result<(), SandboxError> {
        self.process.as_mut().map_or(Ok(()), Process::pause)
    }

    pub(crate) fn resume(&mut self) {
        if let Some(process) = &mut self.process {
            process.resume();
        }
    }

    pub(crate) fn is_running(&mut self) -> bool {
        if self.process.as_mut().is_some_and(|process| process.ended().is_some()) {
            self.process = None;
        }
        self.process.is_some()
    }
}

impl<K: Kind> Drop for Server<K> {
    /// As [`Server::stop`], holding up the thread.
    fn drop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let limit = ask_to_stop::<K>(&mut process);
        while process.ended().is_none() {
            if Instant::now() > limit {
                return process.kill();
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Sends the signal and gives the time after which patience ends.
fn ask_to_stop<K: Kind>(process: &mut Process) -> Instant {
    process.resume();
    if process.ended().is_none() {
        process.signal(K::STOP);
    }
    Instant::now() + STOP_LIMIT
}

/// What Postgres says while a postmaster that somebody else killed, or its children, are still ending: until its parent
/// has taken note of its end, a dead process counts as alive.
fn is_still_ending(log: &str) -> bool {
    log.contains("pre-existing shared memory block") || log.contains("lock file \"postmaster.pid\" already exists")
}

/// What the logs of both servers say when another process was quicker.
fn port_was_taken(log: &str) -> bool {
    log.to_lowercase().contains("address already in use")
}
