//! What can be written together. Between two changes of who is in a conversation, sends, changes of messages and read
//! markers may be written in this order instead of the log's, as none of them undoes or sees what the others do: a send
//! only adds a message at the end; a change or a marker counts only for a message that was sent before it in the log, and
//! says so by its log number.

use causerie_events::{LogEvent, MessageEvent};
use sqlx::PgConnection;

use crate::timeline::changes;
use crate::timeline::messages::Sent;
use crate::timeline::readers::Markers;

/// Events of one stretch of the log, sorted by how they are written.
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
    /// Writes all of it.
    pub(super) async fn write(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.sent.write(connection).await?;
        for (event, change) in &self.changes {
            changes::apply(connection, event, change).await?;
        }
        self.markers.write(connection).await
    }
}
