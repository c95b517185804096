//! Uploads: rejected, or re-encoded as two small WebP images.
#![no_main]

use bytes::Bytes;
use causerie_api::images::render_upload;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(made) = render_upload(Bytes::copy_from_slice(input)) else { return };
    for (_, image) in made {
        assert!(image.starts_with(b"RIFF") && image[8..12] == *b"WEBP");
        assert!(image.len() < 2 * 1024 * 1024);
    }
});
