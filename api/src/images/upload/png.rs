//! Removes chunks of a PNG that are not needed to show it, because the decoder decompresses a
//! colour profile before the size of the image is checked.

use bytes::Bytes;

const SIGNATURE_BYTES: usize = 8;
/// The length and the name before the data of a chunk, and the checksum after it.
const CHUNK_OVERHEAD_BYTES: usize = 4 + 4 + 4;
/// Pixels, their interpretation, and EXIF with the orientation, which is not compressed.
const NEEDED_CHUNKS: [&[u8]; 6] = [b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"];

/// Keeps the needed chunks. The decoder rejects a PNG with a truncated chunk.
pub(super) fn strip(png: &Bytes) -> Bytes {
    let mut stripped = Vec::with_capacity(png.len());
    let (signature, mut rest) = png.split_at(SIGNATURE_BYTES.min(png.len()));
    stripped.extend_from_slice(signature);
    while let Some((chunk, name, after)) = chunk(rest) {
        if NEEDED_CHUNKS.contains(&name) {
            stripped.extend_from_slice(chunk);
        }
        rest = after;
    }
    stripped.into()
}

/// The first chunk, its name, and the bytes after it.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()?;
    let (chunk, after) = bytes.split_at_checked(length.checked_add(CHUNK_OVERHEAD_BYTES)?)?;
    Some((chunk, chunk.get(4..8)?, after))
}
