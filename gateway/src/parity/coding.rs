//! Undoes and redoes the packing of a body (RFC 9110 section 8.4): what is recorded and compared is the text inside.

pub(super) mod messages;

use std::io::{self, Read, Write};

use flate2::{
    Compression,
    read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder},
    write::{GzEncoder, ZlibEncoder},
};

/// A small body can be packed so that it fills a disk.
const LARGEST: u64 = 64 << 20;
/// Codings upon codings; nobody sends more.
const MOST: usize = 3;
const BUFFER: usize = 4096;

/// Of a `Content-Encoding`. Nothing where a coding is unknown, or the body is cut off, not of it, or too large.
pub(super) fn unpacked(codings: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let undo = |bytes: Vec<u8>, coding: &String| match coding.as_str() {
        "identity" | "" => Some(bytes),
        "gzip" | "x-gzip" => all(MultiGzDecoder::new(bytes.as_slice())),
        // RFC 9110 means zlib, and some send it bare.
        "deflate" => {
            all(ZlibDecoder::new(bytes.as_slice())).or_else(|| all(DeflateDecoder::new(bytes.as_slice())))
        }
        "br" => all(brotli::Decompressor::new(bytes.as_slice(), BUFFER)),
        "zstd" => all(zstd::Decoder::new(bytes.as_slice()).ok()?),
        _ => None,
    };
    names(codings)?.iter().rev().try_fold(bytes.to_vec(), undo)
}

/// The way back.
pub(super) fn packed(codings: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let redo = |bytes: Vec<u8>, coding: &String| {
        let packed = match coding.as_str() {
            "identity" | "" => Ok(bytes),
            "gzip" | "x-gzip" => gzip(&bytes),
            "deflate" => zlib(&bytes),
            "br" => brotli(&bytes),
            "zstd" => zstd::encode_all(bytes.as_slice(), 0),
            _ => return None,
        };
        packed.ok()
    };
    names(codings)?.iter().try_fold(bytes.to_vec(), redo)
}

/// In the order in which they were applied.
fn names(codings: &str) -> Option<Vec<String>> {
    let names: Vec<_> = codings.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    (names.len() <= MOST).then_some(names)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn zlib(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    brotli::CompressorReader::new(bytes, BUFFER, 5, 20).read_to_end(&mut packed)?;
    Ok(packed)
}

fn all(reader: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_and_what_was_not_is_nothing() {
        for coding in ["gzip", "deflate", "br", "zstd", "gzip, br", "deflate, gzip, zstd"] {
            let packed = packed(coding, b"the same again and again and again").unwrap();
            assert_eq!(unpacked(coding, &packed).unwrap(), b"the same again and again and again", "{coding}");
            assert_eq!(unpacked(coding, &packed[..packed.len() / 2]), None, "half of {coding}");
            assert_eq!(unpacked(coding, b"plain"), None, "{coding}");
        }
        assert_eq!((unpacked("rot13", b""), packed("rot13", b"")), (None, None));
    }

    #[test]
    fn what_is_packed_is_read_and_what_is_not_is_refused() {
        let packed = gzip(b"hello").unwrap();
        assert_eq!(unpacked("gzip", &packed).as_deref(), Some(&b"hello"[..]));
        assert_eq!(unpacked("GZIP, gzip", &gzip(&packed).unwrap()).as_deref(), Some(&b"hello"[..]));
        assert_eq!(unpacked("gzip", &packed[..packed.len() - 9]), None);
        assert_eq!(unpacked("br", &packed), None);
        assert_eq!(unpacked("rot13", b"hello"), None);
        let bomb = gzip(&vec![0; LARGEST as usize + 1]).unwrap();
        assert_eq!(unpacked("gzip", &bomb), None);
    }
}
