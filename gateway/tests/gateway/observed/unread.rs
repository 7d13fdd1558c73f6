//! The log while nobody reads it: no request waits for that, and what was kept is written in order before the end.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::Duration,
};

use compat_tests::client::Client;
use gateway::db::tethered::{StopSignal, Tether};
use serde_json::Value;

use crate::house::{Setting, binary, environment};

/// Several times what a pipe holds.
const REQUESTS: usize = 1_000;

#[tokio::test]
async fn no_request_waits_for_who_reads_the_log_and_the_end_writes_what_waits() {
    let nobody = crate::fake_legacy::FakeLegacy::play(|_| async { Ok(()) }).await;
    let setting = Setting::in_front_of(nobody.address());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let mut tether = Tether::new(binary(), StopSignal::Terminate, Duration::from_secs(60));
    let command = tether.command().arg("run").current_dir(folder.path()).env_clear().stdout(Stdio::piped());
    command.env("PATH", "/usr/bin:/bin").envs(environment(&setting));
    let mut process = tether.spawn().unwrap();
    let mut log = BufReader::new(process.take_stdout().unwrap()).lines().map(|line| entry(&line.unwrap()));

    let is_public = |entry: &Value| entry["listener"] == "public";
    let (log, public) = tokio::task::spawn_blocking(move || {
        let listening = log.find(is_public).unwrap();
        (log, listening["address"].as_str().unwrap().parse().unwrap())
    })
    .await
    .unwrap();
    let mut client = Client::connect(public).await.unwrap();
    for request in 0..REQUESTS {
        let id = request.to_string();
        let answer = client.request("GET", "/users/me", &[("x-request-id", &id)], b"").await.unwrap();
        assert_eq!(answer.status, 401);
    }
    drop(client);

    let ending = tokio::task::spawn_blocking(move || process.stop());
    let told: Vec<String> =
        tokio::task::spawn_blocking(|| log.map(|entry| told(&entry)).collect()).await.unwrap();
    assert!(ending.await.unwrap().unwrap().success());
    // The start has more to tell in between, in its own time.
    let requests: Vec<usize> = told.iter().filter_map(|told| told.parse().ok()).collect();
    assert_eq!(requests, (0..REQUESTS).collect::<Vec<_>>());
    // What came after them was not told before them.
    let place = |what: &str| told.iter().position(|told| told.starts_with(what)).unwrap();
    assert!(place("draining") > place(&(REQUESTS - 1).to_string()), "{told:?}");
}

fn entry(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

/// Of the line of a request its id, of another what it says.
fn told(entry: &Value) -> String {
    let what = if entry["message"] == "request" { &entry["request_id"] } else { &entry["message"] };
    what.as_str().unwrap().to_owned()
}
