//! Which uploads are accepted and rejected, and that only their pixels are re-encoded.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};

use super::*;

const LOCATION: &[u8] = b"48.8584 N 2.2945 E";

/// Red on the left, blue on the right.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) })
}

fn written(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// EXIF with a rotation by 90° to the right and a location.
fn exif() -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    tiff.extend_from_slice(b"GPS ");
    tiff.extend_from_slice(LOCATION);
    tiff
}

fn photo(width: u32, height: u32) -> Vec<u8> {
    let (mut bytes, image) = (Vec::new(), picture(width, height));
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif()).unwrap();
    encoder.write_image(image.as_raw(), width, height, ExtendedColorType::Rgb8).unwrap();
    assert!(holds(&bytes, LOCATION), "the photo contains its location");
    bytes
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn rendered(bytes: impl Into<Bytes>) -> Result<Renditions, ImageError> {
    Upload::recognise(bytes.into())?.render()
}

fn shown(bytes: &[u8]) -> RgbaImage {
    assert_eq!(image::guess_format(bytes).unwrap(), ImageFormat::WebP);
    image::load_from_memory(bytes).unwrap().into_rgba8()
}

fn reddish(image: &RgbaImage, x: u32, y: u32) -> bool {
    let [red, _, blue, alpha] = image.get_pixel(x, y).0;
    assert_eq!(alpha, 255);
    red > blue
}

#[test]
fn supported_formats_become_two_webp_squares() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let [(_, small), (_, large)] = rendered(written(&picture(1600, 900), format)).unwrap();
        let (small, large) = (shown(&small), shown(&large));
        assert_eq!((small.dimensions(), large.dimensions()), ((96, 96), (512, 512)), "{format:?}");
        for image in [&small, &large] {
            let (right, middle) = (image.width() - 5, image.height() / 2);
            assert!(reddish(image, 4, middle) && !reddish(image, right, middle), "{format:?}");
        }
    }
}

#[test]
fn middle_square_is_never_enlarged() {
    let [(_, small), (_, large)] = rendered(written(&picture(60, 40), ImageFormat::Png)).unwrap();
    assert_eq!((shown(&small).dimensions(), shown(&large).dimensions()), ((40, 40), (40, 40)));
    let one = rendered(written(&picture(1, 1), ImageFormat::Png)).unwrap();
    assert_eq!(one.map(|(_, bytes)| shown(&bytes).dimensions()), [(1, 1), (1, 1)]);
    let mut tall = picture(100, 300);
    for x in 0..100 {
        tall.put_pixel(x, 0, Rgb([255, 255, 255]));
    }
    let [_, (_, large)] = rendered(written(&tall, ImageFormat::Png)).unwrap();
    assert_eq!(shown(&large).dimensions(), (100, 100));
}

#[test]
fn photo_is_rotated_by_its_exif_and_loses_its_location() {
    for (width, height) in [(800, 600), (60, 40)] {
        for (_, bytes) in rendered(photo(width, height)).unwrap() {
            for trace in [LOCATION, b"GPS ", b"Exif", b"EXIF"] {
                assert!(!holds(&bytes, trace));
            }
            // The left side is at the top now.
            let image = shown(&bytes);
            let (middle, bottom) = (image.width() / 2, image.height() - 5);
            assert!(reddish(&image, middle, 4) && !reddish(&image, middle, bottom), "{width}×{height}");
        }
    }
}

#[test]
fn data_behind_an_image_is_removed() {
    let archive = b"PK\x03\x04 evil.js <script>alert(1)</script> PK\x05\x06";
    let both = [written(&picture(64, 64), ImageFormat::Png), archive.to_vec()].concat();
    for (_, bytes) in rendered(both).unwrap() {
        assert!(!holds(&bytes, b"PK") && !holds(&bytes, b"script"));
    }
}

#[test]
fn transparency_is_preserved() {
    let glass = RgbaImage::from_pixel(64, 64, image::Rgba([10, 20, 30, 40]));
    let mut bytes = Cursor::new(Vec::new());
    glass.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let [_, (_, large)] = rendered(bytes.into_inner()).unwrap();
    assert_eq!(shown(&large), glass);
}

