//! `member_list`.

use causerie_events::MemberEvent;
use causerie_events::member::MemberProfile;
use causerie_projections::member_list::{ListMembers, MemberListProjector, Status, list};
use serde_json::{Value, json};

use crate::history::{History, acme, profile};
use crate::support::{MEMBER_LIST, Models};

#[tokio::test]
async fn a_registered_member_is_a_row() {
    let rows = rows_after(History::default().registered("ada", "Ada", true, false)).await;
    assert_eq!(rows, json!([row("ada", "Ada", &json!({ "community": true }))]));
}

#[tokio::test]
async fn each_event_of_a_member_changes_its_part_of_the_row_and_no_other_row() {
    let mut history = History::default();
    history
        .registered("ada", "Ada", false, true)
        .registered("bob", "Bob", true, false)
        .registered("eve", "Eve", true, false)
        .registered("kim", "Kim", true, false)
        .member("ada", &MemberEvent::CommunityJoined)
        .member("bob", &MemberEvent::CommunityLeft)
        .member("eve", &MemberEvent::MemberBlocked)
        .member("kim", &MemberEvent::MemberBlocked)
        .member("kim", &MemberEvent::MemberUnblocked)
        .member(
            "kim",
            &MemberEvent::MemberProfileChanged(MemberProfile {
                avatar_url: Some("https://acme.example/kim.png".to_owned()),
                ..profile("Kim K.")
            }),
        );
    assert_eq!(
        rows_after(&history).await,
        json!([
            row("ada", "Ada", &json!({ "community": true, "pending": true })),
            row("bob", "Bob", &json!({ "registered_at": "2026-01-01T00:00:02+00:00" })),
            row(
                "eve",
                "Eve",
                &json!({ "community": true, "blocked": true, "registered_at": "2026-01-01T00:00:03+00:00" })
            ),
            row(
                "kim",
                "Kim K.",
                &json!({
                    "community": true,
                    "avatar_url": "https://acme.example/kim.png",
                    "registered_at": "2026-01-01T00:00:04+00:00",
                })
            ),
        ])
    );
}

#[tokio::test]
async fn the_roster_shows_active_members_of_the_community_by_name_page_by_page() {
    let mut models = Models::empty().await;
    let mut history = History::default();
    for (id, name) in [("m1", "Cleo"), ("m2", "Ada"), ("m3", "Bob"), ("m4", "Ada")] {
        history.registered(id, name, true, false);
    }
    history.registered("waits", "Ann", true, true).registered("outside", "Amy", false, false);
    history.registered("barred", "Abe", true, false).member("barred", &MemberEvent::MemberBlocked);
    models.apply(MemberListProjector, history.events()).await;

    let mut query = ListMembers { site: acme(), roster_only: true, q: None, status: None, after: None, limit: 3 };
    let first = list(models.pool(), &query).await.unwrap();
    assert_eq!(first.items.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), ["m2", "m4", "m3"]);
    assert!(first.items.iter().all(|view| view.status.is_none() && view.community.is_none()));

    query.after = Some(ListMembers::place(&first.next.unwrap().to_string()).unwrap());
    let second = list(models.pool(), &query).await.unwrap();
    assert_eq!(second.items.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), ["m1"]);
    assert_eq!(second.next, None);

    let staff = ListMembers { roster_only: false, after: None, status: Some(Status::Blocked), ..query };
    let blocked = list(models.pool(), &staff).await.unwrap();
    assert_eq!(blocked.items.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), ["barred"]);
    models.close().await;
}

async fn rows_after(history: &History) -> Value {
    let mut models = Models::empty().await;
    models.apply(MemberListProjector, history.events()).await;
    let rows = models.rows(MEMBER_LIST).await.remove(0).1;
    models.close().await;
    rows
}

/// A member outside the community, registered first of all, but for these columns.
fn row(id: &str, name: &str, but: &Value) -> Value {
    let mut row = json!({
        "site_id": "acme", "member_id": id, "display_name": name, "avatar_url": null, "community": false,
        "pending": false, "blocked": false, "registered_at": "2026-01-01T00:00:01+00:00",
    });
    row.as_object_mut().unwrap().extend(but.as_object().unwrap().clone());
    row
}
