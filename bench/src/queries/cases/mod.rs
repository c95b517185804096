//! What is asked, by whom.

mod lists;
mod messages;

use causerie_store::Database;

use super::ask::Ask;
use super::town::Town;

/// A query in one situation.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) title: String,
    pub(super) ask: Ask,
    /// How many rows are expected; none where some is enough.
    rows: Option<usize>,
}

impl Case {
    fn new(title: impl Into<String>, ask: Ask) -> Self {
        Self { title: title.into(), ask, rows: None }
    }

    /// A full page, of so many rows.
    fn full(title: impl Into<String>, ask: Ask, rows: u32) -> Self {
        Self { title: title.into(), ask, rows: Some(rows as usize) }
    }

    /// Whether an answer is what the case is about.
    pub(super) fn fits(&self, rows: usize) -> bool {
        self.rows.map_or(rows > 0, |expected| rows == expected)
    }
}

/// All of them.
pub(super) async fn all(database: &Database, town: &Town) -> anyhow::Result<Vec<Case>> {
    let mut cases = lists::conversations(database, town).await?;
    cases.extend(messages::all(town)?);
    cases.extend(lists::participants(town));
    cases.extend(lists::members(town)?);
    Ok(cases)
}
