//! Unread counts: messages after my marker, not mine, not deleted, mine to read.

use causerie_events::conversation::{History as Readable, HistoryChanged};
use causerie_events::{ConversationEvent, MemberId, SiteEvent};
use causerie_projections::conversation_list::{
    ConversationListProjector, ConversationView, ListConversations, list, seen_by,
};
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::timeline::TimelineProjector;

use crate::history::{History, acme, conversation, member};
use crate::inbox::query;
use crate::support::Models;

#[tokio::test]
async fn what_others_send_is_unread_and_what_i_send_is_not() {
    let mut chat = Chat::new(&["ada", "bob"], Readable::All).await;
    assert_eq!(chat.of("ada").await, (0, 0, 0));
    chat.says("ada").says("bob").says("ada").says("bob");
    assert_eq!(chat.of("ada").await, (2, 4, 0));
    assert_eq!(chat.of("bob").await, (2, 4, 0));
    chat.history.read(1, "ada", 2);
    assert_eq!(chat.of("ada").await, (1, 4, 2));
    chat.history.read(1, "ada", 4);
    assert_eq!(chat.of("ada").await, (0, 4, 4));
    chat.says("ada");
    assert_eq!(chat.of("ada").await, (0, 5, 4));
    assert_eq!(chat.of("bob").await, (3, 5, 0));
}

#[tokio::test]
async fn a_deleted_message_is_not_unread_wherever_the_marker_stands() {
    let mut chat = Chat::new(&["ada", "bob"], Readable::All).await;
    chat.says("bob").says("ada").says("bob").says("bob");
    chat.history.deleted(1, 3, "bob").deleted(1, 2, "ada");
    assert_eq!(chat.of("ada").await, (2, 4, 0));
    assert_eq!(chat.of("bob").await, (0, 4, 0), "her deleted one counts neither as hers nor as one to read");
    chat.history.read(1, "ada", 3);
    assert_eq!(chat.of("ada").await, (1, 4, 3), "marked up to the placeholder");
    chat.history.deleted(1, 4, "bob").deleted(1, 1, "bob");
    assert_eq!(chat.of("ada").await, (0, 4, 3));
}

#[tokio::test]
async fn marker_only_moves_forward_and_within_its_conversation() {
    let mut chat = Chat::new(&["ada", "bob"], Readable::All).await;
    chat.says("bob").says("ada").says("bob").says("bob");
    chat.history.read(1, "ada", 3);
    assert_eq!(chat.of("ada").await, (1, 4, 3));
    chat.history.read(1, "ada", 1).read(1, "ada", 99);
    assert_eq!(chat.of("ada").await, (1, 4, 3));
    chat.history.group(2, &["ada"], Readable::All).sent(2, 50, "ada", "elsewhere").read(1, "ada", 50);
    assert_eq!(chat.of("ada").await, (1, 4, 3));
}

#[tokio::test]
async fn new_participant_has_unread_messages_of_open_history_only() {
    let mut chat = Chat::new(&["ada"], Readable::SinceJoined).await;
    chat.says("ada").says("ada");
    chat.history.added(1, "bob");
    assert_eq!(chat.of("bob").await, (0, 2, 0));
    chat.says("ada");
    assert_eq!(chat.of("bob").await, (1, 3, 0));
    chat.history.conversation(1, &ConversationEvent::HistoryChanged(HistoryChanged { history: Readable::All }));
    chat.history.added(1, "cleo");
    assert_eq!(chat.of("bob").await, (1, 3, 0), "who is in it already still reads from where they came");
    assert_eq!(chat.of("cleo").await, (3, 3, 0));
}

#[tokio::test]
async fn returning_member_has_no_own_or_hidden_messages_unread() {
    let mut chat = Chat::new(&["ada", "bob"], Readable::SinceJoined).await;
    chat.says("bob").says("ada").says("bob");
    chat.history.read(1, "bob", 2).left(1, "bob");
    chat.says("ada");
    chat.history.added(1, "bob");
    assert_eq!(chat.of("bob").await, (0, 4, 2), "sent while he was away");
    chat.says("bob").says("ada");
    assert_eq!(chat.of("bob").await, (1, 6, 2));

    chat.history.left(1, "bob");
    chat.history.conversation(1, &ConversationEvent::HistoryChanged(HistoryChanged { history: Readable::All }));
    chat.history.added(1, "bob");
    // After his marker at 2: his own 3 and 5, hers 4 and 6.
    assert_eq!(chat.of("bob").await, (2, 6, 2));
    chat.history.read(1, "bob", 4);
    assert_eq!(chat.of("bob").await, (1, 6, 4));
    chat.history.read(1, "bob", 6);
    assert_eq!(chat.of("bob").await, (0, 6, 6));
}

