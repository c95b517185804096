//! `causerie images sweep` deletes only images that a killed process has left behind.

use std::path::Path;

use causerie_tests::{Service, Site, command};
use image::ImageFormat;
use sqlx::{Connection, Executor, PgConnection};
use uuid::{Timestamp, Uuid};

use crate::pictures::written;

fn long_ago(number: u8) -> Uuid {
    let mut id = Uuid::new_v7(Timestamp::from_unix_time(1_725_000_000, 0, 0, 0)).into_bytes();
    id[15] = number;
    Uuid::from_bytes(id)
}

fn lay(folder: &Path, image: Uuid) {
    std::fs::create_dir_all(folder).unwrap();
    for size in [96, 512] {
        std::fs::write(folder.join(format!("{image}-{size}.webp")), "an image").unwrap();
    }
}

fn stored_files(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The output of the command, which must succeed.
async fn sweep(service: &Service, arguments: &[&str]) -> String {
    let mut sweep = command();
    sweep
        .args(["images", "sweep"])
        .args(arguments)
        .env("CAUSERIE_DATABASE__URL", service.servers.database_url())
        .env("CAUSERIE_IMAGES__FOLDER", service.images());
    let output = sweep.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn sweep_deletes_only_images_that_no_group_shows() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let club = ada.group(&[]).await;
    let young = ada.create_group(Uuid::now_v7(), "Young", &[]).await.done(201).id();
    let closed = ada.create_group(Uuid::now_v7(), "Closed", &[]).await.done(201).id();
    ada.change_image(club, written(8, 8, ImageFormat::Png)).await.done(200);
    ada.change_image(young, written(8, 8, ImageFormat::Png)).await.done(200);
    ada.delete_group(closed).await.done(200);
    let folder = |group: Uuid| service.images().join("acme").join(group.to_string());
    let of_young = stored_files(&folder(young));

    // The group has shown its image for years.
    let (shown, orphan) = (long_ago(1), long_ago(2));
    let mut database = PgConnection::connect(service.servers.database_url()).await.unwrap();
    let change = format!(
        "ALTER TABLE events DISABLE TRIGGER USER;
         UPDATE events SET payload = jsonb_set(payload, '{{image}}', '\"{shown}\"')
          WHERE event_type = 'GroupImageChanged' AND aggregate_id = 'acme/{club}';
         ALTER TABLE events ENABLE TRIGGER USER"
    );
    database.execute(change.as_str()).await.unwrap();
    std::fs::remove_dir_all(folder(club)).unwrap();
    lay(&folder(club), shown);
    lay(&folder(club), orphan);
    lay(&folder(closed), orphan);
    lay(&folder(young), Uuid::now_v7());
    // Of another installation, or of an unknown group.
    let stranger = service.images().join("acme").join(Uuid::now_v7().to_string());
    lay(&stranger, orphan);
    std::fs::write(service.images().join("README"), "Images of groups").unwrap();

    let said = sweep(&service, &["--dry-run"]).await;
    assert!(
        said.contains(&format!("acme/{club}/{orphan}")) && said.contains(&format!("acme/{closed}/{orphan}")),
        "{said}"
    );
    assert!(
        said.ends_with("3 images checked, 2 to be deleted; 2 skipped because they belong to no group of this log\n"),
        "{said}"
    );
    assert_eq!((stored_files(&folder(club)).len(), stored_files(&folder(closed)).len()), (4, 2));

    let said = sweep(&service, &[]).await;
    assert!(
        said.ends_with("3 images checked, 2 deleted; 2 skipped because they belong to no group of this log\n"),
        "{said}"
    );
    assert_eq!(stored_files(&folder(club)), [format!("{shown}-512.webp"), format!("{shown}-96.webp")]);
    assert_eq!(stored_files(&folder(closed)), [""; 0]);
    assert_eq!((stored_files(&folder(young)).len(), stored_files(&stranger).len()), (of_young.len() + 2, 2));
    assert!(sweep(&service, &["--older-than", "10m"]).await.starts_with("1 images checked, 0 deleted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sweep_never_deletes_recent_images() {
    let output = command().args(["images", "sweep", "--older-than", "9m"]).output().await.unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("10m"), "{output:?}");
}
