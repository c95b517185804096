//! As much of HTTP/1.1 and server-sent events as the load needs. The clients share the processors
//! with the service, so a delivery is not decoded: only its message id is searched for.

use std::cell::RefCell;
use std::io::ErrorKind::WouldBlock;
use std::rc::Rc;

use anyhow::{Context, bail, ensure};
use memchr::memmem;
use tokio::net::TcpStream;

/// One buffer for the reads of all streams: each read is processed before the next.
pub(super) type ReadBuffer = Rc<RefCell<Vec<u8>>>;

const READ_BUFFER: usize = 256 * 1024;
const HEAD_END: &[u8] = b"\r\n\r\n";

pub(super) fn read_buffer() -> ReadBuffer {
    Rc::new(RefCell::new(vec![0; READ_BUFFER]))
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
            Err(error) if error.kind() == WouldBlock => stream.writable().await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Appends what has arrived to the response.
async fn read_more(stream: &TcpStream, response: &mut Vec<u8>) -> anyhow::Result<()> {
    stream.readable().await?;
    match stream.try_read_buf(response) {
        Ok(0) => bail!("the connection was closed"),
        Err(error) if error.kind() != WouldBlock => Err(error.into()),
        _ => Ok(()),
    }
}

/// A connection with one request at a time.
pub(super) struct RequestConnection {
    address: Rc<str>,
    stream: Option<TcpStream>,
    response: Vec<u8>,
}

impl RequestConnection {
    pub(super) async fn open(address: &Rc<str>) -> anyhow::Result<Self> {
        Ok(Self { address: Rc::clone(address), stream: Some(connect(address).await?), response: Vec::new() })
    }

    /// Returns the status of the response. If the service has closed the connection, connects again
    /// once: the requests are idempotent.
    pub(super) async fn send(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        if let Some(stream) = self.stream.take()
            && let Ok(status) = self.send_on(stream, request).await
        {
            return Ok(status);
        }
        let stream = connect(&self.address).await?;
        self.send_on(stream, request).await
    }

    async fn send_on(&mut self, stream: TcpStream, request: &[u8]) -> anyhow::Result<u16> {
        write(&stream, request).await?;
        self.response.clear();
        loop {
            if let Some(head) = Head::parse(&self.response)? {
                let body = head.body.context("a response without a length")?;
                if self.response.len() >= head.length + body {
                    self.stream = Some(stream);
                    return Ok(head.status);
                }
            }
            read_more(&stream, &mut self.response).await?;
        }
    }
}

pub(super) struct EventStream {
    stream: TcpStream,
    buffer: ReadBuffer,
    chunks: Chunks,
    events: Events,
}

impl EventStream {
    /// Returns when the response has begun. `receive` gets the events that came with it.
    pub(super) async fn open(
        address: &str,
        request: &[u8],
        buffer: &ReadBuffer,
        receive: impl FnMut(&[u8]),
    ) -> anyhow::Result<Self> {
        let stream = connect(address).await?;
        write(&stream, request).await?;
        let mut response = Vec::new();
        let head = loop {
            read_more(&stream, &mut response).await?;
            if let Some(head) = Head::parse(&response)? {
                break head;
            }
        };
        ensure!(head.status == 200, "the response to a stream has status {}", head.status);
        let (chunks, events) = (Chunks::default(), Events::default());
        let mut opened = Self { stream, buffer: Rc::clone(buffer), chunks, events };
        opened.decode(&response[head.length..], receive);
        Ok(opened)
    }

    /// Waits for events. Returns false at the end of the stream.
    pub(super) async fn read(&mut self, receive: impl FnMut(&[u8])) -> bool {
        loop {
            if self.stream.readable().await.is_err() {
                return false;
            }
            let buffer = Rc::clone(&self.buffer);
            let mut buffer = buffer.borrow_mut();
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return false,
                Ok(read) => return self.decode(&buffer[..read], receive),
                Err(error) if error.kind() == WouldBlock => {}
                Err(_) => return false,
            }
        }
    }

    fn decode(&mut self, bytes: &[u8], mut receive: impl FnMut(&[u8])) -> bool {
        let events = &mut self.events;
        self.chunks.decode(bytes, |data| events.feed(data, &mut receive))
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Bytes before the body.
    length: usize,
    /// The value of content-length.
    body: Option<usize>,
}

impl Head {
    /// None while the head is incomplete.
    fn parse(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let Some(end) = memmem::find(bytes, HEAD_END) else { return Ok(None) };
        let text = std::str::from_utf8(&bytes[..end])?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("a response without a status")?;
        let body = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        Ok(Some(Self { status: status.parse()?, length: end + HEAD_END.len(), body }))
    }
}

/// The decoder of a chunked body. The input may be cut anywhere.
#[derive(Debug)]
enum Chunks {
    /// In the size of a chunk, with its value so far.
    Size(usize),
    /// In the rest of the line of a size.
    Line(usize),
    /// This many bytes of the chunk are missing.
    Data(usize),
    /// This many bytes of the line end after the chunk are missing.
    End(usize),
    Done,
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Size(0)
    }
}

