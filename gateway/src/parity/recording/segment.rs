//! The files of a recording in their order, and the frames of one: found again behind one that is damaged.

use std::{
    io::{self, Read as _},
    path::Path,
};

use zstd::zstd_safe;

use super::Damage;

/// Larger than any frame that the writer makes of exchanges that fit into memory; a file that asks for more is no recording.
const LARGEST_FRAME: usize = 1 << 30;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

pub(super) fn name(number: u32, is_plain: bool) -> String {
    let ending = if is_plain { "jsonl" } else { "jsonl.zst" };
    format!("seg-{number:05}.{ending}")
}

/// Number and whether it is plain.
pub(super) fn parse(name: &str) -> Option<(u32, bool)> {
    let (number, ending) = name.strip_prefix("seg-")?.split_once('.')?;
    let is_plain = match ending {
        "jsonl" => true,
        "jsonl.zst" => false,
        _ => return None,
    };
    (number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| number.parse().ok())?
        .map(|number| (number, is_plain))
}

/// The segments of a folder, in their order.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(u32, String, bool)>> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { continue };
        if let Some((number, is_plain)) = parse(name) {
            segments.push((number, name.to_owned(), is_plain));
        }
    }
    segments.sort();
    Ok(segments)
}

/// What of a file with this name cannot be unpacked, if it is a segment.
pub fn damage(name: &str, bytes: &[u8]) -> Vec<Damage> {
    if parse(name).is_none_or(|(_, is_plain)| is_plain) {
        return Vec::new();
    }
    let frames = Frames::of(bytes).enumerate().filter_map(|(index, found)| match found {
        Found::Damaged(what) => Some((index + 1, what)),
        Found::Lines(_) => None,
    });
    frames.map(|(frame, what)| Damage { frame: Some(frame), ..Damage::of_file(name, what) }).collect()
}

/// What is found where a frame should be.
pub(super) enum Found {
    Lines(Vec<u8>),
    Damaged(&'static str),
}

/// Takes the bytes of a segment apart.
pub(super) struct Frames<'a> {
    left: &'a [u8],
}

impl<'a> Frames<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    /// Behind bytes that are no frame the next one is looked for.
    fn skip(&mut self) {
        let from = self.left.len().min(1);
        let next = memchr::memmem::find(&self.left[from..], &MAGIC);
        self.left = next.map_or(&[], |at| &self.left[from + at..]);
    }
}

impl Iterator for Frames<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.left.is_empty() {
            return None;
        }
        if !self.left.starts_with(&MAGIC) {
            self.skip();
            return Some(Found::Damaged("what stands here is no frame"));
        }
        let length = zstd_safe::find_frame_compressed_size(self.left).ok();
        let Some((frame, rest)) = length.and_then(|length| self.left.split_at_checked(length)) else {
            self.skip();
            let is_last = self.left.is_empty();
            return Some(Found::Damaged(if is_last { "is cut off" } else { "cannot be unpacked" }));
        };
        let lines = unpack(frame);
        // If it is damaged, so may be its length: the next one begins where its mark stands.
        if lines.is_some() {
            self.left = rest
        } else {
            self.skip()
        }
        Some(lines.map_or(Found::Damaged("cannot be unpacked: its bytes have changed"), Found::Lines))
    }
}

fn unpack(frame: &[u8]) -> Option<Vec<u8>> {
    if let Some(length) = zstd_safe::get_frame_content_size(frame).ok()? {
        let length = usize::try_from(length).ok()?;
        return (length <= LARGEST_FRAME).then(|| zstd::bulk::decompress(frame, length).ok())?;
    }
    // Packed again by a program that did not know how much would come.
    let mut lines = Vec::new();
    let mut left = zstd::stream::read::Decoder::new(frame).ok()?.take(LARGEST_FRAME as u64 + 1);
    left.read_to_end(&mut lines).ok()?;
    (lines.len() <= LARGEST_FRAME).then_some(lines)
}
