//! What was sent, what was accepted, and who has seen what: by id, so that what is lost and what comes twice is counted and
//! not estimated.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use uuid::{Builder, Uuid};

use crate::load::histogram;

/// One message.
#[derive(Debug)]
struct Sent {
    id: u128,
    room: usize,
    author: usize,
    /// When it was meant to be sent, since the start.
    due: Duration,
    accepted: bool,
}

/// A member who listens.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) room: usize,
    pub(super) member: usize,
    /// A bit for each message.
    seen: Vec<u64>,
    /// Told that its stream goes on elsewhere: what it has missed it would fetch.
    pub(super) reset: bool,
}

impl Reader {
    pub(super) const fn new(room: usize, member: usize) -> Self {
        Self { room, member, seen: Vec::new(), reset: false }
    }

    /// Whether it was the first time.
    fn see(&mut self, number: usize) -> bool {
        let (word, bit) = (number / 64, 1 << (number % 64));
        if word >= self.seen.len() {
            self.seen.resize(word + 1, 0);
        }
        let first = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        first
    }

    fn has_seen(&self, number: usize) -> bool {
        self.seen.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

/// Of a time between the warm-up and the end.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) accepted: u64,
    pub(super) deliveries: u64,
    /// From when it was sent to a refusal, in microseconds.
    pub(super) refusals: Histogram<u64>,
    /// From when it was meant to be sent to the answer, in microseconds.
    pub(super) answers: Histogram<u64>,
    /// … to the stream of another member.
    pub(super) shown: Histogram<u64>,
}

impl Window {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { accepted: 0, deliveries: 0, refusals: histogram()?, answers: histogram()?, shown: histogram()? })
    }
}

/// All of it.
#[derive(Debug)]
pub(super) struct Tally {
    start: Instant,
    /// What is in the window, since the start.
    from: Duration,
    until: Duration,
    sent: Vec<Sent>,
    /// How many listen in each room.
    listeners: Vec<u64>,
    pub(super) window: Window,
    pub(super) refused: u64,
    /// Deliveries still to come of what was accepted.
    pub(super) owed: i64,
    pub(super) doubled: u64,
    /// What nobody has sent here.
    pub(super) foreign: u64,
    pub(super) resumed: u64,
    pub(super) last_delivery: Duration,
}

impl Tally {
    pub(super) fn new(warm_up: Duration, time: Duration, listeners: Vec<u64>) -> anyhow::Result<Self> {
        Ok(Self {
            start: Instant::now(),
            from: warm_up,
            until: warm_up + time,
            sent: Vec::new(),
            listeners,
            window: Window::new()?,
            refused: 0,
            owed: 0,
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

    /// A message that is sent now, and its id.
    pub(super) fn send(&mut self, room: usize, author: usize, due: Instant) -> (usize, Uuid) {
        let number = self.sent.len();
        let id = id_of(number);
        let due = due.saturating_duration_since(self.start);
        self.sent.push(Sent { id: id.as_u128(), room, author, due, accepted: false });
        (number, id)
    }

    /// What was sent so long ago is answered.
    pub(super) fn answered(&mut self, number: usize, status: u16, took: Duration) {
        let now = self.start.elapsed();
        let in_window = self.in_window(now);
        let sent = &mut self.sent[number];
        if !(200..300).contains(&status) {
            self.refused += 1;
            if in_window {
                self.window.refusals.saturating_record(micros(took));
            }
            return;
        }
        sent.accepted = true;
        self.owed += self.listeners[sent.room].cast_signed();
        if in_window {
            self.window.accepted += 1;
            self.window.answers.saturating_record(micros(now.saturating_sub(sent.due)));
        }
    }

    pub(super) fn delivered(&mut self, reader: &mut Reader, id: u128, at: Instant) {
        let number = number_of(id);
        let Some(sent) = self.sent.get(number).filter(|sent| sent.id == id && sent.room == reader.room) else {
            self.foreign += 1;
            return;
        };
        if !reader.see(number) {
            self.doubled += 1;
            return;
        }
        self.owed -= 1;
        let at = at.saturating_duration_since(self.start);
        self.last_delivery = at;
        if self.in_window(at) {
            self.window.deliveries += 1;
            if sent.author != reader.member {
                self.window.shown.saturating_record(micros(at.saturating_sub(sent.due)));
            }
        }
    }

    /// Accepted, and never seen by somebody who listened, and was not told to fetch what they missed.
    pub(super) fn lost(&self, readers: &[Reader]) -> u64 {
        let accepted = self.sent.iter().enumerate().filter(|(_, sent)| sent.accepted);
        let missing = accepted.map(|(number, sent)| {
            readers
                .iter()
                .filter(|reader| reader.room == sent.room && !reader.reset && !reader.has_seen(number))
                .count() as u64
        });
        missing.sum()
    }

    pub(super) fn accepted(&self) -> u64 {
        self.sent.iter().filter(|sent| sent.accepted).count() as u64
    }
}

/// Version 7, as clients make them; the number is in the random part.
fn id_of(number: usize) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&(number as u64).to_be_bytes());
    let now = jiff::Timestamp::now().as_millisecond().cast_unsigned();
    Builder::from_unix_timestamp_millis(now, &random).into_uuid()
}

fn number_of(id: u128) -> usize {
    // All but the two bits of the variant.
    usize::try_from(id & (u128::MAX >> 66)).unwrap_or(usize::MAX)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_its_id() {
        for number in [0, 1, 63, 64, 70_000, 5_000_000_000] {
            assert_eq!(number_of(id_of(number).as_u128()), number);
        }
    }

    #[test]
    fn what_is_lost_doubled_or_of_another_room_is_counted() {
        let mut tally = Tally::new(Duration::ZERO, Duration::from_mins(1), vec![2, 1]).unwrap();
        let mut readers = [Reader::new(0, 0), Reader::new(0, 1), Reader::new(1, 2)];
        let now = tally.start();
        let (first, first_id) = tally.send(0, 0, now);
        let (second, second_id) = tally.send(0, 1, now);
        let (refused, _) = tally.send(1, 2, now);
        for (number, status) in [(first, 201), (second, 201), (refused, 403)] {
            tally.answered(number, status, Duration::from_millis(3));
        }
        for (reader, id) in [(0, first_id), (1, first_id), (1, first_id), (1, second_id), (2, second_id)] {
            tally.delivered(&mut readers[reader], id.as_u128(), now);
        }
        tally.delivered(&mut readers[0], Uuid::now_v7().as_u128(), now);
        assert_eq!((tally.lost(&readers), tally.doubled, tally.foreign, tally.owed), (1, 1, 2, 1));
        assert_eq!((tally.accepted(), tally.refused, tally.window.deliveries), (2, 1, 3));
        assert_eq!(tally.window.refusals.len(), 1);
        // The first of the two authors heard themselves: no figure of another member's stream.
        assert_eq!(tally.window.shown.len(), 1);
    }
}
