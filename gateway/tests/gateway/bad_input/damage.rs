//! A recording that is not as it was written: each verb says where, uses what is left, and is not sure of anything.

use std::{fs, path::Path};

use gateway::parity::recording::Recording;

use super::{SEGMENT, backend, compat, record};

struct Case {
    /// Is given the recording's folder and where its frames end.
    spoil: fn(&Path, &[u64]),
    /// On standard error, whatever the verb.
    told: &'static [&'static str],
    /// How many exchanges are left.
    left: usize,
    /// What is unpacked, `scan` has seen.
    scan: i32,
}

fn bytes(folder: &Path, change: impl Fn(&mut Vec<u8>)) {
    let path = folder.join("seg-00001.jsonl.zst");
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn blob(folder: &Path) -> std::path::PathBuf {
    let only = |folder: &Path| fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    only(&only(&folder.join("blobs")))
}

const CASES: &[Case] = &[
    Case {
        spoil: |folder, ends| bytes(folder, |bytes| bytes.truncate(ends[2] as usize - 5)),
        told: &["rec/seg-00001.jsonl.zst, frame 3: is cut off"],
        left: 4,
        scan: 4,
    },
    Case {
        spoil: |folder, ends| bytes(folder, |bytes| bytes[ends[0] as usize + 60] ^= 0x55),
        told: &[
            "rec/seg-00001.jsonl.zst, frame 2: cannot be unpacked: its bytes have changed",
            "rec/seg-00001.jsonl.zst, frame 3, line 3: 2 exchanges that were written before it are missing",
        ],
        left: 4,
        scan: 4,
    },
    Case {
        spoil: |folder, ends| bytes(folder, |bytes| drop(bytes.drain(ends[0] as usize..ends[1] as usize))),
        told: &[
            "rec/seg-00001.jsonl.zst, frame 2, line 3: 2 exchanges that were written before it are missing",
        ],
        left: 4,
        scan: 0,
    },
    Case {
        spoil: |folder, _| fs::remove_file(blob(folder)).unwrap(),
        told: &[
            "rec/seg-00001.jsonl.zst, frame 2, line 1: BLOB cannot be read: No such file or directory (os error 2)",
        ],
        left: 6,
        scan: 0,
    },
    Case {
        spoil: |folder, _| fs::write(blob(folder), "another").unwrap(),
        told: &["rec/seg-00001.jsonl.zst, frame 2, line 1: BLOB holds other bytes than were written there"],
        left: 6,
        scan: 0,
    },
    Case {
        spoil: |folder, _| fs::write(folder.join("manifest.json"), "{\"schema\": \"sfrec/1\",").unwrap(),
        told: &["rec/manifest.json: is no manifest: EOF while parsing a value at line 1 column 21"],
        left: 6,
        scan: 0,
    },
    Case {
        spoil: |folder, _| fs::remove_file(folder.join("manifest.json")).unwrap(),
        told: &["rec/manifest.json: cannot be read: No such file or directory (os error 2)"],
        left: 6,
        scan: 0,
    },
    Case {
        spoil: |folder, _| {
            fs::rename(folder.join("seg-00001.jsonl.zst"), folder.join("seg-00002.jsonl.zst")).unwrap();
        },
        told: &["rec/seg-00002.jsonl.zst: seg-00001.jsonl.zst should stand before it"],
        left: 6,
        scan: 0,
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_recording_is_used_by_every_verb() {
    let legacy = backend().await;
    let target = format!("http://{}", legacy.address());
    for (number, Case { spoil, told, left, scan }) in CASES.iter().enumerate() {
        let home = tempfile::tempdir().unwrap();
        let ends = record(&home.path().join("rec"));
        record(&home.path().join("good"));
        let shown = blob(&home.path().join("rec"));
        let shown = shown.strip_prefix(home.path().join("rec")).unwrap().display().to_string();
        spoil(&home.path().join("rec"), &ends);
        let told: String = told.iter().map(|line| line.replace("BLOB", &shown) + "\n").collect();
        let run = |arguments: &[&str], code: i32| {
            let ended = compat(home.path(), arguments);
            assert_eq!((ended.code, &*ended.stderr), (Some(code), &*told), "{number}: {arguments:?}");
            ended.stdout
        };
        assert_eq!(run(&["export", "rec", "jsonl"], 4).lines().count(), *left, "{number}");
        assert_eq!(run(&["export", "rec", "curl"], 4).matches("curl -sS").count(), *left, "{number}");
        assert!(run(&["diff", "rec", "good"], 4).contains("GET /{n}"), "{number}");
        assert!(run(&["diff", "good", "rec"], 4).contains("GET /{n}"), "{number}");
        assert!(run(&["mutate", "rec", "--kind", "status"], 4).contains("found"), "{number}");
        assert!(run(&["explain", "rec", "1"], 0).starts_with("1  GET /1\n"), "{number}");
        let replayed = run(&["replay", "rec", "--target", &target, "--out", "run"], 4);
        assert!(replayed.contains("GET /{n}"), "{replayed}");
        let (recording, damage) = Recording::open(&home.path().join("run")).unwrap();
        assert_eq!((recording.exchanges.len(), damage), (*left, Vec::new()), "{number}");
        let learned =
            compat(home.path(), &["learn", "rec", "--target", &target, "--runs", "2", "--out", "l.json"]);
        assert_eq!(learned.code, Some(4), "{number}: {learned:?}");
        assert!(learned.stderr.starts_with(&told), "{number}: {learned:?}");
        assert!(home.path().join("l.json").exists(), "{number}");
        let scanned = compat(home.path(), &["scan", "rec"]);
        let expected: String = if *scan == 4 {
            told.lines().take(1).map(|line| format!("{line}\n")).collect()
        } else {
            String::new()
        };
        assert_eq!((scanned.code, scanned.stderr), (Some(*scan), expected), "{number}");
    }
}

#[test]
fn of_a_recording_that_was_cut_off_all_is_there_that_was_written() {
    let home = tempfile::tempdir().unwrap();
    let ends = record(&home.path().join("rec"));
    record(&home.path().join("good"));
    bytes(&home.path().join("rec"), |bytes| bytes.truncate(ends[1] as usize));
    let exported = compat(home.path(), &["export", "rec", "jsonl"]);
    let told = "rec: was cut off; what came behind its last frame is missing\n";
    assert_eq!((exported.code, &*exported.stderr), (Some(0), told));
    assert_eq!(exported.stdout.lines().count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_stands_nothing_is_compatible() {
    let legacy = backend().await;
    let target = format!("http://{}", legacy.address());
    let home = tempfile::tempdir().unwrap();
    for name in ["rec", "other", "good"] {
        record(&home.path().join(name));
    }
    for name in ["rec", "other"] {
        fs::remove_file(home.path().join(name).join("seg-00001.jsonl.zst")).unwrap();
    }
    let told = "rec: there is no exchange in it\n";
    for (arguments, code, told) in [
        (&["export", "rec", "har"][..], 4, told),
        (
            &["diff", "rec", "other"],
            4,
            "rec: there is no exchange in it\nother: there is no exchange in it\n",
        ),
        (&["diff", "rec", "good"], 4, told),
        (&["diff", "good", "rec"], 4, told),
        (&["mutate", "rec"], 4, told),
        (&["mutate", "good", "--run", "rec"], 4, told),
        (&["learn", "rec", "--target", &target], 4, told),
        (&["replay", "rec", "--target", &target], 4, told),
        (
            &["explain", "rec", "1"],
            1,
            "rec: there is no exchange in it\nrec: there is no exchange 1; it has none\n",
        ),
    ] {
        let ended = compat(home.path(), arguments);
        assert_eq!((ended.code, &*ended.stderr), (Some(code), told), "{arguments:?}");
    }
    assert!(!home.path().join("rec/learned.json").exists());
}

#[test]
fn what_is_no_recording_is_refused_by_every_verb() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    record(&home.path().join("good"));
    fs::create_dir(home.path().join("empty")).unwrap();
    fs::create_dir(home.path().join("future")).unwrap();
    put("future/manifest.json", r#"{"schema": "sfrec/2", "gateway": "9.1", "colour": "blue"}"#);
    put("file", "text");
    for (rec, told) in [
        ("absent", "absent: cannot be read: No such file or directory (os error 2)\n"),
        ("file", "file: is a file, and a recording is a folder\n"),
        ("empty", "empty: is no recording, for it has neither manifest.json nor seg-00001.jsonl.zst\n"),
        (
            "future",
            "future/manifest.json: is of schema `sfrec/2`, and this gateway reads `sfrec/1`: use the gateway that wrote it \
             (9.1), or a newer one\n",
        ),
    ] {
        for arguments in [
            &["export", rec, "har"][..],
            &["diff", rec, "good"],
            &["diff", "good", rec],
            &["mutate", rec],
            &["mutate", "good", "--run", rec],
            &["explain", rec, "1"],
            &["learn", rec, "--target", "http://127.0.0.1:1"],
            &["replay", rec, "--target", "http://127.0.0.1:1", "--out", "run"],
        ] {
            let refused = compat(home.path(), arguments);
            assert_eq!(
                (refused.code, &*refused.stderr, &*refused.stdout),
                (Some(2), told, ""),
                "{arguments:?}"
            );
        }
    }
    assert!(!home.path().join("run").exists());
}

#[test]
fn a_segment_that_is_no_file_is_told_and_a_link_is_not_followed() {
    let home = tempfile::tempdir().unwrap();
    let segment = home.path().join(SEGMENT);
    record(&home.path().join("rec"));
    fs::rename(&segment, home.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(home.path().join("elsewhere"), &segment).unwrap();
    let exported = compat(home.path(), &["export", "rec", "har"]);
    let told = format!(
        "{SEGMENT}: cannot be read: it is a link, which is not followed\nrec: there is no exchange in it\n"
    );
    assert_eq!((exported.code, exported.stderr), (Some(4), told));
    fs::remove_file(&segment).unwrap();
    fs::create_dir(&segment).unwrap();
    let exported = compat(home.path(), &["export", "rec", "har"]);
    let told = format!("{SEGMENT}: cannot be read: it is no file\nrec: there is no exchange in it\n");
    assert_eq!((exported.code, exported.stderr), (Some(4), told));
}
