//! Where messages stand: their numbers in their conversations and in the log, counted along in log order, so that a stream
//! shows a message without asking the timeline for it.
//!
//! A conversation whose start this process has seen is counted from there. In any other, the first message that a stream
//! needs is looked up in the timeline, and counting goes on from it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use causerie_events::{ConversationId, Event, LogEvent, MessageEvent, MessageId, SiteId};
use causerie_projections::timeline::MessagePlace;
use hashlink::LruCache;

/// Conversations counted at once; one that falls out is looked up again.
const COUNTED_CONVERSATIONS: usize = 100_000;
/// Messages whose places are cached: what happens to a message mostly happens soon after it was sent.
const CACHED_PLACES: usize = 10_000;

/// Clones share the counts.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    counts: LruCache<(SiteId, ConversationId), Count>,
    places: LruCache<(SiteId, MessageId), MessagePlace>,
}

/// How many messages a conversation has.
#[derive(Debug, Clone, Copy)]
enum Count {
    /// The number of the last one.
    Last(i64),
    /// So many since this run of counting began; how many there were before is not known.
    Since { run: u64, met: i64 },
}

/// The number of a message that was just read from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbered {
    /// Its number in the conversation.
    Seq(i64),
    /// The `nth` message of a run of counting; a look-up tells its number.
    Nth { run: u64, nth: i64 },
}

impl Places {
    pub(super) fn new() -> Self {
        let (counts, places) = (LruCache::new(COUNTED_CONVERSATIONS), LruCache::new(CACHED_PLACES));
        Self(Arc::new(Mutex::new(Kept { counts, places })))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything: the log lost events that were counted.
    pub(super) fn clear(&self) {
        let mut kept = self.lock();
        kept.counts.clear();
        kept.places.clear();
    }

    /// Takes in the next event of the log. Returns the number of a message that was sent.
    pub(super) fn take_in(&self, log: &LogEvent, event: &Event) -> Option<Numbered> {
        let site = log.recorded.stream.site_id();
        match event {
            // The first event of its stream starts a conversation.
            Event::Conversation(_) if log.recorded.sequence == 1 => {
                let id = log.recorded.stream.local_id().parse().ok()?;
                self.lock().counts.insert((site.clone(), id), Count::Last(0));
                None
            }
            Event::Message(MessageEvent::MessageSent(sent)) => {
                let id: MessageId = log.recorded.stream.local_id().parse().ok()?;
                let (run, mut kept) = (log.log_number, self.lock());
                let key = (site.clone(), sent.conversation_id);
                let numbered = kept.counts.entry(key).or_insert(Count::Since { run, met: 0 }).next();
                if let Numbered::Seq(seq) = numbered {
                    kept.places.insert((site.clone(), id), MessagePlace { seq, log_number: log.log_number });
                }
                Some(numbered)
            }
            _ => None,
        }
    }

    /// The number of the `nth` message of a run was looked up: from it those after it are counted.
    pub(super) fn found(&self, site: &SiteId, conversation: ConversationId, run: u64, nth: i64, seq: i64) {
        if let Some(count) = self.lock().counts.get_mut(&(site.clone(), conversation))
            && let Count::Since { run: counted, met } = *count
            && counted == run
        {
            *count = Count::Last(seq + met - nth);
        }
    }

    pub(super) fn cache(&self, site: &SiteId, message: MessageId, place: MessagePlace) {
        self.lock().places.insert((site.clone(), message), place);
    }

    pub(super) fn get(&self, site: &SiteId, message: MessageId) -> Option<MessagePlace> {
        self.lock().places.get(&(site.clone(), message)).copied()
    }
}

impl Count {
    /// Counts one more message.
    fn next(&mut self) -> Numbered {
        match self {
            Self::Last(last) => {
                *last += 1;
                Numbered::Seq(*last)
            }
            Self::Since { run, met } => {
                *met += 1;
                Numbered::Nth { run: *run, nth: *met }
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

    fn sent(places: &Places, log_number: u64) -> Numbered {
        let live = message(conversation(), log_number, false);
        places.take_in(&live.log, &live.event).unwrap()
    }

    #[test]
    fn place_of_the_latest_message_is_at_hand_however_many_came_before() {
        let (places, place) = (Places::new(), MessagePlace { seq: 1, log_number: 1 });
        let id = |number: usize| Uuid::from_u128(number as u128).into();
        (0..3 * CACHED_PLACES).for_each(|number| places.cache(&acme(), id(number), place));
        assert_eq!(places.get(&acme(), id(3 * CACHED_PLACES - 1)), Some(place));
        assert_eq!(places.get(&acme(), id(0)), None);
    }

    #[test]
    fn conversation_is_counted_from_its_start() {
        let places = Places::new();
        let start = LogEvent::new(1, recorded(StreamId::conversation(&acme(), conversation()), 1));
        assert_eq!(places.take_in(&start, &Event::Conversation(causerie_events::ConversationEvent::GroupClosed)), None);
        assert_eq!((sent(&places, 2), sent(&places, 4)), (Numbered::Seq(1), Numbered::Seq(2)));
        let last = places.get(&acme(), Uuid::nil().into());
        assert_eq!(last, Some(MessagePlace { seq: 2, log_number: 4 }));
    }

    #[test]
    fn conversation_of_before_is_counted_from_a_look_up() {
        let places = Places::new();
        let numbered = [sent(&places, 10), sent(&places, 11), sent(&places, 12)];
        let nth = |nth| Numbered::Nth { run: 10, nth };
        assert_eq!(numbered, [nth(1), nth(2), nth(3)]);
        places.found(&acme(), conversation(), 10, 2, 42);
        assert_eq!(sent(&places, 13), Numbered::Seq(44));
        // What another look-up of the run finds later changes nothing, and neither does one of another run.
        places.found(&acme(), conversation(), 10, 1, 41);
        places.found(&acme(), conversation(), 9, 1, 7);
        assert_eq!(sent(&places, 14), Numbered::Seq(45));
    }
}
