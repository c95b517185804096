//! Free loopback ports.

use std::net::{Ipv4Addr, TcpListener};

use crate::{SandboxError, random};

/// Below the range the kernel takes the local ends of outgoing connections from (32768 on Linux, 49152 on macOS).
/// A client that keeps trying a stopped server's port inside that range is sooner or later given the very same
/// number for its own end: it connects to itself, and the server cannot come back. So not `bind(0)`.
const FIRST: u16 = 15_000;
const COUNT: u16 = 15_000;
const TRIES: usize = 100;

/// A port that was free a moment ago. Another process may be quicker: whoever uses it must be ready to ask again.
pub(crate) fn free() -> Result<u16, SandboxError> {
    let mut port = FIRST;
    for _ in 0..TRIES {
        port = FIRST + random::number()? % COUNT;
        if is_free(port) {
            break;
        }
    }
    Ok(port)
}

/// Whether nobody listens on it at this moment.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
