//! Turns events of members and sites into rows. Events of unregistered members change nothing.

use causerie_events::member::MemberRegistered;
use causerie_events::{AggregateType, Event, LogEvent, MemberEvent};
use sqlx::{PgConnection, Row};

use crate::member_list::search::{SEARCH_VERSION, search_key};
use crate::projector::{ApplyError, Projector};
use crate::sites;

#[derive(Debug, Default, Clone, Copy)]
pub struct MemberListProjector;

impl Projector for MemberListProjector {
    const NAME: &'static str = super::NAME;
    const TABLES: &'static [&'static str] =
        &["member_list", "member_list_labels", "member_list_blocks", "member_list_sites"];
    const READS: &'static [AggregateType] = &[AggregateType::Site, AggregateType::Member];

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        for event in events.iter().filter(|event| Self::reads(event)) {
            match Event::decode(&event.recorded)? {
                Event::Member(member_event) => member(connection, event, &member_event).await?,
                Event::Site(site_event) => sites::apply(connection, "member_list_sites", event, &site_event).await?,
                Event::Conversation(_) | Event::Message(_) | Event::Participation(_) | Event::System(_) => {}
            }
        }
        Ok(())
    }

    /// Folds the names again whose keys were written by other rules.
    async fn refresh(&self, connection: &mut PgConnection) -> Result<bool, ApplyError> {
        let rows =
            sqlx::query("SELECT site_id, member_id, display_name FROM member_list WHERE search_version <> $1 LIMIT $2")
                .bind(SEARCH_VERSION)
                .bind(REFRESH_BATCH_MEMBERS)
                .fetch_all(&mut *connection)
                .await?;
        let (mut sites, mut members, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for row in &rows {
            sites.push(row.try_get::<&str, _>("site_id")?);
            members.push(row.try_get::<&str, _>("member_id")?);
            keys.push(search_key(row.try_get("display_name")?));
        }
        sqlx::query(
            "UPDATE member_list m SET search_name = new.key, search_version = $4
               FROM unnest($1::text[], $2::text[], $3::text[]) AS new (site_id, member_id, key)
              WHERE m.site_id = new.site_id AND m.member_id = new.member_id",
        )
        .bind(sites)
        .bind(members)
        .bind(keys)
        .bind(SEARCH_VERSION)
        .execute(connection)
        .await?;
        Ok(!rows.is_empty())
    }
}

/// Per transaction.
const REFRESH_BATCH_MEMBERS: i64 = 5_000;

async fn member(
    connection: &mut PgConnection,
    event: &LogEvent,
    member_event: &MemberEvent,
) -> Result<(), sqlx::Error> {
    let stream = &event.recorded.stream;
    let update = |statement| {
        sqlx::query(statement).bind(stream.site_id().as_str().to_owned()).bind(stream.local_id().to_owned())
    };
    match member_event {
        MemberEvent::MemberRegistered(registered) => return register(connection, event, registered).await,
        MemberEvent::MemberProfileChanged(changed) => {
            let profile = &changed.profile;
            let name = profile.display_name.as_str();
            update(
                "UPDATE member_list SET display_name = $3, avatar_url = $4, search_name = $5, search_version = $6
                  WHERE site_id = $1 AND member_id = $2",
            )
            .bind(name)
            .bind(profile.avatar_url.as_deref())
            .bind(search_key(name))
            .bind(SEARCH_VERSION)
        }
        MemberEvent::CommunityJoined => {
            update("UPDATE member_list SET community = true WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::CommunityLeft => {
            update("UPDATE member_list SET community = false WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberApproved => {
            update("UPDATE member_list SET pending = false WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberBlocked => {
            update("UPDATE member_list SET blocked = true WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberUnblocked => {
            update("UPDATE member_list SET blocked = false WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberRemoved => {
            update("UPDATE member_list SET removed = true WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::MemberMuted => update("UPDATE member_list SET muted = true WHERE site_id = $1 AND member_id = $2"),
        MemberEvent::MemberUnmuted => {
            update("UPDATE member_list SET muted = false WHERE site_id = $1 AND member_id = $2")
        }
        MemberEvent::RoleAssigned(assigned) => update(ADD_LABEL).bind("role").bind(assigned.role.as_str()),
        MemberEvent::RoleUnassigned(assigned) => update(REMOVE_LABEL).bind("role").bind(assigned.role.as_str()),
        MemberEvent::BadgeAssigned(assigned) => update(ADD_LABEL).bind("badge").bind(assigned.badge.as_str()),
        MemberEvent::BadgeUnassigned(assigned) => update(REMOVE_LABEL).bind("badge").bind(assigned.badge.as_str()),
        MemberEvent::ContactBlocked(contact) => update(
            "INSERT INTO member_list_blocks (site_id, blocker, blocked)
             SELECT site_id, member_id, $3 FROM member_list WHERE site_id = $1 AND member_id = $2 ON CONFLICT DO NOTHING",
        )
        .bind(contact.member_id.as_str()),
        MemberEvent::ContactUnblocked(contact) => {
            update("DELETE FROM member_list_blocks WHERE site_id = $1 AND blocker = $2 AND blocked = $3")
                .bind(contact.member_id.as_str())
        }
        MemberEvent::LogReplayed(_) => return Ok(()),
    }
    .execute(connection)
    .await?;
    Ok(())
}

const ADD_LABEL: &str = "INSERT INTO member_list_labels (site_id, member_id, kind, label)
     SELECT site_id, member_id, $3, $4 FROM member_list WHERE site_id = $1 AND member_id = $2 ON CONFLICT DO NOTHING";
const REMOVE_LABEL: &str =
    "DELETE FROM member_list_labels WHERE site_id = $1 AND member_id = $2 AND kind = $3 AND label = $4";

/// A member who is registered again after a removal loses labels and own blocks. Blocks by other
/// members remain.
async fn register(
    connection: &mut PgConnection,
    event: &LogEvent,
    registered: &MemberRegistered,
) -> Result<(), sqlx::Error> {
    let stream = &event.recorded.stream;
    sqlx::query(
        "WITH labels AS (DELETE FROM member_list_labels WHERE site_id = $1 AND member_id = $2),
              blocks AS (DELETE FROM member_list_blocks WHERE site_id = $1 AND blocker = $2)
         INSERT INTO member_list (site_id, member_id, display_name, avatar_url, community, pending, registered_at,
                                  search_name, search_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7::text::timestamptz, $8, $9)
         ON CONFLICT (site_id, member_id) DO UPDATE
            SET display_name = excluded.display_name, avatar_url = excluded.avatar_url, community = excluded.community,
                pending = excluded.pending, blocked = false, muted = false, removed = false,
                registered_at = excluded.registered_at, search_name = excluded.search_name,
                search_version = excluded.search_version",
    )
    .bind(stream.site_id().as_str())
    .bind(stream.local_id())
    .bind(registered.profile.display_name.as_str())
    .bind(registered.profile.avatar_url.as_deref())
    .bind(registered.community)
    .bind(registered.pending)
    .bind(event.recorded.recorded_at.to_string())
    .bind(search_key(registered.profile.display_name.as_str()))
    .bind(SEARCH_VERSION)
    .execute(connection)
    .await?;
    Ok(())
}
