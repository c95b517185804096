//! A conversation in the list of a member.

use causerie_events::conversation::{ConversationKind, History};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::conversation_list::image;
use crate::member_list::sql::{blocked, blocks};
use crate::row::{from_micros, from_name};

/// A conversation, as this member sees it in the list.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Conversation")]
#[expect(clippy::struct_excessive_bools, reason = "the fields of the JSON, each a question of its own")]
pub struct ConversationView {
    /// The id.
    pub id: Uuid,
    /// The kind.
    pub kind: ConversationKind,
    /// The name of the group or of the other member. In a conversation with the business, the member sees the name of the site,
    /// and staff see the name of the member. Null if that member or site is not registered.
    pub name: Option<String>,
    /// The URL of the image of the group or the other member. That of a group is a path of the API.
    pub image_url: Option<String>,
    /// The longest-standing participants, at most five. Without the staff in a conversation with the business.
    pub participants: Vec<String>,
    /// The number of participants.
    pub participant_count: i32,
    /// Whether this member is an admin of the group.
    pub admin: bool,
    /// How much earlier history participants who join later may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// Whether messages are rejected: the conversation is closed, or it is between members and member chat is off.
    pub locked: bool,
    /// Whether the conversation is closed permanently.
    pub closed: bool,
    /// The last message that this member may read.
    pub last_message: Option<LastMessage>,
    /// The number of unread messages: after the read marker, readable, of other members without a block, and not deleted.
    pub unread: i64,
    /// The number of the last message; 0 without messages.
    pub last_seq: i64,
    /// The number of the last message that the member has marked as read; 0 without a marker.
    pub read_seq: i64,
    /// Whether the member wants no notification of new messages.
    pub muted: bool,
    /// Whether the member has archived it. A new message unarchives it, unless it is muted.
    pub archived: bool,
    /// Whether the member has pinned it to the top of the list.
    pub pinned: bool,
    /// The log number that the counts include. Only a frame with a greater `log_number` changes them.
    pub as_of: i64,
    /// The greater of the log numbers of the last message and of the joining of the member. The list is ordered by it.
    pub activity: i64,
}

/// The last message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LastMessage {
    /// The id.
    pub id: Uuid,
    /// The sender.
    pub author: String,
    /// The text; empty if the message is deleted.
    pub text: String,
    /// The number in the conversation.
    pub seq: i64,
    /// The time of sending.
    pub sent_at: Timestamp,
    /// Whether the message is deleted and only a placeholder remains.
    pub deleted: bool,
    /// Whether there is a block between the member and the author.
    pub collapsed: bool,
}

