//! Group images: upload, re-encoding, storage, serving.
//!
//! Start at [`Images`]. `upload/` recognises an upload by its content and re-encodes it, so the
//! uploaded bytes are never served. `store.rs` stores images in a folder or a bucket
//! (docs/adr/0017), and `sweep.rs` deletes orphans there.

mod store;
mod sweep;
mod upload;

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use causerie_domain::Conversation;
use causerie_events::conversation::GroupImage;
use causerie_events::{ConversationId, ImageId, SiteId};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::config::ImagesConfig;
use store::ImageStore;
pub use sweep::{MIN_SWEEP_AGE, SweepError, SweepReport, sweep};
use upload::{Renditions, Upload};

pub const MAX_UPLOAD_BYTES: usize = 5 * 1024 * 1024;
/// Concurrent decodes. With the memory limit of one decode (`upload/`) and the limit on admitted
/// uploads (`edge/front.rs`) this bounds the memory of all uploads.
const MAX_CONCURRENT_DECODES: u32 = 2;
/// How long an upload waits for a decode slot before it is rejected.
const DECODE_QUEUE_TIMEOUT: Duration = Duration::from_secs(3);

/// The stored sizes of an image: squares with at most this many pixels a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImageSize {
    /// 96: for lists.
    Small,
    /// 512.
    #[default]
    Large,
}

impl ImageSize {
    pub const ALL: [Self; 2] = [Self::Small, Self::Large];

    const fn pixels(self) -> u32 {
        match self {
            Self::Small => 96,
            Self::Large => 512,
        }
    }
}

#[derive(Debug, Clone)]
pub struct ImageKey {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub image: ImageId,
}

#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// By its content; the media type of the request is ignored.
    #[error("an image must be PNG, JPEG or WebP")]
    Unsupported,
    #[error("the image cannot be decoded")]
    Unreadable,
    #[error("the image has more than 8,192 pixels on a side, or more than 16 million in total")]
    TooLarge,
    #[error("too many images at once; nothing was done")]
    Busy,
    #[error("image not found")]
    Missing,
    #[error("image storage unavailable")]
    Storage(#[from] object_store::Error),
}

/// A re-encoded upload that is not stored yet.
#[derive(Debug)]
pub struct RenderedImage {
    sha256: String,
    renditions: Renditions,
}

/// Renders an upload in the calling thread, for `fuzz/`.
pub fn render_upload(upload: Bytes) -> Result<[(ImageSize, Bytes); 2], ImageError> {
    Upload::recognise(upload)?.render()
}

/// The images of all groups. Clones share their limits.
#[derive(Debug, Clone)]
pub struct Images {
    store: ImageStore,
    decodes: Arc<Semaphore>,
}

impl Images {
    /// Creates the configured folder, accessible to this user only, and checks that it is writable.
    pub fn prepare(config: &ImagesConfig) -> anyhow::Result<()> {
        store::create_folder(config).map(drop)
    }

    /// Checks that [`Self::prepare`] would succeed, and removes what it created.
    pub fn check(config: &ImagesConfig) -> anyhow::Result<()> {
        for created in store::create_folder(config)? {
            std::fs::remove_dir(&created)?;
        }
        Ok(())
    }

    /// Checks that the folder or the bucket can store, return and delete an object.
    pub async fn probe(&self) -> Result<(), ImageError> {
        self.store.probe().await
    }

    /// Creates nothing.
    pub fn open(config: &ImagesConfig) -> anyhow::Result<Self> {
        Ok(Self {
            store: ImageStore::open(config)?,
            decodes: Arc::new(Semaphore::new(MAX_CONCURRENT_DECODES as usize)),
        })
    }

    /// Decodes and re-encodes an upload.
    pub async fn render(&self, bytes: Bytes) -> Result<RenderedImage, ImageError> {
        let sha256 = hexadecimal(digest(&SHA256, &bytes).as_ref());
        let upload = blocking(move || Upload::recognise(bytes)).await?;
        // A large image takes all permits, because two would exceed the memory limit.
        let permits = if upload.is_large() { MAX_CONCURRENT_DECODES } else { 1 };
        let acquire = Arc::clone(&self.decodes).acquire_many_owned(permits);
        let Ok(Ok(permit)) = tokio::time::timeout(DECODE_QUEUE_TIMEOUT, acquire).await else {
            return Err(ImageError::Busy);
        };
        // The task owns the permit, because it continues when the client disconnects.
        let renditions = blocking(move || {
            let _permit = permit;
            upload.render()
        })
        .await?;
        Ok(RenderedImage { sha256, renditions })
    }

    /// Stores an image under a new id. The caller must call [`Self::delete_later`] if the group
    /// does not get to show it.
    pub async fn store(
        &self,
        group: (&SiteId, ConversationId),
        rendered: RenderedImage,
    ) -> Result<GroupImage, ImageError> {
        let image = ImageId::from(Uuid::now_v7());
        let key = ImageKey { site: group.0.clone(), conversation: group.1, image };
        for (size, bytes) in rendered.renditions {
            if let Err(error) = self.store.put(&key, size, bytes).await {
                self.delete_later(key);
                return Err(error);
            }
        }
        Ok(GroupImage { image, sha256: rendered.sha256 })
    }

    pub async fn get(&self, key: &ImageKey, size: ImageSize) -> Result<Bytes, ImageError> {
        self.store.get(key, size).await
    }

    /// Deletes an image in the background. After a failure a sweep can delete it.
    pub fn delete_later(&self, key: ImageKey) {
        let Self { store, .. } = self.clone();
        tokio::spawn(async move {
            for size in ImageSize::ALL {
                if let Err(error) = store.delete(&key, size).await {
                    let image = key.image;
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, %image, "failed to delete an image; `causerie images sweep` deletes it later");
                }
            }
        });
    }

    pub fn delete_previous(&self, site: &SiteId, id: ConversationId, conversation: &Conversation) {
        if let Conversation::Group(group) = conversation
            && let Some(image) = group.previous_image
        {
            self.delete_later(ImageKey { site: site.clone(), conversation: id, image });
        }
    }

    pub fn delete_if_closed(&self, site: &SiteId, id: ConversationId, conversation: &Conversation) {
        if matches!(conversation, Conversation::Group(group) if group.closed) {
            self.delete_previous(site, id, conversation);
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A panic of a decoder means that the image cannot be decoded.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
) -> Result<T, ImageError> {
    spawn_blocking(work).await.unwrap_or(Err(ImageError::Unreadable))
}
