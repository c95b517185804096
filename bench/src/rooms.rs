//! Which conversations a load goes to, and who is in them.

use serde::Serialize;
use uuid::Uuid;

use crate::message::MEMBERS;

/// How many conversations a spread load goes to.
pub(crate) const SPREAD: usize = 100;
/// Who is in a conversation of a spread load.
const PARTICIPANTS: usize = 32;
const STRIDE: usize = MEMBERS / PARTICIPANTS;

/// Where a load goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) enum Place {
    /// Over a hundred conversations of 32.
    Spread,
    /// Into one conversation of 32, or of 256 where more tasks send.
    One,
    /// Into one conversation of 32 that holds so many messages already.
    Holding(u64),
}

impl Place {
    /// How many conversations these are, for so many tasks: one task alone walks round a hundred empty ones, so that they
    /// stay nearly empty.
    pub(crate) const fn conversations(self, tasks: usize) -> usize {
        match self {
            Self::Spread => SPREAD,
            Self::Holding(0) if tasks == 1 => SPREAD,
            Self::One | Self::Holding(_) => 1,
        }
    }

    /// Who is in which of them.
    pub(crate) fn participants(self, tasks: usize, index: usize) -> Vec<usize> {
        if self.conversations(tasks) == 1 {
            (0..tasks.max(PARTICIPANTS)).collect()
        } else {
            (0..MEMBERS).filter(|member| (member + index).is_multiple_of(STRIDE)).collect()
        }
    }
}

/// The conversations of a load.
#[derive(Debug, Clone)]
pub(crate) struct Rooms {
    /// Their ids, in the order of [`Place::participants`].
    pub(crate) conversations: Vec<Uuid>,
}

impl Rooms {
    /// Where the task's `count`-th send goes, and who of the conversation says it.
    pub(crate) fn pick(&self, task: usize, count: usize) -> (Uuid, usize) {
        let index = (task * 37 + count) % self.conversations.len();
        if self.conversations.len() == 1 {
            return (self.conversations[index], task);
        }
        let first = (STRIDE - index % STRIDE) % STRIDE;
        (self.conversations[index], first + STRIDE * (task % PARTICIPANTS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_is_in_the_conversation() {
        for (place, tasks) in [(Place::Spread, 256), (Place::Spread, 1), (Place::One, 256), (Place::Holding(0), 1)] {
            let conversations: Vec<Uuid> =
                (0..place.conversations(tasks)).map(|index| Uuid::from_u128(index as u128)).collect();
            let rooms = Rooms { conversations };
            for (task, count) in (0..tasks).flat_map(|task| (0..200).map(move |count| (task, count))) {
                let (conversation, author) = rooms.pick(task, count);
                let index = usize::try_from(conversation.as_u128()).unwrap();
                assert!(place.participants(tasks, index).contains(&author), "{place:?} {tasks} {task} {count}");
            }
        }
    }
}
