//! Long answers are compressed, for whom it is worth it.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

/// Below this a compressed answer costs more than it saves.
const WORTH_IT: u64 = 2 * 1024;

/// Never streams: their events would wait for each other. Images are compressed already.
#[must_use]
pub fn compression() -> CompressionLayer<impl Predicate> {
    let predicate = SizeAbove::new(WORTH_IT).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
    // It is worked on outside of any turn, so it must not cost more than the query did.
    CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest).compress_when(predicate)
}
