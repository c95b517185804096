//! Clients that hang up, and clients that read slowly.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Faults, Injected, injected};
use crate::client::NODES;
use crate::sites::MEMBERS;

impl Faults {
    pub(super) async fn clients_hang_up(&mut self) -> Injected {
        let hung_up = |faults: &Self| faults.calls.hung_up.load(Ordering::Relaxed);
        let before = hung_up(self);
        self.calls.hang_up_within.store(8000, Ordering::Relaxed);
        let time = self.outage_until(async |faults| hung_up(faults) > before).await;
        self.calls.hang_up_within.store(0, Ordering::Relaxed);
        let count = hung_up(self) - before;
        injected(count > 0, format!("{count} hung up within {time:?}"))
    }

    /// Streams are read at 100 bytes a second while sends go on.
    pub(super) async fn slow_readers(&mut self) -> Injected {
        let (count, reading) = (if self.longest > 2000 { 500 } else { 50 }, Arc::new(AtomicUsize::new(0)));
        let mut readers = JoinSet::new();
        for n in 0..count {
            let client = self.test_sites[n % self.test_sites.len()].client(MEMBERS[n % 6]);
            let caller = &client.callers[n % NODES];
            let request = caller.request(Method::GET, "/stream").build().expect("a request");
            let host = request.url().socket_addrs(|| None).expect("an address")[0];
            let (path, token) = (request.url().path(), caller.token());
            let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
            readers.spawn(read_slowly(host, head, Arc::clone(&reading)));
        }
        let reading = || reading.load(Ordering::Relaxed);
        let before = self.acknowledged();
        let time = self.outage_until(async |faults| reading() > 0 && faults.acknowledged() > before).await;
        readers.shutdown().await;
        let (slow, sends) = (reading(), self.acknowledged() - before);
        let details = format!("{slow} of {count} read slowly for {time:?}, {sends} sends acknowledged meanwhile");
        injected(slow > 0 && sends > 0, details)
    }
}

/// Reads until the fault is over, and counts itself after the first bytes.
async fn read_slowly(host: SocketAddr, head: String, reading: Arc<AtomicUsize>) -> io::Result<()> {
    let mut socket = TcpStream::connect(host).await?;
    socket.write_all(head.as_bytes()).await?;
    let (mut chunk, mut first) = ([0; 100], true);
    while socket.read(&mut chunk).await? > 0 {
        reading.fetch_add(usize::from(first), Ordering::Relaxed);
        first = false;
        sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
