//! The parts of the service.

use clap::ValueEnum;

/// A part of the service that a process may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// HTTP and the live streams.
    Api,
    /// From the log to JetStream.
    Relay,
    /// From JetStream to the read models.
    Projector,
}
