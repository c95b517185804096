//! Announced bodies that do not arrive: they hold no resources of other callers.

use std::time::Duration;

use causerie_tests::{Caller, Raw, Service, Site};
use futures::future::join_all;
use image::ImageFormat;
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use crate::pictures::written;

const SLOW: usize = 140;

/// Opens a request whose body does not arrive.
async fn promise(service: &Service, caller: &Caller, path: &str, bytes: usize) -> Raw {
    let mut raw = Raw::connect(service.url()).await;
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {bytes}\r\n\r\n{{",
        caller.token()
    );
    raw.send(head).await.unwrap();
    raw
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_bodies_of_one_member_do_not_block_others() {
    let service = Service::start_with(&[("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0")]).await;
    let site = Site::open(&service, "acme", &["ada", "mal"]).await;
    let quiet = Site::open(&service, "quiet", &["bo"]).await.member("bo").await;
    let [ada, mal] = site.members(["ada", "mal"]).await;
    let group = ada.group(&["mal"]).await;
    let elsewhere = quiet.group(&[]).await;
    for (attempt, site) in ["acme", "%61cme"].into_iter().enumerate() {
        let paths = (0..SLOW).map(|_| format!("/v1/sites/{site}/conversations/{group}/messages/{}", Uuid::now_v7()));
        let started = Instant::now();
        let slow = join_all(paths.map(async |path| promise(&service, &mal, &path, 500).await)).await;
        // Often enough to detect a site that is temporarily at its limit.
        for n in 0..60 {
            let response = ada.send(group, &format!("{attempt} {n}")).await;
            assert_eq!(response.status, 201, "{site}: {}", response.text);
        }
        for n in 0..20 {
            quiet.send(elsewhere, &format!("{n}")).await.done(201);
        }
        println!("others have asked within {:?}; a body is given up after 5 s", started.elapsed());
        let ends = join_all(slow.into_iter().map(async |mut raw| {
            let response = raw.response().await;
            assert!(response.closes(), "{}", response.head);
            raw.ended().await;
            response.status
        }))
        .await;
        let count = |status: u16| ends.iter().filter(|end| **end == status).count();
        assert_eq!((count(429) + count(503), count(503)), (SLOW, 16), "{ends:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_uploads_of_one_member_do_not_block_others() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["mal", "ada"]).await;
    let bo = Site::open(&service, "quiet", &["bo"]).await.member("bo").await;
    let [mal, ada] = site.members(["mal", "ada"]).await;
    let mut groups = Vec::new();
    for creator in [&mal, &ada, &bo] {
        groups.push(creator.group(&[]).await);
    }
    let path = format!("/v1/sites/acme/conversations/{}/image", groups[0]);
    let slow = join_all((0..16).map(async |_| promise(&service, &mal, &path, 5_000_000).await)).await;
    for n in 0..5 {
        for (caller, group) in [(&ada, groups[1]), (&bo, groups[2])] {
            let started = Instant::now();
            caller.change_image(group, written(32 + n, 32, ImageFormat::Png)).await.done(200);
            assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        }
    }
    let ends = join_all(slow.into_iter().map(async |mut raw| raw.response().await.status)).await;
    let count = |status: u16| ends.iter().filter(|end| **end == status).count();
    assert_eq!((count(429), count(503)), (14, 2), "{ends:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stalling_body_times_out_and_slow_body_is_accepted() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let group = ada.group(&[]).await;
    let path = || format!("/v1/sites/acme/conversations/{group}/messages/{}", Uuid::now_v7());
    let whole = async {
        let mut raw = promise(&service, &ada, &path(), 16).await;
        for rest in [r#""text":"#, r#""hello"}"#] {
            // As over a slow connection.
            tokio::time::sleep(Duration::from_secs(1)).await;
            raw.send(rest).await.unwrap();
        }
        raw.response().await
    };
    let dripping = async {
        let raw = promise(&service, &ada, &path(), 60_000).await;
        let (mut read, mut write) = raw.stream.into_split();
        let drip = async {
            loop {
                let _ = tokio::io::AsyncWriteExt::write_all(&mut write, b" ").await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let mut response = String::new();
        let ended = timeout(Duration::from_secs(12), read.read_to_string(&mut response));
        // The connection may be reset, because the client still writes.
        tokio::select! { ended = ended => drop(ended.unwrap()), () = drip => {} }
        response
    };
    let (whole, dripping) = tokio::join!(whole, dripping);
    assert_eq!(whole.status, 201, "{}", whole.body);
    assert!(dripping.starts_with("HTTP/1.1 503") && dripping.contains("request.timeout"), "{dripping}");
}
