//! Detects truncated JPEGs. The decoder fills missing pixels with grey, so a truncated photo would
//! be stored as if it were complete.

const ESCAPE: u8 = 0xff;
const END_MARKER: u8 = 0xd9;
/// Markers without a length: restart markers within the pixels, and the start of the file.
const BARE_MARKERS: std::ops::RangeInclusive<u8> = 0xd0..=0xd8;

/// Whether there is an end marker outside of the segments, which can contain a thumbnail.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        // Between segments are the pixels, where a 0xff is followed by 0, and fill bytes of 0xff.
        let Some(escape) = rest.iter().position(|byte| *byte == ESCAPE) else { return false };
        rest = &rest[escape + 1..];
        match rest.first() {
            None => return false,
            Some(&END_MARKER) => return true,
            Some(&(0 | ESCAPE)) => {}
            Some(bare) if BARE_MARKERS.contains(bare) => {}
            Some(_) => match after_segment(&rest[1..]) {
                Some(after) => rest = after,
                None => return false,
            },
        }
    }
}

/// The bytes after a segment. Its length includes the two bytes of the length itself.
fn after_segment(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_be_bytes(*bytes.first_chunk()?);
    bytes.get(usize::from(length.max(2))..)
}
