//! Counts every message and every delivery by id, so that lost and doubled deliveries are counted
//! and not estimated.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use uuid::{Builder, Uuid};

use crate::report::{histogram, microseconds};

#[derive(Debug)]
struct Message {
    id: u128,
    room: usize,
    author: usize,
    /// When it had to be sent, since the start.
    due: Duration,
    accepted: bool,
}

/// A member with an open stream.
#[derive(Debug)]
pub(super) struct Reader {
    room: usize,
    member: usize,
    /// A bit for each message.
    seen: Vec<u64>,
    /// A `reset`: the client has to fetch what it missed.
    pub(super) reset: bool,
}

impl Reader {
    pub(super) const fn new(room: usize, member: usize) -> Self {
        Self { room, member, seen: Vec::new(), reset: false }
    }

    /// Returns whether the message is new to this reader.
    fn see(&mut self, number: usize) -> bool {
        let (word, bit) = (number / 64, 1 << (number % 64));
        if word >= self.seen.len() {
            self.seen.resize(word + 1, 0);
        }
        let new = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        new
    }

    fn has_seen(&self, number: usize) -> bool {
        self.seen.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

/// The time between the warm-up and the end. Latencies are in microseconds.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) accepted: u64,
    pub(super) deliveries: u64,
    /// From when a message was sent to its rejection.
    pub(super) rejections: Histogram<u64>,
    /// From when a message was due to its response.
    pub(super) responses: Histogram<u64>,
    /// From when a message was due to the stream of another member.
    pub(super) shown: Histogram<u64>,
}

#[derive(Debug)]
pub(super) struct Tally {
    start: Instant,
    /// The window, since the start.
    from: Duration,
    until: Duration,
    messages: Vec<Message>,
    readers_of_room: Vec<u64>,
    pub(super) window: Window,
    pub(super) rejected: u64,
    /// Of accepted messages.
    pub(super) missing_deliveries: i64,
    pub(super) doubled: u64,
    /// Deliveries of messages that were not sent to the room of the reader.
    pub(super) foreign: u64,
    pub(super) resumed: u64,
    pub(super) last_delivery: Duration,
}

impl Tally {
    pub(super) fn new(warm_up: Duration, time: Duration, readers_of_room: Vec<u64>) -> anyhow::Result<Self> {
        let (rejections, responses, shown) = (histogram()?, histogram()?, histogram()?);
        Ok(Self {
            start: Instant::now(),
            from: warm_up,
            until: warm_up + time,
            messages: Vec::new(),
            readers_of_room,
            window: Window { accepted: 0, deliveries: 0, rejections, responses, shown },
            rejected: 0,
            missing_deliveries: 0,
            doubled: 0,
            foreign: 0,
            resumed: 0,
            last_delivery: Duration::ZERO,
        })
    }

    pub(super) const fn start(&self) -> Instant {
        self.start
    }

    fn in_window(&self, at: Duration) -> bool {
        (self.from..self.until).contains(&at)
    }

    /// Adds a message that is sent now. Returns its number and its id.
    pub(super) fn send(&mut self, room: usize, author: usize, due: Instant) -> (usize, Uuid) {
        let number = self.messages.len();
        let id = id_of(number);
        let due = due.saturating_duration_since(self.start);
        self.messages.push(Message { id: id.as_u128(), room, author, due, accepted: false });
        (number, id)
    }

    pub(super) fn responded(&mut self, number: usize, status: u16, took: Duration) {
        let now = self.start.elapsed();
        let in_window = self.in_window(now);
        let message = &mut self.messages[number];
        if !(200..300).contains(&status) {
            self.rejected += 1;
            if in_window {
                self.window.rejections.saturating_record(microseconds(took));
            }
            return;
        }
        message.accepted = true;
        self.missing_deliveries += self.readers_of_room[message.room].cast_signed();
        if in_window {
            self.window.accepted += 1;
            self.window.responses.saturating_record(microseconds(now.saturating_sub(message.due)));
        }
    }

    pub(super) fn delivered(&mut self, reader: &mut Reader, id: u128, at: Instant) {
        let number = number_of(id);
        let message = self.messages.get(number).filter(|message| message.id == id && message.room == reader.room);
        let Some(message) = message else {
            self.foreign += 1;
            return;
        };
        if !reader.see(number) {
            self.doubled += 1;
            return;
        }
        self.missing_deliveries -= 1;
        let at = at.saturating_duration_since(self.start);
        self.last_delivery = at;
        if self.in_window(at) {
            self.window.deliveries += 1;
            if message.author != reader.member {
                self.window.shown.saturating_record(microseconds(at.saturating_sub(message.due)));
            }
        }
    }

    /// Deliveries of accepted messages that are missing at readers who received no `reset`.
    pub(super) fn lost(&self, readers: &[Reader]) -> u64 {
        let accepted = self.messages.iter().enumerate().filter(|(_, message)| message.accepted);
        let missing = accepted.map(|(number, message)| {
            let readers = readers.iter().filter(|reader| reader.room == message.room && !reader.reset);
            readers.filter(|reader| !reader.has_seen(number)).count() as u64
        });
        missing.sum()
    }

    pub(super) fn accepted(&self) -> u64 {
        self.messages.iter().filter(|message| message.accepted).count() as u64
    }
}

/// A UUID of version 7 with the number of the message in its random part.
fn id_of(number: usize) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&(number as u64).to_be_bytes());
    let now = jiff::Timestamp::now().as_millisecond().cast_unsigned();
    Builder::from_unix_timestamp_millis(now, &random).into_uuid()
}

fn number_of(id: u128) -> usize {
    // Without the two bits of the variant.
    usize::try_from(id & (u128::MAX >> 66)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_id_contains_the_number() {
        for number in [0, 1, 63, 64, 70_000, 5_000_000_000] {
            assert_eq!(number_of(id_of(number).as_u128()), number);
        }
    }

    #[test]
    fn lost_doubled_and_foreign_deliveries_are_counted() {
        let mut tally = Tally::new(Duration::ZERO, Duration::from_mins(1), vec![2, 1]).unwrap();
        let mut readers = [Reader::new(0, 0), Reader::new(0, 1), Reader::new(1, 2)];
        let now = tally.start();
        let (first, first_id) = tally.send(0, 0, now);
        let (second, second_id) = tally.send(0, 1, now);
        let (rejected, _) = tally.send(1, 2, now);
        for (number, status) in [(first, 201), (second, 201), (rejected, 403)] {
            tally.responded(number, status, Duration::from_millis(3));
        }
        for (reader, id) in [(0, first_id), (1, first_id), (1, first_id), (1, second_id), (2, second_id)] {
            tally.delivered(&mut readers[reader], id.as_u128(), now);
        }
        tally.delivered(&mut readers[0], Uuid::now_v7().as_u128(), now);
        assert_eq!((tally.lost(&readers), tally.doubled, tally.foreign, tally.missing_deliveries), (1, 1, 2, 1));
        assert_eq!((tally.accepted(), tally.rejected, tally.window.deliveries), (2, 1, 3));
        assert_eq!(tally.window.rejections.len(), 1);
        // The delivery to the author is not a latency between members.
        assert_eq!(tally.window.shown.len(), 1);
    }
}
