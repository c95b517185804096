//! The list of conversations beyond groups: direct ones, those with the business, the inbox of
//! staff, preferences.

use causerie_events::conversation::{ConversationKind, History as Readable};
use causerie_events::member::MemberProfile;
use causerie_events::{ConversationEvent, MemberEvent, ParticipationEvent, SiteEvent};
use causerie_projections::Cursor;
use causerie_projections::conversation_list::{
    ConversationListProjector, ConversationView, ListConversations, list, participants, readable,
};

use crate::history::{History, acme, conversation, member, profile, profile_changed};
use crate::support::Models;

#[tokio::test]
async fn direct_conversation_has_name_and_picture_of_the_other_member() {
    let mut history = site();
    history.direct(1, "ada", "bob").member("bob", &MemberEvent::MemberRemoved);
    let mut models = Models::after(&history).await;
    let of_ada = only(&models, "ada").await;
    assert_eq!((of_ada.kind, of_ada.name.as_deref()), (ConversationKind::Direct, Some("Bob")));
    assert_eq!(of_ada.image_url.as_deref(), Some("https://acme.example/bob.png"));
    assert_eq!((of_ada.admin, of_ada.history, of_ada.participant_count), (false, None, 2));
    assert_eq!(of_ada.participants, ["ada", "bob"]);
    let of_bob = only(&models, "bob").await;
    assert_eq!((of_bob.name.as_deref(), of_bob.image_url), (Some("Ada"), None));

    history.member("ada", &profile_changed(profile("Ada L.")));
    models.apply_to_all(&history).await;
    assert_eq!(only(&models, "bob").await.name.as_deref(), Some("Ada L."));
}

#[tokio::test]
async fn business_conversation_is_listed_for_member_and_inbox_only() {
    let mut history = site();
    history.business(1, "bob");
    let models = Models::after(&history).await;
    let of_bob = only(&models, "bob").await;
    assert_eq!(
        (of_bob.kind, of_bob.name.as_deref(), of_bob.image_url),
        (ConversationKind::Business, Some("Acme"), None)
    );
    assert_eq!(of_bob.participants, ["bob"]);
    assert_eq!(listed(&models, &query("ada")).await, []);
    let of_staff = listed(&models, &staff("sam")).await;
    assert_eq!(of_staff.iter().map(|view| view.name.as_deref()).collect::<Vec<_>>(), [Some("Bob")]);
    assert_eq!(of_staff[0].image_url.as_deref(), Some("https://acme.example/bob.png"));
}

#[tokio::test]
async fn staff_page_through_own_conversations_and_inbox_in_order() {
    let mut history = site();
    history.business(1, "bob").group(2, &["sam", "bob"], Readable::All).business(3, "ada").direct(4, "sam", "ada");
    // Staff may have had a conversation with the business before they were staff: it comes once.
    history.business(5, "sam").group(6, &["ada"], Readable::All).sent(1, 1, "bob", "hello").sent(2, 2, "sam", "hi");
    let models = Models::after(&history).await;
    assert_eq!(ids(&listed(&models, &staff("sam")).await), [2, 1, 5, 4, 3]);
    assert_eq!(ids(&listed(&models, &query("sam")).await), [2, 5, 4]);
    let business = ListConversations { kind: Some(ConversationKind::Business), ..staff("sam") };
    assert_eq!(ids(&listed(&models, &business).await), [1, 5, 3]);
    let groups = ListConversations { kind: Some(ConversationKind::Group), ..staff("sam") };
    assert_eq!(ids(&listed(&models, &groups).await), [2]);
    for (only, found) in [(1, true), (3, true), (4, true), (6, false)] {
        let one = ListConversations { only: Some(conversation(only)), ..staff("sam") };
        assert_eq!(ids(&listed(&models, &one).await), if found { vec![only] } else { vec![] });
    }

    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = list(models.pool(), &ListConversations { after, limit: 2, ..staff("sam") }).await.unwrap();
        seen.extend(ids(&page.items));
        let Some(next) = page.next else { break };
        after = Some(Cursor::read(&next.to_string()).unwrap());
    }
    assert_eq!(seen, [2, 1, 5, 4, 3]);
}

