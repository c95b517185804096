//! The two kinds of connection: one that asks and waits for its answer, one that listens.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::Context;
use tokio::net::TcpStream;

use super::wire::{Chunks, Events, Head};

/// Read into by all listeners in turn.
pub(super) type Room = Rc<RefCell<Vec<u8>>>;

const ROOM: usize = 256 * 1024;

pub(super) fn room() -> Room {
    Rc::new(RefCell::new(vec![0; ROOM]))
}

async fn connect(address: &str) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> anyhow::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Asks one thing after the other, on one connection for as long as it holds.
pub(super) struct Asking {
    address: Rc<str>,
    stream: Option<TcpStream>,
    answer: Vec<u8>,
}

impl Asking {
    pub(super) async fn open(address: &Rc<str>) -> anyhow::Result<Self> {
        Ok(Self { address: Rc::clone(address), stream: Some(connect(address).await?), answer: Vec::new() })
    }

    /// The status of the answer. A connection that the service has closed meanwhile is made anew, once: what is asked here
    /// may be asked twice.
    pub(super) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        if let Some(stream) = self.stream.take()
            && let Ok(status) = self.ask_on(stream, request).await
        {
            return Ok(status);
        }
        let stream = connect(&self.address).await?;
        self.ask_on(stream, request).await
    }

    async fn ask_on(&mut self, stream: TcpStream, request: &[u8]) -> anyhow::Result<u16> {
        write(&stream, request).await?;
        self.answer.clear();
        loop {
            if let Some(head) = Head::read(&self.answer)? {
                let body = head.body.context("an answer without a length")?;
                if self.answer.len() >= head.length + body {
                    self.stream = Some(stream);
                    return Ok(head.status);
                }
            }
            stream.readable().await?;
            match stream.try_read_buf(&mut self.answer) {
                Ok(0) => anyhow::bail!("the connection was closed"),
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(error.into()),
                _ => {}
            }
        }
    }
}

/// Listens to a stream of events.
pub(super) struct Listening {
    stream: TcpStream,
    room: Room,
    chunks: Chunks,
    events: Events,
}

impl Listening {
    /// Open and answered. What has come with the answer is given out.
    pub(super) async fn open(
        address: &str,
        request: &[u8],
        room: &Room,
        out: impl FnMut(&[u8]),
    ) -> anyhow::Result<Self> {
        let stream = connect(address).await?;
        write(&stream, request).await?;
        let mut answer = Vec::new();
        loop {
            stream.readable().await?;
            match stream.try_read_buf(&mut answer) {
                Ok(0) => anyhow::bail!("the connection was closed"),
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(error.into()),
                _ => {}
            }
            let Some(head) = Head::read(&answer)? else { continue };
            anyhow::ensure!(head.status == 200, "a stream is answered with {}", head.status);
            let mut listening =
                Self { stream, room: Rc::clone(room), chunks: Chunks::default(), events: Events::default() };
            listening.take(&answer[head.length..], out);
            return Ok(listening);
        }
    }

    /// Waits for what comes next. Whether there may be more.
    pub(super) async fn next(&mut self, out: impl FnMut(&[u8])) -> bool {
        loop {
            if self.stream.readable().await.is_err() {
                return false;
            }
            let room = Rc::clone(&self.room);
            let mut room = room.borrow_mut();
            match self.stream.try_read(&mut room) {
                Ok(0) => return false,
                Ok(read) => return self.take(&room[..read], out),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return false,
            }
        }
    }

    fn take(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8])) -> bool {
        let events = &mut self.events;
        self.chunks.decode(bytes, |data| events.feed(data, &mut out))
    }
}
