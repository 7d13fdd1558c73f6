//! A process that is killed takes its last second with it, and nothing else.

use std::process::Command;

use compat_tests::{client::Client, gateway_process::GatewayProcess};
use gateway::parity::recording::{Recording, Tally};

use super::{read, start, sum};
use crate::{
    fake_legacy::FakeLegacy,
    house::{PATIENCE, Setting},
};

const CLIENTS: usize = 8;

#[tokio::test]
async fn what_is_safe_survives_being_killed_under_load() {
    let legacy = FakeLegacy::reached().await;
    let setting = Setting::in_front_of(legacy.address());
    let home = tempfile::tempdir().unwrap();
    let mut gateway = start(&setting, home.path(), &["--record", "rec"]).await;
    let mut load = tokio::task::JoinSet::new();
    for number in 0..CLIENTS {
        let address = gateway.public();
        load.spawn(async move {
            let mut client = Client::connect(address).await?;
            loop {
                client.request("GET", &format!("/{number}"), &[], b"").await?;
            }
            #[expect(unreachable_code, reason = "the type of what never ends")]
            Ok::<(), std::io::Error>(())
        });
    }
    // Some frames are whole by then, and another one is not.
    let safe = loop {
        let safe = scraped(&gateway, "gateway_recording_exchanges_total").await;
        if safe >= 500 {
            break safe;
        }
    };
    let killed = Command::new("/bin/kill").args(["-s", "KILL", &gateway.id().to_string()]).status().unwrap();
    assert!(killed.success());
    gateway.ended(PATIENCE).await.unwrap();
    load.shutdown().await;

    let (recording, _) = read(&home.path().join("rec"));
    let Recording { exchanges, gaps, end, .. } = recording;
    assert!(end.is_none() && gaps.is_empty());
    assert!(exchanges.len() as u64 >= safe, "{} of {safe}", exchanges.len());
    let counted = Tally { requests: exchanges.len() as u64, exchanges: exchanges.len() as u64, gaps: 0 };
    assert_eq!(last_tally(home.path()), counted, "nothing is missing in the middle");
    // Who comes after another one names it, if it is there.
    let ids: Vec<u64> = exchanges.iter().map(|exchange| exchange.id).collect();
    let known =
        exchanges.iter().filter(|exchange| exchange.after.iter().all(|id| ids.binary_search(id).is_ok()));
    assert!(known.count() + CLIENTS >= ids.len());
}

async fn scraped(gateway: &GatewayProcess, name: &str) -> u64 {
    let mut client = Client::connect(gateway.admin()).await.unwrap();
    sum(&client.request("GET", "/metrics", &[], b"").await.unwrap().text(), name)
}

fn last_tally(home: &std::path::Path) -> Tally {
    let packed = std::fs::read(home.join("rec/seg-00001.jsonl.zst")).unwrap();
    // The frame that was being written may be cut off: what stands before it is whole.
    let mut text = Vec::new();
    let mut reader = zstd::Decoder::new(&packed[..]).unwrap();
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = std::io::Read::read(&mut reader, &mut piece) {
        text.extend_from_slice(&piece[..length]);
    }
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rev().find(|line| line.starts_with(r#"{"k":"tally""#)).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
    value.as_object_mut().unwrap().remove("k");
    serde_json::from_value(value).unwrap()
}