/// Selects views, and follows the table `page`. Each row of `page` has a conversation (`site_id`,
/// `conversation_id`, `last_log_number`), the viewer (`member_id`), and the log number of the
/// counts (`as_of`; null: current). `$1` is the site.
///
/// Counts as of an event omit what the timeline contains after it. Cost: linear in the page, in the
/// deletions after the marker of the reader, and in the messages sent after `as_of`; if a blocked
/// member has written in a conversation, in its unread messages.
///
/// While the timeline is behind the list, a member who has just joined has no first number there,
/// and sees no message.
pub(super) const VIEWS_OF_PAGE: &str = concat!(
    ", blocked_members AS MATERIALIZED (
       SELECT viewer.member_id, other.id
         FROM (SELECT DISTINCT page.member_id FROM page) viewer
         CROSS JOIN LATERAL (
           SELECT made.blocked AS id FROM read_models.member_list_blocks made
            WHERE made.site_id = $1 AND made.blocker = viewer.member_id AND ",
    blocks!("$1", "viewer.member_id", "made.blocked"),
    "       UNION SELECT received.blocker FROM read_models.member_list_blocks received
            WHERE received.site_id = $1 AND received.blocked = viewer.member_id AND ",
    blocks!("$1", "received.blocker", "viewer.member_id"),
    "    ) other)
     SELECT page.last_log_number, page.member_id AS viewer, c.conversation_id, c.kind, c.participant_count, c.closed,
            CASE WHEN c.kind = 'group' THEN c.name WHEN c.member_id = page.member_id THEN s.name ELSE o.display_name END
              AS name,
            c.site_id, c.image_id, CASE WHEN c.member_id = page.member_id THEN NULL ELSE o.avatar_url END AS avatar_url,
            CASE WHEN c.kind = 'group' THEN c.history END AS history,
            c.closed OR (c.kind <> 'business' AND NOT coalesce(s.member_chat_enabled, false)) AS locked,
            p.member_id IS NOT NULL AS is_participant,
            coalesce(p.admin, false) AS admin, coalesce(f.muted, false) AS muted,
            coalesce(f.archived, false) AS archived, coalesce(f.pinned, false) AS pinned,
            ARRAY(SELECT q.member_id FROM read_models.conversation_list_participants q
                   WHERE q.site_id = c.site_id AND q.conversation_id = c.conversation_id
                   ORDER BY q.join_number LIMIT 5) AS participants,
            coalesce(upto.last_seq, 0) AS last_seq, coalesce(r.read_seq, 0) AS read_seq,
            coalesce(greatest(0, upto.last_seq - place.read_to - (coalesce(r.own_after, 0) - own.later) - gone.count - hidden.count), 0)
              AS unread,
            coalesce(page.as_of, greatest(t.log_number, r.log_number, 0)) AS as_of,
            l.message_id, l.author_id, l.text, l.seq, l.deleted,
            (extract(epoch FROM l.sent_at) * 1000000)::bigint AS sent_at,
            l.author_id <> page.member_id AND ",
    blocked!("$1", "page.member_id", "l.author_id"),
    "       AS collapsed
       FROM page
       JOIN read_models.conversation_list c ON c.site_id = page.site_id AND c.conversation_id = page.conversation_id
       LEFT JOIN read_models.conversation_list_sites s ON s.site_id = c.site_id
       LEFT JOIN read_models.conversation_list_participants p
         ON p.site_id = c.site_id AND p.conversation_id = c.conversation_id AND p.member_id = page.member_id
       LEFT JOIN read_models.conversation_list_preferences f
         ON f.site_id = c.site_id AND f.member_id = page.member_id AND f.conversation_id = c.conversation_id
       LEFT JOIN LATERAL (
         SELECT m.display_name, m.avatar_url FROM read_models.member_list m
          WHERE m.site_id = c.site_id
            AND m.member_id = CASE c.kind
                  WHEN 'business' THEN c.member_id
                  WHEN 'direct' THEN (SELECT q.member_id FROM read_models.conversation_list_participants q
                                       WHERE q.site_id = c.site_id AND q.conversation_id = c.conversation_id
                                         AND q.member_id <> page.member_id LIMIT 1) END) o ON true
       LEFT JOIN read_models.timeline_conversations t ON t.site_id = c.site_id AND t.conversation_id = c.conversation_id
       LEFT JOIN read_models.timeline_participants tp
         ON tp.site_id = c.site_id AND tp.conversation_id = c.conversation_id AND tp.member_id = page.member_id
       LEFT JOIN read_models.timeline_readers r
         ON r.site_id = c.site_id AND r.conversation_id = c.conversation_id AND r.member_id = page.member_id
       CROSS JOIN LATERAL (SELECT coalesce(tp.first_seq, CASE WHEN c.kind = 'business' THEN 1 END) AS first_seq) membership
       CROSS JOIN LATERAL (SELECT CASE WHEN membership.first_seq IS NOT NULL
                                       THEN greatest(coalesce(r.read_seq, 0), membership.first_seq - 1) END AS read_to) place
       CROSS JOIN LATERAL (SELECT CASE WHEN page.as_of IS NULL THEN t.last_seq ELSE coalesce(
                             (SELECT n.seq FROM read_models.timeline n
                               WHERE n.site_id = c.site_id AND n.conversation_id = c.conversation_id
                                 AND n.seq <= t.last_seq AND n.log_number <= page.as_of
                               ORDER BY n.seq DESC LIMIT 1), 0) END AS last_seq) upto
       CROSS JOIN LATERAL (SELECT CASE WHEN page.as_of IS NULL THEN 0 ELSE
                             (SELECT count(*) FROM read_models.timeline n
                               WHERE n.site_id = c.site_id AND n.conversation_id = c.conversation_id
                                 AND n.seq > greatest(upto.last_seq, place.read_to)
                                 AND n.author_id = page.member_id) END AS later) own
       CROSS JOIN LATERAL (SELECT count(*) FROM read_models.timeline d
                            WHERE d.site_id = c.site_id AND d.conversation_id = c.conversation_id AND d.deleted
                              AND d.seq > place.read_to AND d.author_id <> page.member_id
                              AND (page.as_of IS NULL OR (d.seq <= upto.last_seq
                                                          AND coalesce(d.deleted_log_number, 0) <= page.as_of))) gone
       CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (
                             SELECT 1 FROM blocked_members JOIN read_models.timeline_readers writer
                                 ON writer.site_id = c.site_id AND writer.conversation_id = c.conversation_id
                                AND writer.member_id = blocked_members.id
                              WHERE blocked_members.member_id = page.member_id)
                           THEN (SELECT count(*) FROM read_models.timeline h
                                  WHERE h.site_id = c.site_id AND h.conversation_id = c.conversation_id
                                    AND h.seq > place.read_to AND h.seq <= upto.last_seq
                                    AND NOT (h.deleted AND (page.as_of IS NULL
                                                            OR coalesce(h.deleted_log_number, 0) <= page.as_of))
                                    AND EXISTS (SELECT 1 FROM blocked_members
                                                 WHERE blocked_members.member_id = page.member_id AND blocked_members.id = h.author_id))
                           ELSE 0 END AS count) hidden
       LEFT JOIN read_models.timeline l ON l.site_id = c.site_id AND l.conversation_id = c.conversation_id
                           AND l.seq = upto.last_seq AND l.seq >= membership.first_seq
      ORDER BY page.last_log_number DESC, page.conversation_id DESC"
);

impl ConversationView {
    pub(super) fn of(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("conversation_id")?,
            kind: from_name(row.try_get("kind")?)?,
            name: row.try_get("name")?,
            image_url: image::url_of(row)?,
            participants: row.try_get("participants")?,
            participant_count: row.try_get("participant_count")?,
            admin: row.try_get("admin")?,
            history: row.try_get::<Option<&str>, _>("history")?.map(from_name).transpose()?,
            locked: row.try_get("locked")?,
            closed: row.try_get("closed")?,
            last_message: LastMessage::of(row)?,
            unread: row.try_get("unread")?,
            last_seq: row.try_get("last_seq")?,
            read_seq: row.try_get("read_seq")?,
            muted: row.try_get("muted")?,
            archived: row.try_get("archived")?,
            pinned: row.try_get("pinned")?,
            as_of: row.try_get("as_of")?,
            activity: row.try_get("last_log_number")?,
        })
    }
}

impl LastMessage {
    fn of(row: &PgRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(id) = row.try_get("message_id")? else { return Ok(None) };
        Ok(Some(Self {
            id,
            author: row.try_get("author_id")?,
            text: row.try_get("text")?,
            seq: row.try_get("seq")?,
            sent_at: from_micros(row.try_get("sent_at")?)?,
            deleted: row.try_get("deleted")?,
            collapsed: row.try_get("collapsed")?,
        }))
    }
}
