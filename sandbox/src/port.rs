//! Free loopback ports.

use std::net::{Ipv4Addr, TcpListener};

use crate::{SandboxError, random};

/// Below the ephemeral ports (from 32768 on Linux, 49152 on macOS), so not `bind(0)`. A client that keeps connecting to
/// the port of a stopped server within that range eventually gets this port as its own local one: it connects to
/// itself, and the server cannot start again.
const FIRST_PORT: u16 = 15_000;
const PORT_COUNT: u16 = 15_000;
const MAX_ATTEMPTS: usize = 100;

/// A port that is free. Another process may bind it first; then the caller tries another one.
pub(crate) fn free() -> Result<u16, SandboxError> {
    let mut port = FIRST_PORT;
    for _ in 0..MAX_ATTEMPTS {
        port = FIRST_PORT + random::number()? % PORT_COUNT;
        if is_free(port) {
            break;
        }
    }
    Ok(port)
}

/// Whether no process listens on it now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
