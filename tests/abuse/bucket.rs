//! Images in an S3 bucket instead of a folder. Needs an S3 server; docs/operations.md names the one this was tested with,
//! and how to repeat the test.

use causerie_tests::{Caller, Service, Site, command, eventually};
use image::ImageFormat;
use reqwest::Method;
use uuid::Uuid;

use crate::pictures::written;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server that speaks S3: CAUSERIE_TEST_S3=http://127.0.0.1:port"]
async fn images_lie_in_a_bucket_as_they_do_in_a_folder() {
    let endpoint = std::env::var("CAUSERIE_TEST_S3").unwrap();
    let (http, bucket) = (reqwest::Client::new(), format!("images-{}", Uuid::now_v7()));
    let made = http.request(Method::PUT, format!("{endpoint}/{bucket}")).send().await.unwrap();
    assert!(made.status().is_success(), "{made:?}");
    let listing =
        async || http.get(format!("{endpoint}/{bucket}?list-type=2")).send().await.unwrap().text().await.unwrap();
    let stored_files = async || listing().await.matches("<Key>").count();
    let settings = [
        ("CAUSERIE_IMAGES__BUCKET", bucket.as_str()),
        ("CAUSERIE_IMAGES__ENDPOINT", endpoint.as_str()),
        ("CAUSERIE_IMAGES__REGION", "eu-west-3"),
        ("CAUSERIE_IMAGES__ACCESS_KEY_ID", "tests"),
        ("CAUSERIE_IMAGES__SECRET_ACCESS_KEY", "tests"),
    ];
    let service = Service::start_with(&settings).await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    let club = ada.create_group(Uuid::now_v7(), "Book club", &[]).await.done(201).id();

    let first = shown(&ada, club, 32).await;
    assert_eq!(stored_files().await, 2, "{}", listing().await);
    let image = ada.image(&first).await;
    assert_eq!((image.status().as_u16(), image.headers()["content-type"].as_bytes()), (200, &b"image/webp"[..]));
    let second = shown(&ada, club, 48).await;
    eventually("the previous image is deleted", stored_files, |files| *files == 2).await;
    assert_eq!((ada.image(&first).await.status().as_u16(), ada.image(&second).await.status().as_u16()), (404, 200));

    let mut sweep = command();
    sweep.args(["images", "sweep", "--older-than", "10m"]).envs(settings);
    let swept = sweep.env("CAUSERIE_DATABASE__URL", service.servers.database_url()).output().await.unwrap();
    assert!(swept.status.success(), "{swept:?}");
    assert_eq!(stored_files().await, 2);
    ada.delete_group(club).await.done(200);
    eventually("no image is stored", stored_files, |files| *files == 0).await;
}

async fn shown(caller: &Caller, group: Uuid, side: u32) -> String {
    let changed = caller.change_image(group, written(side, side, ImageFormat::Jpeg)).await.done(200);
    changed.json["image_url"].as_str().unwrap().to_owned()
}
