//! `gateway routes explain` and `routes list`: the data path's own answer, for people and programs.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use compat_tests::sample::Version;
use serde_json::{Value, json};

use crate::house::{Setting, TASK, command, routes, shared};

/// The files of an installation in a folder, for commands that only read them.
fn folder() -> tempfile::TempDir {
    let setting = Setting::sample(Version::Newest);
    let folder = tempfile::tempdir().unwrap();
    let asks = "{ scopes = [\"projects\"], roles = [\"admin\", \"ops\"], on_stale = \"deny\" }";
    let routes = routes(&[(TASK, "\"native\""), ("GET /users/me", "\"deny\""), ("GET /api/projects", asks)]);
    std::fs::write(folder.path().join("routes.toml"), routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    folder
}

fn explain(lines: &str) -> Vec<Value> {
    let folder = folder();
    let mut process = Command::new(env!("CARGO_BIN_EXE_gateway"))
        .args(["routes", "explain", "-", "--json", "--routes", "routes.toml", "--lock"])
        .arg(&shared(Version::Newest).lock)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn one_object_a_line_says_what_the_data_path_would_do() {
    let cases = [
        (
            "GET /api/tasks/7?x=1",
            json!({"outcome": "match", "route": TASK, "kind": "http", "params": {"task_id": "7"},
                   "owner": "native", "protected": true, "decoded_path": "/api/tasks/7"}),
        ),
        (
            "GET /api/tasks/summary",
            json!({"outcome": "match", "route": "GET /api/tasks/summary", "kind": "http", "owner": "legacy",
                   "protected": true}),
        ),
        ("GET /users/me", json!({"outcome": "match", "owner": "deny"})),
        (
            "GET /api/projects",
            json!({"outcome": "match", "protected": true, "scopes": ["projects"], "roles": ["admin", "ops"],
                   "on_stale": "deny"}),
        ),
        (
            "GET /files/a%2Fb//..",
            json!({"outcome": "match", "params": {"path": "a/b//.."}, "protected": false,
                   "decoded_path": "/files/a/b//.."}),
        ),
        ("WS /live", json!({"outcome": "match", "route": "WS /live", "kind": "ws", "protected": false})),
        ("GET /live", json!({"outcome": "unlisted", "route": null, "owner": "legacy"})),
        (
            "POST /api/tasks/7",
            json!({"outcome": "partial", "route": TASK, "allow": ["GET"], "owner": "legacy", "protected": false}),
        ),
        (
            "GET /api/tasks/?a=%20&b",
            json!({"outcome": "redirect", "location": "/api/tasks?a=%20&b", "owner": "legacy"}),
        ),
        ("GET /health%0A", json!({"outcome": "refused", "reason": "control_character", "owner": null})),
        ("OPTIONS *", json!({"outcome": "refused", "reason": "target_form"})),
        ("CONNECT a:443", json!({"outcome": "refused", "reason": "target_form"})),
        ("nonsense", json!({"outcome": "refused", "reason": "target_form"})),
        ("GET /health HTTP/1.1", json!({"outcome": "refused", "reason": "target_character"})),
        ("GET /health#a", json!({"outcome": "refused", "reason": "fragment"})),
        // As on the data path: absolute form is taken apart.
        ("GET http://any/health?x", json!({"outcome": "match", "route": "GET /health"})),
    ];
    let lines: String = cases.iter().map(|(line, _)| format!("{line}\n")).collect();
    let explained = explain(&lines);
    assert_eq!(explained.len(), cases.len());
    for (object, (line, expected)) in explained.iter().zip(&cases) {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&object[name], value, "{name} of {line}: {object}");
        }
        for name in [
            "params",
            "allow",
            "location",
            "kind",
            "route",
            "owner",
            "protected",
            "decoded_path",
            "skipped",
            "skipped_more",
        ] {
            assert!(object.get(name).is_some(), "{name} of {line}: {object}");
        }
    }
}

/// The reason for which `row` was passed over on the way of `request`.
fn why<'a>(explained: &'a Value, row: &str) -> &'a str {
    let skipped = explained["skipped"].as_array().unwrap();
    let found = skipped.iter().find(|skipped| skipped["route"] == row);
    found.unwrap_or_else(|| panic!("{row} was not skipped: {explained}"))["why"].as_str().unwrap()
}

