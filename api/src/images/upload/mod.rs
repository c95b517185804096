//! What came, told by its content, and what is made of it: the middle square in each size, as WebP without loss and without
//! a byte of the upload. So metadata, whatever was hidden behind the image, and what only a decoder of others stumbles over
//! are gone.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::webp::WebPEncoder;
use image::imageops::{self, crop_imm};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};

use super::{ImageError, Size};

mod jpeg;
mod png;
#[cfg(test)]
mod tests;

/// The longest side.
const MAX_SIDE: u32 = 8192;
/// The most pixels: a progressive JPEG takes up to nine bytes for each while it is decoded, so 144 MiB for this many.
const MAX_PIXELS: u64 = 16 * 1024 * 1024;
/// The most a decoded image may take.
const MAX_DECODED: u64 = 64 * 1024 * 1024;
/// Up to here two are decoded at once, in the memory that the largest takes alone.
const LARGE: u64 = 24 * 1024 * 1024;

/// What is kept, in each size.
pub(super) type Renditions = [(Size, Bytes); 2];

/// An upload that says it is an image of a kind that is taken, and not too large.
#[derive(Debug)]
pub(super) struct Upload {
    bytes: Bytes,
    format: ImageFormat,
    decoded: u64,
}

impl Upload {
    /// Decodes nothing: reads the head, and of a JPEG whether it has an end.
    pub(super) fn recognise(bytes: Bytes) -> Result<Self, ImageError> {
        let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) = image::guess_format(&bytes)
        else {
            return Err(ImageError::Unsupported);
        };
        let bytes = match format {
            ImageFormat::Jpeg if !jpeg::is_whole(&bytes) => return Err(ImageError::Unreadable),
            ImageFormat::Png => png::needed(&bytes),
            _ => bytes,
        };
        let mut upload = Self { bytes, format, decoded: 0 };
        let ((width, height), decoded) = {
            let decoder = upload.decoder()?;
            (decoder.dimensions(), decoder.total_bytes())
        };
        if width == 0 || height == 0 {
            return Err(ImageError::Unreadable);
        }
        // The decoder of one format asks for less than that of another: said here for all.
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > MAX_SIDE || pixels > MAX_PIXELS || decoded > MAX_DECODED {
            return Err(ImageError::TooLarge);
        }
        upload.decoded = decoded;
        Ok(upload)
    }

    /// Whether it takes the memory of all that are decoded at once.
    pub(super) const fn is_large(&self) -> bool {
        self.decoded > LARGE
    }

    /// Decodes it, and makes what is kept.
    pub(super) fn render(self) -> Result<Renditions, ImageError> {
        let mut decoder = self.decoder()?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let whole = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
        let large = middle(&whole, Size::Large.pixels());
        drop(whole);
        // The middle square of a turned image is the turned middle square, and that is quickly turned.
        let mut large = DynamicImage::ImageRgba8(large);
        large.apply_orientation(orientation);
        let large = large.into_rgba8();
        let small = middle(&DynamicImage::ImageRgba8(large.clone()), Size::Small.pixels());
        Ok([(Size::Small, encoded(&small)?), (Size::Large, encoded(&large)?)])
    }

    fn decoder(&self) -> Result<impl ImageDecoder + '_, ImageError> {
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_DECODED);
        let mut reader = ImageReader::with_format(Cursor::new(&self.bytes), self.format);
        reader.limits(limits);
        reader.into_decoder().map_err(|error| refusal(&error))
    }
}

fn refusal(error: &image::ImageError) -> ImageError {
    match error {
        image::ImageError::Limits(_) => ImageError::TooLarge,
        _ => ImageError::Unreadable,
    }
}

/// The middle square, made smaller where it is larger than asked for. By averages, straight from the decoded image: the
/// finer filters first make a copy of it in floating point, four times the size.
fn middle(image: &DynamicImage, side: u32) -> RgbaImage {
    let (width, height) = (image.width(), image.height());
    let square = width.min(height);
    let side = side.min(square);
    let view = crop_imm(image, (width - square) / 2, (height - square) / 2, square, square);
    if side == square { view.to_image() } else { imageops::thumbnail(&*view, side, side) }
}

fn encoded(image: &RgbaImage) -> Result<Bytes, ImageError> {
    let mut bytes = Vec::new();
    let encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder
        .encode(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgba8)
        .map_err(|_| ImageError::Unreadable)?;
    Ok(bytes.into())
}
