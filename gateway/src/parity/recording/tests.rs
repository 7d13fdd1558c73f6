//! What is written is read, and what is damaged is told.

mod damaged;
mod sample;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    time::Duration,
};

use proptest::{prelude::*, test_runner::TestRunner};

use super::*;
use crate::parity::redaction::Policy;
use sample::{any_exchange, exchange, manifest, open, record};

#[test]
fn any_exchange_is_the_same_after_it_was_written_and_read() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() });
    let several = (proptest::collection::vec(any_exchange(), 0..6), any::<bool>());
    let checked = runner.run(&several, |(mut exchanges, is_plain)| {
        for (index, exchange) in exchanges.iter_mut().enumerate() {
            exchange.id = index as u64 + 1;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rec");
        record(&path, &exchanges, Limits { is_plain, ..Limits::default() });
        let (recording, damage) = Recording::open(&path).unwrap();
        prop_assert_eq!(damage, []);
        prop_assert_eq!(recording.exchanges, exchanges);
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn a_recording_says_what_is_not_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(folder.path(), &manifest(), Limits::default()).unwrap();
    let gap = Gap { count: 3, reason: "queue".to_owned(), from: 5, to: 9 };
    writer.write(&exchange(1, "one")).unwrap();
    writer.gap(&gap).unwrap();
    writer.flush().unwrap();
    writer.write(&exchange(5, "two")).unwrap();
    writer.finish(77).unwrap();
    let recording = open(folder.path(), &[]);
    assert_eq!(recording.manifest, Some(manifest()));
    assert_eq!(recording.fingerprint, blobs::sha256(&fs::read(folder.path().join(MANIFEST)).unwrap()));
    assert_eq!(recording.gaps, [gap]);
    assert_eq!(recording.end, Some(End { at: 77, requests: 5, exchanges: 2, gaps: 3 }));
    assert_eq!(recording.exchanges, [exchange(1, "one"), exchange(5, "two")]);
}

#[test]
fn what_it_was_told_of_the_redaction_says_what_a_run_replaces() {
    let keep = ["body $..status", "query sort"].map(|keep| keep.parse().unwrap()).into();
    let policy = Policy { keep, sensitive: vec!["iban".to_owned()], ..Policy::default() };
    let redaction = Redaction::of(&policy);
    assert_eq!(Redaction::of(&redaction.policy()), redaction);
    assert_eq!(redaction.keep, ["body $..status", "query sort"]);
}

#[test]
fn a_long_body_stands_once_beside_the_recording() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(INLINE + 1);
    let exchanges = [exchange(1, &long), exchange(2, &long), exchange(3, &"x".repeat(INLINE))];
    record(folder.path(), &exchanges, Limits { is_plain: true, ..Limits::default() });
    let blob = blobs::place(folder.path(), &blobs::sha256(long.as_bytes())).unwrap();
    assert_eq!(fs::read_to_string(&blob).unwrap(), long);
    let blobs: Vec<_> = fs::read_dir(blob.parent().unwrap()).unwrap().collect();
    assert_eq!(blobs.len(), 1, "{blobs:?}");
    let text = fs::read_to_string(folder.path().join("seg-00001.jsonl")).unwrap();
    assert_eq!(text.matches("\"blob\":").count(), 2, "{text}");
    assert_eq!(open(folder.path(), &[]).exchanges, exchanges);
}

#[test]
fn a_segment_ends_where_it_is_long_or_old_enough() {
    for (limits, segments) in [
        (Limits { segment: 1, ..Limits::default() }, 3),
        (Limits { age: Duration::ZERO, ..Limits::default() }, 3),
        (Limits::default(), 1),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::create(folder.path(), &manifest(), limits).unwrap();
        let exchanges: Vec<_> = (1..=2).map(|id| exchange(id, "body")).collect();
        for exchange in &exchanges {
            writer.write(exchange).unwrap();
            writer.flush().unwrap();
        }
        let before = writer.bytes();
        writer.finish(0).unwrap();
        let found = segment::list(folder.path()).unwrap();
        assert_eq!(found.len(), segments, "{found:?}");
        assert_eq!(open(folder.path(), &[]).exchanges, exchanges);
        let last = fs::metadata(folder.path().join(&found.last().unwrap().1)).unwrap().len();
        assert!(segments == 1 || before + last == size(folder.path()), "what is on the disk is counted");
    }
}

fn size(folder: &Path) -> u64 {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn a_frame_that_is_long_enough_is_written_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(folder.path(), &manifest(), Limits::default()).unwrap();
    let body = "b".repeat(INLINE - 1000);
    for id in 1..=100 {
        writer.write(&exchange(id, &body)).unwrap();
    }
    // Nobody flushed: what is on the disk now would survive.
    let kept = open(folder.path(), &[]).exchanges.len();
    assert!((50..100).contains(&kept), "{kept}");
}

#[test]
fn nobody_else_can_read_it() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("rec");
    record(&folder, &[exchange(1, &"x".repeat(INLINE + 1))], Limits::default());
    let mut folders = vec![folder];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(mode(&folder), 0o700, "{folder:?}");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{path:?}");
                files += 1;
            }
        }
    }
    assert_eq!(files, 3);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let parent = tempfile::tempdir().unwrap();
    let (folder, other) = (parent.path().join("rec"), parent.path().join("other"));
    fs::create_dir(&other).unwrap();
    symlink(&other, &folder).unwrap();
    let refused =
        |path: &Path| Writer::create(path, &manifest(), Limits::default()).err().unwrap().source.to_string();
    assert_eq!(refused(&folder), "it is there, and is no folder");
    assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
    fs::write(other.join("mine"), "").unwrap();
    assert_eq!(refused(&other), "it is there, and is not empty");
}

#[test]
fn what_could_not_be_written_is_counted_and_the_rest_goes_on() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("rec");
    let mut writer =
        Writer::create(&folder, &manifest(), Limits { segment: 1, ..Limits::default() }).unwrap();
    writer.write(&exchange(1, "one")).unwrap();
    writer.flush().unwrap();
    let away = parent.path().join("away");
    fs::rename(&folder, &away).unwrap();
    writer.write(&exchange(2, "two")).unwrap();
    writer.gap(&Gap { count: 4, reason: "queue".to_owned(), from: 0, to: 0 }).unwrap();
    let lost = writer.flush().unwrap_err();
    assert_eq!(lost.lost, Tally { requests: 5, exchanges: 1, gaps: 4 });
    assert!(lost.path.ends_with("seg-00002.jsonl.zst"), "{lost}");
    fs::rename(&away, &folder).unwrap();
    writer.gap(&Gap { count: 5, reason: "disk".to_owned(), from: 0, to: 0 }).unwrap();
    writer.write(&exchange(7, "three")).unwrap();
    writer.finish(0).unwrap();
    let missing = "seg-00003.jsonl.zst: seg-00002.jsonl.zst should stand before it";
    let recording = open(&folder, &[missing]);
    assert_eq!(recording.exchanges, [exchange(1, "one"), exchange(7, "three")]);
    assert_eq!(recording.end, Some(End { at: 0, requests: 7, exchanges: 2, gaps: 5 }));
}
