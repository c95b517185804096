//! The rows of messages, what each event changes, and what each reader sees.

use causerie_events::SiteEvent;
use causerie_events::conversation::History as Readable;
use causerie_projections::conversation_list::{self, ListConversations};
use causerie_projections::timeline::{
    ListMessages, MessagePage, MessageView, ReactionView, TimelineProjector, Window, get_many, list,
};
use serde_json::json;
use uuid::Uuid;

use crate::history::{History, acme, conversation, member, message_id};
use crate::inbox::query;
use crate::support::{CONVERSATION_LIST, MEMBER_LIST, Models, TIMELINE};

#[tokio::test]
async fn messages_are_numbered_from_one_in_each_conversation() {
    let mut history = History::default();
    history
        .group(1, &["ada", "bob"], Readable::SinceJoined)
        .group(2, &["ada"], Readable::All)
        .sent(1, 1, "ada", "one")
        .sent(2, 2, "ada", "elsewhere")
        .sent(1, 3, "bob", "two");
    let mut models = Models::empty().await;
    models.apply(TimelineProjector, history.events()).await;

    let rows = models.rows(TIMELINE).await;
    let message = |group, seq, id, author, text, log_number: i64| {
        json!({
            "site_id": "acme", "conversation_id": Uuid::from_u128(group), "seq": seq, "message_id": message_id(id),
            "author_id": author, "text": text, "reply_to": null, "log_number": log_number, "edited_at": null,
            "deleted": false, "deleted_log_number": null,
            "sent_at": format!("2026-01-01T00:00:{log_number:02}+00:00"),
        })
    };
    assert_eq!(
        rows[0].1,
        json!([
            message(1, 1, 1, "ada", "one", 3),
            message(1, 2, 3, "bob", "two", 5),
            message(2, 1, 2, "ada", "elsewhere", 4),
        ])
    );
    let conversation = |id: u128, last_seq, history, log_number| {
        json!({
            "site_id": "acme", "conversation_id": Uuid::from_u128(id), "last_seq": last_seq, "history": history,
            "kind": "group", "log_number": log_number,
        })
    };
    assert_eq!(rows[1].1, json!([conversation(1, 2, "since_joined", 5), conversation(2, 1, "all", 4)]));
}

#[tokio::test]
async fn deleted_message_leaves_a_placeholder_and_no_text() {
    let mut history = group(&["ada", "bob"]);
    history.sent(1, 1, "ada", "a secret").replied(1, 2, "bob", 1).reacted(1, 1, "bob", "🎉");
    history.edited(1, 1, "a secret still").deleted(1, 1, "ada").edited(1, 1, "a secret again");
    history.reacted(1, 1, "ada", "🎉").sent(1, 3, "bob", "a secret too").deleted(1, 3, "bob");
    let models = Models::after(&history).await;
    let tables = models.rows(&[MEMBER_LIST, CONVERSATION_LIST, TIMELINE].concat()).await;
    assert!(!format!("{tables:?}").contains("secret"));

    let messages = read(&models, "bob").await;
    assert_eq!(
        messages.iter().map(|message| (message.seq, message.deleted)).collect::<Vec<_>>(),
        [(1, true), (2, false), (3, true)]
    );
    assert_eq!((messages[0].text.as_str(), &messages[0].reactions), ("", &vec![]));
    let preview = messages[1].reply_preview.clone().unwrap();
    assert_eq!((preview.text.as_str(), preview.deleted), ("", true));
    let last = last_message(&models, "bob").await;
    assert_eq!((last.text.as_str(), last.deleted, last.seq), ("", true, 3));
}

#[tokio::test]
async fn reactions_stand_in_the_order_in_which_each_emoji_first_came() {
    let mut history = group(&["ada", "bob", "cleo"]);
    history.sent(1, 1, "ada", "hello").sent(1, 2, "ada", "again");
    history
        .reacted(1, 1, "cleo", "🎉")
        .reacted(1, 1, "ada", "👍")
        .reacted(1, 1, "ada", "🎉")
        .reacted(1, 1, "bob", "👍");
    history.reacted(1, 1, "bob", "👍").took_back(1, 1, "cleo", "🎉").took_back(1, 1, "cleo", "👍");
    history.reacted(1, 2, "bob", "🎉").reacted(1, 2, "ada", "👍");
    let models = Models::after(&history).await;
    let messages = read(&models, "bob").await;
    let reaction = |emoji: &str, members: &[&str]| ReactionView {
        emoji: emoji.to_owned(),
        count: members.len(),
        members: members.iter().map(|&member| member.to_owned()).collect(),
    };
    assert_eq!(messages[0].reactions, [reaction("👍", &["ada", "bob"]), reaction("🎉", &["ada"])]);
    assert_eq!(messages[1].reactions, [reaction("🎉", &["bob"]), reaction("👍", &["ada"])]);
}

#[tokio::test]
async fn messages_by_id_are_those_of_the_list_for_their_reader() {
    let mut history = group(&["ada", "bob"]);
    history.sent(1, 1, "ada", "one").replied(1, 2, "bob", 1).reacted(1, 2, "ada", "🎉").edited(1, 2, "two");
    history.sent(1, 3, "ada", "three").deleted(1, 3, "ada").added(1, "cleo").replied(1, 4, "bob", 1);
    history.business(2, "bob").sent(2, 5, "bob", "help").removed(1, "ada");
    let models = Models::after(&history).await;
    let ids: Vec<Uuid> = (1..=9).map(|id| message_id(id).as_uuid()).collect();
    let stored = async |who, staff| {
        let stored = get_many(models.pool(), &acme(), &member(who), staff, &ids).await.unwrap();
        assert_eq!(stored.log_number, u64::try_from(history.events().len()).unwrap());
        let mut messages: Vec<MessageView> = stored.messages.into_values().map(|(_, message)| message).collect();
        messages.sort_by_key(|message| message.sent_at);
        messages
    };
    for (who, staff) in [("bob", false), ("cleo", false)] {
        let listed = read(&models, who).await;
        let in_group: Vec<_> = stored(who, staff).await.into_iter().filter(|message| message.text != "help").collect();
        assert_eq!(in_group, listed, "{who}");
    }
    assert_eq!(stored("ada", false).await, [], "out of it by now");
    assert_eq!(stored("sam", true).await.len(), 1, "staff read what is sent to the business");
    assert_eq!(stored("sam", false).await, []);
}

fn group(members: &[&str]) -> History {
    let mut history = History::default();
    history.site_registered().site(&SiteEvent::MemberChatEnabled).group(1, members, Readable::SinceJoined);
    history
}

async fn read(models: &Models, who: &str) -> Vec<MessageView> {
    page_of(models, 1, who, false).await.unwrap().items
}

async fn page_of(models: &Models, id: u128, who: &str, staff: bool) -> Option<MessagePage> {
    let (site, conversation, member) = (acme(), conversation(id), member(who));
    let query = ListMessages { site, conversation, member, staff, window: Window::Latest, limit: 50 };
    list(models.pool(), &query).await.unwrap()
}

async fn last_message(models: &Models, who: &str) -> conversation_list::LastMessage {
    let query = ListConversations { only: Some(conversation(1)), ..query(who) };
    conversation_list::list(models.pool(), &query).await.unwrap().items.remove(0).last_message.unwrap()
}
