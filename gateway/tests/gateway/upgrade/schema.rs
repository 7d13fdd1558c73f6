//! An upgrade with a migration in between: both binaries answer side by side, on the schema before and after it.

use std::time::Duration;

use compat_tests::repository;
use serde_json::Value;

use super::{Stage, ended, taken_over};
use crate::{
    crowd::{Asked, Crowd, Pace, swift},
    house::{House, PATIENCE, Setting, TASK, bearer, migrated_database, token},
};

const PACE: Pace =
    Pace { keep_alive: 3, streams: 1, fresh: 1, sockets: 1, uploads: 0, every: Duration::from_millis(50) };

/// A column more is no concern of the binary that does not know it.
const EXPAND: &str = "-- gateway: phase=expand transaction=on reversible=lossless\n\
                      ALTER TABLE gateway.auth_session ADD COLUMN later text;\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_successor_may_migrate_while_the_one_before_answers() {
    let legacy = swift().await;
    let migrations = tempfile::tempdir().unwrap();
    let mut files = 0;
    for file in std::fs::read_dir(repository().join("migrations")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), migrations.path().join(file.file_name())).unwrap();
        files += 1;
    }
    let later = format!("V{:04}__later", files / 2 + 1);
    let mut setting = Setting::in_front_of(legacy.address()).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = migrated_database();
    let setting = setting
        .with_environment("MIGRATIONS_DIR", migrations.path().to_str().unwrap())
        .with_environment("GATEWAY_RUN_DIR", "run");
    let stage = Stage::with(setting, legacy).await;
    let authorization: &'static str = bearer(&token(1)).leak();
    let headers: &'static [_] = vec![("authorization", authorization)].leak();
    let asked = Asked {
        headers,
        fits: |status, body| status == 200 && body.contains("\"title\""),
        ..Asked::at(stage.house.gateway.public(), "/api/tasks/1")
    };
    let crowd = Crowd::gather(&asked, PACE);
    std::fs::write(migrations.path().join(format!("{later}.up.sql")), EXPAND).unwrap();
    let down = "-- gateway: transaction=on\nALTER TABLE gateway.auth_session DROP COLUMN later;\n";
    std::fs::write(migrations.path().join(format!("{later}.down.sql")), down).unwrap();
    let next = stage.start(&["--upgrade", "--migrate"], &[]).await;
    taken_over(&next).await;
    let told: Vec<_> =
        next.log().iter().filter_map(|line| line["message"].as_str().map(str::to_owned)).collect();
    let applied = format!("migration applied: {later}");
    assert!(told.iter().any(|line| line.starts_with(&applied)), "{told:?}");
    // So many that whoever keeps a connection has asked as well, and was told that it ends.
    let mut answered = 0;
    let many = |line: &Value| {
        answered += usize::from(is_native(line));
        answered == 20
    };
    next.logged(PATIENCE, many).await.unwrap();
    let House { gateway: before, folder } = stage.house;
    let told = crowd.leave().await;
    assert!(told.failures.is_empty(), "{:#?}", told.failures);
    assert!(told.reconnects > 0 && told.echoes > 0, "{told:?}");
    assert!(before.log().iter().any(is_native));
    assert_eq!(ended(before, &[]).await.code(), Some(0));
    House { gateway: next, folder }.close();
}

fn is_native(line: &Value) -> bool {
    line["owner"] == "native" && line["status"] == 200
}
