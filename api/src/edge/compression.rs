//! Compression of long responses.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

/// Compressing a shorter response costs more than it saves.
const MIN_COMPRESSED_BYTES: u64 = 2 * 1024;

/// Excludes streams, whose events would be delayed, and images, which are compressed.
#[must_use]
pub fn compression() -> CompressionLayer<impl Predicate> {
    let predicate = SizeAbove::new(MIN_COMPRESSED_BYTES).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
    // Compression runs without a query slot, so it must not cost more than the query.
    CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest).compress_when(predicate)
}
