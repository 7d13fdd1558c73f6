//! What is packed within bytes, wherever it begins.

use std::io::Read;

use flate2::read::GzDecoder;
use memchr::memmem;

const LARGEST: u64 = 64 << 20;
/// Places that look like the beginning of something packed.
const MOST: usize = 1_000;

pub(super) fn members(bytes: &[u8]) -> Vec<Vec<u8>> {
    let gzip = memmem::find_iter(bytes, b"\x1f\x8b\x08").take(MOST);
    let zstd = memmem::find_iter(bytes, b"\x28\xb5\x2f\xfd").take(MOST);
    let mut members: Vec<_> = gzip.map(|at| read(GzDecoder::new(&bytes[at..]))).collect();
    for at in zstd {
        if let Ok(decoder) = zstd::stream::read::Decoder::new(&bytes[at..]) {
            members.push(read(decoder.single_frame()));
        }
    }
    members.retain(|member| !member.is_empty());
    members
}

/// From its first byte on, and so that it can be read.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    let is_marked = bytes.starts_with(b"\x1f\x8b\x08") || bytes.starts_with(b"\x28\xb5\x2f\xfd");
    is_marked && !members(bytes).is_empty()
}

/// As much as can be read: half a secret is one too.
fn read(decoder: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut decoder = decoder.take(LARGEST);
    let mut part = vec![0; 64 << 10];
    while let Ok(length @ 1..) = decoder.read(&mut part) {
        bytes.extend_from_slice(&part[..length]);
    }
    bytes
}
