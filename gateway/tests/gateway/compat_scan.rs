//! `gateway compat scan`: what it finds in what files, and that it never shows it.

use std::{fs, io::Write, path::Path};

use compat_tests::{gateway_process::Refusal, repository};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

use crate::house::command;

fn scan(folder: &Path, arguments: &[&str]) -> Refusal {
    let arguments: Vec<_> = ["compat", "scan"].iter().chain(arguments).copied().collect();
    command(&arguments, folder, &[])
}

#[test]
fn a_secret_is_found_in_every_file_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("clean.log", b"GET /api/tasks 200\nuser abc@mail.example of 198.18.4.5\n");
    let told = scan(folder.path(), &["clean.log"]);
    assert_eq!((told.code, told.stdout.as_str()), (Some(0), "0 findings in 1 file\n"), "{told:?}");

    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(b"first\nit was c29tZSBvYmxpcXVlIHdvcmRz yesterday\n").unwrap();
    write("blob", &[&b"\xff\xfe"[..], &packed.finish().unwrap()].concat());
    write("app.log", b"started\nmail to ada@corp-mail.com\nkey=AKIAIOSFODNN7EXAMPLE\n");
    let line = r#"{"request":{"headers":[["x-api-key","hunter2-hunter2"]]}}"#;
    let seg = zstd::encode_all(format!("{{}}\n{line}\n").as_bytes(), 1).unwrap();
    write("seg-00001.jsonl.zst", &seg);
    write("known.txt", b"some oblique words\n\n");
    let found = |arguments: &[&str]| {
        let told = scan(folder.path(), arguments);
        assert_eq!((told.code, told.stderr.as_str()), (Some(5), ""), "{told:?}");
        for secret in ["oblique", "ada@corp", "AKIA", "hunter2", "c29tZ"] {
            assert!(!told.stdout.contains(secret), "{secret} in {}", told.stdout);
        }
        told.stdout
    };
    let object: Value = serde_json::from_str(&found(&[
        "blob",
        "app.log",
        "clean.log",
        "seg-00001.jsonl.zst",
        "--secrets",
        "known.txt",
        "--json",
    ]))
    .unwrap();
    let findings: Vec<_> = object["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| {
            let text = |name: &str| hit[name].as_str().unwrap().to_owned();
            format!("{}:{} {} {}", text("file"), hit["line"], text("place"), text("class"))
        })
        .collect();
    assert_eq!(
        findings,
        [
            "app.log:2  email",
            "app.log:3  provider-key",
            "blob:2 (packed 1) known",
            "seg-00001.jsonl.zst:2 (packed 1)$.request.headers[0][1] name",
        ]
    );
    assert_eq!(object["files"], 4);
    let lines = found(&["app.log", "."]);
    assert!(lines.starts_with("./app.log:2: email (") || lines.ends_with("findings in 6 files\n"), "{lines}");
}

/// What the recordings `keep` because everybody may know it: FastAPI's pages and schema, and cookies that test a parser.
fn is_public(place: &str) -> bool {
    place == "(packed 1)$.outcome.answered.body.text"
        || place == "(packed 1)$.request.headers[1][1]"
        || ["$.paths[", "$.components."].iter().any(|schema| place.starts_with(schema))
}

#[test]
fn nothing_is_found_in_the_recordings_of_this_project_but_what_everybody_may_know() {
    let recordings = repository().join("compat-tests/recordings");
    let told = scan(&recordings, &[".", "--json"]);
    let object: Value = serde_json::from_str(&told.stdout).unwrap();
    let found = object["findings"].as_array().unwrap();
    let secret: Vec<_> = found.iter().filter(|hit| !is_public(hit["place"].as_str().unwrap())).collect();
    assert!(secret.is_empty(), "{secret:#?}");
    assert_eq!(told.stderr, "");
}

#[test]
fn what_cannot_be_scanned_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("short.txt"), "long enough\nabc\n").unwrap();
    for (arguments, code, expected) in [
        (&[][..], 2, "required"),
        (&["nowhere"], 3, "nowhere: cannot be read"),
        (
            &[".", "--secrets", "short.txt"],
            2,
            "short.txt:2: fewer than 4 bytes are found everywhere by chance",
        ),
        (&[".", "--secrets", "absent.txt"], 2, "absent.txt: cannot be read"),
    ] {
        let told = scan(folder.path(), arguments);
        assert_eq!(told.code, Some(code), "{told:?}");
        assert!(told.stderr.contains(expected), "{told:?}");
    }
}
