//! C4 and G8: group images.

use std::io::Cursor;

use causerie_tests::{ApiResponse, Caller, Service, Site, eventually};
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::group;
use crate::groups::history;

const MAX_UPLOAD: usize = 5 * 1024 * 1024;

/// An image in a colour of its own.
fn picture(colour: u8, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(640, 480, Rgb([colour, 0, 0])).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(colour: u8) -> Vec<u8> {
    picture(colour, ImageFormat::Png)
}

fn url(response: &ApiResponse) -> String {
    response.json["image_url"].as_str().unwrap().to_owned()
}

async fn status(caller: &Caller, url: &str) -> u16 {
    caller.image(url).await.status().as_u16()
}

fn stored_files(service: &Service) -> usize {
    fn files(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
    }
    files(service.images())
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_only_admins_and_owner_change_the_image() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["bo"]).await;
    let mut live = bo.live().await;

    let changed = ada.change_image(club, png(1)).await.done(200);
    assert_eq!(live.until("conversation.changed", club).await.data["image_url"], url(&changed));
    for caller in [&ada, &bo] {
        assert_eq!(caller.listed(club, &changed).await["image_url"], url(&changed));
    }
    // Uploading the same image again changes nothing.
    let again = ada.change_image(club, png(1)).await.done(200);
    assert_eq!((again.header("etag"), &again.json), (changed.header("etag"), &changed.json));
    let of_owner = owner.change_image(club, png(2)).await.done(200);
    assert_ne!(url(&of_owner), url(&changed));
    // The owner sees the image as a non-participant.
    assert_eq!(owner.get(&format!("/conversations/{club}")).await.is(200).json["image_url"], url(&of_owner));

    bo.change_image(club, png(3)).await.problem(403, "group.admin_only");
    bo.remove_image(club).await.problem(403, "group.admin_only");
    cy.change_image(club, png(3)).await.problem(404, "conversation.not_found");
    cy.remove_image(club).await.problem(404, "conversation.not_found");
    let direct = ada.direct("bo").await;
    ada.change_image(direct, png(3)).await.problem(409, "conversation.not_a_group");
    site.owner().await.post("/members/ada/block").await.done(200);
    ada.change_image(club, png(3)).await.problem(403, "member.blocked");
    site.owner().await.post("/members/ada/unblock").await.done(200);

    // Removing an image is possible while member chat is off.
    owner.post("/member-chat/disable").await.done(200);
    let removed = ada.remove_image(club).await.done(200);
    assert_eq!(removed.json["image_url"], Value::Null);
    assert_eq!(ada.remove_image(club).await.done(200).header("etag"), removed.header("etag"));
    assert_eq!(bo.listed(club, &removed).await["image_url"], Value::Null);
    let expected = [
        "GroupCreated",
        "GroupImageChanged",
        "GroupImageChanged",
        "DirectConversationStarted",
        // While the one admin was blocked.
        "AdminGranted",
        "GroupImageRemoved",
    ];
    assert_eq!(history(&service).await, expected);

    // Only at the expected version.
    owner.post("/member-chat/enable").await.done(200);
    let at = async |version: &str| {
        let request = ada.request(Method::PUT, &format!("/conversations/{club}/image")).body(png(4));
        ApiResponse::of(request.header("if-match", version)).await
    };
    at(changed.header("etag")).await.problem(412, "if_match.moved");
    at(removed.header("etag")).await.done(200);
    eventually("images that no group shows are deleted", async || stored_files(&service), |files| *files == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_muted_admins_change_neither_name_nor_image() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let club = group(&ada, &["bo"]).await;
    ada.change_image(club, png(1)).await.done(200);
    let name = json!({ "name": "Heard by all" });
    let is_refused = async |code: &str| {
        ada.change_group(club, &name).await.problem(403, code);
        ada.change_image(club, png(2)).await.problem(403, code);
    };
    staff.post("/members/ada/mute").await.done(200);
    is_refused("member.muted").await;
    // Changes that are not shown to participants remain possible.
    ada.change_group(club, &json!({ "history": "all" })).await.done(200);
    ada.grant(club, "bo").await.done(200);
    ada.revoke(club, "bo").await.done(200);
    ada.remove_image(club).await.done(200);
    staff.post("/members/ada/unmute").await.done(200);
    ada.delete("/members/me/community").await.done(200);
    is_refused("member.not_in_community").await;
    ada.put_nothing("/members/me/community").await.done(200);
    owner.post("/member-chat/disable").await.done(200);
    is_refused("member_chat.disabled").await;
    owner.change_group(club, &json!({ "name": "By the owner" })).await.done(200);
    let given = owner.change_image(club, png(3)).await.done(200);
    let seen = bo.listed(club, &given).await;
    assert_eq!((&seen["name"], &seen["image_url"]), (&json!("By the owner"), &json!(url(&given))));
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_image_is_re_encoded_and_shown_to_viewers_only() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (owner, club) = (site.owner().await, group(&ada, &["bo"]).await);
    let shown = url(&ada.change_image(club, picture(200, ImageFormat::Jpeg)).await.done(200));
    assert!(shown.starts_with(&format!("/v1/sites/acme/conversations/{club}/image/")), "{shown}");

    for (query, side) in [("", 480), ("?size=large", 480), ("?size=small", 96)] {
        let image = bo.image(&format!("{shown}{query}")).await;
        assert_eq!(image.status(), 200);
        let header = |name: &str| image.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/webp");
        assert_eq!(header("cache-control"), "private, max-age=31536000, immutable");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        let vary = image.headers().get_all("vary").iter().map(|value| value.to_str().unwrap().to_lowercase());
        assert!(vary.collect::<Vec<_>>().join(",").contains("authorization"));
        let bytes = image.bytes().await.unwrap();
        let image = image::load_from_memory_with_format(&bytes, ImageFormat::WebP).unwrap().into_rgb8();
        assert_eq!(image.dimensions(), (side, side));
        assert!(image.pixels().all(|pixel| pixel.0[0] > 150 && pixel.0[1] < 50));
    }
    assert_eq!(status(&owner, &shown).await, 200);
    bo.get(&format!("/conversations/{club}/image/{}?size=huge", Uuid::now_v7())).await.problem(400, "query.invalid");
    bo.get(&format!("/conversations/{club}/image/{}", Uuid::now_v7())).await.problem(404, "group.image_not_found");
    let image = shown.rsplit('/').next().unwrap();
    for outsider in [&cy, &site.service.caller("acme", "sue", "staff").await] {
        outsider.get(&format!("/conversations/{club}/image/{image}")).await.some_problem();
        assert_ne!(status(outsider, &shown).await, 200);
    }
    cy.get(&format!("/conversations/{club}/image/{image}")).await.problem(404, "conversation.not_found");
    // It is not an image of another group of the caller.
    let other = group(&cy, &[]).await;
    cy.get(&format!("/conversations/{other}/image/{image}")).await.problem(404, "group.image_not_found");
    service.stranger("acme").get(&format!("/conversations/{club}/image/{image}")).await.problem(401, "token.missing");
    ada.remove(club, "bo").await.done(200);
    assert_eq!(status(&bo, &shown).await, 404);
    // Another node returns the same.
    let node = service.another_node().await;
    assert_eq!(status(&ada.at(node.said("url"), "acme"), &shown).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_invalid_or_too_large_image_is_rejected() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let club = group(&ada, &[]).await;
    let refused = async |body: Vec<u8>, status: u16, code: &str| {
        ada.change_image(club, body).await.problem(status, code);
    };
    refused(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), 415, "group.image_unsupported").await;
    refused(b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), 415, "group.image_unsupported").await;
    refused(Vec::new(), 415, "group.image_unsupported").await;
    refused(png(1)[..200].to_vec(), 422, "group.image_unreadable").await;
    let mut bomb = png(1);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let crc = bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    });
    bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
    refused(bomb, 422, "group.image_too_large").await;

    // Exactly the maximum size, with ignored data behind the image.
    let of = |length: usize| [png(1), vec![0; length - png(1).len()]].concat();
    refused(of(MAX_UPLOAD + 1), 413, "body.too_large").await;
    ada.change_image(club, of(MAX_UPLOAD)).await.done(200);
    // The limit of other bodies is unchanged.
    ada.change_group(club, &json!({ "name": "x".repeat(70 * 1024) })).await.problem(413, "body.too_large");
    assert_eq!(stored_files(&service), 2);

    // Concurrent uploads wait, or are rejected.
    let many = (0..30).map(|colour| ada.change_image(club, png(colour)));
    for response in futures::future::join_all(many).await {
        if response.status != 200 {
            response.some_problem();
        }
    }
    ada.change_image(club, png(99)).await.done(200);
    eventually("only the last image is stored", async || stored_files(&service), |files| *files == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_replaced_image_and_image_of_ended_group_are_deleted() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (club, other) = (group(&ada, &["bo"]).await, group(&bo, &[]).await);
    let first = url(&ada.change_image(club, png(1)).await.done(200));
    let second = url(&ada.change_image(club, png(2)).await.done(200));
    assert_eq!((status(&bo, &first).await, status(&bo, &second).await), (404, 200));
    // The first image, uploaded again, gets another URL.
    let third = url(&ada.change_image(club, png(1)).await.done(200));
    assert_ne!(third, first);
    assert_eq!((status(&bo, &first).await, status(&bo, &second).await, status(&bo, &third).await), (404, 404, 200));
    eventually("only the third image is stored", async || stored_files(&service), |files| *files == 2).await;

    let deleted = ada.delete_group(club).await.done(200);
    assert_eq!(bo.listed(club, &deleted).await["image_url"], Value::Null);
    assert_eq!(status(&ada, &third).await, 404);
    ada.change_image(club, png(1)).await.problem(409, "conversation.closed");
    eventually("no image is stored", async || stored_files(&service), |files| *files == 0).await;

    bo.change_image(other, png(1)).await.done(200);
    bo.remove(other, "me").await.done(200);
    eventually("the image of the closed group is deleted", async || stored_files(&service), |files| *files == 0).await;
}