#[tokio::test]
async fn staff_have_own_markers_in_conversations_of_the_business() {
    let mut chat = Chat::new(&["ada"], Readable::All).await;
    chat.history.business(2, "bob");
    for (number, author) in [(1, "bob"), (2, "bob"), (3, "sam"), (4, "bob")] {
        chat.history.sent(2, number, author, "hello");
    }
    assert_eq!(chat.at(2, "sam", true).await, (3, 4, 0));
    assert_eq!(chat.at(2, "kim", true).await, (4, 4, 0));
    assert_eq!(chat.at(2, "bob", false).await, (1, 4, 0));
    chat.history.read(2, "sam", 3).read(2, "kim", 4);
    assert_eq!(chat.at(2, "sam", true).await, (1, 4, 3));
    assert_eq!(chat.at(2, "kim", true).await, (0, 4, 4));
}

/// Whatever has come since, the counts as of an event are those that stood when the read models had
/// got to it.
#[tokio::test]
async fn counts_as_of_an_event_are_those_of_then() {
    let mut chat = Chat::new(&["ada", "bob", "sam"], Readable::All).await;
    chat.says("bob").says("ada").says("sam");
    chat.history.read(1, "ada", 2);
    let authors = ["ada", "bob", "ada", "sam", "bob", "bob"];
    for author in authors {
        chat.says(author);
    }
    // His own, hers, one before her marker, the last one.
    chat.history.deleted(1, 4, "ada").deleted(1, 5, "bob").deleted(1, 1, "bob").deleted(1, 9, "bob");
    chat.history.removed(1, "sam").added(1, "sam");
    chat.says("sam").says("ada");
    let events = chat.history.events().to_vec();
    let who = ["ada", "bob", "sam"];
    let marked = 7;
    let mut then = Vec::new();
    for event in &events {
        chat.models.apply(MemberListProjector, std::slice::from_ref(event)).await;
        chat.models.apply(ConversationListProjector, std::slice::from_ref(event)).await;
        chat.models.apply(TimelineProjector, std::slice::from_ref(event)).await;
        for who in who {
            let query = ListConversations { only: Some(conversation(1)), ..query(who) };
            if let Some(view) = list(chat.models.pool(), &query).await.unwrap().items.pop() {
                // Only what changes a count moves the place that the counts are as of.
                assert!(view.as_of <= i64::try_from(event.log_number).unwrap(), "{view:?}");
                then.push((who, event.log_number, counts(&view)));
            }
        }
    }
    let members = who.map(member);
    for (who, log_number, then) in then.into_iter().filter(|(_, log_number, _)| *log_number >= marked) {
        let viewers: Vec<&MemberId> = members.iter().collect();
        let seen = seen_by(chat.models.pool(), &acme(), &viewers, &[(conversation(1), log_number)]).await.unwrap();
        let now = seen.iter().find(|seen| seen.viewer == who).unwrap();
        assert_eq!((now.log_number, now.view.as_of), (log_number, i64::try_from(log_number).unwrap()));
        // A member who joined again reads from another message: the counts are as of then, with the
        // current membership.
        assert_eq!((who, log_number, counts(&now.view)), (who, log_number, then));
    }
}

/// Unread, the last number, the last message.
fn counts(view: &ConversationView) -> (i64, i64, Option<String>) {
    (view.unread, view.last_seq, view.last_message.as_ref().map(|last| last.id.to_string()))
}

struct Chat {
    history: History,
    models: Models,
    messages: u128,
}

impl Chat {
    async fn new(members: &[&str], readable: Readable) -> Self {
        let mut history = History::default();
        history.site_registered().site(&SiteEvent::MemberChatEnabled).group(1, members, readable);
        Self { history, models: Models::empty().await, messages: 0 }
    }

    fn says(&mut self, author: &str) -> &mut Self {
        self.messages += 1;
        self.history.sent(1, self.messages, author, "hello");
        self
    }

    /// How many are unread, the last number and the marker. The list of unread conversations agrees.
    async fn of(&mut self, who: &str) -> (i64, i64, i64) {
        self.at(1, who, false).await
    }

    async fn at(&mut self, id: u128, who: &str, staff: bool) -> (i64, i64, i64) {
        self.models.apply_to_all(&self.history).await;
        let query = ListConversations { staff, only: Some(conversation(id)), ..query(who) };
        let view = list(self.models.pool(), &query).await.unwrap().items.remove(0);
        let unread = list(self.models.pool(), &ListConversations { unread: true, ..query }).await.unwrap().items;
        assert_eq!(unread.first(), Some(&view).filter(|view| view.unread > 0), "{who}");
        (view.unread, view.last_seq, view.read_seq)
    }
}
