//! Limits on creating groups: each participant costs work in the read models.

use causerie_tests::{ApiResponse, NO_LIMITS, Service, Site};
use futures::future::join_all;
use uuid::Uuid;

fn is_over(response: &ApiResponse) -> bool {
    if response.status == 429 {
        assert_eq!(response.json["code"], "rate.exceeded");
        assert!(!response.header("retry-after").is_empty());
    }
    response.status == 429
}

#[tokio::test(flavor = "multi_thread")]
async fn group_creation_is_limited_per_member() {
    let limits = [
        ("CAUSERIE_LIMITS__GROUPS_PER_HOUR", "1"),
        ("CAUSERIE_LIMITS__GROUPS_BURST", "5"),
        ("CAUSERIE_LIMITS__SEATS_PER_SECOND", "1"),
        ("CAUSERIE_LIMITS__SEATS_BURST", "30"),
    ];
    let service = Service::start_with(&[&NO_LIMITS[..], &limits].concat()).await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cem", "dia"]).await;
    let many: Vec<String> = (0..9).map(|n| format!("m{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    site.welcome(&many).await;
    let [ada, bo, cem] = site.members(["ada", "bo", "cem"]).await;

    // Three groups of ten are thirty participants.
    let mut created = Vec::new();
    let refused = loop {
        let response = ada.create_group(Uuid::now_v7(), "Many", &many).await;
        if is_over(&response) {
            break response;
        }
        created.push(response.done(201).id());
        assert!(created.len() <= 4);
    };
    assert!(created.len() >= 3);
    assert!(refused.header("ratelimit-policy").contains(r#""seats";q=30;w=30"#), "{refused:?}");
    // Adding participants one by one counts the same.
    let admin = ada.add(created[0], "dia").await;
    assert!(is_over(&admin) || admin.status == 200);

    // A member can create a burst of five groups.
    let mut alone = 0;
    while !is_over(&bo.create_group(Uuid::now_v7(), "Alone", &[]).await) {
        alone += 1;
        assert!(alone <= 5);
    }
    assert_eq!(alone, 5);
    // Other members have their own limits.
    cem.create_group(Uuid::now_v7(), "Mine", &["ada"]).await.done(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_opens_so_many_streams_in_a_row() {
    let limits = [("CAUSERIE_LIMITS__STREAM_OPENS_PER_SECOND", "1"), ("CAUSERIE_LIMITS__STREAM_OPENS_BURST", "3")];
    let service = Service::start_with(&[&NO_LIMITS[..], &limits].concat()).await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let responses = join_all((0..40).map(|_| ada.request(reqwest::Method::GET, "/stream").send())).await;
    let (opened, refused): (Vec<_>, Vec<_>) =
        responses.into_iter().map(Result::unwrap).partition(|response| response.status() == 200);
    let over = refused.iter().filter(|response| response.status() == 429).count();
    assert!(
        (1..=20).contains(&opened.len()) && over >= 20,
        "{} of 40 at once are opened, {over} are 429",
        opened.len()
    );
    for response in refused {
        assert!(response.headers().contains_key("retry-after"), "{response:?}");
    }
    bo.live().await;
}
