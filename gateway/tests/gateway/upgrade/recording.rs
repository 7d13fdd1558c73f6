//! While one process takes the place of another both record, each what it answers and each in a folder of its own.

use super::{RUN_DIR, Stage, ended};
use crate::{
    captured::whole,
    crowd::swift,
    house::{House, PATIENCE, Setting},
};

#[tokio::test]
async fn two_processes_record_side_by_side() {
    let legacy = swift().await;
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let mut setting = setting.with_environment(RUN_DIR.0, RUN_DIR.1);
    setting.routes += "\n[record]\ndir = \"rec\"\nredact = \"secrets\"\n";
    let mut stage = Stage::with(setting, legacy).await;
    let mut slow = stage.house.client().await;
    slow.begin("POST", "/slow", &[("content-length", "10")]).await.unwrap();
    slow.send(b"first").await.unwrap();
    assert_eq!(stage.house.client().await.request("GET", "/first", &[], b"").await.unwrap().status, 200);
    let before = stage.upgrade().await;
    before.logged(PATIENCE, |line| line["message"] == "handed over: finishing what has begun").await.unwrap();
    assert_eq!(stage.house.client().await.request("GET", "/second", &[], b"").await.unwrap().status, 200);
    slow.send(b"other").await.unwrap();
    assert_eq!(slow.head().await.unwrap().status, 200);
    slow.rest().await.unwrap();
    assert!(ended(before, &[]).await.success());
    let Stage { house: House { mut gateway, folder }, .. } = stage;
    assert!(gateway.stop().unwrap().success());
    for (name, expected) in [("rec", &["/first", "/slow"][..]), ("rec.2", &["/second"])] {
        let recording = whole(&folder.path().join(name));
        let mut targets: Vec<_> =
            recording.exchanges.iter().map(|exchange| &*exchange.request.target).collect();
        targets.sort_unstable();
        assert_eq!((targets, recording.gaps.len()), (expected.to_vec(), 0), "{name}");
    }
}
