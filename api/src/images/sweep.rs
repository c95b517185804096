//! Deletes orphans: stored images that no group shows, because a process was killed between storing
//! an image and the append, or before it deleted the previous image.
//!
//! Only operators start a sweep. A service that is configured with the images of one log and the
//! database of another, or of a restored copy, must not delete images by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use causerie_domain::Conversation;
use causerie_events::{ConversationId, ImageId, SiteId, StreamId};
use causerie_store::Database;
use jiff::Timestamp;

use super::store::ImageStore;
use super::{ImageError, ImageKey, ImageSize};
use crate::config::ImagesConfig;

/// No upload takes this long, so a group may be about to show only a younger image.
pub const MIN_SWEEP_AGE: Duration = Duration::from_mins(10);

#[derive(Debug, Default)]
pub struct SweepReport {
    /// Images that were old enough.
    pub checked: usize,
    /// Images that no group shows. They are deleted unless it was a dry run.
    pub orphans: Vec<ImageKey>,
    /// Images without a group in this log, and other files. They are never deleted.
    pub foreign: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Images(#[from] ImageError),
    #[error(transparent)]
    Log(#[from] causerie_store::StoreError),
}

/// Finds orphans that were stored before a time, and deletes them if `delete` is set. Safe while
/// the service runs. It loads one stream of the log for each group with an image.
pub async fn sweep(
    config: &ImagesConfig,
    database: &Database,
    before: Timestamp,
    delete: bool,
) -> anyhow::Result<SweepReport> {
    Ok(sweep_store(&ImageStore::open(config)?, database, before, delete).await?)
}

async fn sweep_store(
    store: &ImageStore,
    database: &Database,
    before: Timestamp,
    delete: bool,
) -> Result<SweepReport, SweepError> {
    let mut report = SweepReport::default();
    // Lists images before it loads groups: an image is stored before its group shows it.
    for ((site, conversation), images) in old_images(store, before, &mut report).await? {
        let group = database.load::<Conversation>(StreamId::conversation(&site, conversation)).await?;
        if group.version == 0 {
            report.foreign += images.len();
            continue;
        }
        report.checked += images.len();
        let shown = shown(&group.aggregate);
        for image in images.into_iter().filter(|image| Some(*image) != shown) {
            let key = ImageKey { site: site.clone(), conversation, image };
            if delete {
                for size in ImageSize::ALL {
                    store.delete(&key, size).await.map_err(ImageError::from)?;
                }
            }
            report.orphans.push(key);
        }
    }
    Ok(report)
}

type ImagesByGroup = BTreeMap<(SiteId, ConversationId), BTreeSet<ImageId>>;

async fn old_images(
    store: &ImageStore,
    before: Timestamp,
    report: &mut SweepReport,
) -> Result<ImagesByGroup, ImageError> {
    let mut found = ImagesByGroup::new();
    for key in store.list().await? {
        match key.and_then(|key| Some((stored_at(key.image)?, key))) {
            None => report.foreign += 1,
            Some((stored, ImageKey { site, conversation, image })) if stored < before => {
                found.entry((site, conversation)).or_default().insert(image);
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

fn shown(conversation: &Conversation) -> Option<ImageId> {
    match conversation {
        Conversation::Group(group) => group.image.as_ref().map(|image| image.image),
        _ => None,
    }
}

/// The time in the id, a UUID of version 7.
fn stored_at(image: ImageId) -> Option<Timestamp> {
    let (seconds, nanoseconds) = image.as_uuid().get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
}
