//! `gateway compat import` and `export`: what they make of HAR files and of recordings, and how they end.

mod curl;
mod full;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use compat_tests::{gateway_process::Refusal, sample::Version};
use gateway::parity::{
    har,
    recording::{Line, Recording},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{Setting, command};

fn compat(folder: &Path, arguments: &[&str]) -> Refusal {
    command(&[&["compat"], arguments].concat(), folder, &[])
}

fn entry(method: &str, path: &str, answer: &str) -> Value {
    json!({
        "startedDateTime": "2026-03-01T10:00:00.000Z", "time": 5, "timings": {"send": 0, "wait": 4, "receive": 1},
        "request": {"method": method, "url": format!("http://api.example{path}"), "httpVersion": "HTTP/1.1",
            "headers": [{"name": "User-Agent", "value": "Browser"}, {"name": "authorization", "value": "Bearer hunter2hunter2"}]},
        "response": {"status": 200, "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"size": 2, "mimeType": "application/json", "text": answer}},
    })
}

fn with_har(entries: &[Value]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let document =
        json!({"log": {"version": "1.2", "creator": {"name": "Test", "version": "7"}, "entries": entries}});
    fs::write(folder.path().join("a.har"), document.to_string()).unwrap();
    folder
}

#[test]
fn a_har_file_becomes_a_recording_that_is_written_as_anything() {
    let tasks = entry("GET", "/api/tasks", "[]");
    let folder =
        with_har(&[tasks, entry("GET", "/y", "{}"), entry("GET", "/nowhere?password=hunter2hunter2", "{}")]);
    let lock = Setting::sample(Version::Newest).lock.display().to_string();
    let imported = compat(folder.path(), &["import", "a.har", "--out", "rec", "--plain", "--lock", &lock]);
    assert_eq!(imported.stderr, "");
    assert_eq!(
        (imported.code, &*imported.stdout),
        (Some(0), "rec: 3 exchanges of Test 7, 0 entries not used\n")
    );

    let (recording, damage) = Recording::open(&folder.path().join("rec")).unwrap();
    assert_eq!(damage, []);
    let manifest = recording.manifest.unwrap();
    assert!(manifest.lock.is_some() && manifest.versions.contains_key("fastapi"), "{manifest:?}");
    let routes: Vec<_> = recording.exchanges.iter().map(|exchange| &*exchange.route).collect();
    assert_eq!(routes, ["GET /api/tasks", "", ""]);
    let sessions: Vec<_> = recording.exchanges.iter().map(|exchange| &exchange.session).collect();
    assert!(
        !sessions[0].is_empty() && sessions.iter().all(|session| *session == sessions[0]),
        "{sessions:?}"
    );

    let exported = |arguments: &[&str]| {
        let exported = compat(folder.path(), &[&["export", "rec"], arguments].concat());
        assert_eq!((exported.code, &*exported.stderr), (Some(0), ""), "{arguments:?}");
        assert!(!exported.stdout.contains("hunter2"), "{}", exported.stdout);
        exported.stdout
    };
    let jsonl = exported(&["jsonl"]);
    let lines: Vec<_> =
        jsonl.lines().map(|line| Line::read(&mut line.as_bytes().to_vec()).unwrap()).collect();
    let expected: Vec<_> =
        recording.exchanges.iter().cloned().map(|exchange| Line::Exchange(Box::new(exchange))).collect();
    assert_eq!(lines, expected);
    let again = har::import(&exported(&["har"])).unwrap();
    let targets = |exchanges: &[gateway::parity::exchange::Exchange]| -> Vec<String> {
        exchanges.iter().map(|exchange| exchange.request.target.clone()).collect()
    };
    assert_eq!(targets(&again.exchanges), targets(&recording.exchanges));
    let curl = exported(&["curl", "--only", "GET /api/*", "--target", "http://127.0.0.1:8000"]);
    let beginning = "#!/bin/sh\n\n# 1: GET /api/tasks -> 200\ncurl -sS -i \\\n  --http1.1 \\\n  --globoff --path-as-is http://127.0.0.1:8000/api/tasks \\\n";
    assert!(curl.starts_with(beginning) && curl.contains("${TOKEN:?}"), "{curl}");
    assert_eq!(exported(&["curl", "--session", "nobody"]), "#!/bin/sh\n");
    assert_eq!(exported(&["har", "--out", "b.har"]), "");
    assert!(har::import(&fs::read_to_string(folder.path().join("b.har")).unwrap()).is_ok());
}

#[test]
fn recordings_with_one_key_agree_and_others_do_not() {
    let folder = with_har(&[entry("GET", "/x", "{\"name\": \"Ada Lovelace\"}")]);
    fs::write(folder.path().join("key"), "a key of more than sixteen bytes\n").unwrap();
    fs::set_permissions(folder.path().join("key"), fs::Permissions::from_mode(0o600)).unwrap();
    let imported = |out: &str, key: &[&str]| {
        let imported = compat(folder.path(), &[&["import", "a.har", "--out", out], key].concat());
        assert_eq!((imported.code, &*imported.stderr), (Some(0), ""));
        let (recording, _) = Recording::open(&folder.path().join(out)).unwrap();
        let [exchange] = <[_; 1]>::try_from(recording.exchanges).unwrap();
        assert!(!serde_json::to_string(&exchange).unwrap().contains("Lovelace"));
        exchange
    };
    let key = ["--key-file", "key"];
    assert_eq!(imported("a", &key), imported("b", &key));
    assert_ne!(imported("c", &[]), imported("d", &[]));
}

#[test]
fn what_cannot_be_imported_is_told() {
    let folder = with_har(&[entry("GET", "/x", "{}")]);
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("not.har", "{\"log\": 1}");
    put("empty.har", "{\"log\": {\"entries\": [{}]}}");
    put("short", "key\n");
    put("open", "a key of more than sixteen bytes\n");
    for (name, mode) in [("short", 0o600), ("open", 0o644)] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    put("bad.lock", "{}");
    for (arguments, code, told) in [
        (&["absent.har"][..], 3, "absent.har: cannot be read: No such file or directory (os error 2)\n"),
        (
            &["not.har"],
            2,
            "not.har: is no HAR file: invalid type: integer `1`, expected struct Log at line 1 column 9\n",
        ),
        (
            &["empty.har"],
            2,
            "empty.har: log.entries[0]: missing field `startedDateTime`\nempty.har: has no entry that can be used\n",
        ),
        (
            &["a.har", "--key-file", "short"],
            2,
            "short: a key of 3 bytes can be found by trying; 32 random bytes cannot\n",
        ),
        (
            &["a.har", "--key-file", "open"],
            2,
            "open: others may read it (mode 644), and then try which value a pseudonym stands for; `chmod 600` it\n",
        ),
        (
            &["a.har", "--key-file", "absent"],
            3,
            "absent: cannot be read: No such file or directory (os error 2)\n",
        ),
        (&["a.har", "--out", "."], 3, ".: cannot be written: it is there, and is not empty\n"),
    ] {
        let out = if arguments.contains(&"--out") { &[][..] } else { &["--out", "rec"] };
        let refused = compat(folder.path(), &[&["import"], arguments, out].concat());
        assert_eq!(
            (refused.code, &*refused.stderr, &*refused.stdout),
            (Some(code), told, ""),
            "{arguments:?}"
        );
        assert!(!folder.path().join("rec").exists(), "{arguments:?}");
    }
    let refused = compat(folder.path(), &["import", "a.har", "--out", "rec", "--lock", "bad.lock"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.starts_with("bad.lock: "), "{}", refused.stderr);
    let refused = compat(folder.path(), &["import", "a.har", "--out", "rec", "--keep", "bdy $.a"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("`bdy $.a` names nothing that can be kept"), "{}", refused.stderr);
    assert!(!folder.path().join("rec").exists());
}

#[test]
fn of_a_damaged_recording_the_rest_is_exported() {
    let folder = with_har(&[entry("GET", "/x", "{}"), entry("GET", "/y", "{}")]);
    assert_eq!(compat(folder.path(), &["import", "a.har", "--out", "rec", "--plain"]).code, Some(0));
    let segment = folder.path().join("rec/seg-00001.jsonl");
    let text = fs::read_to_string(&segment).unwrap();
    fs::write(&segment, text.replacen("\"took\"", "\"tok\"", 1)).unwrap();
    let exported = compat(folder.path(), &["export", "rec", "jsonl"]);
    assert_eq!((exported.code, exported.stdout.lines().count()), (Some(4), 1), "{exported:?}");
    let told: Vec<_> = exported.stderr.lines().collect();
    assert!(
        told[0].starts_with("rec/seg-00001.jsonl, line 1: unknown field `tok`, expected one of "),
        "{told:?}"
    );
    assert_eq!(
        told[1..],
        ["rec/seg-00001.jsonl, line 3: 1 exchanges that were written before it are missing"]
    );
}
