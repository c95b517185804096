//! An address to listen on: taken early, so that a start with a wrong one fails before it has done anything, and listened
//! on once requests can be answered.

use std::net::SocketAddr;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that no other process listens on. Connections to it are refused until [`Self::listen`].
#[derive(Debug)]
pub struct Port {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Port {
    /// Takes the address; port 0 takes a free one. `remedy` says what to do where it cannot be taken.
    pub fn take(address: SocketAddr, remedy: &str) -> anyhow::Result<Self> {
        let cannot = || format!("cannot listen on {address}; {remedy}");
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.with_context(cannot)?;
        // As a listener does: connections of a process that has just ended do not hold the port.
        socket.set_reuseaddr(true).and_then(|()| socket.bind(address)).with_context(cannot)?;
        Ok(Self { socket, address })
    }

    /// Listens.
    pub fn listen(self) -> anyhow::Result<TcpListener> {
        let Self { socket, address } = self;
        socket.listen(BACKLOG).with_context(|| format!("cannot listen on {address}"))
    }
}
