//! The rows of a conversation list: the conversations of a member, and for staff all conversations
//! with the business. Both have the same order, so that their pages can be merged.

use causerie_events::conversation::ConversationKind;
use sqlx::{Postgres, QueryBuilder};

use crate::conversation_list::ListConversations;

/// Adds the statement of one page (and one row more) of `site_id`, `conversation_id` and
/// `last_log_number`. `$1` is the site and `$2` the member.
pub(super) fn push_page<'a>(sql: &mut QueryBuilder<'a, Postgres>, query: &'a ListConversations) {
    let inbox = query.staff && query.kind.is_none_or(|kind| kind == ConversationKind::Business);
    // The inbox contains the own conversation of a staff member with the business.
    let memberships = !(query.staff && query.kind == Some(ConversationKind::Business));
    if memberships {
        sql.push("SELECT * FROM (");
        push_memberships(sql, query);
        sql.push(") memberships");
    }
    if memberships && inbox {
        sql.push(" UNION ALL ");
    }
    if inbox {
        sql.push("SELECT * FROM (");
        push_inbox(sql, query);
        sql.push(") inbox");
    }
    sql.push(" ORDER BY last_log_number DESC, conversation_id DESC LIMIT ").push_bind(i64::from(query.limit) + 1);
}

/// Cost: linear in the conversations of the member. They have no index for their order, which would
/// cost a message a write for each participant.
fn push_memberships<'a>(sql: &mut QueryBuilder<'a, Postgres>, query: &'a ListConversations) {
    sql.push(
        "SELECT c.site_id, c.conversation_id, greatest(c.last_log_number, p.joined_log_number) AS last_log_number
           FROM read_models.conversation_list_participants p
           JOIN read_models.conversation_list c USING (site_id, conversation_id)
           LEFT JOIN read_models.conversation_list_preferences f
             ON f.site_id = p.site_id AND f.member_id = p.member_id AND f.conversation_id = p.conversation_id
          WHERE p.site_id = $1 AND p.member_id = $2",
    );
    if let Some(kind) = query.kind {
        sql.push(" AND c.kind = ").push_bind(kind.as_str());
    }
    if query.staff {
        sql.push(" AND c.kind <> 'business'");
    }
    push_rest(sql, query, "c", "greatest(c.last_log_number, p.joined_log_number)");
}

/// Cost: linear in the page, with an index, and in the archived or read conversations that are skipped.
fn push_inbox<'a>(sql: &mut QueryBuilder<'a, Postgres>, query: &'a ListConversations) {
    sql.push(
        "SELECT i.site_id, i.conversation_id, i.last_log_number
           FROM read_models.conversation_list_inbox i
           LEFT JOIN read_models.conversation_list_preferences f
             ON f.site_id = i.site_id AND f.member_id = $2 AND f.conversation_id = i.conversation_id
          WHERE i.site_id = $1",
    );
    push_rest(sql, query, "i", "i.last_log_number");
}

/// `order` is the SQL expression that the list is ordered by.
fn push_rest<'a>(
    sql: &mut QueryBuilder<'a, Postgres>,
    query: &'a ListConversations,
    table: &'static str,
    order: &'static str,
) {
    for (preference, wanted) in [("archived", query.archived), ("pinned", query.pinned)] {
        match wanted {
            // Only existing rows match, so Postgres may start from the few that exist.
            Some(true) => sql.push(format_args!(" AND f.{preference}")),
            Some(false) => sql.push(format_args!(" AND NOT coalesce(f.{preference}, false)")),
            None => sql,
        };
    }
    if query.unread {
        sql.push(format_args!(
            " AND EXISTS (
                SELECT 1 FROM read_models.timeline_conversations t
                  LEFT JOIN read_models.timeline_participants tp
                    ON tp.site_id = $1 AND tp.conversation_id = t.conversation_id AND tp.member_id = $2
                  LEFT JOIN read_models.timeline_readers r
                    ON r.site_id = $1 AND r.conversation_id = t.conversation_id AND r.member_id = $2
                 WHERE t.site_id = $1 AND t.conversation_id = {table}.conversation_id
                   AND t.last_seq > greatest(r.read_seq, tp.first_seq - 1, 0))"
        ));
    }
    if let Some(only) = query.only {
        sql.push(format_args!(" AND {table}.conversation_id = ")).push_bind(only.as_uuid());
    }
    if let Some((log_number, id)) = query.after {
        sql.push(format_args!(" AND ({order}, {table}.conversation_id) < ("));
        sql.push_bind(log_number).push(", ").push_bind(id).push(")");
    }
    sql.push(format_args!(" ORDER BY {order} DESC, {table}.conversation_id DESC LIMIT "));
    sql.push_bind(i64::from(query.limit) + 1);
}
