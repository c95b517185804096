//! The parts of the service.

use clap::ValueEnum;

/// A part of the service that a process may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Serves HTTP and live streams.
    Api,
    /// Publishes the log to JetStream.
    Relay,
    /// Updates the read models.
    Projector,
}
