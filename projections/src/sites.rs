//! The sites table of a read model: name, whether member chat is enabled, and whether the site is
//! closed.

use causerie_events::{LogEvent, SiteEvent};
use sqlx::PgConnection;

/// Applies an event of a site to the named table.
pub(crate) async fn apply(
    connection: &mut PgConnection,
    table: &'static str,
    event: &LogEvent,
    site_event: &SiteEvent,
) -> Result<(), sqlx::Error> {
    let (name, enabled, closed) = match site_event {
        SiteEvent::SiteRegistered(registered) => (Some(registered.name.as_str()), None, None),
        SiteEvent::SiteRenamed(renamed) => (Some(renamed.name.as_str()), None, None),
        SiteEvent::MemberChatEnabled => (None, Some(true), None),
        SiteEvent::MemberChatDisabled => (None, Some(false), None),
        SiteEvent::SiteClosed => (None, None, Some(true)),
        SiteEvent::SiteReopened => (None, None, Some(false)),
        SiteEvent::ApprovalChanged(_)
        | SiteEvent::GroupCreationChanged(_)
        | SiteEvent::MaxParticipantsChanged(_)
        | SiteEvent::AppearanceChanged(_)
        | SiteEvent::BadgesChanged(_)
        | SiteEvent::LocaleChanged(_)
        | SiteEvent::AllowedOriginsChanged(_) => return Ok(()),
    };
    let statement = format!(
        "INSERT INTO {table} AS s (site_id, name, member_chat_enabled, closed)
         VALUES ($1, $2, coalesce($3, false), coalesce($4, false))
         ON CONFLICT (site_id) DO UPDATE
            SET name = coalesce($2, s.name), member_chat_enabled = coalesce($3, s.member_chat_enabled),
                closed = coalesce($4, s.closed)"
    );
    sqlx::query(&statement)
        .bind(event.recorded.stream.site_id().as_str())
        .bind(name)
        .bind(enabled)
        .bind(closed)
        .execute(connection)
        .await?;
    Ok(())
}
