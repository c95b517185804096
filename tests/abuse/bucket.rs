//! Images in an S3 bucket instead of a folder, on an S3 server in the process of the test.

use causerie_tests::{Caller, Service, Site, command, eventually};
use futures::StreamExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use image::ImageFormat;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::pictures::written;

const BUCKET: &str = "images";
const ACCESS_KEY: &str = "tests";
const SECRET_KEY: &str = "a secret of the tests";

#[tokio::test(flavor = "multi_thread")]
async fn images_lie_in_a_bucket_as_they_do_in_a_folder() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
    let endpoint = serve_s3(&folder).await;
    let settings = [
        ("CAUSERIE_IMAGES__BUCKET", BUCKET),
        ("CAUSERIE_IMAGES__ENDPOINT", endpoint.as_str()),
        ("CAUSERIE_IMAGES__REGION", "eu-west-3"),
        ("CAUSERIE_IMAGES__ACCESS_KEY_ID", ACCESS_KEY),
        ("CAUSERIE_IMAGES__SECRET_ACCESS_KEY", SECRET_KEY),
    ];
    let bucket = AmazonS3Builder::new()
        .with_bucket_name(BUCKET)
        .with_endpoint(&endpoint)
        .with_allow_http(true)
        .with_region("eu-west-3")
        .with_access_key_id(ACCESS_KEY)
        .with_secret_access_key(SECRET_KEY)
        .build()
        .unwrap();
    let stored_files = async || bucket.list(None).map(Result::unwrap).count().await;
    let service = Service::start_with(&settings).await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let club = ada.group(&[]).await;

    let first = shown(&ada, club, 32).await;
    assert_eq!(stored_files().await, 2);
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

/// Serves the folders of a folder as buckets. Returns the address.
async fn serve_s3(folder: &TempDir) -> String {
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                // A client that closes its connection is not an error of the test.
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    address
}

async fn shown(caller: &Caller, group: Uuid, side: u32) -> String {
    let changed = caller.change_image(group, written(side, side, ImageFormat::Jpeg)).await.done(200);
    changed.json["image_url"].as_str().unwrap().to_owned()
}
