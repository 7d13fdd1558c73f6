//! Undoes and redoes the packing of a body (RFC 9110 section 8.4.1): what was recorded is the text inside.

use std::io::{self, Read, Write};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

/// Beyond this nobody compares it, and a bomb stays small.
const LARGEST: u64 = 256 << 20;

/// Nothing where the coding is unknown, the body is not of it, or it is too large.
pub fn unpacked(coding: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => all(MultiGzDecoder::new(bytes)),
        // Two formats go by this name; the first is the one that is meant.
        "deflate" => all(flate2::read::ZlibDecoder::new(bytes))
            .or_else(|| all(flate2::read::DeflateDecoder::new(bytes))),
        "br" => all(brotli::Decompressor::new(bytes, BUFFER)),
        "zstd" => all(zstd::Decoder::new(bytes).ok()?),
        _ => None,
    }
}

pub fn packed(coding: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let packed = match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "br" => brotli_packed(bytes),
        "zstd" => zstd::encode_all(bytes, 0),
        _ => return None,
    };
    packed.ok()
}

const BUFFER: usize = 4096;

fn brotli_packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
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
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let packed = packed(coding, b"the same again and again and again").unwrap();
            assert_eq!(unpacked(coding, &packed).unwrap(), b"the same again and again and again", "{coding}");
            assert_eq!(unpacked(coding, &packed[..packed.len() / 2]), None, "half of {coding}");
            assert_eq!(unpacked(coding, b"plain"), None, "{coding}");
        }
        assert_eq!((unpacked("rot13", b""), packed("rot13", b"")), (None, None));
    }
}
