//! Where images lie: a folder, or a bucket. Under `<site>/<conversation>/<image>-<size>.webp`, written once.

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

use super::{ImageError, Place, Size};
use crate::config::ImagesConfig;

/// The folder where none is configured.
const FOLDER: &str = "causerie-images";
/// A request has 15 s for everything.
const LONGEST_CALL: Duration = Duration::from_secs(4);
const LONGEST_RETRY: Duration = Duration::from_secs(6);

#[derive(Debug, Clone)]
pub(super) struct Shelf(Arc<dyn ObjectStore>);

impl Shelf {
    pub(super) fn open(config: &ImagesConfig) -> anyhow::Result<Self> {
        match (&config.bucket, &config.folder) {
            (Some(_), Some(_)) => anyhow::bail!("both images.bucket and images.folder are configured; keep one"),
            (Some(bucket), None) => Self::bucket(bucket, config),
            (None, folder) => Self::folder(folder.as_deref().unwrap_or_else(|| FilePath::new(FOLDER))),
        }
    }

    fn folder(folder: &FilePath) -> anyhow::Result<Self> {
        let cannot = || format!("{} cannot be a folder for images", folder.display());
        // By an absolute path below the root: a store that starts in the folder itself asks that it be there.
        let path = std::path::absolute(folder).with_context(cannot)?;
        let prefix = Path::from_absolute_path(path).with_context(cannot)?;
        Ok(Self(Arc::new(PrefixStore::new(LocalFileSystem::new().with_fsync(true), prefix))))
    }

    fn bucket(bucket: &str, config: &ImagesConfig) -> anyhow::Result<Self> {
        let ImagesConfig { region, endpoint, access_key_id, secret_access_key, .. } = config;
        let retry = RetryConfig { max_retries: 2, retry_timeout: LONGEST_RETRY, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retry)
            .with_client_options(ClientOptions::new().with_timeout(LONGEST_CALL));
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
        Ok(Self(Arc::new(builder.build().context("the bucket for images is not configured right")?)))
    }

    pub(super) async fn put(&self, place: &Place, size: Size, bytes: Bytes) -> Result<(), ImageError> {
        self.0.put(&file(place, size), bytes.into()).await?;
        Ok(())
    }

    pub(super) async fn get(&self, place: &Place, size: Size) -> Result<Bytes, ImageError> {
        match self.0.get(&file(place, size)).await {
            Ok(found) => Ok(found.bytes().await?),
            Err(object_store::Error::NotFound { .. }) => Err(ImageError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    /// Again it changes nothing.
    pub(super) async fn delete(&self, place: &Place, size: Size) -> Result<(), object_store::Error> {
        match self.0.delete(&file(place, size)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn probe(&self) -> Result<(), ImageError> {
        let file = Path::from(probe());
        self.0.put(&file, Bytes::from_static(b"probe").into()).await?;
        let found = self.0.get(&file).await;
        self.0.delete(&file).await?;
        found?;
        Ok(())
    }

    /// What is kept, by file; none for what is no file of ours.
    pub(super) async fn list(&self) -> Result<Vec<Option<Place>>, ImageError> {
        let files = self.0.list(None).map_ok(|found| place(&found.location));
        Ok(files.try_collect().await?)
    }
}

/// What a probe is called: no image is.
fn probe() -> String {
    format!("causerie-probe-{}", Uuid::new_v4().simple())
}

/// Makes the folder where it is missing, for this user alone, and writes a file to it. Returns the folders that were made, the
/// innermost first; none where images are in a bucket.
pub(super) fn try_folder(config: &ImagesConfig) -> anyhow::Result<Vec<PathBuf>> {
    if config.bucket.is_some() {
        return Ok(Vec::new());
    }
    let folder = config.folder.as_deref().unwrap_or_else(|| FilePath::new(FOLDER));
    let cannot =
        || format!("images cannot be kept in {}; set images.folder to a folder of this user", folder.display());
    let folder = std::path::absolute(folder).with_context(cannot)?;
    let missing = folder.ancestors().take_while(|folder| !folder.exists()).map(FilePath::to_owned).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).with_context(cannot)?;
    let file = folder.join(probe());
    let written = OpenOptions::new().write(true).create_new(true).open(&file).map(drop);
    written.and_then(|()| std::fs::remove_file(&file)).with_context(cannot)?;
    Ok(missing)
}

/// The other way round than [`file()`].
fn place(file: &Path) -> Option<Place> {
    let mut parts = file.as_ref().split('/');
    let (site, conversation, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (image, _) = name.strip_suffix(".webp")?.rsplit_once('-')?;
    let place =
        Place { site: site.parse().ok()?, conversation: conversation.parse().ok()?, image: image.parse().ok()? };
    Size::ALL.iter().any(|size| self::file(&place, *size) == *file).then_some(place)
}

fn file(Place { site, conversation, image }: &Place, of: Size) -> Path {
    Path::from(format!("{site}/{conversation}/{image}-{}.webp", of.pixels()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somewhere() -> Place {
        let id = uuid::Uuid::now_v7;
        Place { site: "acme".parse().unwrap(), conversation: id().into(), image: id().into() }
    }

    #[tokio::test]
    async fn what_is_put_on_the_shelf_is_there_until_it_is_deleted_and_the_folder_comes_with_the_first() {
        let folder = std::env::temp_dir().join(format!("causerie-shelf-{}", uuid::Uuid::now_v7()));
        let shelf = Shelf::open(&ImagesConfig { folder: Some(folder.clone()), ..ImagesConfig::default() }).unwrap();
        assert!(shelf.list().await.unwrap().is_empty());
        assert!(!folder.exists());
        let place = somewhere();
        assert!(matches!(shelf.get(&place, Size::Small).await, Err(ImageError::Missing)));
        shelf.put(&place, Size::Small, Bytes::from_static(b"small")).await.unwrap();
        assert!(folder.join(format!("acme/{}/{}-96.webp", place.conversation, place.image)).is_file());
        assert_eq!(shelf.get(&place, Size::Small).await.unwrap(), "small");
        assert!(matches!(shelf.get(&place, Size::Large).await, Err(ImageError::Missing)));
        std::fs::write(folder.join("acme/notes.txt"), "not ours").unwrap();
        let listed = shelf.list().await.unwrap();
        assert_eq!(listed.iter().flatten().map(|place| place.image).collect::<Vec<_>>(), [place.image]);
        assert_eq!(listed.len(), 2);
        shelf.delete(&place, Size::Small).await.unwrap();
        shelf.delete(&place, Size::Small).await.unwrap();
        assert!(matches!(shelf.get(&place, Size::Small).await, Err(ImageError::Missing)));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_and_a_bucket_are_one_too_many() {
        let bucket = ImagesConfig { bucket: Some("images".to_owned()), ..ImagesConfig::default() };
        assert!(Shelf::open(&bucket).is_ok());
        assert!(Shelf::open(&ImagesConfig { folder: Some("images".into()), ..bucket }).is_err());
    }
}
