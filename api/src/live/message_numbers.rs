//! Numbers messages within their conversations in log order, as the timeline does, so that a stream
//! can show a message without a query of the timeline.
//!
//! If this process has seen the start of a conversation, it counts from there. Otherwise it looks
//! up the first message that a stream needs in the timeline, and counts from that one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use causerie_events::{ConversationId, Event, LogEvent, MessageEvent, MessageId, SiteId};
use causerie_projections::timeline::MessagePlace;
use hashlink::LruCache;

/// A conversation that is evicted is looked up again.
const MAX_COUNTED_CONVERSATIONS: usize = 100_000;
/// Most edits, reactions and deletions happen soon after the send, so a small cache is enough.
const MAX_CACHED_MESSAGES: usize = 10_000;

/// Clones share the state.
#[derive(Debug, Clone)]
pub(super) struct MessageNumbers(Arc<Mutex<NumbersState>>);

#[derive(Debug)]
struct NumbersState {
    counts: LruCache<(SiteId, ConversationId), Count>,
    by_message: LruCache<(SiteId, MessageId), MessagePlace>,
}

/// The number of messages of a conversation.
#[derive(Debug, Clone, Copy)]
enum Count {
    Last(i64),
    /// `counted` messages since the run began. The number of messages before is not known.
    Since {
        run: u64,
        counted: i64,
    },
}

/// The number of a message that was just read from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageNumber {
    Seq(i64),
    /// The `nth` message of a run. A lookup determines its number.
    Nth {
        run: u64,
        nth: i64,
    },
}

impl MessageNumbers {
    pub(super) fn new() -> Self {
        let (counts, by_message) = (LruCache::new(MAX_COUNTED_CONVERSATIONS), LruCache::new(MAX_CACHED_MESSAGES));
        Self(Arc::new(Mutex::new(NumbersState { counts, by_message })))
    }

    fn lock(&self) -> MutexGuard<'_, NumbersState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops everything, because the log lost events that were counted.
    pub(super) fn clear(&self) {
        let mut state = self.lock();
        state.counts.clear();
        state.by_message.clear();
    }

    /// Counts the next event of the log. Returns the number of a sent message.
    pub(super) fn observe(&self, log: &LogEvent, event: &Event) -> Option<MessageNumber> {
        let site = log.recorded.stream.site_id();
        match event {
            // The first event of the stream of a conversation.
            Event::Conversation(_) if log.recorded.sequence == 1 => {
                let id = log.recorded.stream.local_id().parse().ok()?;
                self.lock().counts.insert((site.clone(), id), Count::Last(0));
                None
            }
            Event::Message(MessageEvent::MessageSent(sent)) => {
                let id: MessageId = log.recorded.stream.local_id().parse().ok()?;
                let (run, mut state) = (log.log_number, self.lock());
                let key = (site.clone(), sent.conversation_id);
                let number = state.counts.entry(key).or_insert(Count::Since { run, counted: 0 }).next();
                if let MessageNumber::Seq(seq) = number {
                    state.by_message.insert((site.clone(), id), MessagePlace { seq, log_number: log.log_number });
                }
                Some(number)
            }
            _ => None,
        }
    }

    /// Continues a run from the number `seq` that was looked up for its `nth` message.
    pub(super) fn continue_run(&self, site: &SiteId, conversation: ConversationId, run: u64, nth: i64, seq: i64) {
        if let Some(count) = self.lock().counts.get_mut(&(site.clone(), conversation))
            && let Count::Since { run: current, counted } = *count
            && current == run
        {
            *count = Count::Last(seq + counted - nth);
        }
    }

    pub(super) fn cache(&self, site: &SiteId, message: MessageId, place: MessagePlace) {
        self.lock().by_message.insert((site.clone(), message), place);
    }

    pub(super) fn get(&self, site: &SiteId, message: MessageId) -> Option<MessagePlace> {
        self.lock().by_message.get(&(site.clone(), message)).copied()
    }
}

impl Count {
    fn next(&mut self) -> MessageNumber {
        match self {
            Self::Last(last) => {
                *last += 1;
                MessageNumber::Seq(*last)
            }
            Self::Since { run, counted } => {
                *counted += 1;
                MessageNumber::Nth { run: *run, nth: *counted }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use causerie_events::{LogEvent, StreamId};
    use uuid::Uuid;

    use super::*;
    use crate::live::fixtures::{acme, message, recorded};

    fn conversation() -> ConversationId {
        Uuid::from_u128(1).into()
    }

    fn sent(numbers: &MessageNumbers, log_number: u64) -> MessageNumber {
        let live = message(conversation(), log_number, false);
        numbers.observe(&live.log, &live.event).unwrap()
    }

    #[test]
    fn latest_message_stays_cached_after_many_others() {
        let (numbers, place) = (MessageNumbers::new(), MessagePlace { seq: 1, log_number: 1 });
        let id = |number: usize| Uuid::from_u128(number as u128).into();
        (0..3 * MAX_CACHED_MESSAGES).for_each(|number| numbers.cache(&acme(), id(number), place));
        assert_eq!(numbers.get(&acme(), id(3 * MAX_CACHED_MESSAGES - 1)), Some(place));
        assert_eq!(numbers.get(&acme(), id(0)), None);
    }

    #[test]
    fn conversation_is_counted_from_its_start() {
        let numbers = MessageNumbers::new();
        let start = LogEvent::new(1, recorded(StreamId::conversation(&acme(), conversation()), 1));
        assert_eq!(
            numbers.observe(&start, &Event::Conversation(causerie_events::ConversationEvent::GroupClosed)),
            None
        );
        assert_eq!((sent(&numbers, 2), sent(&numbers, 4)), (MessageNumber::Seq(1), MessageNumber::Seq(2)));
        let last = numbers.get(&acme(), Uuid::nil().into());
        assert_eq!(last, Some(MessagePlace { seq: 2, log_number: 4 }));
    }

    #[test]
    fn conversation_with_unknown_start_is_counted_from_a_lookup() {
        let numbers = MessageNumbers::new();
        let number = [sent(&numbers, 10), sent(&numbers, 11), sent(&numbers, 12)];
        let nth = |nth| MessageNumber::Nth { run: 10, nth };
        assert_eq!(number, [nth(1), nth(2), nth(3)]);
        numbers.continue_run(&acme(), conversation(), 10, 2, 42);
        assert_eq!(sent(&numbers, 13), MessageNumber::Seq(44));
        // Later lookups of the run and lookups of another run change nothing.
        numbers.continue_run(&acme(), conversation(), 10, 1, 41);
        numbers.continue_run(&acme(), conversation(), 9, 1, 7);
        assert_eq!(sent(&numbers, 14), MessageNumber::Seq(45));
    }
}
