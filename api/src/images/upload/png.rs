//! A PNG without what is not needed to show it. Its decoder unpacks a colour profile while it reads the head: some kilobytes
//! become as many megabytes before anybody has asked how large the image is.

use bytes::Bytes;

const SIGNATURE: usize = 8;
/// The length and the name before what a chunk holds, and the checksum after it.
const AROUND: usize = 4 + 4 + 4;
/// The pixels and what they mean; and EXIF, which is not packed and says how the image is turned.
const NEEDED: [&[u8]; 6] = [b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"];

/// The needed chunks as they are. What comes after a chunk that is cut short is left to the decoder to refuse.
pub(super) fn needed(png: &Bytes) -> Bytes {
    let mut kept = Vec::with_capacity(png.len());
    let (signature, mut rest) = png.split_at(SIGNATURE.min(png.len()));
    kept.extend_from_slice(signature);
    while let Some((chunk, name, after)) = chunk(rest) {
        if NEEDED.contains(&name) {
            kept.extend_from_slice(chunk);
        }
        rest = after;
    }
    kept.into()
}

/// The first chunk, its name, and what follows.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()?;
    let (chunk, after) = bytes.split_at_checked(length.checked_add(AROUND)?)?;
    Some((chunk, chunk.get(4..8)?, after))
}