#[test]
fn rows_that_were_looked_at_in_vain_are_named_with_the_reason() {
    let summary = "GET /api/tasks/summary";
    for (request, row, reason) in [
        ("GET /api/tasks/7", summary, "segment 3 is `7`, not `summary`"),
        ("POST /api/tasks/7", TASK, "the path fits, the method is not GET"),
        ("GET /live", "WS /live", "takes WebSockets only"),
        ("WS /health", "GET /health", "takes no WebSockets"),
        ("GET /health/now", "GET /health", "the path goes on with `now`"),
        ("GET /files", "GET /files/{path:path}", "the path ends before `{path:path}`"),
    ] {
        let explained = explain(&format!("{request}\n")).remove(0);
        assert_eq!(why(&explained, row), reason, "{request}");
    }
    for (request, status) in
        [("DELETE /api/tasks", 405), ("GET /api/tasks/", 307), ("GET /api/tasks/1%0A", 400)]
    {
        assert_eq!(explain(&format!("{request}\n")).remove(0)["status"], status, "{request}");
    }
    // What comes after the row that takes the request was never looked at.
    let explained = explain("GET /api/tasks/summary\n").remove(0);
    assert!(explained["skipped"].as_array().unwrap().iter().all(|skipped| skipped["route"] != TASK));
}

#[test]
fn every_row_is_accounted_for_and_all_shows_them() {
    let folder = folder();
    let lock = shared(Version::Newest).lock.to_str().unwrap();
    let told = |arguments: &[&str]| {
        let explain = ["routes", "explain", "GET", "/api/tasks/7/nothing", "--lock", lock];
        let told = command(&[&explain, arguments].concat(), folder.path(), &[]);
        assert_eq!(told.code, Some(0), "{told:?}");
        told.stdout
    };
    let json = |arguments: &[&str]| -> Value { serde_json::from_str(&told(arguments)).unwrap() };
    let (near, all) = (json(&["--json"]), json(&["--json", "--all"]));
    let rows = |page: &Value| page["skipped"].as_array().unwrap().len();
    let text = std::fs::read_to_string(lock).unwrap();
    let lock_rows = serde_json::from_str::<Value>(&text).unwrap()["app"]["rows"].as_array().unwrap().len();
    assert_eq!((rows(&all), all["skipped_more"].as_u64()), (lock_rows, Some(0)));
    let more = usize::try_from(near["skipped_more"].as_u64().unwrap()).unwrap();
    assert!(rows(&near) > 0 && more > 0, "{near}");
    assert_eq!(rows(&near) + more, lock_rows);

    let text = told(&[]);
    let first = near["skipped"][0]["route"].as_str().unwrap();
    assert!(text.contains(&format!("\nskipped       {first} ")), "{text}");
    assert!(
        text.ends_with(&format!("              {more} rows begin otherwise: --all shows every one\n")),
        "{text}"
    );
    assert_eq!(told(&["--all"]).lines().count(), text.lines().count() - 1 + more);
}

#[test]
fn people_get_the_same_in_lines_and_nonsense_gets_an_explanation() {
    let folder = folder();
    let lock = shared(Version::Newest).lock.to_str().unwrap();
    let told = command(&["routes", "explain", "GET", "/api/tasks/7", "--lock", lock], folder.path(), &[]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stdout.contains("owner         native\n"), "{}", told.stdout);
    let told = command(&["routes", "explain", "GET", "--lock", lock], folder.path(), &[]);
    assert_eq!(told.code, Some(2));
    assert!(told.stderr.contains("a target is missing"), "{}", told.stderr);
}

#[test]
fn the_two_files_that_are_named_are_enough() {
    let folder = folder();
    std::fs::remove_file(folder.path().join("legacy.toml")).unwrap();
    std::fs::rename(folder.path().join("routes.toml"), folder.path().join("other.toml")).unwrap();
    let lock = shared(Version::Newest).lock.to_str().unwrap();
    let files = ["--lock", lock, "--routes", "other.toml"];
    let told = command(
        &[&["routes", "explain", "GET", "/api/tasks/7", "--json"][..], &files].concat(),
        folder.path(),
        &[],
    );
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stdout.contains("\"owner\":\"native\""), "{}", told.stdout);
}

#[test]
fn the_list_has_every_route_of_the_lock_with_its_owner() {
    let folder = folder();
    let lock = shared(Version::Newest).lock.to_str().unwrap();
    let told = command(&["routes", "list", "--lock", lock, "--json"], folder.path(), &[]);
    let list: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
    let find = |route: &str| list.iter().find(|row| row["route"] == route).unwrap();
    assert_eq!(find(TASK)["owner"], "native");
    assert_eq!(find("GET /users/me")["owner"], "deny");
    assert_eq!(find("WS /live")["auth"], "-");
    assert_eq!(find("HEAD /docs")["owner"], "legacy");
    let told = command(&["routes", "list", "--lock", lock], folder.path(), &[]);
    assert_eq!(told.stdout.lines().count(), 1 + list.len());
}
