//! The cost of queries: auto_explain reports which statements Postgres ran, with which indexes, and
//! how many rows each scan touched, on a filled database. Once with plans made for the parameters,
//! once with plans for any.

use std::time::Duration;

use causerie_events::MessageId;
use causerie_events::conversation::ConversationKind;
use causerie_projections::apply::apply_batch;
use causerie_projections::conversation_list::{
    ConversationListProjector, ListConversations, participants, readable, seen_by,
};
use causerie_projections::member_list::{ListMembers, MemberStatus, Viewer, blocked_by, out_of_reach};
use causerie_projections::target::{READ_MODELS, prepare};
use causerie_projections::timeline::{ListMessages, MessagePosition, TimelineProjector, Window};
use causerie_projections::{checkpoint, conversation_list, member_list, timeline};
use causerie_store::Pool;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::explained::{Explained, Seen};
use crate::history::{History, acme, conversation, member};
use crate::inbox::query;
use crate::support::Models;

/// 200 groups of 20 with 500 messages each, 300 conversations with the business, 2,000 members; ten
/// other sites.
const FILL: &str = "
INSERT INTO read_models.member_list (site_id, member_id, display_name, search_name, community, pending, registered_at)
  SELECT s, 'm' || n, 'Member ' || n % 500, 'member ' || n % 500, true, n % 100 = 99, now()
    FROM unnest(ARRAY['acme', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9', 'c0']) s, generate_series(1, 2000) n;
INSERT INTO read_models.member_list_labels SELECT site_id, member_id, 'badge', CASE WHEN member_id LIKE '%77' THEN 'gold' ELSE 'tin' END
  FROM read_models.member_list;
INSERT INTO read_models.member_list_blocks SELECT site_id, member_id, 'm' || 1 + substr(member_id, 2)::int * 7 % 1999 FROM read_models.member_list;
INSERT INTO read_models.member_list_sites SELECT DISTINCT site_id, 'A site', true FROM read_models.member_list;
INSERT INTO read_models.conversation_list_sites SELECT * FROM read_models.member_list_sites;
INSERT INTO read_models.projection_checkpoints VALUES ('member_list', 1), ('conversation_list', 1), ('timeline', 1);
INSERT INTO read_models.conversation_list (site_id, conversation_id, kind, name, history, member_id, participant_count, last_log_number)
  SELECT 'acme', lpad(to_hex(n), 32, '0')::uuid, CASE WHEN n <= 200 THEN 'group' ELSE 'business' END,
         CASE WHEN n <= 200 THEN 'Group ' || n END, 'all', CASE WHEN n > 200 THEN 'm' || n END,
         CASE WHEN n <= 200 THEN 20 ELSE 1 END, n * 7919 % 1009
    FROM generate_series(1, 500) n;
INSERT INTO read_models.conversation_list (site_id, conversation_id, kind, history, member_id, participant_count, last_log_number)
  SELECT site_id, md5(site_id || member_id)::uuid, 'business', 'all', member_id, 1, 7 FROM read_models.member_list WHERE site_id <> 'acme';
INSERT INTO read_models.conversation_list_inbox SELECT site_id, conversation_id, last_log_number FROM read_models.conversation_list
  WHERE kind = 'business';
INSERT INTO read_models.conversation_list_participants (site_id, conversation_id, member_id, join_number, reads_from)
  SELECT site_id, conversation_id, CASE kind WHEN 'group' THEN 'm' || ((n * 13 + last_log_number) % 2000 + 1) ELSE member_id END,
         n, 0
    FROM read_models.conversation_list, generate_series(1, 20) n WHERE kind = 'group' OR n = 1;
INSERT INTO read_models.conversation_list_participants (site_id, conversation_id, member_id, join_number, reads_from)
  SELECT site_id, conversation_id, 'busy', 21, 0 FROM read_models.conversation_list WHERE kind = 'group' AND last_log_number % 5 = 0;
INSERT INTO read_models.conversation_list_preferences (site_id, member_id, conversation_id, pinned)
  SELECT site_id, member_id, conversation_id, join_number = 3 FROM read_models.conversation_list_participants;
INSERT INTO read_models.timeline_conversations SELECT site_id, conversation_id, kind, history, 500 FROM read_models.conversation_list;
INSERT INTO read_models.timeline_participants SELECT site_id, conversation_id, member_id, 1 FROM read_models.conversation_list_participants;
INSERT INTO read_models.timeline_readers SELECT site_id, conversation_id, member_id, 300, 10 FROM read_models.conversation_list_participants;
INSERT INTO read_models.timeline (site_id, conversation_id, seq, message_id, author_id, text, reply_to, sent_at, deleted, log_number)
  SELECT site_id, conversation_id, n, md5(conversation_id::text || n)::uuid, 'm' || n % 50, repeat('hello ', 10),
         CASE WHEN n % 3 = 0 THEN md5(conversation_id::text || n - 1)::uuid END, now(), n % 100 = 0, n
    FROM read_models.conversation_list, generate_series(1, 500) n
   WHERE site_id = 'acme' AND (kind = 'group' OR n <= 20);
INSERT INTO read_models.timeline_reactions SELECT site_id, message_id, emoji, author_id, log_number
  FROM read_models.timeline, unnest(ARRAY['x', 'y']) emoji WHERE seq % 5 = 0;
";
const PAGE: u32 = 20;

#[tokio::test]
async fn every_query_uses_its_indexes_and_reads_one_page() {
    let models = Models::empty().await;
    fill(&models, "ANALYZE").await;
    in_each_mode(&models, async |explained| {
        members(explained).await;
        conversations(explained).await;
        messages(explained).await;
    })
    .await;
    projectors(&models).await;
}

/// A table that has just grown has no statistics until Postgres analyses it, a minute or more
/// later.
#[tokio::test]
async fn while_the_timeline_has_no_statistics_a_page_costs_the_same() {
    const OTHERS: &str = "ANALYZE read_models.timeline_conversations, read_models.timeline_participants,
         read_models.timeline_readers, read_models.timeline_reactions";
    let models = Models::empty().await;
    sqlx::raw_sql("ALTER TABLE read_models.timeline SET (autovacuum_enabled = off)")
        .execute(models.pool())
        .await
        .unwrap();
    fill(&models, OTHERS).await;
    in_each_mode(&models, messages).await;
    projectors(&models).await;
}

/// On a connection of its own: on a busy machine it takes longer than the service waits for a statement.
async fn fill(models: &Models, analyze: &str) {
    let mut connection = PgConnection::connect(models.database_url()).await.unwrap();
    sqlx::raw_sql(FILL).execute(&mut connection).await.unwrap();
    sqlx::raw_sql(analyze).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Once with plans made for the parameters, once with plans for any.
async fn in_each_mode(models: &Models, queries: impl AsyncFn(&Explained)) {
    for mode in ["force_custom_plan", "force_generic_plan"] {
        let explained = Explained::connect(models.database_url(), mode).await;
        queries(&explained).await;
        explained.close().await;
    }
}

async fn members(explained: &Explained) {
    let pool: &Pool = &explained.pool;
    let list = async |name: &str, query: ListMembers, most: i64| {
        let (page, seen) = explained.watch(member_list::list(pool, &query)).await;
        assert!(!page.unwrap().items.is_empty(), "{name}");
        seen.assert(name, 1, most);
    };
    let staff = members_seen_by(Viewer::Staff);
    list("all members", staff.clone(), 100).await;
    list("the next page", ListMembers { after: Some(("member 250".to_owned(), member("m250"))), ..staff.clone() }, 100)
        .await;
    list("pending", ListMembers { status: Some(MemberStatus::Pending), ..staff.clone() }, 100).await;
    // A plan for any badge cannot know that few have this one, and goes by name.
    let few = if explained.generic { 2_200 } else { 200 };
    list("with a badge", ListMembers { badge: Some("gold".parse().unwrap()), ..staff.clone() }, few).await;
    list("by a part of the name", ListMembers { q: Some("123 R".to_owned()), ..staff }, 2_200).await;
    list("the roster", members_seen_by(Viewer::Member(member("m5"))), 200).await;

    let viewer = Viewer::Member(member("m5"));
    let (found, seen) = explained.watch(member_list::get(pool, &acme(), &viewer, &member("m6"))).await;
    assert!(found.unwrap().is_some());
    seen.assert("a member", 1, 20);
    let both = [&member("m6"), &member("m7")];
    let (found, seen) = explained.watch(member_list::get_many(pool, &acme(), &viewer, &both)).await;
    assert_eq!(found.unwrap().len(), 2);
    seen.assert("two members", 1, 40);
    let (found, seen) = explained.watch(blocked_by(pool, &acme(), &member("m5"))).await;
    assert_eq!(found.unwrap().len(), 1);
    seen.assert("blocked by a member", 1, 20);
    let (found, seen) = explained.watch(out_of_reach(pool, &acme(), &member("m5"))).await;
    let blocks = found.unwrap().1;
    assert_eq!(blocks.made.len() + blocks.received.len(), 2);
    seen.assert("out of reach", 1, 20);
}

async fn conversations(explained: &Explained) {
    let pool = &explained.pool;
    let list = async |name: &str, query: ListConversations, most: i64| {
        let (page, seen) = explained.watch(conversation_list::list(pool, &query)).await;
        assert!(!page.unwrap().items.is_empty(), "{name}");
        seen.assert(name, 1, most);
    };
    // Of each conversation of the page: itself, five participants, the last message, two that were
    // deleted, and so on.
    let mine = ListConversations { limit: PAGE, ..query("busy") };
    list("my conversations", mine.clone(), 600).await;
    list("one of mine", ListConversations { only: Some(a_group_of_busy(pool).await.into()), ..query("busy") }, 60)
        .await;
    list("those of mine with unread messages", ListConversations { unread: true, ..mine }, 1_000).await;
    let inbox = ListConversations { staff: true, limit: PAGE, ..query("sam") };
    list("the inbox", inbox.clone(), 400).await;
    list("its next page", ListConversations { after: Some((500, conversation(1).as_uuid())), ..inbox.clone() }, 400)
        .await;
    list("the inbox without the archived", ListConversations { archived: Some(false), ..inbox.clone() }, 400).await;
    list("unread of the inbox", ListConversations { unread: true, ..inbox.clone() }, 1_200).await;
    list("only the business", ListConversations { kind: Some(ConversationKind::Business), ..inbox }, 400).await;

    // Of 500 messages ten came after the event: what the counts as of it cost grows with those.
    let of_busy = a_group_of_busy(pool).await;
    let (found, seen) = explained.watch(seen_by(pool, &acme(), &[&member("busy")], &[(of_busy.into(), 490)])).await;
    let view = &found.unwrap()[0].view;
    assert_eq!((view.last_seq, view.unread, view.as_of), (490, 490 - 300 - 10 - 1, 490));
    seen.assert("a conversation as of an event", 1, 90);

    let (found, seen) = explained.watch(readable(pool, &acme(), &member("busy"))).await;
    assert!(found.unwrap().reads_from.len() > 20);
    seen.assert("readable", 1, 100);
    let (found, seen) = explained.watch(participants(pool, &acme(), conversation(5), Some((3,)), 5)).await;
    assert_eq!(found.unwrap().items.len(), 5);
    seen.assert("participants", 1, 60);
}

async fn messages(explained: &Explained) {
    let pool = &explained.pool;
    let of_group = a_group_of_busy(pool).await;
    let id: Uuid =
        sqlx::query_scalar("SELECT message_id FROM read_models.timeline WHERE conversation_id = $1 AND seq = 250")
            .bind(of_group)
            .fetch_one(pool)
            .await
            .unwrap();
    let message = MessageId::from(id);
    for window in
        [Window::Latest, Window::Before(MessagePosition::Seq(250)), Window::Around(MessagePosition::Message(message))]
    {
        let (site, member) = (acme(), member("busy"));
        let query = ListMessages { site, conversation: of_group.into(), member, staff: false, window, limit: PAGE };
        let (page, seen) = explained.watch(timeline::list(pool, &query)).await;
        assert_eq!(page.unwrap().unwrap().items.len(), 20);
        seen.assert(&format!("{window:?}"), 2, 100);
    }
    let (found, seen) = explained.watch(timeline::place_of(pool, &acme(), message, 0, Duration::ZERO)).await;
    assert!(found.unwrap().is_some());
    seen.assert("the place of a message", 1, 10);
    let (found, seen) = explained.watch(timeline::get_many(pool, &acme(), &member("busy"), false, &[id])).await;
    assert_eq!(found.unwrap().messages.len(), 1);
    seen.assert("a message", 1, 30);
}

/// What a batch costs does not depend on what there is already, or on how many are in a
/// conversation.
async fn projectors(models: &Models) {
    let explained = Explained::connect(models.database_url(), "auto").await;
    let mut history = History::default();
    for number in 1..=20 {
        history.sent(number % 5 + 1, number, "busy", "hello").read(number % 5 + 1, "m7", number);
    }
    history.edited(2, 1, "other").reacted(2, 1, "m7", "x").deleted(2, 1, "m7").added(2, "newcomer");
    let mut lease = explained.pool.acquire().await.unwrap();
    let connection = lease.connection().unwrap();
    prepare(connection, READ_MODELS).await.unwrap();
    let from = checkpoint::load(&mut *connection, "timeline").await.unwrap();
    let (applied, seen) = explained.watch(apply_batch(&TimelineProjector, connection, from, history.events())).await;
    applied.unwrap();
    // The checkpoint, what is parked, sends, three changes, markers, the newcomer.
    seen.assert("a batch of the timeline", 8, 400);
    let batch = apply_batch(&ConversationListProjector, connection, from, history.events());
    let (applied, seen) = explained.watch(batch).await;
    applied.unwrap();
    // The checkpoint, what is parked, the newcomer, sends.
    seen.assert("a batch of the list", 4, 40);
    drop(lease);
    explained.close().await;
}

async fn a_group_of_busy(pool: &Pool) -> Uuid {
    let statement =
        "SELECT conversation_id FROM read_models.conversation_list_participants WHERE member_id = 'busy' LIMIT 1";
    sqlx::query_scalar(statement).fetch_one(pool).await.unwrap()
}

fn members_seen_by(viewer: Viewer) -> ListMembers {
    ListMembers { site: acme(), viewer, q: None, status: None, role: None, badge: None, after: None, limit: PAGE }
}

impl Seen {
    /// This many statements, no table read from end to end, and no more rows touched than this.
    fn assert(&self, name: &str, statements: usize, most_rows: i64) {
        assert_eq!(self.plans.len(), statements, "{name}");
        let scans = self.scans();
        for scan in &scans {
            // A site, or a projection, has one row there; nothing is parked.
            let small = scan.table.ends_with("_sites") || scan.table.starts_with("projection_");
            assert!(scan.kind != "Seq Scan" || small, "{name}: {scans:#?}");
        }
        let rows: i64 = scans.iter().map(|scan| scan.rows).sum();
        assert!(rows <= most_rows, "{name}: {rows} rows: {scans:#?}");
    }
}
