//! Bodies that stand beside a recording, each under its SHA-256: written once, believed only if they still have it.

use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use rustix::{fs::OFlags, io::Errno};
use sha2::{Digest, Sha256};

use super::{BLOBS, INLINE};
use crate::parity::exchange::{
    Answered, Exchange, Outcome,
    content::{Body, Content, Omitted},
    frame::BINARY,
};

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `blobs/ab/cdef...`, for nothing but a SHA-256: a name may not lead out of the folder.
pub(super) fn place(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_hash = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then(|| folder.join(BLOBS).join(&name[..2]).join(&name[2..]))
}

/// How many bytes came to the disk, if a body is that long. The exchange names what it held before.
pub(super) fn put_long(folder: &Path, exchange: &mut Exchange) -> Result<Option<u64>, (PathBuf, io::Error)> {
    let mut written = None;
    for content in contents(exchange) {
        let bytes = match &*content {
            Content::Text(text) if text.len() > INLINE => text.as_bytes(),
            Content::Bytes(bytes) if bytes.len() > INLINE => bytes,
            _ => continue,
        };
        let name = sha256(bytes);
        let path = place(folder, &name).expect("it is a SHA-256");
        *written.get_or_insert(0) += put(&path, bytes).map_err(|error| (path, error))?;
        *content = Content::Blob(name);
    }
    Ok(written)
}

/// Beside its place first: a name with half of the bytes would be believed by whoever writes the same body again.
fn put(path: &Path, bytes: &[u8]) -> io::Result<u64> {
    if fs::symlink_metadata(path).is_ok_and(|there| there.is_file() && there.len() == bytes.len() as u64) {
        return Ok(0);
    }
    let parent = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    let beside = path.with_extension("new");
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(no_link())
        .open(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written.map(|()| bytes.len() as u64)
}

/// Puts back what stands beside the recording. What cannot be read is not there to compare, and is told.
pub(super) fn take_back(folder: &Path, exchange: &mut Exchange, mut tell: impl FnMut(String)) {
    for content in contents(exchange) {
        let Content::Blob(name) = content else { continue };
        *content = match body(folder, name) {
            Ok(bytes) => Body::of_bytes(Bytes::from(bytes)).content,
            Err(what) => {
                tell(what);
                Content::Omitted(Omitted::Unreadable)
            }
        };
    }
    // A binary message that happens to be text is one all the same.
    let frames = answered(&mut exchange.outcome).into_iter().flat_map(|answered| &mut answered.frames);
    for frame in frames.filter(|frame| frame.opcode == BINARY) {
        if let Content::Text(text) = &mut frame.content {
            frame.content = Content::Bytes(std::mem::take(text).into());
        }
    }
}

fn body(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let path = place(folder, name).ok_or_else(|| format!("`{name}` is no SHA-256"))?;
    let shown = path.strip_prefix(folder).unwrap_or(&path).display();
    match read(&path) {
        Ok(bytes) if sha256(&bytes) == *name => Ok(bytes),
        Ok(_) => Err(format!("{shown} holds other bytes than were written there")),
        Err(error) => Err(format!("{shown} cannot be read: {error}")),
    }
}

fn answered(outcome: &mut Outcome) -> Option<&mut Answered> {
    match outcome {
        Outcome::Answered(answered) => Some(answered),
        Outcome::Broken(broken) => broken.begun.as_deref_mut(),
        Outcome::Blocked(_) => None,
    }
}

pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(no_link() | OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            Some(code) if code == Errno::LOOP.raw_os_error() => {
                io::Error::other("it is a link, which is not followed")
            }
            _ => error,
        })?;
    // A pipe would be waited for.
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whoever may write into the folder's parent may not have a recording written elsewhere.
pub(super) fn no_link() -> i32 {
    OFlags::NOFOLLOW.bits().cast_signed()
}

fn contents(exchange: &mut Exchange) -> impl Iterator<Item = &mut Content> {
    let answer = answered(&mut exchange.outcome).into_iter().flat_map(|answered| {
        let frames = answered.frames.iter_mut().map(|frame| &mut frame.content);
        std::iter::once(&mut answered.body.content).chain(frames)
    });
    std::iter::once(&mut exchange.request.body.content).chain(answer)
}
