//! Whether a JPEG has an end. Its decoder shows grey where the rest should be, as browsers do: half a photo would be kept
//! for ever as if it were the whole.

const ESCAPE: u8 = 0xff;
const END: u8 = 0xd9;
/// Markers without a length after them: a restart within the pixels, and the start of the file.
const BARE: std::ops::RangeInclusive<u8> = 0xd0..=0xd8;

/// Whether the mark of the end comes, outside of what the segments hold: a thumbnail in one of them has an end too.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        // Between segments stand the pixels, where a 0xff is followed by 0, and fillers of more 0xff.
        let Some(escape) = rest.iter().position(|byte| *byte == ESCAPE) else { return false };
        rest = &rest[escape + 1..];
        match rest.first() {
            None => return false,
            Some(&END) => return true,
            Some(&(0 | ESCAPE)) => {}
            Some(bare) if BARE.contains(bare) => {}
            Some(_) => match segment(&rest[1..]) {
                Some(after) => rest = after,
                None => return false,
            },
        }
    }
}

/// What comes after a segment; its length counts the two bytes that say it.
fn segment(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_be_bytes(*bytes.first_chunk()?);
    bytes.get(usize::from(length.max(2))..)
}
