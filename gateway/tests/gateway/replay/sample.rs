//! The recorded session of the sample legacy, asked again of the sample on rows that are made anew each time.

use std::{fs, path::Path};

use compat_tests::{
    repository,
    sample::{API_KEY, SampleLegacy, SampleSettings, Version},
};
use gateway::{
    db::cluster::{Cluster, ClusterOptions, Durability, Place},
    parity::{
        exchange::{Exchange, Outcome},
        recording::Recording,
    },
};
use tokio::process::Command;

use super::status;

const RULES: &str = r#"schema = 1

[credentials]
"ada@example.com" = "env:COMPAT_ADA"
"grace@example.com" = "env:COMPAT_GRACE"
"zoe@example.com" = "env:COMPAT_ZOE"
"linus@example.com" = "env:COMPAT_LINUS"
"header x-api-key" = "env:COMPAT_API_KEY"

[state]
database = "env:COMPAT_DATABASE_URL"
reset = { template = "seeded" }
fingerprint = ["*"]
"#;

const SECRETS: [(&str, &str); 5] = [
    ("COMPAT_ADA", "correct horse battery staple"),
    ("COMPAT_GRACE", "nanoseconds are short wires"),
    ("COMPAT_ZOE", "\u{fc}berraschung im caf\u{e9} \u{2615}"),
    ("COMPAT_LINUS", "talk is cheap show code"),
    ("COMPAT_API_KEY", API_KEY),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_session_is_answered_again_and_the_rows_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let recorded = repository().join("compat-tests/recordings/newest");
    let options = ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
    let cluster = Cluster::start(&options).unwrap();
    let settings = |database: &str| SampleSettings {
        version: Version::Newest,
        database_url: cluster.url(database),
        secret: "the secret of the live sessions, 32 bytes or more".to_owned(),
    };
    cluster.create_database("seeded", None).unwrap();
    SampleLegacy::prepare(&settings("seeded")).unwrap();
    cluster.create_database("live", Some("seeded")).unwrap();
    let live = SampleLegacy::serve(&settings("live")).unwrap();

    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(["compat", "replay"]).arg(&recorded).args(["--target", &live.url()]);
    command.args(["--out", "run", "--rules", "rules.toml"]).current_dir(folder.path()).env_clear();
    command.envs(SECRETS).env("COMPAT_DATABASE_URL", cluster.url("live")).kill_on_drop(true);
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {said}", output.status);

    let exchanges = |folder: &Path| Recording::open(folder).unwrap().0.exchanges;
    let (then, now) = (exchanges(&recorded), exchanges(&folder.path().join("run")));
    let asked: Vec<_> = now.iter().filter(|exchange| exchange.request.method != "STATE").collect();
    let wrong: Vec<_> =
        asked.iter().filter_map(|live| told(then.iter().find(|one| one.id == live.id)?, live)).collect();
    assert!(wrong.is_empty(), "{} of {}\n{}\n{said}", wrong.len(), then.len(), wrong.join("\n"));
    let skipped = said.lines().filter(|line| line.ends_with("is not asked: its body was not kept")).count();
    assert_eq!(asked.len() + skipped, then.len(), "{said}");
    let tables: Vec<_> = now.iter().filter(|exchange| exchange.request.method == "STATE").collect();
    let names: Vec<_> = tables.iter().map(|table| table.request.target.as_str()).collect();
    assert!(names.contains(&"tasks") && names.contains(&"users"), "{names:?}");
    let users = tables.iter().find(|table| table.request.target == "users").unwrap();
    let rows: Vec<serde_json::Value> =
        serde_json::from_slice(users.answered().unwrap().body.bytes().unwrap()).unwrap();
    assert!(rows.len() >= 4, "{rows:?}");
}

/// Where the status differs: what was sent, and what came of it.
fn told(recorded: &Exchange, live: &Exchange) -> Option<String> {
    if status(recorded) == status(live) {
        return None;
    }
    let outcome = match &live.outcome {
        Outcome::Answered(answered) => format!("{} {:?}", answered.status, answered.body.content),
        other => format!("{other:?}"),
    };
    let sent: String = format!("{:?}", live.request.body.content).chars().take(200).collect();
    let outcome: String = outcome.chars().take(300).collect();
    let request = format!("{} {} {}", recorded.id, live.request.method, live.request.target);
    Some(format!("{request} {sent}: {:?} then, now {outcome}", status(recorded)))
}
