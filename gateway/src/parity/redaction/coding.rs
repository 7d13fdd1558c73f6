//! Undoes the coding of a body, so that what is in it can be read, and never more than can be held.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// A small body can be packed so that it fills a disk.
const LARGEST: u64 = 64 << 20;
/// Codings upon codings; nobody sends more.
const MOST: usize = 3;

/// `None` if it is cut off, is something else than its name says, or grows too large.
pub(super) fn undone(bytes: &[u8], codings: &str) -> Option<Vec<u8>> {
    let names: Vec<_> = codings.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    if names.len() > MOST {
        return None;
    }
    let mut bytes = bytes.to_vec();
    for name in names.iter().rev() {
        bytes = match name.as_str() {
            "identity" | "" => bytes,
            "gzip" | "x-gzip" => read(MultiGzDecoder::new(bytes.as_slice()))?,
            // RFC 9110 means zlib, and some send it bare.
            "deflate" => read(ZlibDecoder::new(bytes.as_slice()))
                .or_else(|| read(DeflateDecoder::new(bytes.as_slice())))?,
            "br" => read(brotli::Decompressor::new(bytes.as_slice(), 4096))?,
            "zstd" => read(zstd::stream::read::Decoder::new(bytes.as_slice()).ok()?)?,
            _ => return None,
        };
    }
    Some(bytes)
}

fn read(decoder: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    decoder.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_read_and_what_is_not_is_refused() {
        let packed = gzip(b"hello");
        assert_eq!(undone(&packed, "gzip").as_deref(), Some(&b"hello"[..]));
        assert_eq!(undone(&gzip(&packed), "GZIP, gzip").as_deref(), Some(&b"hello"[..]));
        assert_eq!(undone(&packed[..packed.len() - 9], "gzip"), None);
        assert_eq!(undone(&packed, "br"), None);
        assert_eq!(undone(b"hello", "rot13"), None);
        let bomb = gzip(&vec![0; LARGEST as usize + 1]);
        assert_eq!(undone(&bomb, "gzip"), None);
    }
}
