//! `gateway compat replay` and `explain` as they are typed.

use std::{path::Path, process::Output};

use gateway::parity::{
    exchange::Exchange,
    recording::{Limits, Manifest, Origin, Recording, Writer},
    redaction::{Mode, Policy},
};
use tokio::process::Command;

use super::{LIVE, RECORDED, backend::Backend, scene, status};

pub(super) fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.arg("compat").args(arguments).current_dir(folder).env_clear().kill_on_drop(true);
    command
}

pub(super) async fn compat(arguments: &[&str], folder: &Path) -> Output {
    with(arguments, folder, &[]).await
}

pub(super) async fn with(arguments: &[&str], folder: &Path, environment: &[(&str, &str)]) -> Output {
    command(arguments, folder).envs(environment.iter().copied()).output().await.unwrap()
}

pub(super) fn write(exchanges: &[Exchange], folder: &Path) {
    let policy = Policy { mode: Mode::Secrets, ..Policy::default() };
    let manifest = Manifest::new(Origin::Capture, exchanges[0].began, &policy);
    let mut writer = Writer::create(folder, &manifest, Limits::default()).unwrap();
    exchanges.iter().for_each(|exchange| writer.write(exchange).unwrap());
    writer.finish(exchanges.last().unwrap().began).unwrap();
}

pub(super) fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn a_recording_is_replayed_into_a_run_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let before = Backend::start(RECORDED).await;
    write(&scene::record(&before).await, &folder.path().join("rec"));
    let live = Backend::start(LIVE).await;
    let output = compat(&["replay", "rec", "--target", &live.address, "--out", "run"], folder.path()).await;
    let (code, text) = said(&output);
    // Nobody has learned what varies, so that every generated value is a difference.
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(live.shared.lock().strange, Vec::<String>::new());
    let report = std::fs::read_to_string(folder.path().join("run/report.json")).unwrap();
    assert!(report.contains("\"verdict\": \"different\""), "{report}");
    let (recorded, _) = Recording::open(&folder.path().join("rec")).unwrap();
    let (run, damage) = Recording::open(&folder.path().join("run")).unwrap();
    assert!(damage.is_empty(), "{damage:?}");
    let heard: Vec<_> = run.exchanges.iter().map(|exchange| (exchange.id, status(exchange))).collect();
    let expected: Vec<_> =
        recorded.exchanges.iter().map(|exchange| (exchange.id, status(exchange))).collect();
    assert_eq!(heard, expected);
    let described = run.manifest.unwrap().run.unwrap();
    assert_eq!((described.of, described.target), (recorded.fingerprint, live.address.clone()));
}

#[tokio::test]
async fn a_target_that_is_down_is_named_and_the_code_is_3() {
    let folder = tempfile::tempdir().unwrap();
    let before = Backend::start(RECORDED).await;
    write(&scene::record(&before).await, &folder.path().join("rec"));
    let address = Backend::start(LIVE).await.address.clone();
    let output = compat(&["replay", "rec", "--target", &address, "--out", "run"], folder.path()).await;
    let (code, text) = said(&output);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains(&format!("{address} cannot be reached after 0 of 17 exchanges: ")), "{text}");
    assert!(text.contains("run: what was heard until then"), "{text}");
    Recording::open(&folder.path().join("run")).expect("a run of nothing is a recording");
}

#[tokio::test]
async fn whoever_types_something_wrong_is_told_what() {
    let folder = tempfile::tempdir().unwrap();
    let before = Backend::start(RECORDED).await;
    let address = before.address.clone();
    write(&scene::record(&before).await, &folder.path().join("rec"));
    let target = ["--target", address.as_str()];
    for (arguments, expected) in [
        (vec!["replay", "nothing", target[0], target[1]], "nothing"),
        (vec!["replay", "rec"], "--target <URL>"),
        (vec!["replay", "rec", "--target", "127.0.0.1:8000"], "write http://127.0.0.1:8000, without a path"),
        (vec!["replay", "rec", "--target", "http://a/b"], "write http://127.0.0.1:8000, without a path"),
        (vec!["replay", "rec", target[0], target[1], "--jobs", "0"], "0 is not in 1..=1024"),
        (vec!["replay", "rec", target[0], target[1], "--rate", "0"], "write how many a second"),
        (
            vec!["replay", "rec", target[0], target[1], "--rate", "5", "--pace", "recorded"],
            "cannot be used with",
        ),
        (vec!["replay", "rec", target[0], target[1], "--order", "random"], "recorded, sessions"),
        (vec!["replay", "rec", target[0], target[1], "--only", "GET /task"], "rec: no exchange fits"),
        (vec!["replay", "rec", target[0], target[1], "--session", "s2"], "rec: no exchange fits"),
        (vec!["replay", "rec", target[0], target[1], "--timeout", "long"], "--timeout"),
        (vec!["explain", "nothing", "1"], "nothing"),
        (vec!["explain", "rec", "first"], "invalid digit"),
    ] {
        let (code, text) = said(&compat(&arguments, folder.path()).await);
        assert_eq!(code, Some(2), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    let (code, text) = said(&compat(&["explain", "rec", "99"], folder.path()).await);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("there is no exchange 99; it has 1 to 17"), "{text}");
}

#[tokio::test]
async fn an_exchange_is_explained_by_who_gives_what_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let before = Backend::start(RECORDED).await;
    let recording = scene::record(&before).await;
    write(&recording, &folder.path().join("rec"));
    let (code, text) = said(&compat(&["explain", "rec", "6"], folder.path()).await);
    assert_eq!(code, Some(0), "{text}");
    let expected = "6  POST /tasks/7/tags\n  route     POST /tasks/{task_id}/tags\n  session   s1\n  outcome   answered 200\n  \
        waits for 4, 5\n  before    7, 8, 9\n  takes     body $.tag_id = 7\n              from 5 body $.id\n  \
        takes     target /2 = 7\n              from 4 body $.id\n";
    assert_eq!(text, expected);
    let output = compat(&["explain", "rec", "2", "--json"], folder.path()).await;
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let given = &object["gives"][0];
    assert_eq!(
        (&given["place"], &given["to"], &given["as"]),
        (&"header location /2".into(), &3.into(), &"target /2".into())
    );
}
