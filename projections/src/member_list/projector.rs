//! Turns events of members into rows.

use causerie_events::{Event, LogEvent, MemberEvent};
use sqlx::PgConnection;

use crate::runner::{ApplyError, Projector};

/// Writes `member_list`.
#[derive(Debug, Default, Clone, Copy)]
pub struct MemberListProjector;

impl Projector for MemberListProjector {
    const NAME: &'static str = super::NAME;

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        for event in events {
            if let Event::Member(member_event) = Event::decode(&event.recorded)? {
                apply(connection, event, &member_event).await?;
            }
        }
        Ok(())
    }
}

async fn apply(connection: &mut PgConnection, event: &LogEvent, member_event: &MemberEvent) -> Result<(), sqlx::Error> {
    let stream = &event.recorded.stream;
    let update =
        |column| sqlx::query(column).bind(stream.site_id().as_str().to_owned()).bind(stream.local_id().to_owned());
    match member_event {
        MemberEvent::MemberRegistered(registered) => sqlx::query(
            "INSERT INTO member_list (site_id, member_id, display_name, avatar_url, community, pending, registered_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7::text::timestamptz)",
        )
        .bind(stream.site_id().as_str())
        .bind(stream.local_id())
        .bind(registered.profile.display_name.as_str())
        .bind(registered.profile.avatar_url.as_deref())
        .bind(registered.community)
        .bind(registered.pending)
        .bind(event.recorded.recorded_at.to_string()),
        MemberEvent::MemberProfileChanged(profile) => {
            update("UPDATE member_list SET display_name = $3, avatar_url = $4 WHERE site_id = $1 AND member_id = $2")
                .bind(profile.display_name.as_str())
                .bind(profile.avatar_url.as_deref())
        }
        MemberEvent::CommunityJoined => {
            update("UPDATE member_list SET community = true WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::CommunityLeft => {
            update("UPDATE member_list SET community = false WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberBlocked => {
            update("UPDATE member_list SET blocked = true WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberUnblocked => {
            update("UPDATE member_list SET blocked = false WHERE site_id = $1 AND member_id = $2")
        }
    }
    .execute(connection)
    .await?;
    Ok(())
}
