//! Uploads are rejected or re-encoded, within a memory limit.

use causerie_tests::{ApiResponse, Service, Site};
use futures::future::join_all;
use image::ImageFormat;
use reqwest::Method;

use crate::pictures::{ARCHIVE, PLACE, SCRIPT, animation, of_size, packed, photo, with_chunks, written};

/// The additional memory for all uploads together.
const MORE: u64 = 150 * 1024;
/// Concurrent uploads, more than are admitted.
const AT_ONCE: usize = 12;

fn png(side: u32) -> Vec<u8> {
    written(side, side, ImageFormat::Png)
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_image_contains_no_hidden_data() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let club = ada.group(&[]).await;
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
        // Whatever media type the client sends.
        let request = ada.request(Method::PUT, &format!("/conversations/{club}/image"));
        let response = ApiResponse::of(request.header("content-type", "text/html").body(bytes)).await;
        assert_eq!(response.status, 200, "{what}: {}", response.text);
        let shown = ada.image(response.json["image_url"].as_str().unwrap()).await;
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
async fn incomplete_or_oversized_image_is_rejected() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let club = ada.group(&[]).await;
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
        let response = ada.change_image(club, bytes).await;
        assert_eq!((response.status, &response.json["code"]), (status, &code.into()), "{what}: {}", response.text);
    }
    ada.change_image(club, png(64)).await.done(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_decompression_bombs_use_at_most_150_mib() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let groups = join_all((0..AT_ONCE).map(|_| ada.group(&[]))).await;
    ada.change_image(groups[0], png(64)).await.done(200);
    let before = memory(&service, "VmRSS:");

    let large = png(4_096);
    // 48 MiB of zeros: as pixels beyond the declared size, as text, as a profile.
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
        let responses = join_all(groups.iter().map(|club| ada.change_image(*club, bomb.clone()))).await;
        for response in responses {
            if response.status == 200 {
                taken += 1;
            } else {
                response.some_problem();
            }
        }
    }
    let most = memory(&service, "VmHWM:");
    println!("{taken} uploads taken; {} MiB before, {} MiB at most", before / 1024, most / 1024);
    assert!(most < before + MORE, "{before} KiB before, {most} KiB at most");
    ada.change_image(groups[0], png(65)).await.done(200);
}

/// Memory of the service in KiB: current (`VmRSS:`) and peak (`VmHWM:`).
fn memory(service: &Service, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.process.pid)).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
