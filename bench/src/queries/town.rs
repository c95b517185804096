//! Who talks where: conversations, and which message goes to which of them. All at once, as in life: neighbours in the log
//! are of different conversations, so that a page of one is spread over the table.

use causerie_events::SiteId;
use uuid::{Builder, Uuid};

use super::shape::Shape;
use crate::fill::Message;

/// Messages are dealt out in rounds of so many.
const ROUND: u64 = 20;
/// Each so many-th message of a conversation answers the one before.
const REPLIES: u64 = 5;
/// The times in message ids count from here, a millisecond each.
const EPOCH: u64 = 1_767_225_600_000;

/// A conversation.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    pub(super) site: SiteId,
    pub(super) conversation: Uuid,
    /// They speak in turn.
    pub(super) authors: Vec<usize>,
}

/// Conversations that share some places of each round evenly.
#[derive(Debug)]
pub(super) struct Part {
    first: u64,
    places: u64,
    pub(super) talks: Vec<Talk>,
}

/// All conversations.
#[derive(Debug)]
pub(crate) struct Town {
    pub(super) shape: Shape,
    pub(super) site: SiteId,
    /// The large group: a twentieth of all messages.
    pub(super) crowd: Part,
    /// A group of 32: a tenth.
    pub(super) long: Part,
    /// Of other sites: a fifth.
    others: Part,
    /// All others of the site: first the small groups and direct conversations of the busy member, then those with the
    /// business.
    pub(super) rest: Part,
}

impl Part {
    const fn new(first: u64, places: u64, talks: Vec<Talk>) -> Self {
        Self { first, places, talks }
    }

    /// Which conversation a message goes to, and how many there are in it before.
    fn place(&self, number: u64) -> (usize, u64) {
        let rank = number / ROUND * self.places + number % ROUND - self.first;
        let talks = self.talks.len() as u64;
        (usize::try_from(rank % talks).unwrap_or_default(), rank / talks)
    }

    /// The number of the message that has so many before it in the conversation.
    pub(super) fn number(&self, talk: usize, before: u64) -> u64 {
        let rank = before * self.talks.len() as u64 + talk as u64;
        rank / self.places * ROUND + self.first + rank % self.places
    }

    /// How many messages each conversation holds at least.
    pub(super) const fn held(&self, messages: u64) -> u64 {
        messages / ROUND * self.places / self.talks.len() as u64
    }

    /// The one conversation of a part that has one.
    pub(super) fn conversation(&self) -> Uuid {
        self.talks.first().map_or_else(Uuid::nil, |talk| talk.conversation)
    }
}

impl Town {
    pub(super) fn new(shape: Shape, site: SiteId, [crowd, long, others, rest]: [Vec<Talk>; 4]) -> Self {
        Self {
            shape,
            site,
            crowd: Part::new(0, 1, crowd),
            long: Part::new(1, 2, long),
            others: Part::new(3, 4, others),
            rest: Part::new(7, 13, rest),
        }
    }

    /// What the message of a number is.
    #[expect(clippy::unnecessary_wraps, reason = "the form in which the fill asks")]
    pub(super) fn message(&self, number: u64) -> anyhow::Result<Message> {
        let parts = [&self.rest, &self.others, &self.long];
        let part = parts.into_iter().find(|part| part.first <= number % ROUND).unwrap_or(&self.crowd);
        let (index, before) = part.place(number);
        let talk = &part.talks[index];
        let turn = usize::try_from(before).unwrap_or_default() % talk.authors.len();
        let answers = before > 0 && before.is_multiple_of(REPLIES);
        Ok(Message {
            site: talk.site.clone(),
            conversation: talk.conversation,
            id: message_id(number),
            author: talk.authors[turn],
            reply_to: answers.then(|| message_id(part.number(index, before - 1))),
        })
    }
}

/// As clients make them, version 7, but known by their number.
pub(super) fn message_id(number: u64) -> Uuid {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    Builder::from_unix_timestamp_millis(EPOCH + number, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_by_its_place_in_its_conversation() {
        let site: SiteId = "bench".parse().unwrap();
        let talk = |_| Talk { site: site.clone(), conversation: Uuid::now_v7(), authors: vec![0, 1] };
        let talks = [1, 1, 5, 7].map(|talks| (0..talks).map(talk).collect());
        let town = Town::new(Shape::QUICK, site.clone(), talks);
        for part in [&town.crowd, &town.long, &town.others, &town.rest] {
            for (talk, before) in (0..part.talks.len()).flat_map(|talk| (0..100).map(move |before| (talk, before))) {
                let number = part.number(talk, before);
                assert_eq!(part.place(number), (talk, before));
                assert_eq!(town.message(number).unwrap().conversation, part.talks[talk].conversation);
            }
        }
        assert_eq!(town.crowd.held(1_000_000), 50_000);
    }
}
