//! A recording on the disk: a folder of exchanges that a crash, a full disk or a wrong hand can damage but not hide.
//!
//! `manifest.json` says where it comes from. `seg-00001.jsonl.zst` and its successors hold JSON lines in frames that are
//! packed each by itself, and `blobs/` holds the bodies that are too long for a line, each under its SHA-256.
//! `docs/compatibility.md` has the format in full.

mod blobs;
mod damage;
mod key_file;
pub mod line;
mod lines;
pub mod manifest;
mod reader;
mod segment;
mod writer;

pub use damage::Damage;
pub use key_file::{BadKeyFile, read_key};
pub use line::{End, Gap, Line, Tally};
pub use manifest::{Manifest, Origin, Redaction, Run, SCHEMA};
pub use reader::{BadRecording, Recording};
pub use segment::damage as damage_of_segment;
pub use writer::{Limits, Unwritten, Writer, write_private};

const MANIFEST: &str = "manifest.json";
const BLOBS: &str = "blobs";

/// A body that is longer stands in a file of its own.
const INLINE: usize = 16 << 10;

#[cfg(test)]
mod tests;
