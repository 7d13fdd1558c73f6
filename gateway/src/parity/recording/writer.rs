//! Writes a recording so that a crash at any byte takes away its last frame and nothing else.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use zstd::{bulk::Compressor, zstd_safe::CParameter};

use super::{End, Gap, INLINE, Line, MANIFEST, Manifest, Tally, blobs, line, segment};
use crate::parity::exchange::Exchange;

/// Lines that are packed together, and are lost together.
const FRAME: usize = 1 << 20;

/// Half a second of one core for what a busy gateway answers in a minute.
const LEVEL: i32 = 3;

/// How a recording is laid out.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Not packed: for recordings that people read, or that stand under version control.
    pub is_plain: bool,
    /// Every frame is on the disk before the next begins; survives a power cut, not only a crash.
    pub is_synced: bool,
    /// A segment that is this long or this old is not written to any more.
    pub segment: u64,
    pub age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { is_plain: false, is_synced: false, segment: 64 << 20, age: Duration::from_secs(3600) }
    }
}

/// What of a recording could not be written. What was written before is there, and later writes are tried.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written", path.display())]
pub struct Unwritten {
    pub path: PathBuf,
    /// Exchanges and requests in gaps that were taken before and are not there now: those of the frame, and the one at hand.
    pub lost: Tally,
    pub source: io::Error,
}

pub struct Writer {
    folder: PathBuf,
    limits: Limits,
    segment: Option<Segment>,
    /// The number of the next one.
    next: u32,
    /// Lines that are not written yet, and what they hold.
    frame: Vec<u8>,
    in_frame: Tally,
    written: Tally,
    bytes: u64,
    compressor: Compressor<'static>,
}

struct Segment {
    file: File,
    path: PathBuf,
    length: u64,
    began: Instant,
}

