//! What is kept and no group shows: a process was killed between keeping an image and the append, or before the former image
//! was deleted. Nobody is shown it, but it takes space, and it should be gone.
//!
//! For operators to start, not by itself: a service that is configured with the images of one log and the database of another,
//! or of a restored copy, must not begin by deleting.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use causerie_domain::Conversation;
use causerie_events::{ConversationId, ImageId, SiteId, StreamId};
use causerie_store::Database;
use jiff::Timestamp;

use super::shelf::Shelf;
use super::{ImageError, Place, Size};
use crate::config::ImagesConfig;

/// No upload takes as long from its id to its event: what is younger may be about to be shown.
pub const YOUNGEST: Duration = Duration::from_mins(10);

/// What a sweep has found.
#[derive(Debug, Default)]
pub struct Swept {
    /// Images looked at that were old enough.
    pub seen: usize,
    /// Those that no group shows: gone now, if that was asked for.
    pub orphans: Vec<Place>,
    /// Images of no group of this log, and files that are no images. They stay.
    pub foreign: usize,
}

/// Why a sweep has ended early.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The folder or the bucket.
    #[error(transparent)]
    Images(#[from] ImageError),
    /// The log.
    #[error(transparent)]
    Log(#[from] causerie_store::StoreError),
}

/// Looks for images that were kept before this moment and that no group shows, and deletes them where `delete` says so. Safe
/// beside a service at work. Cost: a stream of the log for each group that has an image.
pub async fn sweep(
    config: &ImagesConfig,
    database: &Database,
    before: Timestamp,
    delete: bool,
) -> anyhow::Result<Swept> {
    Ok(sweep_shelf(&Shelf::open(config)?, database, before, delete).await?)
}

async fn sweep_shelf(shelf: &Shelf, database: &Database, before: Timestamp, delete: bool) -> Result<Swept, SweepError> {
    let mut swept = Swept::default();
    // First what is kept, then what is shown: an image is shown after it is kept, and no longer in doubt when it is old.
    for ((site, conversation), images) in old_images(shelf, before, &mut swept).await? {
        let group = database.load::<Conversation>(StreamId::conversation(&site, conversation)).await?;
        if group.version == 0 {
            swept.foreign += images.len();
            continue;
        }
        swept.seen += images.len();
        let shown = shown(&group.aggregate);
        for image in images.into_iter().filter(|image| Some(*image) != shown) {
            let place = Place { site: site.clone(), conversation, image };
            if delete {
                for size in Size::ALL {
                    shelf.delete(&place, size).await.map_err(ImageError::from)?;
                }
            }
            swept.orphans.push(place);
        }
    }
    Ok(swept)
}

type OfGroups = BTreeMap<(SiteId, ConversationId), BTreeSet<ImageId>>;

async fn old_images(shelf: &Shelf, before: Timestamp, swept: &mut Swept) -> Result<OfGroups, ImageError> {
    let mut found = OfGroups::new();
    for place in shelf.list().await? {
        match place.and_then(|place| Some((kept_at(place.image)?, place))) {
            None => swept.foreign += 1,
            Some((kept, Place { site, conversation, image })) if kept < before => {
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

/// When an image was kept: its id says so.
fn kept_at(image: ImageId) -> Option<Timestamp> {
    let (seconds, nanoseconds) = image.as_uuid().get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
}
