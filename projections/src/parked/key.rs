//! Keys of events. Events of one key are applied in order; those of different keys never use the
//! same rows.

use std::collections::HashSet;

use causerie_events::{AggregateType, LogEvent, RecordedEvent};
use sqlx::PgConnection;

/// The conversation, the member or the site that an event belongs to.
pub(super) fn key(event: &RecordedEvent) -> String {
    let site = event.stream.site_id();
    match event.stream.aggregate_type() {
        AggregateType::Site => format!("{site}/site"),
        AggregateType::System => format!("{site}/system"),
        AggregateType::Member => format!("{site}/member/{}", event.stream.local_id()),
        AggregateType::Conversation | AggregateType::Message | AggregateType::Participation => {
            match event.conversation_id() {
                Some(conversation) => format!("{site}/conversation/{conversation}"),
                None => any(event),
            }
        }
    }
}

/// For an event with an unknown key, which may be any of its site.
fn any(event: &RecordedEvent) -> String {
    format!("{}/*", event.stream.site_id())
}

/// The keys of parked events, behind which later events wait.
#[derive(Debug, Default)]
pub(crate) struct ParkedKeys(HashSet<String>);

impl ParkedKeys {
    pub(crate) async fn load(connection: &mut PgConnection, projection: &str) -> Result<Self, sqlx::Error> {
        let keys = sqlx::query_scalar("SELECT DISTINCT key FROM projection_parked WHERE projection = $1")
            .bind(projection)
            .fetch_all(connection)
            .await?;
        Ok(Self(keys.into_iter().collect()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an event must wait.
    pub(super) fn holds(&self, event: &LogEvent) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let (own, any) = (key(&event.recorded), any(&event.recorded));
        self.0.contains(&own)
            || self.0.contains(&any)
            || (own == any && self.0.iter().any(|key| key.starts_with(any.trim_end_matches('*'))))
    }

    pub(super) fn add(&mut self, event: &LogEvent) {
        self.0.insert(key(&event.recorded));
    }
}