impl Writer {
    /// In a folder that is not there yet or is empty.
    pub fn create(folder: &Path, manifest: &Manifest, limits: Limits) -> Result<Self, Unwritten> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| Unwritten { path, lost: Tally::default(), source }
        };
        prepare(folder).map_err(at(folder))?;
        let mut text = serde_json::to_vec_pretty(manifest).map_err(io::Error::other).map_err(at(folder))?;
        text.push(b'\n');
        let path = folder.join(MANIFEST);
        new_file(&path).and_then(|mut file| file.write_all(&text)).map_err(at(&path))?;
        let mut compressor = Compressor::new(LEVEL).map_err(at(folder))?;
        compressor.set_parameter(CParameter::ChecksumFlag(true)).map_err(at(folder))?;
        Ok(Self {
            folder: folder.to_owned(),
            limits,
            segment: None,
            next: 1,
            frame: Vec::new(),
            in_frame: Tally::default(),
            written: Tally::default(),
            bytes: text.len() as u64,
            compressor,
        })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Of everything that is on the disk.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// On the disk with the next [`Self::flush`], or before, once it is a whole frame.
    pub fn write(&mut self, exchange: &Exchange) -> Result<(), Unwritten> {
        let before = self.frame.len();
        line::write_exchange(exchange, &mut self.frame);
        if self.frame.len() - before > INLINE {
            self.shorten(exchange, before)?;
        }
        self.in_frame.exchanges += 1;
        self.in_frame.requests += 1;
        self.flush_if_whole()
    }

    /// Puts what is too long beside it, and writes the line again if there is something.
    fn shorten(&mut self, exchange: &Exchange, before: usize) -> Result<(), Unwritten> {
        let mut shortened = exchange.clone();
        match blobs::put_long(&self.folder, &mut shortened) {
            Ok(None) => Ok(()),
            Ok(Some(bytes)) => {
                self.bytes += bytes;
                self.frame.truncate(before);
                line::write_exchange(&shortened, &mut self.frame);
                Ok(())
            }
            Err((path, source)) => {
                self.frame.truncate(before);
                let lost = Tally { requests: 1, exchanges: 1, gaps: 0 };
                Err(Unwritten { path, lost, source })
            }
        }
    }

    pub fn gap(&mut self, gap: &Gap) -> Result<(), Unwritten> {
        Line::Gap(gap.clone()).write(&mut self.frame);
        self.in_frame.gaps += gap.count;
        self.in_frame.requests += gap.count;
        self.flush_if_whole()
    }

    /// Ends the frame; at least once a second is the caller's to see to.
    pub fn flush(&mut self) -> Result<(), Unwritten> {
        if self.frame.is_empty() {
            return Ok(());
        }
        Line::Tally(self.total()).write(&mut self.frame);
        self.end_frame()
    }

    /// With the line that says that nothing is missing behind it.
    pub fn finish(mut self, at: u64) -> Result<(), Unwritten> {
        let Tally { requests, exchanges, gaps } = self.total();
        Line::End(End { at, requests, exchanges, gaps }).write(&mut self.frame);
        self.end_frame()?;
        let Some(segment) = &self.segment else { return Ok(()) };
        let synced = segment.file.sync_all().and_then(|()| File::open(&self.folder)?.sync_all());
        synced.map_err(|source| Unwritten { path: segment.path.clone(), lost: Tally::default(), source })
    }

    fn total(&self) -> Tally {
        Tally {
            requests: self.written.requests + self.in_frame.requests,
            exchanges: self.written.exchanges + self.in_frame.exchanges,
            gaps: self.written.gaps + self.in_frame.gaps,
        }
    }

    fn flush_if_whole(&mut self) -> Result<(), Unwritten> {
        if self.frame.len() < FRAME { Ok(()) } else { self.flush() }
    }

    fn end_frame(&mut self) -> Result<(), Unwritten> {
        let total = self.total();
        let appended = self.append();
        self.frame.clear();
        let held = std::mem::take(&mut self.in_frame);
        match appended {
            Ok(bytes) => {
                self.bytes += bytes;
                self.written = total;
                Ok(())
            }
            Err((path, source)) => Err(Unwritten { path, lost: held, source }),
        }
    }

    fn append(&mut self) -> Result<u64, (PathBuf, io::Error)> {
        let packed;
        let bytes = if self.limits.is_plain {
            &self.frame
        } else {
            packed = self.compressor.compress(&self.frame).map_err(|error| (self.folder.clone(), error))?;
            &packed
        };
        let full = |segment: &Segment| {
            segment.length >= self.limits.segment || segment.began.elapsed() >= self.limits.age
        };
        let mut segment = match self.segment.take().filter(|segment| !full(segment)) {
            Some(segment) => segment,
            None => {
                // Also if it fails: what may be there by then is not written over.
                self.next += 1;
                Segment::create(&self.folder, self.next - 1, self.limits.is_plain)?
            }
        };
        segment.append(bytes, self.limits.is_synced)?;
        self.segment = Some(segment);
        Ok(bytes.len() as u64)
    }
}

impl Segment {
    fn create(folder: &Path, number: u32, is_plain: bool) -> Result<Self, (PathBuf, io::Error)> {
        let path = folder.join(segment::name(number, is_plain));
        match new_file(&path) {
            Ok(file) => Ok(Self { file, path, length: 0, began: Instant::now() }),
            Err(error) => Err((path, error)),
        }
    }

    fn append(&mut self, bytes: &[u8], is_synced: bool) -> Result<(), (PathBuf, io::Error)> {
        let mut appended = self.file.write_all(bytes);
        if is_synced {
            appended = appended.and_then(|()| self.file.sync_data());
        }
        if let Err(error) = appended {
            // Half of a frame is read past, but nobody needs to. If even that fails, so be it: the first error is told.
            let _ = self.file.set_len(self.length);
            return Err((self.path.clone(), error));
        }
        self.length += bytes.len() as u64;
        Ok(())
    }
}

fn prepare(folder: &Path) -> io::Result<()> {
    if let Some(above) = folder.parent() {
        // A file that stands in the way is told to exist, which nobody would understand.
        fs::create_dir_all(above).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
            _ => error,
        })?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::Error::other("it is there, and is no folder"));
    }
    if fs::read_dir(folder)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there, and is not empty"));
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create_new(true).mode(0o600).custom_flags(blobs::no_link()).open(path)
}

/// What is made of a recording is read by nobody else either. A pipe or a device is written to as it is.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(bytes)
}
