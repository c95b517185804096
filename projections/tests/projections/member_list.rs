//! `member_list`: the rows. What of them a viewer sees is in `roster`.

use causerie_events::member::{Badge, LogReplayed, MemberProfile, Role};
use causerie_events::site::MaxParticipantsChanged;
use causerie_events::{MemberEvent, SiteEvent};
use causerie_projections::member_list::MemberListProjector;
use serde_json::{Value, json};

use crate::history::{History, profile, profile_changed};
use crate::support::{MEMBER_LIST, Models};

#[tokio::test]
async fn a_registered_member_is_a_row() {
    let rows = rows_after(History::default().registered("ada", "Ada", true, false)).await;
    assert_eq!(rows, json!([row("ada", "Ada", &json!({ "community": true }))]));
}

#[tokio::test]
async fn member_events_change_only_their_columns_of_one_row() {
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
            &profile_changed(MemberProfile {
                avatar_url: Some("https://acme.example/kim.png".to_owned()),
                ..profile("Kim K.")
            }),
        );
    assert_eq!(
        rows_after(&history).await,
        json!([
            row("ada", "Ada", &json!({ "community": true, "pending": true, "status": "pending" })),
            row("bob", "Bob", &json!({ "registered_at": "2026-01-01T00:00:02+00:00" })),
            row(
                "eve",
                "Eve",
                &json!({ "community": true, "blocked": true, "status": "blocked", "registered_at": "2026-01-01T00:00:03+00:00" })
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
async fn unblocking_restores_the_status_before_the_block() {
    let mut history = History::default();
    history
        .registered("ada", "Ada", true, true)
        .member("ada", &MemberEvent::MemberBlocked)
        .member("ada", &MemberEvent::MemberUnblocked)
        .registered("bob", "Bob", true, true)
        .member("bob", &MemberEvent::MemberApproved)
        .member("bob", &MemberEvent::MemberMuted)
        .registered("cleo", "Cleo", true, false)
        .member("cleo", &MemberEvent::MemberMuted)
        .member("cleo", &MemberEvent::MemberUnmuted)
        .member("cleo", &MemberEvent::MemberRemoved);
    let rows = rows_after(&history).await;
    let standing = |row: &Value| (row["status"].clone(), row["pending"].clone(), row["muted"].clone());
    assert_eq!(standing(&rows[0]), (json!("pending"), json!(true), json!(false)));
    assert_eq!(standing(&rows[1]), (json!("active"), json!(false), json!(true)));
    assert_eq!(standing(&rows[2]), (json!("removed"), json!(false), json!(false)));
}

#[tokio::test]
async fn roles_badges_and_blocks_are_idempotent() {
    let role = |role: &str| Role { role: role.parse().unwrap() };
    let badge = |badge: &str| Badge { badge: badge.parse().unwrap() };
    let mut history = History::default();
    history.registered("ada", "Ada", true, false).registered("bob", "Bob", true, false);
    history.role("ada", "vip").role("ada", "vip").role("ada", "staff").badge("ada", "gold").badge("ada", "old");
    history.member("ada", &MemberEvent::RoleUnassigned(role("staff")));
    history.member("ada", &MemberEvent::BadgeUnassigned(badge("old")));
    history.blocks("ada", "bob").blocks("ada", "bob").blocks("bob", "ada").unblocks("bob", "ada");
    let tables = tables_after(&history).await;
    let label = |kind, label| json!({ "site_id": "acme", "member_id": "ada", "kind": kind, "label": label });
    assert_eq!(tables[1], json!([label("badge", "gold"), label("role", "vip")]));
    assert_eq!(tables[2], json!([{ "site_id": "acme", "blocker": "ada", "blocked": "bob" }]));
}

#[tokio::test]
async fn registering_again_clears_own_rows_but_not_received_blocks() {
    let mut history = History::default();
    history.registered("ada", "Ada", false, false).registered("bob", "Bob", true, false);
    history.role("ada", "vip").badge("ada", "gold").blocks("ada", "bob").blocks("bob", "ada");
    for event in [MemberEvent::MemberMuted, MemberEvent::MemberBlocked, MemberEvent::MemberRemoved] {
        history.member("ada", &event);
    }
    history.registered("ada", "Ada II", true, true);
    let tables = tables_after(&history).await;
    assert_eq!(
        tables[0][0],
        row(
            "ada",
            "Ada II",
            &json!({
                "community": true, "pending": true, "status": "pending", "registered_at": "2026-01-01T00:00:10+00:00",
            })
        )
    );
    assert_eq!(tables[1], json!([]));
    assert_eq!(tables[2], json!([{ "site_id": "acme", "blocker": "bob", "blocked": "ada" }]));
}

#[tokio::test]
async fn events_of_unregistered_members_change_nothing() {
    let replayed = LogReplayed { conversation_id: None, after: None, until: None };
    let mut history = History::default();
    history.member("owner", &MemberEvent::LogReplayed(replayed)).member("owner", &MemberEvent::MemberMuted);
    history.role("owner", "staff").blocks("owner", "ada");
    assert_eq!(tables_after(&history).await, [json!([]), json!([]), json!([]), json!([])]);
}

#[tokio::test]
async fn a_site_keeps_its_name_and_its_switch_through_other_changes() {
    let mut history = History::default();
    history.site_registered().site(&SiteEvent::MemberChatEnabled);
    history.site(&SiteEvent::MaxParticipantsChanged(MaxParticipantsChanged { max_participants: 2 }));
    let tables = tables_after(&history).await;
    assert_eq!(tables[3], json!([{ "site_id": "acme", "name": "Acme", "member_chat_enabled": true, "closed": false }]));
}

async fn tables_after(history: &History) -> Vec<Value> {
    let mut models = Models::empty().await;
    models.apply(MemberListProjector, history.events()).await;
    models.rows(MEMBER_LIST).await.into_iter().map(|(_, rows)| rows).collect()
}

async fn rows_after(history: &History) -> Value {
    tables_after(history).await.remove(0)
}

/// A member outside the community, registered first of all, but for these columns.
fn row(id: &str, name: &str, but: &Value) -> Value {
    let mut row = json!({
        "site_id": "acme", "member_id": id, "display_name": name, "avatar_url": null, "community": false,
        "search_name": name.to_lowercase().trim_end_matches('.'), "search_version": 1,
        "pending": false, "blocked": false, "muted": false, "removed": false, "status": "active", "registered_at": "2026-01-01T00:00:01+00:00",
    });
    row.as_object_mut().unwrap().extend(but.as_object().unwrap().clone());
    row
}
