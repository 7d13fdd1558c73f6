//! Where something is to be written and cannot be: told with its path, exit code 3, and what was there stays.

use std::fs;

use super::{backend, compat, record};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_named() {
    let legacy = backend().await;
    let target = format!("http://{}", legacy.address());
    let home = tempfile::tempdir().unwrap();
    record(&home.path().join("rec"));
    fs::write(home.path().join("file"), "text").unwrap();
    let har = r#"{"log": {"entries": [{"startedDateTime": "2026-03-01T10:00:00Z", "time": 1, "request": {"method": "GET",
        "url": "http://a/", "headers": []}, "response": {"status": 200, "headers": [], "content": {}}}]}}"#;
    fs::write(home.path().join("a.har"), har).unwrap();
    let made = compat(home.path(), &["diff", "rec", "rec", "--out", "report.json"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let (full, nowhere) = ("No space left on device (os error 28)", "No such file or directory (os error 2)");
    let (filled, is_file) = ("it is there, and is not empty", "it is there, and is no folder");
    for (arguments, path, why) in [
        (&["import", "a.har", "--out", "rec"][..], "rec", filled),
        (&["import", "a.har", "--out", "file"], "file", is_file),
        (&["import", "a.har", "--out", "file/rec"], "file/rec", "not a directory"),
        (&["export", "rec", "har", "--out", "/dev/full"], "/dev/full", full),
        (&["export", "rec", "har", "--out", "nowhere/a.har"], "nowhere/a.har", nowhere),
        (&["export", "rec", "har", "--out", "rec"], "rec", "Is a directory (os error 21)"),
        (&["diff", "rec", "rec", "--out", "/dev/full"], "/dev/full", full),
        (&["diff", "rec", "rec", "--out", "nowhere/r.json"], "nowhere/r.json", nowhere),
        (&["replay", "rec", "--target", &target, "--out", "rec"], "rec", filled),
        (&["replay", "rec", "--target", &target, "--out", "file"], "file", is_file),
        (&["replay", "rec", "--target", &target, "--report", "nowhere/r.json"], "nowhere/r.json", nowhere),
        (&["learn", "rec", "--target", &target, "--out", "nowhere/l.json"], "nowhere/l.json", nowhere),
        (&["learn", "rec", "--target", &target, "--out", "file/l.json"], "file/l.json", "not a directory"),
        (&["report", "report.json", "--html", "/dev/full"], "/dev/full", full),
        (&["report", "report.json", "--junit", "nowhere/r.xml"], "nowhere/r.xml", nowhere),
        (&["report", "report.json", "--json", "rec"], "rec", "Is a directory (os error 21)"),
    ] {
        let refused = compat(home.path(), arguments);
        assert_eq!((refused.code, &*refused.stdout), (Some(3), ""), "{arguments:?}: {}", refused.stderr);
        assert_eq!(refused.stderr, format!("{path}: cannot be written: {why}\n"), "{arguments:?}");
    }
    assert_eq!(legacy.executed(), 0, "nobody is asked for what cannot be written");
    assert_eq!(fs::read_to_string(home.path().join("file")).unwrap(), "text");
    let after = compat(home.path(), &["export", "rec", "jsonl"]);
    assert_eq!((after.code, after.stdout.lines().count()), (Some(0), 6), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_ends_a_verb_with_its_file_and_leaves_what_was_there() {
    let legacy = backend().await;
    let target = format!("http://{}", legacy.address());
    let home = tempfile::tempdir().unwrap();
    record(&home.path().join("rec"));
    fs::write(home.path().join("old"), "old").unwrap();
    // No file may be longer than 1,024 bytes; what is packed of this recording is.
    let limited = |arguments: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 2; exec \"$0\" compat {arguments}");
        let mut command = std::process::Command::new("/bin/sh");
        let binary = env!("CARGO_BIN_EXE_gateway");
        let output =
            command.args(["-c", &script, binary]).current_dir(home.path()).env_clear().output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let too_large = "File too large (os error 27)";
    let (code, told) = limited("export rec jsonl --out new");
    assert_eq!((code, told), (Some(3), format!("new: cannot be written: {too_large}\n")));
    let (code, told) = limited("diff rec rec --out old");
    assert_eq!((code, told), (Some(0), String::new()), "a short report fits");
    fs::write(home.path().join("old"), "old").unwrap();
    let (code, told) = limited(&format!("replay rec --target {target} --out run"));
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("run/blobs/") && told.contains(&format!(": cannot be written: {too_large}\n")),
        "{told}"
    );
    assert_eq!(fs::read_to_string(home.path().join("old")).unwrap(), "old");
}
