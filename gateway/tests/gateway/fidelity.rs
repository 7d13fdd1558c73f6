//! What passes the gateway passes byte by byte: a raw client, a recording legacy, and cases as data.
//!
//! Where it does not, `docs/fidelity.md` says so, and `differences.txt` proves it.

mod bytes;
mod script;
mod stage;

use compat_tests::repository;

use crate::house::{House, Setting, routes};
use script::{Case, subjects};
use stage::{Recorder, Stage};

/// What the gateway says of a legacy that answers nonsense, and of a database that none of this needs.
const COMPLAINTS: [&str; 3] = ["legacy closed the connection without an answer", "database", "degraded"];

/// One route, for WebSockets; all other paths are the legacy's as well, for no route takes them.
const LOCK: &str = r#"{"schema": 1, "versions": {"python": "3.11.7", "fastapi": "0.165.0", "starlette": "1.10.0",
    "pydantic": null, "uvicorn": null}, "int_max_digits": 4300, "location_escapes": "", "server_root_path": "",
    "schemes": [], "notes": [], "app": {"class": "fastapi.applications.FastAPI", "root_path": "",
    "redirect_slashes": true, "middleware": [], "frontends": [],
    "rows": [{"kind": "ws", "template": "/live", "params": [], "security": []}]}}"#;

async fn open(recorder: &Recorder) -> House {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("legacy.lock");
    std::fs::write(&lock, LOCK).unwrap();
    let setting = Setting {
        legacy_url: format!("http://{}", recorder.address()),
        database_url: String::new(),
        lock,
        routes: routes(&[]),
        profile: std::fs::read_to_string(script::folder().join("legacy.toml")).unwrap(),
        environment: Vec::new(),
    };
    House::open(&setting.without_database()).await
}

fn cases() -> Vec<Case> {
    subjects().iter().flat_map(|subject| Case::of_subject(subject)).collect()
}

/// Plays the cases in a row, all over the same connections.
async fn play(house: &House, recorder: &mut Recorder, cases: &[&Case]) -> Result<(), String> {
    for attempt in 0.. {
        let mut stage = Stage::new(house.gateway.public(), recorder);
        let mut played = Ok(());
        for case in cases {
            if played.is_ok() {
                played = stage.play(case).await;
            }
        }
        // The client may have its answer before the connection behind it is free again: then there is a new one.
        if stage.was_too_quick && attempt < 3 {
            let _ = stage.close().await;
            continue;
        }
        let names: Vec<_> =
            cases.iter().map(|case| format!("{}.txt `{}`", case.subject, case.name)).collect();
        let closed = stage.close().await;
        return played.and(closed).map_err(|problem| format!("{}: {problem}", names.join(", then ")));
    }
    unreachable!("the last attempt returns")
}

fn judge(problems: &[String], played: usize) {
    assert!(problems.is_empty(), "{} of {played}\n{}", problems.len(), problems.join("\n"));
}

#[tokio::test]
async fn every_case_passes_byte_by_byte() {
    let mut recorder = Recorder::listen().await;
    let house = open(&recorder).await;
    let mut problems = Vec::new();
    let cases = cases();
    for case in &cases {
        problems.extend(play(&house, &mut recorder, &[case]).await.err());
    }
    judge(&problems, cases.len());
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    house.close_expecting(&COMPLAINTS);
}

#[tokio::test]
async fn nothing_leaks_from_one_exchange_into_the_next() {
    let mut recorder = Recorder::listen().await;
    let house = open(&recorder).await;
    let mut cases = cases();
    cases.retain(Case::keeps_its_connections);
    // Of each subject the first.
    let mut firsts: Vec<_> = cases.iter().collect();
    firsts.dedup_by(|case, before| case.subject == before.subject);
    let others = if is_long() { cases.iter().collect() } else { firsts.clone() };
    let pairs: Vec<_> =
        firsts.iter().flat_map(|first| others.iter().map(move |other| [*first, *other])).collect();
    let mut problems = Vec::new();
    for [first, second] in &pairs {
        problems.extend(play(&house, &mut recorder, &[first, second]).await.err());
        if is_long() {
            problems.extend(play(&house, &mut recorder, &[second, first]).await.err());
        }
    }
    judge(&problems, pairs.len());
    house.close_expecting(&COMPLAINTS);
}

#[expect(clippy::disallowed_methods, reason = "how long the tests may take is not a setting of the gateway")]
fn is_long() -> bool {
    std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1")
}

#[test]
fn each_known_difference_is_documented_and_proved() {
    let page = std::fs::read_to_string(repository().join("docs/fidelity.md")).unwrap();
    let rows = page.lines().skip_while(|line| *line != "| difference | why |").skip(2);
    let rows = rows.map_while(|line| line.strip_prefix("| ")).filter_map(|row| row.split(" | ").next());
    let proved: Vec<_> = Case::of_subject("differences").into_iter().map(|case| case.name).collect();
    assert_eq!(rows.collect::<Vec<_>>(), proved);
}
