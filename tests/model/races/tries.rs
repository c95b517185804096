//! What was sent and what was answered, held against the log.

use std::collections::HashMap;

use causerie_tests::{Answer, At, LogEvent as Event, at, messages};
use tokio::time::Instant;
use uuid::Uuid;

/// A message as its author means it. Under one id there may be several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) id: Uuid,
    pub(crate) author: &'static str,
    pub(crate) group: Uuid,
    pub(crate) text: String,
}

/// One send of a draft and its answer.
#[derive(Debug)]
pub(crate) struct Try {
    pub(crate) draft: Draft,
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
    pub(crate) status: u16,
    /// Of an accepted one.
    pub(crate) position: Option<At>,
}

impl Try {
    pub(crate) fn new(draft: Draft, began: Instant, answer: &Answer) -> Self {
        let position = (answer.status == 201).then(|| at(answer.position()).expect("a position"));
        Self { draft, began, ended: Instant::now(), status: answer.status, position }
    }
}

/// Every accepted message is in the log once, as it was meant and where the answer said; nothing else is; and once it is
/// accepted, it stays so.
pub(crate) fn check(tries: &[Try], log: &[Event]) {
    let mut messages = messages(log);
    let mut by_id: HashMap<Uuid, Vec<&Try>> = HashMap::new();
    for one in tries {
        by_id.entry(one.draft.id).or_default().push(one);
    }
    let mut spans = Vec::new();
    for (id, tries) in &by_id {
        let event = messages.remove(id);
        let accepted = tries.iter().filter(|one| one.status == 201).min_by_key(|one| one.ended);
        let (event, accepted) = match (event, accepted) {
            (Some(event), Some(accepted)) => (event, accepted),
            (None, None) => continue,
            (None, Some(_)) => panic!("acknowledged and not in the log: {tries:#?}"),
            (Some(event), None) => panic!("refused and in the log: {event:?}: {tries:#?}"),
        };
        let Draft { author, group, text, .. } = &accepted.draft;
        let expected = [("author_id", *author), ("conversation_id", &group.to_string()), ("text", text)];
        for (field, value) in expected {
            assert_eq!(event.text(field), value, "{field} of {event:?}");
        }
        for one in tries {
            if one.status == 201 {
                assert_eq!((one.position, &one.draft), (Some(event.at), &accepted.draft), "{tries:#?}");
            } else if one.draft == accepted.draft {
                assert!(one.began < accepted.ended, "refused after it was accepted: {tries:#?}");
            }
        }
        let began = tries.iter().map(|one| one.began).min().unwrap_or(accepted.began);
        spans.push((event.at, began, accepted.ended));
    }
    assert!(messages.is_empty(), "nobody sent these: {messages:#?}");
    check_order(spans);
}

/// What was answered before something else was asked stands before it.
fn check_order(mut spans: Vec<(At, Instant, Instant)>) {
    spans.sort_by_key(|(position, ..)| std::cmp::Reverse(*position));
    let mut first_end: Option<(Instant, At)> = None;
    for (position, began, ended) in spans {
        if let Some((end, later)) = first_end {
            assert!(end >= began, "{later:?} was answered before {position:?} was asked, and stands behind it");
        }
        if first_end.is_none_or(|(end, _)| ended < end) {
            first_end = Some((ended, position));
        }
    }
}