#[tokio::test]
async fn preferences_are_private_lasting_and_can_be_filtered() {
    use ParticipationEvent::{
        ConversationArchived, ConversationMuted, ConversationPinned, ConversationUnarchived, ConversationUnmuted,
        ConversationUnpinned,
    };
    let mut history = site();
    history.group(1, &["ada", "bob"], Readable::All).group(2, &["ada", "bob"], Readable::All).business(3, "bob");
    history.participation(1, "bob", &ConversationMuted).participation(1, "bob", &ConversationPinned);
    history.participation(2, "bob", &ConversationArchived).left(1, "bob").added(1, "bob");
    history.participation(3, "sam", &ConversationArchived);
    let mut models = Models::after(&history).await;

    let preferences = async |models: &Models, query: ListConversations| -> Vec<(u128, bool, bool, bool)> {
        let views = listed(models, &query).await;
        views.iter().map(|view| (view.id.as_u128(), view.muted, view.archived, view.pinned)).collect()
    };
    let plain = |id| (id, false, false, false);
    assert_eq!(preferences(&models, query("bob")).await, [(1, true, false, true), plain(3), (2, false, true, false)]);
    assert_eq!(preferences(&models, query("ada")).await, [plain(2), plain(1)]);
    assert_eq!(preferences(&models, staff("sam")).await, [(3, false, true, false)]);
    let archived = |archived, query| ListConversations { archived: Some(archived), ..query };
    assert_eq!(preferences(&models, archived(false, query("bob"))).await, [(1, true, false, true), plain(3)]);
    assert_eq!(preferences(&models, archived(true, query("bob"))).await, [(2, false, true, false)]);
    assert_eq!(preferences(&models, archived(true, staff("sam"))).await, [(3, false, true, false)]);
    assert_eq!(preferences(&models, archived(false, staff("sam"))).await, []);
    let pinned = ListConversations { pinned: Some(true), ..query("bob") };
    assert_eq!(preferences(&models, pinned).await, [(1, true, false, true)]);

    history.participation(1, "bob", &ConversationUnmuted).participation(1, "bob", &ConversationUnpinned);
    history.participation(2, "bob", &ConversationUnarchived);
    models.apply_to_all(&history).await;
    assert_eq!(preferences(&models, query("bob")).await, [plain(1), plain(3), plain(2)]);
}

#[tokio::test]
async fn message_brings_a_conversation_back_in_batches_of_any_size() {
    use ParticipationEvent::{ConversationArchived, ConversationMuted, ConversationUnmuted};
    let mut history = site();
    for group in 1..=5 {
        history.group(group, &["ada", "bob"], Readable::All);
    }
    // Archived and written to; archived after the message; muted as well; muted only after the
    // message; unmuted before it.
    history.participation(1, "bob", &ConversationArchived).sent(1, 1, "ada", "back");
    history.sent(2, 2, "ada", "before").participation(2, "bob", &ConversationArchived);
    history
        .participation(3, "bob", &ConversationMuted)
        .participation(3, "bob", &ConversationArchived)
        .sent(3, 3, "ada", "out");
    history.participation(4, "bob", &ConversationArchived).sent(4, 4, "ada", "back");
    history.participation(4, "bob", &ConversationMuted);
    history.participation(5, "bob", &ConversationMuted).participation(5, "bob", &ConversationArchived);
    history.participation(5, "bob", &ConversationUnmuted).sent(5, 5, "bob", "one's own");
    for size in [1, 3, 100] {
        let mut models = Models::empty().await;
        for batch in history.events().chunks(size) {
            models.apply(ConversationListProjector, batch).await;
        }
        let archived = ListConversations { archived: Some(true), ..query("bob") };
        assert_eq!(ids(&listed(&models, &archived).await), [3, 2], "by {size}");
    }
}

