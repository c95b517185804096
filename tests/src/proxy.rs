//! A TCP proxy between two parts of the service, and the ways in which a network fails.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the proxy does with what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Open,
    /// Closes every connection and takes no new one.
    Cut,
    /// Half-open: connections stand, new ones are taken, and nothing arrives.
    Silent,
    /// Everything arrives so much later.
    Slow(Duration),
    /// Closes each connection after so many bytes.
    CutAfter(u64),
}

/// A proxy on a loopback port. Gone, with its connections, when dropped.
#[derive(Debug)]
pub struct Proxy {
    pub port: u16,
    link: watch::Sender<Link>,
    target: Arc<AtomicU16>,
    carried: Arc<AtomicU64>,
    broken: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// In front of a loopback port.
    pub async fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (link, carried, broken) = (watch::Sender::new(Link::Open), Arc::default(), Arc::default());
        let counts = Counts { carried: Arc::clone(&carried), broken: Arc::clone(&broken) };
        let target = Arc::new(AtomicU16::new(target));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&target), link.subscribe(), counts));
        Self { port, link, target, carried, broken, accepting }
    }

    /// New connections lead to another loopback port; those that stand are left alone.
    pub fn route_to(&self, target: u16) {
        self.target.store(target, Ordering::Relaxed);
    }

    pub fn set(&self, link: Link) {
        self.link.send_replace(link);
    }

    pub fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }

    /// The number of connections that it has closed, refused or delayed.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.link.send_replace(Link::Cut);
        self.accepting.abort();
    }
}

#[derive(Debug, Clone)]
struct Counts {
    carried: Arc<AtomicU64>,
    broken: Arc<AtomicU64>,
}

impl Counts {
    fn broke(&self) {
        self.broken.fetch_add(1, Ordering::Relaxed);
    }
}

async fn accept(listener: TcpListener, target: Arc<AtomicU16>, link: watch::Receiver<Link>, counts: Counts) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        if *link.borrow() == Link::Cut {
            counts.broke();
            continue;
        }
        let target = target.load(Ordering::Relaxed);
        tokio::spawn(carry(client, target, link.clone(), counts.clone()));
    }
}

async fn carry(client: TcpStream, target: u16, link: watch::Receiver<Link>, counts: Counts) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let moved = AtomicU64::new(0);
    // When one direction ends, both do.
    tokio::select! {
        () = pump(from_client, to_server, link.clone(), &moved, &counts) => {}
        () = pump(from_server, to_client, link, &moved, &counts) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut link: watch::Receiver<Link>,
    moved: &AtomicU64,
    counts: &Counts,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let now = *link.borrow_and_update();
        let mut length = match now {
            Link::Cut => return counts.broke(),
            Link::Silent => {
                counts.broke();
                if link.changed().await.is_err() {
                    return;
                }
                continue;
            }
            _ => tokio::select! {
                read = from.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return,
                    Ok(length) => length,
                },
                changed = link.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
            },
        };
        // What was read is carried as the link is now.
        let now = *link.borrow();
        let mut last = false;
        match now {
            Link::Cut => return counts.broke(),
            Link::Silent => {
                // Held until the link speaks again.
                while *link.borrow_and_update() == Link::Silent {
                    if link.changed().await.is_err() {
                        return;
                    }
                }
            }
            Link::Slow(delay) => tokio::time::sleep(delay).await,
            Link::CutAfter(limit) => {
                let before = moved.fetch_add(length as u64, Ordering::Relaxed);
                if before + length as u64 >= limit {
                    length = usize::try_from(limit.saturating_sub(before)).unwrap_or(length);
                    last = true;
                }
            }
            Link::Open => {}
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
        counts.carried.fetch_add(length as u64, Ordering::Relaxed);
        if last {
            return counts.broke();
        }
    }
}
