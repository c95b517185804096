//! Which messages `timeline` returns: to whom, and in which windows.

use std::time::Duration;

use causerie_events::conversation::History as Readable;
use causerie_projections::WaitError;
use causerie_projections::timeline::{
    ListMessages, MessagePage, MessagePlace, MessagePosition, TimelineProjector, Window, list, place_of,
};

use crate::history::{History, acme, conversation, member, message_id};
use crate::support::Models;

#[tokio::test]
async fn message_place_is_found_as_soon_as_the_read_model_has_it() {
    let mut history = History::default();
    history
        .group(1, &["ada"], Readable::All)
        .sent(1, 1, "ada", "one")
        .sent(1, 2, "ada", "two")
        .sent(1, 3, "ada", "three");
    let mut models = Models::empty().await;
    models.apply(TimelineProjector, &history.events()[..3]).await;

    let (pool, site) = (models.pool().clone(), acme());
    let place = async |id: u128, log_number, limit| place_of(&pool, &site, message_id(id), log_number, limit).await;
    assert_eq!(place(2, 3, Duration::ZERO).await.unwrap(), Some(MessagePlace { seq: 2, log_number: 3 }));
    // It stands, however far the read model is behind the event that needs it.
    assert_eq!(place(2, 99, Duration::ZERO).await.unwrap(), Some(MessagePlace { seq: 2, log_number: 3 }));
    let behind = place(3, 4, Duration::from_millis(30)).await;
    assert!(matches!(behind, Err(WaitError::Behind(_))), "it is not there yet: {behind:?}");
    // Passed, and not there: its conversation is parked.
    assert_eq!(place(9, 2, Duration::ZERO).await.unwrap(), None);
    let asked = place(3, 4, Duration::from_secs(20));
    let (found, ()) = tokio::join!(biased; asked, models.apply(TimelineProjector, &history.events()[3..]));
    assert_eq!(found.unwrap(), Some(MessagePlace { seq: 3, log_number: 4 }));
}

#[tokio::test]
async fn windows_show_messages_around_a_place_and_what_follows() {
    let mut history = History::default();
    history.group(1, &["ada"], Readable::SinceJoined);
    for number in 1..=9 {
        history.sent(1, number, "ada", &number.to_string());
    }
    let mut models = Models::empty().await;
    models.apply(TimelineProjector, history.events()).await;

    let at = |id| MessagePosition::Message(message_id(id));
    for (window, expected, more_before, more_after) in [
        (Window::Latest, vec!["7", "8", "9"], true, false),
        (Window::Before(at(3)), vec!["1", "2"], false, true),
        (Window::Before(MessagePosition::Seq(6)), vec!["3", "4", "5"], true, true),
        (Window::After(at(7)), vec!["8", "9"], true, false),
        (Window::After(MessagePosition::Seq(9)), vec![], false, false),
        (Window::Around(at(5)), vec!["4", "5", "6"], true, true),
    ] {
        let page = window_of(&models, "ada", window, 3).await.unwrap();
        assert_eq!(texts(&page), expected, "{window:?}");
        assert_eq!((page.previous.is_some(), page.next.is_some()), (more_before, more_after), "{window:?}");
    }
    assert_eq!(window_of(&models, "ada", Window::After(at(99)), 3).await, None, "no such message");
}

async fn window_of(models: &Models, who: &str, window: Window, limit: u32) -> Option<MessagePage> {
    let query =
        ListMessages { site: acme(), conversation: conversation(1), member: member(who), staff: false, window, limit };
    list(models.pool(), &query).await.unwrap()
}

fn texts(page: &MessagePage) -> Vec<&str> {
    page.items.iter().map(|message| message.text.as_str()).collect()
}
