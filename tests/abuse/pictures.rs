//! Images built byte by byte, which no encoder would write.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage};

/// Text in the EXIF of a photo.
pub(crate) const PLACE: &[u8] = b"48.8584 N 2.2945 E";
/// Script that a browser would run.
pub(crate) const SCRIPT: &[u8] = b"<!doctype html><script>alert(1)</script>";
/// The start of an archive.
pub(crate) const ARCHIVE: &[u8] = b"PK\x03\x04evil.js";

pub(crate) fn written(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_pixel(width, height, Rgb([200, 40, 0]));
    DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photo with a location in EXIF and a colour profile.
pub(crate) fn photo() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata([b"MM\0\x2a\0\0\0\x08\0\0\0\0\0\0GPS ", PLACE].concat()).unwrap();
    encoder.set_icc_profile([b"ICC profile ", PLACE].concat()).unwrap();
    encoder.write_image(&[90; 64 * 64 * 3], 64, 64, ExtendedColorType::Rgb8).unwrap();
    bytes
}

pub(crate) fn with_chunks(png: &[u8], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    // The signature, and a header of 13 bytes with its length, name and checksum.
    let (head, rest) = png.split_at(8 + 25);
    let chunks = chunks.iter().map(|(name, data)| chunk(**name, data));
    [head.to_vec(), chunks.collect::<Vec<_>>().concat(), rest.to_vec()].concat()
}

/// A PNG with a size in its header that differs from its pixels.
pub(crate) fn of_size(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut head = png[16..29].to_vec();
    head[..4].copy_from_slice(&width.to_be_bytes());
    head[4..8].copy_from_slice(&height.to_be_bytes());
    [&png[..8], &chunk(*b"IHDR", &head), &png[8 + 25..]].concat()
}

/// Compressed pixels of a PNG: some kilobytes that decompress to as many megabytes.
pub(crate) fn packed(png: &[u8]) -> Vec<u8> {
    let (mut rest, mut packed) = (&png[8..], Vec::new());
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        if after.starts_with(b"IDAT") {
            packed.extend_from_slice(&after[4..4 + length]);
        }
        rest = &after[4 + length + 4..];
    }
    packed
}

/// An animated WebP with this canvas and number of frames.
pub(crate) fn animation(canvas: u32, frames: usize) -> Vec<u8> {
    let still = written(64, 64, ImageFormat::WebP);
    let twenty_four_bits = |number: u32| number.to_le_bytes()[..3].to_vec();
    let size = twenty_four_bits(canvas - 1);
    let head = part(*b"VP8X", &[vec![0b10, 0, 0, 0], size.clone(), size].concat());
    // At 0, 0; 64 by 64; for a tenth of a second; then the still picture's own part.
    let place = [vec![0; 6], twenty_four_bits(63), twenty_four_bits(63), twenty_four_bits(100), vec![0]].concat();
    let frame = part(*b"ANMF", &[place, still[12..].to_vec()].concat());
    let parts = [head, part(*b"ANIM", &[0; 6]), frame.repeat(frames)].concat();
    part(*b"RIFF", &[b"WEBP".to_vec(), parts].concat())
}

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [&name[..], data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &checked, &crc(&checked).to_be_bytes()].concat()
}

fn part(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [&name[..], &length, data, &vec![0; data.len() % 2]].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}
