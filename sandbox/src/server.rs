//! A server process that is started, waited for, killed and stopped. Shared by Postgres and NATS.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::process::{Launch, Process};
use crate::{SandboxError, files};

/// How long a server may take until it accepts connections.
const READY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a server may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// Ports that are tried when another process has bound one.
const MAX_PORTS: usize = 5;

/// A kind of server. Implementors are the state shared by all starts of one server.
pub(crate) trait ServerKind {
    const NAME: &'static str;
    /// The signal for an orderly shutdown.
    const STOP: Signal;

    /// The port of the next start.
    fn set_port(&mut self, port: u16);
    fn port(&self) -> u16;
    /// Writes the configuration for the next start.
    fn configure(&self) -> Result<(), SandboxError>;
    async fn is_ready(&self, pid: u32) -> bool;
}

#[derive(Debug)]
pub(crate) struct Server<K: ServerKind> {
    pub(crate) kind: K,
    pub(crate) launch: Launch,
    process: Option<Process>,
}

impl<K: ServerKind> Server<K> {
    /// Starts it on a port that it finds free.
    pub(crate) async fn start_new(kind: K, launch: Launch) -> Result<Self, SandboxError> {
        let mut server = Self { kind, launch, process: None };
        let mut tries = 1;
        loop {
            match server.start().await {
                Err(SandboxError::NotReady { tail, .. }) if tries < MAX_PORTS && port_was_taken(&tail) => {
                    tries += 1;
                    server.kind.set_port(crate::port::free()?);
                }
                result => return result.map(|()| server),
            }
        }
    }

    /// Starts it, on the same port and data as before, and waits until it accepts connections. Does nothing if it is
    /// running.
    pub(crate) async fn start(&mut self) -> Result<(), SandboxError> {
        let limit = Instant::now() + STOP_TIMEOUT;
        while !self.is_running() {
            match self.start_once().await {
                Err(SandboxError::NotReady { tail, .. }) if is_still_ending(&tail) && Instant::now() < limit => {
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                result => return result,
            }
        }
        Ok(())
    }

    async fn start_once(&mut self) -> Result<(), SandboxError> {
        let began = Instant::now();
        self.kind.configure()?;
        // Owned before the first wait, so that a caller that stops waiting still ends it.
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
            if began.elapsed() > READY_TIMEOUT {
                break format!("did not accept connections within {READY_TIMEOUT:?}");
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        };
        let log = self.launch.log();
        let tail = files::tail(&log, process.log_start);
        self.kill();
        Err(SandboxError::NotReady { server: K::NAME, what, log, tail })
    }

    /// Stops it, and kills it after [`STOP_TIMEOUT`].
    pub(crate) async fn stop(&mut self) {
        let mut stopping = self.process.take().map(Stopping::request::<K>);
        while let Some(running) = stopping.and_then(Stopping::still_running) {
            tokio::time::sleep(POLL_INTERVAL).await;
            stopping = Some(running);
        }
    }

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

/// The methods of a public type by which tests break and restart the server in this field.
macro_rules! controls {
    ($type:ty, $server:tt) => {
        impl $type {
            #[must_use]
            pub fn port(&self) -> u16 {
                self.$server.kind.port
            }

            /// Whether the process runs or is paused.
            pub fn is_running(&mut self) -> bool {
                self.$server.is_running()
            }

            /// Starts it again, on the same port and data, and waits until it accepts connections.
            pub async fn start(&mut self) -> Result<(), SandboxError> {
                self.$server.start().await
            }

            /// Stops it, and kills it after 10 s.
            pub async fn stop(&mut self) {
                self.$server.stop().await;
            }

            pub async fn restart(&mut self) -> Result<(), SandboxError> {
                self.$server.stop().await;
                self.$server.start().await
            }

            /// SIGKILL to the process and its children, as in a crash. Returns when they have ended.
            pub fn kill(&mut self) {
                self.$server.kill();
            }

            /// SIGSTOP to the process and its children: connections stay open and the server does not respond.
            pub fn pause(&mut self) -> Result<(), SandboxError> {
                self.$server.pause()
            }

            pub fn resume(&mut self) {
                self.$server.resume();
            }
        }
    };
}
pub(crate) use controls;

impl<K: ServerKind> Drop for Server<K> {
    /// As [`Server::stop`], but blocks the thread.
    fn drop(&mut self) {
        let mut stopping = self.process.take().map(Stopping::request::<K>);
        while let Some(running) = stopping.and_then(Stopping::still_running) {
            std::thread::sleep(POLL_INTERVAL);
            stopping = Some(running);
        }
    }
}

/// A process that was asked to stop.
struct Stopping {
    process: Process,
    deadline: Instant,
}

impl Stopping {
    fn request<K: ServerKind>(mut process: Process) -> Self {
        process.resume();
        if process.ended().is_none() {
            process.signal(K::STOP);
        }
        Self { process, deadline: Instant::now() + STOP_TIMEOUT }
    }

    /// `None` if the process has ended, or was killed after the deadline.
    fn still_running(mut self) -> Option<Self> {
        if self.process.ended().is_some() {
            return None;
        }
        if Instant::now() > self.deadline {
            self.process.kill();
            return None;
        }
        Some(self)
    }
}

/// Whether a killed postmaster or its children are still ending. A process that has ended counts as alive until its
/// parent has waited for it.
fn is_still_ending(log: &str) -> bool {
    log.contains("pre-existing shared memory block") || log.contains("lock file \"postmaster.pid\" already exists")
}

/// Whether another process has bound the port. Both servers log the same words.
fn port_was_taken(log: &str) -> bool {
    log.to_lowercase().contains("address already in use")
}
