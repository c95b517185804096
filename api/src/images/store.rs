//! The image store: a folder or a bucket. Files are named
//! `<site>/<conversation>/<image>-<size>.webp` and written once.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::{ImageError, ImageKey, ImageSize};
use crate::config::ImagesConfig;

const DEFAULT_FOLDER: &str = "causerie-images";
/// Below the 15 s of a whole request.
const BUCKET_REQUEST_TIMEOUT: Duration = Duration::from_secs(4);
const BUCKET_RETRY_TIMEOUT: Duration = Duration::from_secs(6);

#[derive(Debug, Clone)]
pub(super) struct ImageStore(Arc<dyn ObjectStore>);

impl ImageStore {
    pub(super) fn open(config: &ImagesConfig) -> anyhow::Result<Self> {
        match (&config.bucket, &config.folder) {
            (Some(_), Some(_)) => anyhow::bail!("both images.bucket and images.folder are configured; keep one"),
            (Some(bucket), None) => Self::bucket(bucket, config),
            (None, folder) => Self::folder(folder.as_deref().unwrap_or_else(|| FilePath::new(DEFAULT_FOLDER))),
        }
    }

    fn folder(folder: &FilePath) -> anyhow::Result<Self> {
        let cannot = || format!("{} cannot be a folder for images", folder.display());
        // A prefix, because `LocalFileSystem` requires that its own folder exists.
        let path = std::path::absolute(folder).with_context(cannot)?;
        let prefix = Path::from_absolute_path(path).with_context(cannot)?;
        Ok(Self(Arc::new(PrefixStore::new(LocalFileSystem::new().with_fsync(true), prefix))))
    }

    fn bucket(bucket: &str, config: &ImagesConfig) -> anyhow::Result<Self> {
        let ImagesConfig { region, endpoint, access_key_id, secret_access_key, .. } = config;
        let retry = RetryConfig { max_retries: 2, retry_timeout: BUCKET_RETRY_TIMEOUT, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retry)
            .with_client_options(ClientOptions::new().with_timeout(BUCKET_REQUEST_TIMEOUT));
        if let Some(region) = region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(id) = access_key_id {
            builder = builder.with_access_key_id(id);
        }
        if let Some(key) = secret_access_key {
            builder = builder.with_secret_access_key(key.expose_secret());
        }
        Ok(Self(Arc::new(builder.build().context("invalid configuration of the image bucket")?)))
    }

    pub(super) async fn put(&self, key: &ImageKey, size: ImageSize, bytes: Bytes) -> Result<(), ImageError> {
        self.0.put(&file(key, size), bytes.into()).await?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &ImageKey, size: ImageSize) -> Result<Bytes, ImageError> {
        match self.0.get(&file(key, size)).await {
            Ok(found) => Ok(found.bytes().await?),
            Err(object_store::Error::NotFound { .. }) => Err(ImageError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    /// Idempotent.
    pub(super) async fn delete(&self, key: &ImageKey, size: ImageSize) -> Result<(), object_store::Error> {
        match self.0.delete(&file(key, size)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn probe(&self) -> Result<(), ImageError> {
        let file = Path::from(probe_name());
        self.0.put(&file, Bytes::from_static(b"probe").into()).await?;
        let found = self.0.get(&file).await;
        self.0.delete(&file).await?;
        found?;
        Ok(())
    }

    /// The keys of all files; `None` for files that are not images of this service.
    pub(super) async fn list(&self) -> Result<Vec<Option<ImageKey>>, ImageError> {
        let files = self.0.list(None).map_ok(|found| parse_file(&found.location));
        Ok(files.try_collect().await?)
    }
}

/// Never the name of an image.
fn probe_name() -> String {
    format!("causerie-probe-{}", Uuid::new_v4().simple())
}

/// Creates the folder if it is missing, accessible to this user only, and checks that it is
/// writable. Returns the created folders, innermost first; none if images are stored in a bucket.
pub(super) fn create_folder(config: &ImagesConfig) -> anyhow::Result<Vec<PathBuf>> {
    if config.bucket.is_some() {
        return Ok(Vec::new());
    }
    let folder = config.folder.as_deref().unwrap_or_else(|| FilePath::new(DEFAULT_FOLDER));
    let cannot = || format!("cannot store images in {}; set images.folder to a folder of this user", folder.display());
    let folder = std::path::absolute(folder).with_context(cannot)?;
    let missing = folder.ancestors().take_while(|folder| !folder.exists()).map(FilePath::to_owned).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).with_context(cannot)?;
    let file = folder.join(probe_name());
    let written = OpenOptions::new().write(true).create_new(true).open(&file).map(drop);
    written.and_then(|()| std::fs::remove_file(&file)).with_context(cannot)?;
    Ok(missing)
}

/// Inverse of [`file()`].
fn parse_file(file: &Path) -> Option<ImageKey> {
    let mut parts = file.as_ref().split('/');
    let (site, conversation, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (image, _) = name.strip_suffix(".webp")?.rsplit_once('-')?;
    let key =
        ImageKey { site: site.parse().ok()?, conversation: conversation.parse().ok()?, image: image.parse().ok()? };
    ImageSize::ALL.iter().any(|size| self::file(&key, *size) == *file).then_some(key)
}

fn file(ImageKey { site, conversation, image }: &ImageKey, of: ImageSize) -> Path {
    Path::from(format!("{site}/{conversation}/{image}-{}.webp", of.pixels()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random_key() -> ImageKey {
        let id = uuid::Uuid::now_v7;
        ImageKey { site: "acme".parse().unwrap(), conversation: id().into(), image: id().into() }
    }

    #[tokio::test]
    async fn first_put_creates_the_folder_and_images_stay_until_deleted() {
        let folder = std::env::temp_dir().join(format!("causerie-images-{}", uuid::Uuid::now_v7()));
        let store =
            ImageStore::open(&ImagesConfig { folder: Some(folder.clone()), ..ImagesConfig::default() }).unwrap();
        assert!(store.list().await.unwrap().is_empty());
        assert!(!folder.exists());
        let key = random_key();
        assert!(matches!(store.get(&key, ImageSize::Small).await, Err(ImageError::Missing)));
        store.put(&key, ImageSize::Small, Bytes::from_static(b"small")).await.unwrap();
        assert!(folder.join(format!("acme/{}/{}-96.webp", key.conversation, key.image)).is_file());
        assert_eq!(store.get(&key, ImageSize::Small).await.unwrap(), "small");
        assert!(matches!(store.get(&key, ImageSize::Large).await, Err(ImageError::Missing)));
        std::fs::write(folder.join("acme/notes.txt"), "not ours").unwrap();
        let listed = store.list().await.unwrap();
        assert_eq!(listed.iter().flatten().map(|key| key.image).collect::<Vec<_>>(), [key.image]);
        assert_eq!(listed.len(), 2);
        store.delete(&key, ImageSize::Small).await.unwrap();
        store.delete(&key, ImageSize::Small).await.unwrap();
        assert!(matches!(store.get(&key, ImageSize::Small).await, Err(ImageError::Missing)));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn folder_and_bucket_exclude_each_other() {
        let bucket = ImagesConfig { bucket: Some("images".to_owned()), ..ImagesConfig::default() };
        assert!(ImageStore::open(&bucket).is_ok());
        assert!(ImageStore::open(&ImagesConfig { folder: Some("images".into()), ..bucket }).is_err());
    }
}
