//! The loads.

use crate::report::{float, thousands};
use crate::rooms::Place;

/// One load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Case {
    /// How many send at once.
    pub(crate) tasks: usize,
    /// Where to.
    pub(crate) place: Place,
    /// What the conversation holds already, where that is the question.
    pub(crate) holding: Option<u64>,
}

/// All of them: by how many send, then by what the conversation holds.
pub(crate) fn all(history: &[u64]) -> Vec<Case> {
    let bare = |tasks, place| Case { tasks, place, holding: None };
    let mut cases = vec![
        bare(32, Place::Spread),
        bare(32, Place::One),
        bare(256, Place::Spread),
        bare(256, Place::One),
        bare(1, Place::Spread),
    ];
    for tasks in [1, 32] {
        cases.extend(history.iter().map(|&messages| Case {
            tasks,
            place: Place::Holding(messages),
            holding: Some(messages),
        }));
    }
    cases
}

impl Case {
    /// For programs: `tasks-32-spread`.
    pub(crate) fn key(&self) -> String {
        let tasks = self.tasks;
        match self.place {
            Place::Spread => format!("tasks-{tasks}-spread"),
            Place::One => format!("tasks-{tasks}-one"),
            Place::Holding(messages) => format!("tasks-{tasks}-holding-{messages}"),
        }
    }

    /// For people: `32 tasks over 100 conversations`.
    pub(crate) fn title(&self) -> String {
        let tasks = if self.tasks == 1 { "one task alone".to_owned() } else { format!("{} tasks", self.tasks) };
        match self.place {
            Place::Spread => format!("{tasks} over 100 conversations"),
            Place::One => format!("{tasks} into one conversation"),
            Place::Holding(0) => format!("{tasks} into an empty conversation"),
            Place::Holding(messages) => {
                format!("{tasks} into a conversation that holds {} messages", thousands(float(messages)))
            }
        }
    }
}