impl Chunks {
    /// Passes the content of the chunks to `receive`. Returns false after the last chunk.
    fn decode<'a>(&mut self, mut input: &'a [u8], mut receive: impl FnMut(&'a [u8])) -> bool {
        while !input.is_empty() {
            let mut used = 1;
            *self = match *self {
                Self::Size(size) => match (input[0] as char).to_digit(16) {
                    Some(digit) => Self::Size(size << 4 | digit as usize),
                    None => Self::Line(size),
                },
                Self::Line(0) if input[0] == b'\n' => Self::Done,
                Self::Line(size) if input[0] == b'\n' => Self::Data(size),
                Self::Line(size) => Self::Line(size),
                Self::Data(missing) => {
                    used = missing.min(input.len());
                    receive(&input[..used]);
                    if used == missing { Self::End(2) } else { Self::Data(missing - used) }
                }
                Self::End(1) => Self::Size(0),
                Self::End(missing) => Self::End(missing - 1),
                Self::Done => return false,
            };
            input = &input[used..];
        }
        !matches!(self, Self::Done)
    }
}

/// Splits a stream into events. The input may be cut anywhere.
#[derive(Debug, Default)]
struct Events {
    incomplete: Vec<u8>,
}

impl Events {
    fn feed(&mut self, mut input: &[u8], mut receive: impl FnMut(&[u8])) {
        if !self.incomplete.is_empty() {
            // Only the new bytes, with the last of the old ones, can contain the end.
            let searched = self.incomplete.len() - 1;
            self.incomplete.extend_from_slice(input);
            let Some(end) = memmem::find(&self.incomplete[searched..], b"\n\n") else { return };
            let length = searched + end + 2;
            receive(&self.incomplete[..length]);
            input = &input[input.len() - (self.incomplete.len() - length)..];
            self.incomplete.clear();
        }
        while let Some(end) = memmem::find(input, b"\n\n") {
            receive(&input[..end + 2]);
            input = &input[end + 2..];
        }
        self.incomplete.extend_from_slice(input);
    }
}

pub(super) fn sent_message_id(event: &[u8]) -> Option<u128> {
    const KIND: &[u8] = b"event: message.sent\n";
    const ID: &[u8] = b"\"id\":\"";
    let data = &event[memmem::find(event, KIND)?..];
    let start = memmem::find(data, ID)? + ID.len();
    let mut id = 0;
    for byte in data.get(start..start + 36)?.iter().filter(|byte| **byte != b'-') {
        id = id << 4 | u128::from((*byte as char).to_digit(16)?);
    }
    Some(id)
}

/// Whether the event is a `reset`: the client has to fetch what it may have missed.
pub(super) fn is_reset(event: &[u8]) -> bool {
    memmem::find(event, b"event: reset\n").is_some()
}

pub(super) fn event_id(event: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(event).ok()?;
    text.trim_end().rsplit('\n').find_map(|line| line.strip_prefix("id: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "event: ready\ndata: {}\nid: 1-2\n\n";
    const SENT: &str = "event: message.sent\ndata: {\"author\":\"a\",\"id\":\"0198c0de-0000-7000-8000-00000000002a\",\
        \"text\":\"x\"}\nid: 1-3\n\n";

    /// Three events in five chunks.
    fn stream() -> Vec<u8> {
        let (begin, rest) = SENT.split_at(60);
        let chunk = |data: &str| format!("{:x}\r\n{data}\r\n", data.len());
        [READY, begin, rest, ":\n\n", ""].map(chunk).concat().into_bytes()
    }

    /// The events of the stream when it arrives in pieces of this size.
    fn in_pieces_of(size: usize) -> Vec<Vec<u8>> {
        let (mut chunks, mut events, mut received) = (Chunks::default(), Events::default(), Vec::new());
        for piece in stream().chunks(size) {
            chunks.decode(piece, |data| events.feed(data, |event| received.push(event.to_vec())));
        }
        received
    }

    #[test]
    fn events_are_complete_wherever_the_input_is_cut() {
        let length = stream().len();
        let events = in_pieces_of(length);
        assert_eq!(events, [READY, SENT, ":\n\n"].map(|event| event.as_bytes().to_vec()));
        assert_eq!(sent_message_id(&events[1]), Some(0x0198_c0de_0000_7000_8000_0000_0000_002a));
        assert_eq!((sent_message_id(&events[0]), sent_message_id(&events[2])), (None, None));
        assert!(is_reset(b"id: 1-3\nevent: reset\ndata: {}\n\n") && !events.iter().any(|event| is_reset(event)));
        assert_eq!((event_id(&events[1]), event_id(&events[2])), (Some("1-3"), None));
        for size in 1..length {
            assert_eq!(in_pieces_of(size), events, "in pieces of {size}");
        }
    }

    #[test]
    fn head_of_a_response_has_the_body_length() {
        let head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 12\r\n\r\n";
        let response = [head.as_slice(), b"{}"].concat();
        assert_eq!(Head::parse(&response).unwrap(), Some(Head { status: 201, length: head.len(), body: Some(12) }));
        assert_eq!(Head::parse(&head[..head.len() - 1]).unwrap(), None);
    }
}
