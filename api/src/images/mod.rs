//! Images of groups: taken in, made anew, kept and given out.
//!
//! Start at [`Images`]. `upload.rs` tells what came by its content and makes of it what is kept: nothing of the upload
//! itself is ever given out. `shelf.rs` is where that lies (docs/adr/0017), `sweep.rs`
//! looks for what is left behind there.

mod shelf;
mod sweep;
mod upload;

use std::fmt::Write;
use std::future::Future;
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
use shelf::Shelf;
pub use sweep::{SweepError, Swept, YOUNGEST, sweep};
use upload::{Renditions, Upload};

/// The largest upload.
pub const MAX_UPLOAD: usize = 5 * 1024 * 1024;
/// How many are decoded at once. Together with what one may take (`upload.rs`) and how many are admitted (`edge/front.rs`)
/// this bounds the memory of it all.
const DECODES: u32 = 2;
/// How long an upload waits to be decoded before it is rejected as one too many.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is kept of every image: squares of so many pixels, or less where there was less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 96: for lists.
    Small,
    /// 512.
    #[default]
    Large,
}

impl Size {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Small, Self::Large];

    const fn pixels(self) -> u32 {
        match self {
            Self::Small => 96,
            Self::Large => 512,
        }
    }
}

/// Where an image belongs.
#[derive(Debug, Clone)]
pub struct Place {
    /// The tenant.
    pub site: SiteId,
    /// The group.
    pub conversation: ConversationId,
    /// Which one.
    pub image: ImageId,
}

/// Why an image was not taken, or is not given.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// By its content, whatever was said of it.
    #[error("an image is PNG, JPEG or WebP")]
    Unsupported,
    /// It says that it is an image, and is none.
    #[error("the image cannot be read")]
    Unreadable,
    /// More than is decoded.
    #[error("the image has more than 8,192 pixels on a side, or more than 16 million in all")]
    TooLarge,
    /// Nothing was done.
    #[error("too many images at once; nothing was done")]
    Busy,
    /// There is no such image, or none any more.
    #[error("no such image")]
    Missing,
    /// The folder or the bucket.
    #[error("the place where images are kept does not answer")]
    Shelf(#[from] object_store::Error),
}

/// An image that was taken in and made anew, not kept yet.
#[derive(Debug)]
pub struct Taken {
    sha256: String,
    renditions: Renditions,
}

/// What is made of an upload, where the caller is: for whoever tries what is taken in (`fuzz/`).
pub fn made_of(upload: Bytes) -> Result<[(Size, Bytes); 2], ImageError> {
    Upload::recognise(upload)?.render()
}

/// The images of all groups. Clones share their limits.
#[derive(Debug, Clone)]
pub struct Images {
    shelf: Shelf,
    decodes: Arc<Semaphore>,
}

impl Images {
    /// Makes the folder as configured, for this user alone, and tries whether it can be written.
    pub fn prepare(config: &ImagesConfig) -> anyhow::Result<()> {
        shelf::try_folder(config).map(drop)
    }

    /// Whether [`Self::prepare`] would succeed. Leaves nothing behind.
    pub fn check(config: &ImagesConfig) -> anyhow::Result<()> {
        for made in shelf::try_folder(config)? {
            std::fs::remove_dir(&made)?;
        }
        Ok(())
    }

    /// Whether the folder or the bucket takes an object, and gives it out. Leaves nothing behind.
    pub async fn probe(&self) -> Result<(), ImageError> {
        self.shelf.probe().await
    }

    /// As configured. Nothing is created.
    pub fn open(config: &ImagesConfig) -> anyhow::Result<Self> {
        Ok(Self { shelf: Shelf::open(config)?, decodes: Arc::new(Semaphore::new(DECODES as usize)) })
    }

    /// Decodes an upload and makes what is to be kept of it.
    pub async fn take(&self, bytes: Bytes) -> Result<Taken, ImageError> {
        let sha256 = hexadecimal(digest(&SHA256, &bytes).as_ref());
        let upload = blocking(move || Upload::recognise(bytes)).await?;
        // A large one takes all turns: two of them at once would take more memory than is meant for all.
        let turns = if upload.is_large() { DECODES } else { 1 };
        let permit = in_time(Arc::clone(&self.decodes).acquire_many_owned(turns)).await?;
        // The permit goes along: a client that hangs up ends the waiting, not the work.
        let renditions = blocking(move || {
            let _permit = permit;
            upload.render()
        })
        .await?;
        Ok(Taken { sha256, renditions })
    }

    /// Keeps an image under a new id. Who does so must [`Self::forget`] it where no group comes to show it.
    pub async fn keep(&self, group: (&SiteId, ConversationId), taken: Taken) -> Result<GroupImage, ImageError> {
        let image = ImageId::from(Uuid::now_v7());
        let place = Place { site: group.0.clone(), conversation: group.1, image };
        for (size, bytes) in taken.renditions {
            if let Err(error) = self.shelf.put(&place, size, bytes).await {
                self.forget(place);
                return Err(error);
            }
        }
        Ok(GroupImage { image, sha256: taken.sha256 })
    }

    /// What is kept of an image.
    pub async fn get(&self, place: &Place, size: Size) -> Result<Bytes, ImageError> {
        self.shelf.get(place, size).await
    }

    /// Removes what is kept of an image, in a while. What cannot be removed stays, and nobody is shown it.
    pub fn forget(&self, place: Place) {
        let Self { shelf, .. } = self.clone();
        tokio::spawn(async move {
            for size in Size::ALL {
                if let Err(error) = shelf.delete(&place, size).await {
                    let image = place.image;
                    tracing::warn!(error = &error as &dyn std::error::Error, %image, "an image is left behind");
                }
            }
        });
    }

    /// Removes what is kept of the image that a group had and has no more.
    pub fn forget_former(&self, site: &SiteId, id: ConversationId, conversation: &Conversation) {
        if let Conversation::Group(group) = conversation
            && let Some(former) = group.former_image
        {
            self.forget(Place { site: site.clone(), conversation: id, image: former });
        }
    }

    /// The same, after a command that may have been the group's end.
    pub fn forget_where_closed(&self, site: &SiteId, id: ConversationId, conversation: &Conversation) {
        if matches!(conversation, Conversation::Group(group) if group.closed) {
            self.forget_former(site, id, conversation);
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

async fn in_time<T, E>(waiting: impl Future<Output = Result<T, E>>) -> Result<T, ImageError> {
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(Ok(done)) => Ok(done),
        _ => Err(ImageError::Busy),
    }
}

/// A decoder that panics has met an image that cannot be read.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
) -> Result<T, ImageError> {
    spawn_blocking(work).await.unwrap_or(Err(ImageError::Unreadable))
}
