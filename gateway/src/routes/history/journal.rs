//! The history on the disk: read line by line, written under a lock that every process of this file takes.
//!
//! What a crash left half-written at the end is mended by the next writer and passed over by readers.

use std::{
    fs::{File, OpenOptions, Permissions, TryLockError},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown},
    path::Path,
};

use super::{Change, Owners, beside};

/// No change is told at greater length; whatever is longer was not written here.
const LONGEST_LINE: u64 = 64 << 10;

/// The history, locked until this is dropped.
pub struct Journal {
    file: File,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Change(Change),
    /// Something else; the number counts from 1.
    Broken(usize),
}

pub struct Lines<R> {
    reader: R,
    number: usize,
}

impl Journal {
    /// Of this routes file; nothing while somebody else is writing.
    pub fn try_open(routes: &Path) -> io::Result<Option<Self>> {
        let file = open(routes)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    pub fn owners(&mut self) -> io::Result<Owners> {
        self.lines()?.owners()
    }

    pub fn lines(&mut self) -> io::Result<Lines<BufReader<&File>>> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Lines::new(BufReader::new(&self.file)))
    }

    /// All of them in one write: a reader sees whole lines, or the beginning of one at the very end.
    pub fn append(&mut self, changes: &[Change]) -> io::Result<()> {
        let mut text = self.mend()?.to_owned();
        for change in changes {
            text.push_str(&serde_json::to_string(change)?);
            text.push('\n');
        }
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()
    }

    /// Cuts off the half of a line that a crash left, and returns what a whole one still needs.
    fn mend(&mut self) -> io::Result<&'static str> {
        let end = self.file.seek(SeekFrom::End(0))?;
        let from = end.saturating_sub(LONGEST_LINE);
        self.file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        (&self.file).take(LONGEST_LINE).read_to_end(&mut tail)?;
        let start = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let last = &tail[start..];
        if last.is_empty() {
            return Ok("");
        }
        let is_too_long = start == 0 && from > 0;
        if is_too_long || serde_json::from_slice::<Change>(last).is_ok() {
            return Ok("\n");
        }
        self.file.set_len(from + start as u64)?;
        Ok("")
    }
}

fn open(routes: &Path) -> io::Result<File> {
    let path = beside(routes);
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    match options.open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    match options.create_new(true).mode(0o600).open(&path) {
        Ok(file) => share(&file, routes).map(|()| file),
        // Somebody else made it in between, or it is a link to where nothing is yet.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            options.create_new(false).create(true).mode(0o666).open(&path)
        }
        failed => failed,
    }
}

/// Whoever may write the routes file may write its history, whichever of them comes first, under whatever umask.
fn share(file: &File, routes: &Path) -> io::Result<()> {
    let (like, own) = (std::fs::metadata(routes)?, file.metadata()?);
    // Only root may give a file away, a member of a group to that group: a history that stays ours is still written.
    if own.uid() != like.uid() {
        let _ = fchown(file, Some(like.uid()), None);
    }
    if own.gid() != like.gid() {
        let _ = fchown(file, None, Some(like.gid()));
    }
    // A routes file that is only ever replaced may be read-only; a history is appended to.
    file.set_permissions(Permissions::from_mode(like.mode() & 0o777 | 0o600))
}

/// For whoever writes nothing. A history that does not exist says nothing.
pub fn read(path: &Path) -> io::Result<Lines<Box<dyn BufRead>>> {
    match File::open(path) {
        Ok(file) => Ok(Lines::new(Box::new(BufReader::new(file)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Lines::new(Box::new(io::empty()))),
        Err(error) => Err(error),
    }
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    /// Who got each route last.
    pub fn owners(self) -> io::Result<Owners> {
        let mut owners = Owners::new();
        for line in self {
            if let Line::Change(change) = line? {
                owners.insert(change.route, change.to);
            }
        }
        Ok(owners)
    }

    /// The next line, however long the file and whatever stands in it.
    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            let is_whole = line.ends_with(b"\n");
            let is_too_long = !is_whole && length as u64 == LONGEST_LINE;
            if is_too_long {
                self.reader.skip_until(b'\n')?;
            } else if let Ok(change) = serde_json::from_slice(&line) {
                return Ok(Some(Line::Change(change)));
            }
            if is_whole && line.trim_ascii().is_empty() {
                continue;
            }
            // Half of a line at the end is a write that has not ended, or never will.
            return Ok((is_whole || is_too_long).then_some(Line::Broken(self.number)));
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        self.next_line().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{history::Via, owner::Owner};

    fn change(route: &str) -> Change {
        Change {
            at: "2026-11-21T10:00:00Z".to_owned(),
            by: "ada@host".to_owned(),
            via: Via::Set,
            route: route.parse().unwrap(),
            from: Owner::Legacy,
            to: Owner::Native,
            note: None,
        }
    }

    const LINE: &str = "{\"at\":\"2026-11-21T10:00:00Z\",\"by\":\"ada@host\",\"via\":\"set\",\"route\":\"GET /a\",\
                        \"from\":\"legacy\",\"to\":\"native\"}";

    #[test]
    fn what_a_crash_left_is_mended_by_the_next_writer() {
        for (before, after) in [
            (String::new(), String::new()),
            (format!("{LINE}\n"), format!("{LINE}\n")),
            (LINE.to_owned(), format!("{LINE}\n")),
            (format!("{LINE}\n{{\"at\":\"2026-11"), format!("{LINE}\n")),
            ("{\"at".to_owned(), String::new()),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("routes.history.jsonl");
            std::fs::write(&path, &before).unwrap();
            let routes = folder.path().join("routes.toml");
            Journal::try_open(&routes).unwrap().unwrap().append(&[change("GET /a")]).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{after}{LINE}\n"));
        }
    }

    #[test]
    fn lines_of_something_else_are_counted_and_passed_over() {
        let endless = "x".repeat(200_000);
        let text = format!("{LINE}\n\nnonsense\n{endless}\n{{\"at\":1}}\n{LINE}\n{{\"at\":\"20");
        let lines: Vec<Line> = Lines::new(text.as_bytes()).map(Result::unwrap).collect();
        let one = || Line::Change(change("GET /a"));
        assert_eq!(lines, [one(), Line::Broken(3), Line::Broken(4), Line::Broken(5), one()]);
    }

    #[test]
    fn one_process_writes_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let routes = folder.path().join("routes.toml");
        std::fs::write(&routes, "schema = 1\n").unwrap();
        let first = Journal::try_open(&routes).unwrap().unwrap();
        assert!(Journal::try_open(&routes).unwrap().is_none());
        drop(first);
        let mut second = Journal::try_open(&routes).unwrap().unwrap();
        second.append(&[change("GET /a")]).unwrap();
        assert_eq!(second.owners().unwrap().get(&"GET /a".parse().unwrap()), Some(&Owner::Native));
    }
}
