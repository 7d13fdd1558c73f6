//! Reads a recording: everything that is whole, and a word for everything that is not.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    Damage, End, Gap, Line, MANIFEST, Manifest, SCHEMA, Tally, blobs,
    lines::{Place, Segment},
    segment,
};
use crate::parity::exchange::Exchange;

#[derive(Debug)]
pub struct Recording {
    pub folder: PathBuf,
    /// Nothing if it is damaged.
    pub manifest: Option<Manifest>,
    /// SHA-256 of `manifest.json`, empty if that is not there.
    pub fingerprint: String,
    /// By their ids, with what stands beside the recording.
    pub exchanges: Vec<Exchange>,
    pub gaps: Vec<Gap>,
    /// Nothing if it was cut off, or if a hand wrote it.
    pub end: Option<End>,
    /// What came in its last second may be missing: whoever wrote it counted, and did not come to the end.
    pub is_cut_off: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum BadRecording {
    #[error("{}: cannot be read: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{}: is a file, and a recording is a folder", path.display())]
    File { path: PathBuf },
    #[error("{}: is no recording, for it has neither manifest.json nor seg-00001.jsonl.zst", folder.display())]
    Nothing { folder: PathBuf },
    #[error("{}: is of schema `{schema}`, and this gateway reads `{SCHEMA}`: use the gateway that wrote it{}", path.display(), by(writer))]
    Schema { path: PathBuf, schema: String, writer: String },
}

fn by(writer: &str) -> String {
    if writer.is_empty() { ", or a newer one".to_owned() } else { format!(" ({writer}), or a newer one") }
}

/// So much of a manifest is read whatever else stands there.
#[derive(serde::Deserialize)]
struct Version {
    schema: String,
    #[serde(default)]
    gateway: String,
}

impl Recording {
    /// An error means that nothing of it can be used.
    pub fn open(folder: &Path) -> Result<(Self, Vec<Damage>), BadRecording> {
        let segments = segment::list(folder).map_err(|error| unreadable(folder, error))?;
        let mut damage = Vec::new();
        let (manifest, fingerprint) = manifest(folder, !segments.is_empty(), &mut damage)?;
        let mut reading = Reading::default();
        let mut expected = 1;
        for (number, name, is_plain) in &segments {
            if *number != expected {
                let missing = segment::name(expected, *is_plain);
                damage.push(Damage::of_file(name, format_args!("{missing} should stand before it")));
            }
            expected = number.saturating_add(1);
            let segment = Segment { folder, name, is_plain: *is_plain };
            let mut found = Vec::new();
            segment.read(|place, line| reading.take(folder, place, line, &mut found), &mut damage);
            damage.append(&mut found);
        }
        let Reading { mut exchanges, gaps, end, is_counted, .. } = reading;
        let is_cut_off = is_counted && end.is_none();
        exchanges.sort_by_key(|exchange| exchange.id);
        tell_twins(&mut exchanges, &mut damage);
        Ok((
            Self { folder: folder.to_owned(), manifest, fingerprint, exchanges, gaps, end, is_cut_off },
            damage,
        ))
    }
}

fn unreadable(folder: &Path, error: io::Error) -> BadRecording {
    let path = folder.to_owned();
    match error.kind() {
        io::ErrorKind::NotADirectory => BadRecording::File { path },
        _ => BadRecording::Read { path, error },
    }
}

fn manifest(
    folder: &Path,
    has_segments: bool,
    damage: &mut Vec<Damage>,
) -> Result<(Option<Manifest>, String), BadRecording> {
    let path = folder.join(MANIFEST);
    let bytes = match blobs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !has_segments => {
            return Err(BadRecording::Nothing { folder: folder.to_owned() });
        }
        Err(error) => {
            damage.push(Damage::of_file(MANIFEST, format_args!("cannot be read: {error}")));
            return Ok((None, String::new()));
        }
    };
    if let Ok(Version { schema, gateway }) = serde_json::from_slice(&bytes)
        && schema != SCHEMA
    {
        return Err(BadRecording::Schema { path, schema, writer: gateway });
    }
    let manifest = serde_json::from_slice(&bytes).map_err(|error| {
        damage.push(Damage::of_file(MANIFEST, format_args!("is no manifest: {error}")));
    });
    Ok((manifest.ok(), blobs::sha256(&bytes)))
}

#[derive(Default)]
struct Reading {
    exchanges: Vec<Exchange>,
    gaps: Vec<Gap>,
    end: Option<End>,
    is_counted: bool,
    seen: Tally,
    /// What tallies have told to be missing, so that each loss is told once.
    missing: Tally,
}

impl Reading {
    fn take(
        &mut self,
        folder: &Path,
        place: Place<'_>,
        line: Result<Line, String>,
        damage: &mut Vec<Damage>,
    ) {
        match line {
            Ok(Line::Exchange(mut exchange)) => {
                blobs::take_back(folder, &mut exchange, |what| damage.push(place.damage(what)));
                self.seen.exchanges += 1;
                self.exchanges.push(*exchange);
            }
            Ok(Line::Gap(gap)) => {
                self.seen.gaps += gap.count;
                self.gaps.push(gap);
            }
            Ok(Line::Tally(tally)) => {
                self.is_counted = true;
                self.compare(tally, place, damage);
            }
            Ok(Line::End(end)) => {
                let End { requests, exchanges, gaps, .. } = end;
                self.compare(Tally { requests, exchanges, gaps }, place, damage);
                self.end = Some(end);
            }
            Err(what) => damage.push(place.damage(what)),
        }
    }

    fn compare(&mut self, tally: Tally, place: Place<'_>, damage: &mut Vec<Damage>) {
        let missing = Tally {
            requests: 0,
            exchanges: tally.exchanges.saturating_sub(self.seen.exchanges),
            gaps: tally.gaps.saturating_sub(self.seen.gaps),
        };
        for (now, before, noun) in [
            (missing.exchanges, self.missing.exchanges, "exchanges"),
            (missing.gaps, self.missing.gaps, "requests in gaps"),
        ] {
            if now > before {
                damage.push(
                    place.damage(format!("{} {noun} that were written before it are missing", now - before)),
                );
            }
        }
        self.missing = missing;
    }
}

/// Two of one id would be compared with one another's answers.
fn tell_twins(exchanges: &mut Vec<Exchange>, damage: &mut Vec<Damage>) {
    exchanges.dedup_by(|second, first| {
        let is_twin = second.id == first.id;
        if is_twin {
            let what = format!("the id {} is there twice; the first is used", second.id);
            damage.push(Damage { file: "seg-*".to_owned(), frame: None, line: None, what });
        }
        is_twin
    });
}
