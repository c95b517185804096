//! Clients that hang up, and clients that hardly read.

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::Faults;
use crate::client::NODES;
use crate::sites::MEMBERS;

impl Faults {
    pub(super) async fn clients_hang_up(&mut self) {
        let before = self.calls.hung_up.load(Ordering::Relaxed);
        let time = self.outage();
        self.calls.patience.store(8000, Ordering::Relaxed);
        sleep(time).await;
        self.calls.patience.store(0, Ordering::Relaxed);
        let hung_up = self.calls.hung_up.load(Ordering::Relaxed) - before;
        let drawn = format!("{hung_up} hung up within {time:?}");
        self.windows.note("clients hang up", "sends whose client had hung up", hung_up > 0, &drawn);
    }

    /// Streams that are read at 100 bytes a second, while sends go on.
    pub(super) async fn slow_readers(&mut self) {
        let (many, time) = (if self.longest > 2000 { 500 } else { 50 }, self.outage() + Duration::from_secs(1));
        let mut readers = JoinSet::new();
        for n in 0..many {
            let test_site = &self.test_sites[n % self.test_sites.len()];
            let member = &test_site.members[MEMBERS[n % 6]];
            let request = member.callers[n % NODES].request(Method::GET, "/stream").build().expect("a request");
            let host = request.url().socket_addrs(|| None).expect("an address")[0];
            let token =
                request.headers().get("authorization").and_then(|token| token.to_str().ok()).unwrap_or_default();
            let head =
                format!("GET {} HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}\r\n\r\n", request.url().path());
            readers.spawn(async move {
                let mut socket = TcpStream::connect(host).await.ok()?;
                socket.write_all(head.as_bytes()).await.ok()?;
                let end = Instant::now() + time;
                let (mut chunk, mut read) = ([0; 100], 0);
                while Instant::now() < end {
                    match timeout(Duration::from_secs(1), socket.read(&mut chunk)).await {
                        Ok(Ok(0) | Err(_)) => break,
                        Ok(Ok(length)) => read += length,
                        Err(_) => {}
                    }
                    sleep(Duration::from_secs(1)).await;
                }
                Some(read)
            });
        }
        let before = self.acknowledged();
        sleep(time).await;
        let meanwhile = self.acknowledged() - before;
        let slow = readers.join_all().await.into_iter().flatten().filter(|read| *read > 0).count();
        let drawn = format!("{slow} of {many} read slowly for {time:?}, {meanwhile} sends acknowledged meanwhile");
        self.windows.note("slow readers", "slow streams open while sends went on", slow > 0 && meanwhile > 0, &drawn);
    }
}
