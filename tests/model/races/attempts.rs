//! Compares the sends and their responses with the log.

use std::collections::HashMap;

use causerie_tests::{ApiResponse, At, LogEvent as Event, at, messages};
use tokio::time::Instant;
use uuid::Uuid;

/// A message to send. Several drafts may have one id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) id: Uuid,
    pub(crate) author: &'static str,
    pub(crate) group: Uuid,
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct SendAttempt {
    pub(crate) draft: Draft,
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
    pub(crate) status: u16,
    /// Of an accepted send.
    pub(crate) position: Option<At>,
}

impl SendAttempt {
    pub(crate) fn new(draft: Draft, began: Instant, response: &ApiResponse) -> Self {
        let position = (response.status == 201).then(|| at(response.position()).expect("a position"));
        Self { draft, began, ended: Instant::now(), status: response.status, position }
    }
}

/// Every accepted message is in the log once, with its content and at the position of the response; no
/// other message is; and a message that was accepted is never refused later.
pub(crate) fn check(attempts: &[SendAttempt], log: &[Event]) {
    let mut messages = messages(log);
    let mut by_id: HashMap<Uuid, Vec<&SendAttempt>> = HashMap::new();
    for one in attempts {
        by_id.entry(one.draft.id).or_default().push(one);
    }
    let mut spans = Vec::new();
    for (id, attempts) in &by_id {
        let event = messages.remove(id);
        let accepted = attempts.iter().filter(|one| one.status == 201).min_by_key(|one| one.ended);
        let (event, accepted) = match (event, accepted) {
            (Some(event), Some(accepted)) => (event, accepted),
            (None, None) => continue,
            (None, Some(_)) => panic!("acknowledged and not in the log: {attempts:#?}"),
            (Some(event), None) => panic!("refused and in the log: {event:?}: {attempts:#?}"),
        };
        let Draft { author, group, text, .. } = &accepted.draft;
        let expected = [("author_id", *author), ("conversation_id", &group.to_string()), ("text", text)];
        for (field, value) in expected {
            assert_eq!(event.text(field), value, "{field} of {event:?}");
        }
        for one in attempts {
            if one.status == 201 {
                assert_eq!((one.position, &one.draft), (Some(event.at), &accepted.draft), "{attempts:#?}");
            } else if one.draft == accepted.draft {
                assert!(one.began < accepted.ended, "refused after it was accepted: {attempts:#?}");
            }
        }
        let began = attempts.iter().map(|one| one.began).min().unwrap_or(accepted.began);
        spans.push((event.at, began, accepted.ended));
    }
    assert!(messages.is_empty(), "never sent: {messages:#?}");
    check_order(spans);
}

/// A send that was completed before another began precedes it in the log.
fn check_order(mut spans: Vec<(At, Instant, Instant)>) {
    spans.sort_by_key(|(position, ..)| std::cmp::Reverse(*position));
    let mut first_end: Option<(Instant, At)> = None;
    for (position, began, ended) in spans {
        if let Some((end, later)) = first_end {
            assert!(end >= began, "{later:?} was completed before {position:?} began, but follows it");
        }
        if first_end.is_none_or(|(end, _)| ended < end) {
            first_end = Some((ended, position));
        }
    }
}
