//! A listen address: bound early, so that a start with an invalid address, or one on which another
//! process listens, fails before it changes anything; opened once the service can handle requests.

use std::net::SocketAddr;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait in the kernel to be accepted.
const BACKLOG: u32 = 1024;

/// A bound address. Connections to it are refused until [`Self::listen`].
#[derive(Debug)]
pub struct Port {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Port {
    /// Binds the address; port 0 binds a free port. `remedy` ends the error message: what the operator can do.
    pub fn bind(address: SocketAddr, remedy: &str) -> anyhow::Result<Self> {
        let cannot = || format!("cannot listen on {address}; {remedy}");
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.with_context(cannot)?;
        // As `TcpListener::bind` does: a restart binds while old connections are in TIME_WAIT.
        socket.set_reuseaddr(true).and_then(|()| socket.bind(address)).with_context(cannot)?;
        Ok(Self { socket, address })
    }

    pub fn listen(self) -> anyhow::Result<TcpListener> {
        let Self { socket, address } = self;
        socket.listen(BACKLOG).with_context(|| format!("cannot listen on {address}"))
    }
}
