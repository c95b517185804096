//! C6, C7 and S3: groups have an active admin, and only active participants count.

use causerie_tests::{ApiResponse, Caller, Service, Site};
use serde_json::json;
use uuid::Uuid;

use crate::group;

/// The admins of a group after a write, by seniority.
async fn admins(caller: &Caller, group: Uuid, write: &ApiResponse) -> Vec<String> {
    let path = format!("/conversations/{group}/participants?limit=200");
    let participants = caller.shows(&path, write).await;
    let admins = participants.items().iter().filter(|item| item["admin"] == true);
    admins.filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_successor_is_the_longest_standing_active_member() {
    let service = Service::start().await;
    let names = ["ada", "blk", "gone", "out", "mute", "bo", "cy"];
    let site = Site::open(&service, "acme", &names).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &names[1..]).await;
    owner.post("/members/blk/block").await.done(200);
    owner.delete("/members/gone").await.done(200);
    site.member("out").await.delete("/members/me/community").await.done(200);
    owner.post("/members/mute/mute").await.done(200);
    let left = ada.remove(club, "me").await.done(200);
    assert_eq!(admins(&bo, club, &left).await, ["bo"]);
    // An inactive admin does not count.
    bo.grant(club, "out").await.done(200);
    bo.revoke(club, "bo").await.problem(409, "group.last_admin");
    let left = bo.remove(club, "me").await.done(200);
    assert_eq!(admins(&site.member("cy").await, club, &left).await, ["out", "cy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_group_gets_an_admin_when_the_only_one_is_inactive() {
    let service = Service::start().await;
    let (site, [ada, bo, ..]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "di"]).await;
    let (owner, operator) = (site.owner().await, site.operator().await);
    let outside = json!({ "display_name": "ada", "community": false });
    let inside = json!({ "display_name": "ada", "community": true });
    let mut ways: Vec<(&str, ApiResponse, Uuid)> = Vec::new();
    let club = group(&ada, &["bo", "cy"]).await;
    ways.push(("left the community", ada.delete("/members/me/community").await.done(200), club));
    ada.put_nothing("/members/me/community").await.done(200);
    let club = group(&ada, &["bo", "cy"]).await;
    ways.push(("out by the host", operator.put("/members/ada", &outside).await.done(200), club));
    operator.put("/members/ada", &inside).await.done(200);
    let club = group(&ada, &["bo", "cy"]).await;
    let changed = operator.patch("/members/ada", &json!({ "community": false })).await.done(200);
    ways.push(("out by a change of the member", changed, club));
    operator.put("/members/ada", &inside).await.done(200);
    let club = group(&ada, &["bo", "cy"]).await;
    ways.push(("blocked", owner.post("/members/ada/block").await.done(200), club));
    owner.post("/members/ada/unblock").await.done(200);
    let (club, with_two) = (group(&ada, &["bo", "cy"]).await, group(&ada, &["bo", "cy"]).await);
    ada.grant(with_two, "cy").await.done(200);
    ways.push(("removed", owner.delete("/members/ada").await.done(200), club));
    for (way, done, club) in ways {
        assert_eq!(admins(&bo, club, &done).await, ["ada", "bo"], "{way}");
        bo.change_group(club, &json!({ "name": "New" })).await.done(200);
        bo.add(club, "di").await.done(200);
    }
    let again = owner.delete("/members/ada").await.done(200);
    assert_eq!(admins(&bo, with_two, &again).await, ["ada", "cy"], "another admin can act");
    bo.change_group(with_two, &json!({ "name": "New" })).await.problem(403, "group.admin_only");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_inactive_participants_do_not_count() {
    let service = Service::start().await;
    let (site, [ada, ..]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "di", "ed", "flo"]).await;
    let owner = site.owner().await;
    owner.patch("/settings", &json!({ "max_participants": 3 })).await.done(200);
    let club = group(&ada, &["bo", "cy"]).await;
    let full = async |member: &str| ada.add(club, member).await.problem(422, "group.too_many_participants");
    full("di").await;
    // Muted participants and those outside the community can still read.
    owner.post("/members/bo/mute").await.done(200);
    site.member("cy").await.delete("/members/me/community").await.done(200);
    full("di").await;
    owner.post("/members/bo/block").await.done(200);
    assert_eq!(ada.add(club, "di").await.done(200).json["participant_count"], 4);
    full("ed").await;
    owner.delete("/members/cy").await.done(200);
    ada.add(club, "ed").await.done(200);
    // A member who returns to the community is still a participant.
    owner.post("/members/bo/unblock").await.done(200);
    full("flo").await;
    ada.remove(club, "di").await.done(200);
    full("flo").await;
    site.member("bo").await.get(&format!("/conversations/{club}")).await.is(200);
}