#[test]
fn unsupported_formats_are_recognised_by_content() {
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html: &[u8] = b"<!doctype html><img src=x onerror=alert(1)>";
    let gif: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    for other in [svg, html, gif, b"", b"\x89PNG", b"BM\x1e\0\0\0", b"II*\0", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE"] {
        assert!(matches!(rendered(other), Err(ImageError::Unsupported)), "{other:?}");
    }
}

#[test]
fn truncated_or_broken_images_are_rejected_without_a_panic() {
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
        let whole = written(&picture(90, 60), format);
        for part in [12, 24, 40, whole.len() / 2] {
            let cut = rendered(whole[..part.min(whole.len() - 20)].to_vec());
            assert!(matches!(cut, Err(ImageError::Unreadable)), "{format:?} {part}: {cut:?}");
        }
        for key in (8..whole.len()).step_by(11) {
            let mut broken = whole.clone();
            broken[key] ^= 0x5a;
            let _ = rendered(broken);
        }
    }
}

#[test]
fn truncated_photo_with_a_complete_thumbnail_is_rejected() {
    let thumbnail = written(&picture(16, 16), ImageFormat::Jpeg);
    let (mut bytes, image) = (Vec::new(), picture(320, 240));
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata([exif(), thumbnail].concat()).unwrap();
    encoder.write_image(image.as_raw(), 320, 240, ExtendedColorType::Rgb8).unwrap();
    for part in 12..bytes.len() {
        assert!(matches!(rendered(bytes[..part].to_vec()), Err(ImageError::Unreadable)), "{part} of {}", bytes.len());
    }
    assert!(rendered([&bytes[..], b"PK\x03\x04 and more"].concat()).is_ok());
}

#[test]
fn compressed_metadata_of_a_png_is_never_decompressed() {
    let whole = written(&picture(64, 64), ImageFormat::Png);
    // The pixels of another image instead of a profile and a text.
    let mut zeros = Cursor::new(Vec::new());
    RgbImage::new(512, 512).write_to(&mut zeros, ImageFormat::Png).unwrap();
    let zeros = zeros.into_inner();
    let packed = zeros.split(|byte| *byte == b'I').find(|part| part.starts_with(b"DAT")).unwrap();
    let beside =
        [chunk(*b"iCCP", &[b"icc\0\0", &packed[3..]].concat()), chunk(*b"zTXt", &[b"C\0\0", &packed[3..]].concat())];
    let bomb = [&whole[..33], &beside.concat(), &whole[33..]].concat();
    assert_eq!(png::strip(&bomb.clone().into()), whole);
    assert_eq!(rendered(bomb).unwrap(), rendered(whole).unwrap());
}

#[test]
fn png_is_rotated_by_its_exif() {
    let whole = written(&picture(80, 60), ImageFormat::Png);
    let turned = [&whole[..33], &chunk(*b"eXIf", &exif()), &whole[33..]].concat();
    let [_, (_, large)] = rendered(turned).unwrap();
    let image = shown(&large);
    assert!(!holds(&large, LOCATION) && reddish(&image, 30, 4) && !reddish(&image, 30, 55));
}

/// A PNG with a header of this size and almost no pixels.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let parts = [chunk(*b"IHDR", &head), chunk(*b"IDAT", b"\x78\x9c\x63\0\0"), chunk(*b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [&kind[..], data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &checked, &crc(&checked).to_be_bytes()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

#[test]
fn decompression_bomb_is_rejected_by_its_header() {
    for (width, height) in [(30_000, 30_000), (u32::MAX >> 1, 1), (8_193, 1), (1, 8_193), (8_192, 2_049), (0, 5)] {
        let started = std::time::Instant::now();
        let rejected = rendered(bomb(width, height));
        assert!(matches!(rejected, Err(ImageError::TooLarge | ImageError::Unreadable)), "{width}×{height}");
        assert!(started.elapsed().as_millis() < 200, "{width}×{height} took {:?}", started.elapsed());
    }
    assert!(matches!(rendered(bomb(30_000, 30_000)), Err(ImageError::TooLarge)));
    // The header is within the limits, but the pixels are missing.
    assert!(matches!(rendered(bomb(8_192, 2_048)), Err(ImageError::Unreadable)));
}

#[test]
fn largest_image_counts_as_large() {
    let large = |width, height| Upload::recognise(bomb(width, height).into()).map(|upload| upload.is_large());
    assert!(matches!(large(8_192, 2_048), Ok(true)));
    assert!(matches!(large(3_000, 2_000), Ok(false)));
}
