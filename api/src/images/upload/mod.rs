//! Recognises an upload by its content and re-encodes it: the middle square in each size, as
//! lossless WebP. This removes metadata, data hidden behind the image, and anything that exploits
//! other decoders.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::webp::WebPEncoder;
use image::imageops::{self, crop_imm};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};

use super::{ImageError, ImageSize};

mod jpeg;
mod png;
#[cfg(test)]
mod tests;

const MAX_SIDE_PIXELS: u32 = 8192;
/// Decoding a progressive JPEG uses up to nine bytes per pixel, so 144 MiB for this many.
const MAX_PIXELS: u64 = 16 * 1024 * 1024;
const MAX_DECODED_BYTES: u64 = 64 * 1024 * 1024;
/// Two images up to this size need no more memory than the largest alone.
const LARGE_BYTES: u64 = 24 * 1024 * 1024;

pub(super) type Renditions = [(ImageSize, Bytes); 2];

/// An upload whose header declares a supported format and a size within the limits.
#[derive(Debug)]
pub(super) struct Upload {
    bytes: Bytes,
    format: ImageFormat,
    decoded_bytes: u64,
}

impl Upload {
    /// Reads the header, and checks that a JPEG is complete. Decodes nothing.
    pub(super) fn recognise(bytes: Bytes) -> Result<Self, ImageError> {
        let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) = image::guess_format(&bytes)
        else {
            return Err(ImageError::Unsupported);
        };
        let bytes = match format {
            ImageFormat::Jpeg if !jpeg::is_whole(&bytes) => return Err(ImageError::Unreadable),
            ImageFormat::Png => png::strip(&bytes),
            _ => bytes,
        };
        let mut upload = Self { bytes, format, decoded_bytes: 0 };
        let ((width, height), decoded_bytes) = {
            let decoder = upload.decoder()?;
            (decoder.dimensions(), decoder.total_bytes())
        };
        if width == 0 || height == 0 {
            return Err(ImageError::Unreadable);
        }
        // Checked here, because not every decoder enforces the limits.
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > MAX_SIDE_PIXELS || pixels > MAX_PIXELS || decoded_bytes > MAX_DECODED_BYTES {
            return Err(ImageError::TooLarge);
        }
        upload.decoded_bytes = decoded_bytes;
        Ok(upload)
    }

    /// Whether it may need the memory of all concurrent decodes.
    pub(super) const fn is_large(&self) -> bool {
        self.decoded_bytes > LARGE_BYTES
    }

    pub(super) fn render(self) -> Result<Renditions, ImageError> {
        let mut decoder = self.decoder()?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let whole = DynamicImage::from_decoder(decoder).map_err(|error| decode_error(&error))?;
        let large = middle_square(&whole, ImageSize::Large.pixels());
        drop(whole);
        // Rotating the middle square is equivalent and faster.
        let mut large = DynamicImage::ImageRgba8(large);
        large.apply_orientation(orientation);
        let large = large.into_rgba8();
        let small = middle_square(&DynamicImage::ImageRgba8(large.clone()), ImageSize::Small.pixels());
        Ok([(ImageSize::Small, encode(&small)?), (ImageSize::Large, encode(&large)?)])
    }

    fn decoder(&self) -> Result<impl ImageDecoder + '_, ImageError> {
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE_PIXELS);
        limits.max_image_height = Some(MAX_SIDE_PIXELS);
        limits.max_alloc = Some(MAX_DECODED_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(&self.bytes), self.format);
        reader.limits(limits);
        reader.into_decoder().map_err(|error| decode_error(&error))
    }
}

fn decode_error(error: &image::ImageError) -> ImageError {
    match error {
        image::ImageError::Limits(_) => ImageError::TooLarge,
        _ => ImageError::Unreadable,
    }
}

/// The middle square, scaled down to at most `side` pixels. `thumbnail` averages the pixels; finer
/// filters need a copy in floating point of four times the size.
fn middle_square(image: &DynamicImage, side: u32) -> RgbaImage {
    let (width, height) = (image.width(), image.height());
    let square = width.min(height);
    let side = side.min(square);
    let view = crop_imm(image, (width - square) / 2, (height - square) / 2, square, square);
    if side == square { view.to_image() } else { imageops::thumbnail(&*view, side, side) }
}

fn encode(image: &RgbaImage) -> Result<Bytes, ImageError> {
    let mut bytes = Vec::new();
    let encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder
        .encode(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgba8)
        .map_err(|_| ImageError::Unreadable)?;
    Ok(bytes.into())
}
