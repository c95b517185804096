//! `conversation_list`.

use causerie_events::conversation::History as Readable;
use causerie_events::{ConversationEvent, SiteEvent};
use causerie_projections::conversation_list::{ConversationListProjector, ConversationView, list, readable};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::{History, acme, conversation, member, message_id, participant, position, time};
use crate::inbox::query;
use crate::support::{CONVERSATION_LIST, Models};

#[tokio::test]
async fn group_has_a_row_per_participant_in_the_order_given() {
    let mut history = History::default();
    history.site_registered().site(&SiteEvent::MemberChatEnabled).group(
        1,
        &["zoe", "ada", "bob"],
        Readable::SinceJoined,
    );
    let mut models = Models::empty().await;
    models.apply(ConversationListProjector, history.events()).await;

    let rows = models.rows(CONVERSATION_LIST).await;
    let created_at = rows[0].1[0]["created_at"].clone();
    assert!(created_at.is_string(), "{created_at}");
    assert_eq!(
        rows[0].1,
        json!([{
            "site_id": "acme", "conversation_id": Uuid::from_u128(1), "kind": "group", "name": "Group 1",
            "history": "since_joined", "last_join_number": 3, "participant_count": 3, "closed": false, "last_log_number": 3,
            "member_id": null, "image_id": null, "created_at": created_at,
        }])
    );
    assert_eq!(
        rows[1].1,
        json!([
            participant_row("ada", 2, false, 3),
            participant_row("bob", 3, false, 3),
            participant_row("zoe", 1, true, 3)
        ])
    );
    assert_eq!(rows[2].1, json!([{ "site_id": "acme", "name": "Acme", "member_chat_enabled": true, "closed": false }]));
}

#[tokio::test]
async fn joining_gets_the_next_number_and_leaving_deletes_the_row() {
    let mut history = History::default();
    history
        .group(1, &["ada", "bob"], Readable::SinceJoined)
        .added(1, "cleo")
        .left(1, "ada")
        .removed(1, "cleo")
        .added(1, "ada")
        .conversation(1, &ConversationEvent::AdminGranted(participant("bob")));
    let mut models = Models::empty().await;
    models.apply(ConversationListProjector, history.events()).await;

    let rows = models.rows(CONVERSATION_LIST).await;
    assert_eq!(rows[1].1, json!([participant_row("ada", 4, false, 5), participant_row("bob", 2, true, 1)]));
    assert_eq!((&rows[0].1[0]["participant_count"], &rows[0].1[0]["last_join_number"]), (&json!(2), &json!(4)));
}

#[tokio::test]
async fn newcomers_read_from_the_start_where_the_group_says_so() {
    let mut history = History::default();
    history.group(1, &["ada"], Readable::All).sent(1, 1, "ada", "before").added(1, "bob");
    let mut models = Models::empty().await;
    models.apply(ConversationListProjector, history.events()).await;
    let (mut ada, mut bob) = (participant_row("ada", 1, true, 0), participant_row("bob", 2, false, 0));
    (ada["joined_log_number"], bob["joined_log_number"]) = (json!(1), json!(3));
    assert_eq!(models.rows(CONVERSATION_LIST).await[1].1, json!([ada, bob]));
}

#[tokio::test]
async fn list_shows_the_latest_first_with_readable_messages() {
    let mut history = History::default();
    history
        .site_registered()
        .site(&SiteEvent::MemberChatEnabled)
        .group(1, &["ada", "bob"], Readable::SinceJoined)
        .group(2, &["ada"], Readable::SinceJoined)
        .sent(1, 1, "ada", "hello")
        .added(1, "cleo");
    let models = Models::after(&history).await;

    let of_ada = listed(&models, "ada").await;
    assert_eq!(of_ada.iter().map(|view| view.id).collect::<Vec<_>>(), [Uuid::from_u128(1), Uuid::from_u128(2)]);
    let last = of_ada[0].last_message.as_ref().unwrap();
    assert_eq!(
        (last.id, last.author.as_str(), last.text.as_str(), last.sent_at),
        (message_id(1).as_uuid(), "ada", "hello", time(5))
    );
    assert_eq!(of_ada[0].participants, ["ada", "bob", "cleo"]);
    assert!(!of_ada[0].locked);

    let of_cleo = listed(&models, "cleo").await;
    assert_eq!(of_cleo.iter().map(|view| &view.last_message).collect::<Vec<_>>(), [&None], "said before she came");
    assert_eq!(listed(&models, "dan").await, []);
}

#[tokio::test]
async fn readable_conversations_come_with_their_checkpoint() {
    let mut models = Models::empty().await;
    let nothing = readable(models.pool(), &acme(), &member("ada")).await.unwrap();
    assert_eq!((nothing.checkpoint.log_number, nothing.reads_from.len()), (0, 0));

    let mut history = History::default();
    history.group(1, &["ada"], Readable::SinceJoined).group(2, &["bob"], Readable::SinceJoined).added(2, "ada");
    models.apply(ConversationListProjector, history.events()).await;
    let readable_now = readable(models.pool(), &acme(), &member("ada")).await.unwrap();
    assert_eq!((readable_now.checkpoint.log_number, readable_now.checkpoint.position), (3, position(3)));
    assert_eq!(readable_now.reads_from, [(conversation(1), 1), (conversation(2), 3)].into());
    let stranger = readable(models.pool(), &acme(), &member("dan")).await.unwrap();
    assert_eq!((stranger.checkpoint.log_number, stranger.reads_from.len()), (3, 0));
}

async fn listed(models: &Models, who: &str) -> Vec<ConversationView> {
    list(models.pool(), &query(who)).await.unwrap().items
}

fn participant_row(id: &str, join_number: i64, admin: bool, reads_from: i64) -> Value {
    json!({
        "site_id": "acme", "conversation_id": Uuid::from_u128(1), "member_id": id, "admin": admin, "join_number": join_number,
        "reads_from": reads_from, "joined_log_number": reads_from,
    })
}
