//! What read models keep of a site, each in a table of its own: its name and whether member chat is on.

use causerie_events::{LogEvent, SiteEvent};
use sqlx::PgConnection;

/// Applies an event of a site to the named table.
pub(crate) async fn apply(
    connection: &mut PgConnection,
    table: &'static str,
    event: &LogEvent,
    site_event: &SiteEvent,
) -> Result<(), sqlx::Error> {
    let (name, enabled) = match site_event {
        SiteEvent::SiteRegistered(registered) => (Some(registered.name.as_str()), None),
        SiteEvent::MemberChatEnabled => (None, Some(true)),
        SiteEvent::MemberChatDisabled => (None, Some(false)),
        SiteEvent::ApprovalChanged(_) | SiteEvent::GroupCreationChanged(_) | SiteEvent::MaxParticipantsChanged(_) => {
            return Ok(());
        }
    };
    let statement = format!(
        "INSERT INTO {table} AS s (site_id, name, member_chat_enabled) VALUES ($1, $2, coalesce($3, false))
         ON CONFLICT (site_id) DO UPDATE
            SET name = coalesce($2, s.name), member_chat_enabled = coalesce($3, s.member_chat_enabled)"
    );
    sqlx::query(&statement)
        .bind(event.recorded.stream.site_id().as_str())
        .bind(name)
        .bind(enabled)
        .execute(connection)
        .await?;
    Ok(())
}
