//! Events that are written together. Between two changes of the participants, sends, changes of
//! messages and read markers may be written in this order instead of log order, because they are
//! independent: a send only adds a message at the end; a change or a marker affects only messages
//! with a lower log number.

use causerie_events::{LogEvent, MessageEvent};
use sqlx::PgConnection;

use crate::timeline::changes;
use crate::timeline::messages::Sent;
use crate::timeline::readers::Markers;

/// Events of one part of the log, grouped by statement.
#[derive(Debug, Default)]
pub(super) struct Batch<'a> {
    /// Messages: one statement.
    pub(super) sent: Sent<'a>,
    /// Edits, deletions and reactions, one by one.
    pub(super) changes: Vec<(&'a LogEvent, MessageEvent)>,
    /// Read markers: one statement.
    pub(super) markers: Markers<'a>,
}

impl Batch<'_> {
    pub(super) async fn write(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.sent.write(connection).await?;
        for (event, change) in &self.changes {
            changes::apply(connection, event, change).await?;
        }
        self.markers.write(connection).await
    }
}
