//! Whether a password was stolen somewhere: in a list on disk, as Have I Been Pwned publishes it.
//!
//! The list has `SHA1:count` lines in order and up to 40 GiB: it is searched where it lies, with some thirty reads.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

type Sha1 = [u8; 20];

/// Longer than any line: 40 digits, a colon, a count and a line end.
const LINE: usize = 96;
/// A part this short is read as a whole.
const PART: u64 = 4096;
/// How many places are looked at before the list is believed.
const PROBES: u64 = 64;

pub struct Breached {
    file: File,
    length: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum BadList {
    #[error("read the list of breached passwords {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error(
        "{path} is no list of breached passwords: near byte {at} there is no line `SHA1:count`; download the SHA-1 list \
         ordered by hash, not the NTLM one"
    )]
    Shape { path: PathBuf, at: u64 },
    #[error("{path} is not ordered by hash near byte {at}: sort it, as with `LC_ALL=C sort`")]
    Order { path: PathBuf, at: u64 },
}

impl Breached {
    /// Looks at the list in many places, so that a wrong one is found at the start.
    pub fn open(path: &Path) -> Result<Self, BadList> {
        let read = |source| BadList::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        let list = Self { file, length };
        let mut before: Option<(u64, Sha1)> = None;
        for probe in 0..PROBES {
            let at = length / PROBES * probe;
            let found = list.line_after(at).map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => BadList::Shape { path: path.to_owned(), at },
                _ => read(error),
            })?;
            let Some((start, hash)) = found else { break };
            if before.is_some_and(|(at, earlier)| start > at && earlier >= hash) {
                return Err(BadList::Order { path: path.to_owned(), at });
            }
            before = Some((start, hash));
        }
        if before.is_none() {
            return Err(BadList::Shape { path: path.to_owned(), at: 0 });
        }
        Ok(list)
    }

    /// Reads from the disk, so it belongs on a thread that may wait.
    pub fn holds(&self, password: &str) -> io::Result<bool> {
        let mut wanted = Sha1::default();
        wanted.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()).as_ref());
        let (mut low, mut high) = (0, self.length);
        while high - low > PART {
            let middle = low + (high - low) / 2;
            match self.line_after(middle)? {
                Some((start, hash)) if start < high && hash <= wanted => low = start,
                Some(_) | None => high = middle,
            }
        }
        // The last line may begin within the part and end behind it.
        let bytes = self.read(low, usize::try_from(high - low).unwrap_or(0) + LINE)?;
        for line in bytes.split(|byte| *byte == b'\n') {
            match hash_of(line) {
                Some(hash) if hash == wanted => return Ok(true),
                Some(hash) if hash > wanted => return Ok(false),
                Some(_) | None => {}
            }
        }
        Ok(false)
    }

    /// The first line that begins there or later; nothing behind the last one.
    fn line_after(&self, at: u64) -> io::Result<Option<(u64, Sha1)>> {
        // The line before the place may end right before it.
        let from = at.saturating_sub(1);
        let bytes = self.read(from, 2 * LINE)?;
        let skipped = match at {
            0 => 0,
            _ => match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) => end + 1,
                None if bytes.len() < LINE => return Ok(None),
                None => return Err(io::ErrorKind::InvalidData.into()),
            },
        };
        let line = &bytes[skipped..];
        if line.is_empty() {
            return Ok(None);
        }
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let hash = hash_of(line).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Some((from + skipped as u64, hash)))
    }

    /// At most that many bytes, fewer only at the end.
    fn read(&self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let mut filled = 0;
        while filled < most {
            match self.file.read_at(&mut bytes[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}

/// Nothing unless the line is `SHA1:count`.
fn hash_of(line: &[u8]) -> Option<Sha1> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (digits, count) = line.split_at_checked(40)?;
    let count = count.strip_prefix(b":")?;
    if count.is_empty() || !count.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut hash = Sha1::default();
    for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
        let digit = |at: usize| char::from(*pair.get(at)?).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests;
