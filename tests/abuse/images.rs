//! Uploads: refused, or made into something clean, within their memory.

use causerie_tests::{Answer, Caller, Service, Site};
use futures::future::join_all;
use image::ImageFormat;
use reqwest::Method;
use uuid::Uuid;

use crate::pictures::{ARCHIVE, PLACE, SCRIPT, animation, of_size, packed, photo, with_chunks, written};

/// How much more memory the service may take for all uploads together.
const MORE: u64 = 150 * 1024;
/// Uploads at once: more than are taken in.
const AT_ONCE: usize = 12;

async fn group(creator: &Caller) -> Uuid {
    creator.create_group(Uuid::now_v7(), "Book club", &[]).await.done(201).id()
}

fn png(side: u32) -> Vec<u8> {
    written(side, side, ImageFormat::Png)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_comes_out_without_a_trace_of_what_was_hidden_in_it() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    let club = group(&ada).await;
    let text = [b"Comment\0", SCRIPT].concat();
    let profile = [&b"icc\0\0"[..], &packed(&png(8))].concat();
    let taken = [
        ("a PNG that is a page too", [&png(64)[..], SCRIPT].concat()),
        ("a PNG with text", with_chunks(&png(64), &[(b"tEXt", text), (b"eXIf", PLACE.to_vec())])),
        ("a PNG with a profile that is none", with_chunks(&png(64), &[(b"iCCP", profile)])),
        ("a JPEG that is an archive too", [&photo()[..], ARCHIVE].concat()),
        ("a photo with a place and a profile", photo()),
        ("a WebP that moves", animation(64, 3)),
    ];
    for (what, bytes) in taken {
        // Whatever the sender says that it is.
        let request = ada.request(Method::PUT, &format!("/conversations/{club}/image"));
        let answer = Answer::of(request.header("content-type", "text/html").body(bytes)).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
        let shown = ada.image(answer.json["image_url"].as_str().unwrap()).await;
        assert_eq!(shown.headers()["content-type"], "image/webp", "{what}");
        let shown = shown.bytes().await.unwrap();
        for trace in [PLACE, SCRIPT, ARCHIVE, b"GPS", b"EXIF", b"Exif", b"ICC", b"ANIM", b"script"] {
            assert!(
                !shown.windows(trace.len()).any(|part| part == trace),
                "{what}: {}",
                String::from_utf8_lossy(trace)
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_image_of_a_sensible_size_is_refused() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    let club = group(&ada).await;
    let (photo, moving) = (photo(), animation(64, 3));
    let refused = [
        ("50,000 by 50,000", of_size(&png(8), 50_000, 50_000), 422, "group.image_too_large"),
        ("a canvas of 16,384", animation(16_384, 1), 422, "group.image_too_large"),
        ("half a photo", photo[..photo.len() / 2].to_vec(), 422, "group.image_unreadable"),
        ("a photo without its end", photo[..photo.len() - 2].to_vec(), 422, "group.image_unreadable"),
        ("half a WebP", moving[..60].to_vec(), 422, "group.image_unreadable"),
        ("a PNG that ends early", of_size(&png(8), 4_000, 4_000), 422, "group.image_unreadable"),
        ("SVG", b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>".to_vec(), 415, "group.image_unsupported"),
        ("a page", SCRIPT.to_vec(), 415, "group.image_unsupported"),
        ("an archive that is a photo too", [ARCHIVE, &photo].concat(), 415, "group.image_unsupported"),
    ];
    for (what, bytes, status, code) in refused {
        let answer = ada.change_image(club, bytes).await;
        assert_eq!((answer.status, &answer.json["code"]), (status, &code.into()), "{what}: {}", answer.text);
    }
    ada.change_image(club, png(64)).await.done(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_by_the_dozen_take_no_more_than_150_mib_together() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    let groups = join_all((0..AT_ONCE).map(|_| group(&ada))).await;
    ada.change_image(groups[0], png(64)).await.done(200);
    let before = memory(&service, "VmRSS:");

    let large = png(4_096);
    // 48 MiB of nothing: as pixels that the head does not speak of, as text, as a profile.
    let zeros = packed(&large);
    let [text, profile] = [&b"Comment\0\0"[..], b"icc\0\0"].map(|name| [name, &zeros].concat());
    let bombs = [
        of_size(&large, 64, 64),
        with_chunks(&png(64), &[(b"zTXt", text)]),
        with_chunks(&png(64), &[(b"iCCP", profile)]),
        animation(4_096, 200),
        of_size(&png(8), 50_000, 50_000),
        large,
    ];
    let mut taken = 0;
    for bomb in bombs {
        let answers = join_all(groups.iter().map(|club| ada.change_image(*club, bomb.clone()))).await;
        for answer in answers {
            if answer.status == 200 {
                taken += 1;
            } else {
                answer.some_problem();
            }
        }
    }
    let most = memory(&service, "VmHWM:");
    println!("{taken} uploads taken; {} MiB before, {} MiB at most", before / 1024, most / 1024);
    assert!(most < before + MORE, "{before} KiB before, {most} KiB at most");
    ada.change_image(groups[0], png(65)).await.done(200);
}

/// Memory of the service, in KiB: what it has now (`VmRSS:`), and the most that it ever had (`VmHWM:`).
fn memory(service: &Service, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.process.pid)).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
