//! As much of HTTP/1.1 and of server-sent events as the load needs, and no more: the clients share the processors with
//! what is measured, so a message that comes in is not decoded, only its id is looked for.

use anyhow::Context;

const HEAD_END: &[u8] = b"\r\n\r\n";

/// The head of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    /// Bytes up to the body.
    pub(super) length: usize,
    /// Bytes of the body, where it says so.
    pub(super) body: Option<usize>,
}

impl Head {
    /// None while it is not all there.
    pub(super) fn read(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let Some(end) = find(bytes, HEAD_END) else { return Ok(None) };
        let text = std::str::from_utf8(&bytes[..end])?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("an answer without a status")?;
        let body = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        Ok(Some(Self { status: status.parse()?, length: end + HEAD_END.len(), body }))
    }
}

/// A body in chunks, wherever it was cut on its way.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// In the line before a chunk, with what is known of the size.
    Size(usize),
    /// In the rest of that line.
    Line(usize),
    /// So much of the chunk is still to come.
    Data(usize),
    /// In the line end behind a chunk: so many bytes.
    End(usize),
    Over,
}

impl Default for State {
    fn default() -> Self {
        Self::Size(0)
    }
}

impl Chunks {
    /// Gives out what is in the chunks. Whether there may be more.
    pub(super) fn decode<'a>(&mut self, mut input: &'a [u8], mut out: impl FnMut(&'a [u8])) -> bool {
        while !input.is_empty() {
            let mut taken = 1;
            self.state = match self.state {
                State::Size(size) => match (input[0] as char).to_digit(16) {
                    Some(digit) => State::Size(size << 4 | digit as usize),
                    None => State::Line(size),
                },
                State::Line(0) if input[0] == b'\n' => State::Over,
                State::Line(size) if input[0] == b'\n' => State::Data(size),
                State::Line(size) => State::Line(size),
                State::Data(left) => {
                    taken = left.min(input.len());
                    out(&input[..taken]);
                    if taken == left { State::End(2) } else { State::Data(left - taken) }
                }
                State::End(1) => State::Size(0),
                State::End(left) => State::End(left - 1),
                State::Over => return false,
            };
            input = &input[taken..];
        }
        !matches!(self.state, State::Over)
    }
}

/// Server-sent events, whole, wherever they were cut.
#[derive(Debug, Default)]
pub(super) struct Events {
    begun: Vec<u8>,
}

impl Events {
    pub(super) fn feed(&mut self, mut input: &[u8], mut out: impl FnMut(&[u8])) {
        if !self.begun.is_empty() {
            // Only the new bytes can bring the end, with the last of the old.
            let seen = self.begun.len() - 1;
            self.begun.extend_from_slice(input);
            let Some(end) = find(&self.begun[seen..], b"\n\n") else { return };
            let whole = seen + end + 2;
            out(&self.begun[..whole]);
            input = &input[input.len() - (self.begun.len() - whole)..];
            self.begun.clear();
        }
        while let Some(end) = find(input, b"\n\n") {
            out(&input[..end + 2]);
            input = &input[end + 2..];
        }
        self.begun.extend_from_slice(input);
    }
}

/// The id of the message that an event shows, if it is one that was sent.
pub(super) fn sent_message(event: &[u8]) -> Option<u128> {
    const KIND: &[u8] = b"event: message.sent\n";
    const ID: &[u8] = b"\"id\":\"";
    let line = event.strip_prefix(KIND).or_else(|| Some(&event[find(event, KIND)?..]))?;
    let id = find(line, ID)? + ID.len();
    let mut number = 0;
    for byte in line.get(id..id + 36)?.iter().filter(|byte| **byte != b'-') {
        number = number << 4 | u128::from((*byte as char).to_digit(16)?);
    }
    Some(number)
}

/// Whether the client is told to fetch anew what it may have missed.
pub(super) fn is_reset(event: &[u8]) -> bool {
    find(event, b"event: reset\n").is_some()
}

/// Where the client would go on after this event.
pub(super) fn position(event: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(event).ok()?;
    text.trim_end().rsplit('\n').find_map(|line| line.strip_prefix("id: "))
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "event: ready\ndata: {}\nid: 1-2\n\n";
    const SENT: &str = "event: message.sent\ndata: {\"author\":\"a\",\"id\":\"0198c0de-0000-7000-8000-00000000002a\",\
        \"text\":\"x\"}\nid: 1-3\n\n";

    /// Three events in chunks, of which one is cut.
    fn stream() -> Vec<u8> {
        let (begun, rest) = SENT.split_at(60);
        let chunk = |data: &str| format!("{:x}\r\n{data}\r\n", data.len());
        [READY, begun, rest, ":\n\n", ""].map(chunk).concat().into_bytes()
    }

    /// What comes of the stream when it arrives in pieces of this size.
    fn in_pieces_of(size: usize) -> Vec<Vec<u8>> {
        let (mut chunks, mut events, mut got) = (Chunks::default(), Events::default(), Vec::new());
        for piece in stream().chunks(size) {
            chunks.decode(piece, |data| events.feed(data, |event| got.push(event.to_vec())));
        }
        got
    }

    #[test]
    fn events_come_whole_wherever_they_are_cut() {
        let all = stream().len();
        let whole = in_pieces_of(all);
        assert_eq!(whole, [READY, SENT, ":\n\n"].map(|event| event.as_bytes().to_vec()));
        assert_eq!(sent_message(&whole[1]), Some(0x0198_c0de_0000_7000_8000_0000_0000_002a));
        assert_eq!((sent_message(&whole[0]), sent_message(&whole[2])), (None, None));
        assert!(is_reset(b"id: 1-3\nevent: reset\ndata: {}\n\n") && !whole.iter().any(|event| is_reset(event)));
        assert_eq!((position(&whole[1]), position(&whole[2])), (Some("1-3"), None));
        for size in 1..all {
            assert_eq!(in_pieces_of(size), whole, "in pieces of {size}");
        }
    }

    #[test]
    fn the_head_says_how_long_the_body_is() {
        let head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 12\r\n\r\n";
        let answer = [head.as_slice(), b"{}"].concat();
        assert_eq!(Head::read(&answer).unwrap(), Some(Head { status: 201, length: head.len(), body: Some(12) }));
        assert_eq!(Head::read(&head[..head.len() - 1]).unwrap(), None);
    }
}