#[tokio::test]
async fn conversations_of_members_are_locked_without_member_chat() {
    let mut history = site();
    history.group(1, &["ada", "bob"], Readable::All).direct(2, "ada", "bob").business(3, "ada");
    history.group(4, &["ada"], Readable::All).conversation(4, &ConversationEvent::GroupDeleted);
    let mut models = Models::after(&history).await;
    let locked = async |models: &Models| -> Vec<(u128, bool, bool)> {
        let views = listed(models, &query("ada")).await;
        views.iter().map(|view| (view.id.as_u128(), view.locked, view.closed)).collect()
    };
    assert_eq!(locked(&models).await, [(4, true, true), (3, false, false), (2, false, false), (1, false, false)]);
    history.site(&SiteEvent::MemberChatDisabled);
    models.apply_to_all(&history).await;
    assert_eq!(locked(&models).await, [(4, true, true), (3, false, false), (2, true, false), (1, true, false)]);
}

#[tokio::test]
async fn only_sends_bring_a_conversation_to_the_top() {
    let mut history = site();
    history.group(1, &["ada"], Readable::All).sent(1, 1, "ada", "one").group(2, &["ada"], Readable::All);
    history.edited(1, 1, "won").reacted(1, 1, "ada", "🎉").read(1, "ada", 1).deleted(1, 1, "ada");
    let models = Models::after(&history).await;
    assert_eq!(ids(&listed(&models, &query("ada")).await), [2, 1]);
}

#[tokio::test]
async fn participants_are_paged_in_join_order_with_labels() {
    let mut history = site();
    history.group(1, &["bob", "ada", "ghost"], Readable::All).added(1, "sam").removed(1, "ada").added(1, "ada");
    history.badge("bob", "gold");
    let models = Models::after(&history).await;
    let page = async |after, limit| participants(models.pool(), &acme(), conversation(1), after, limit).await.unwrap();
    let first = page(None, 3).await;
    assert_eq!(first.items.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), ["bob", "ghost", "sam"]);
    assert_eq!(first.items.iter().map(|view| view.admin).collect::<Vec<_>>(), [true, false, false]);
    let [bob, ghost, sam] = first.items.as_slice() else { panic!("{first:?}") };
    assert_eq!((bob.display_name.as_str(), bob.badges.as_slice()), ("Bob", ["gold".to_owned()].as_slice()));
    assert_eq!((ghost.display_name.as_str(), ghost.avatar_url.as_deref()), ("ghost", None), "never registered");
    assert_eq!(sam.roles, ["staff"]);
    let second = page(Some(Cursor::read(&first.next.unwrap().to_string()).unwrap()), 3).await;
    assert_eq!(second.items.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), ["ada"]);
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn direct_and_business_conversations_are_fully_readable() {
    let mut history = site();
    history.direct(1, "ada", "bob").business(2, "ada");
    let models = Models::after(&history).await;
    let of_ada = readable(models.pool(), &acme(), &member("ada")).await.unwrap().reads_from;
    assert_eq!(of_ada, [(conversation(1), 0), (conversation(2), 0)].into());
    let of_staff = readable(models.pool(), &acme(), &member("sam")).await.unwrap().reads_from;
    assert_eq!(of_staff.len(), 0, "staff belong to it by their role");
}

/// Ada, Bob with a picture, and Sam of the staff.
fn site() -> History {
    let mut history = History::default();
    history.site_registered().site(&SiteEvent::MemberChatEnabled);
    history.registered("ada", "Ada", true, false).registered("bob", "Bob", true, false);
    let picture = Some("https://acme.example/bob.png".to_owned());
    history.member("bob", &profile_changed(MemberProfile { avatar_url: picture, ..profile("Bob") }));
    history.registered("sam", "Sam", true, false).role("sam", "staff");
    history
}

async fn only(models: &Models, who: &str) -> ConversationView {
    let mut views = listed(models, &query(who)).await;
    assert_eq!(views.len(), 1);
    views.remove(0)
}

async fn listed(models: &Models, query: &ListConversations) -> Vec<ConversationView> {
    list(models.pool(), query).await.unwrap().items
}

pub(crate) fn query(who: &str) -> ListConversations {
    ListConversations {
        site: acme(),
        member: member(who),
        staff: false,
        kind: None,
        archived: None,
        pinned: None,
        unread: false,
        only: None,
        after: None,
        limit: 50,
    }
}

fn staff(who: &str) -> ListConversations {
    ListConversations { staff: true, ..query(who) }
}

fn ids(views: &[ConversationView]) -> Vec<u128> {
    views.iter().map(|view| view.id.as_u128()).collect()
}
