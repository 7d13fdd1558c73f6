//! A disk that is full costs the recording, and no client anything.

use std::{path::Path, process::Stdio};

use compat_tests::{client::Client, output::Output};
use gateway::db::tethered::{StopSignal, Tether};

use super::{gaps, read, sum};
use crate::{
    fake_legacy::FakeLegacy,
    house::{PATIENCE, Setting, binary, environment, routes},
};

/// No file may be longer: in blocks of 512 bytes.
const BLOCKS: u32 = 16;

#[tokio::test]
async fn who_asks_while_nothing_can_be_written_is_answered_and_counted() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            let words: String = std::iter::repeat_with(fastrand::alphanumeric).take(8_000).collect();
            connection.answer(&words).await?;
        }
    })
    .await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = format!("{}\n[record]\ndir = \"rec\"\nredact = \"secrets\"\n", routes(&[]));
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(home.path().join("legacy.toml"), &setting.profile).unwrap();
    let mut tether = Tether::new(Path::new("/bin/sh"), StopSignal::Terminate, PATIENCE);
    let limited = format!("trap '' XFSZ; ulimit -f {BLOCKS}; exec \"$0\" run");
    let command = tether.command().args(["-c", &limited]).arg(binary()).current_dir(home.path()).env_clear();
    command.env("PATH", "/usr/bin:/bin").envs(environment(&setting)).stdout(Stdio::piped());
    let mut process = tether.spawn().unwrap();
    let mut output = Output::follow(vec![Box::new(process.take_stdout().unwrap())]);
    let address = |name: &'static str| {
        let output = &output;
        async move { output.wait_for(PATIENCE, move |line| listener(line, name)).await.unwrap() }
    };
    let (public, admin) = (address("public").await, address("admin").await);
    let mut client = Client::connect(public).await.unwrap();
    let mut asked = 0;
    let failed = |line: &str| line.contains("cannot be written").then_some(());
    while output.lines().iter().all(|line| failed(line).is_none()) {
        assert_eq!(client.request("GET", "/", &[], b"").await.unwrap().body.len(), 8_000);
        asked += 1;
        assert!(asked < 100_000, "the disk is never full");
    }
    client.request("GET", "/after", &[], b"").await.unwrap();
    let mut operator = Client::connect(admin).await.unwrap();
    let metrics = operator.request("GET", "/metrics", &[], b"").await.unwrap().text();
    assert!(sum(&metrics, "gateway_recording_gaps_total") > 0);
    assert!(process.stop().unwrap().success());
    output.close();
    let told = output.lines().iter().filter(|line| failed(line).is_some()).count();
    assert_eq!(told, 1, "once, however many requests it costs");
    let (recording, damage) = read(&home.path().join("rec"));
    assert!(damage.is_empty(), "{damage:?}");
    assert_eq!(recording.exchanges.len() as u64 + gaps(&recording), asked + 1);
    assert!(recording.gaps.iter().all(|gap| gap.reason == "disk") && gaps(&recording) > 0);
}

fn listener(line: &str, name: &str) -> Option<std::net::SocketAddr> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    let fits = line["message"] == "listening" && line["listener"] == name;
    fits.then(|| line["address"].as_str()?.parse().ok()).flatten()
}
