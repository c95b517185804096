//! HTTP/1.1 byte by byte: a connection as clients have it that do what a library does not.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::wait::LIMIT;

#[derive(Debug)]
pub struct Raw {
    /// For what no method here does.
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

#[derive(Debug)]
pub struct RawResponse {
    pub status: u16,
    /// The lines of its head, in lower case.
    pub head: String,
    pub body: String,
}

impl RawResponse {
    pub fn closes(&self) -> bool {
        self.head.lines().any(|line| line == "connection: close")
    }
}

impl Raw {
    /// Connects to the service at this address, `http://host:port`.
    pub async fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).await.expect("the service listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: Vec::new() }
    }

    /// As [`Self::connect`], with so small a receive buffer.
    pub async fn connect_narrow(url: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
        let address = url.trim_start_matches("http://").parse().expect("an address");
        Self { stream: socket.connect(address).await.expect("the service listens"), buffer: Vec::new() }
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref()).await
    }

    /// The next response that is not `100 Continue`.
    pub async fn response(&mut self) -> RawResponse {
        loop {
            let response = self.any_response().await;
            if response.status != 100 {
                return response;
            }
        }
    }

    /// The next response.
    pub async fn any_response(&mut self) -> RawResponse {
        let response = timeout(LIMIT, self.read()).await;
        response.unwrap_or_else(|_| panic!("no response; so far {:?}", String::from_utf8_lossy(&self.buffer)))
    }

    async fn read(&mut self) -> RawResponse {
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                break String::from_utf8(head).expect("a head is text").to_lowercase();
            }
            self.more().await;
        };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        while self.buffer.len() < length {
            self.more().await;
        }
        let body = String::from_utf8_lossy(&self.buffer.drain(..length).collect::<Vec<_>>()).into_owned();
        RawResponse { status, head, body }
    }

    async fn more(&mut self) {
        let read = self.stream.read_buf(&mut self.buffer).await.expect("the connection stands");
        assert!(read > 0, "the connection has ended after {:?}", String::from_utf8_lossy(&self.buffer));
    }

    /// Requires that the connection ends, with nothing more.
    pub async fn ended(mut self) {
        let mut rest = self.buffer;
        timeout(LIMIT, self.stream.read_to_end(&mut rest))
            .await
            .expect("the connection ends")
            .expect("without a reset");
        assert_eq!(String::from_utf8_lossy(&rest), "", "after the last response");
    }
}
