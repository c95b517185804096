//! Lists at their maximum: a group of 1,000 participants, and 1,000 blocked contacts.

use causerie_tests::{NO_LIMITS, Service, Site};
use futures::stream::{self, StreamExt};
use serde_json::json;
use uuid::Uuid;

const MOST: usize = 1_000;
const AT_ONCE: usize = 16;

fn names() -> Vec<String> {
    (0..=MOST).map(|number| format!("m{number:04}")).collect()
}

async fn welcome(site: &Site<'_>, names: &[&str]) {
    let operator = site.operator().await;
    let register = async |name: &&str| {
        let body = json!({ "display_name": name, "community": true });
        operator.put(&format!("/members/{name}"), &body).await.done(200);
    };
    stream::iter(names).map(register).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn group_of_a_thousand_works_and_rejects_one_more() {
    let service = Service::start_with(&NO_LIMITS).await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let names = names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    welcome(&site, &names).await;
    let (owner, ada) = (site.owner().await, site.member("ada").await);
    owner.patch("/settings", &json!({ "max_participants": MOST })).await.done(200);

    // With the creator, one more than the maximum.
    let (group, others) = (Uuid::now_v7(), &names[..MOST - 1]);
    let over = ada.create_group(group, "Everybody", &names[..MOST]).await;
    over.problem(422, "group.too_many_participants");
    let created = ada.create_group(group, "Everybody", others).await.done(201);
    let listed = ada.listed(group, &created).await;
    assert_eq!(listed["participant_count"], MOST);
    ada.add(group, names[MOST]).await.problem(422, "group.too_many_participants");

    // The last participant receives a message of the first, and leaves a free place.
    let last = site.member(names[MOST - 2]).await;
    let mut live = last.live().await;
    ada.send(group, "hello, all").await.done(201);
    assert_eq!(live.message().await["text"], "hello, all");
    last.delete(&format!("/conversations/{group}/participants/me")).await.done(200);
    let added = ada.add(group, names[MOST]).await.done(200);
    let path = format!("/conversations/{group}/participants?");
    ada.shows(&path, &added).await;
    let mut participants = ada.list_ids(&path, 200).await;
    let mut expected: Vec<&str> = others[..MOST - 2].iter().copied().chain(["ada", names[MOST]]).collect();
    expected.sort_unstable();
    participants.sort_unstable();
    assert_eq!(participants, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn member_blocks_at_most_a_thousand_contacts() {
    let service = Service::start_with(&NO_LIMITS).await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let names = names();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    welcome(&site, &all).await;
    let ada = site.member("ada").await;
    let block = async |name: &&str| ada.block_contact(name).await.done(200);
    let blocked: Vec<_> = stream::iter(&all[..MOST]).map(block).buffered(AT_ONCE).collect().await;
    ada.block_contact(all[MOST]).await.problem(409, "contact.too_many_blocked");
    // Blocking a member again does not count.
    ada.block_contact(all[0]).await.done(200);
    let last = blocked.last().unwrap();
    assert_eq!(ada.shows("/members?limit=200", last).await.each("id"), ["ada", "bo", all[MOST]]);

    ada.unblock_contact(all[0]).await.done(200);
    let blocked = ada.block_contact(all[MOST]).await.done(200);
    assert_eq!(ada.shows("/members?limit=200", &blocked).await.each("id"), ["ada", "bo", all[0]]);
}
