//! Upgrades that cannot be: told in full, and the process that serves does not notice.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use super::{RUN_DIR, Stage, ended};
use crate::house::{House, Setting, command, environment, routes};

/// Exit code and report of a `run` beside the stage.
fn run(stage: &Stage, arguments: &[&str], changes: &[(&'static str, &str)]) -> (Option<i32>, String) {
    let environment = stage.environment(changes);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let arguments: Vec<_> = ["run"].iter().chain(arguments).copied().collect();
    let ended = command(&arguments, stage.house.folder.path(), &environment);
    (ended.code, ended.stderr)
}

#[tokio::test]
async fn a_successor_that_cannot_start_leaves_everything_as_it_was() {
    let mut stage = Stage::open().await;
    let folder = stage.house.folder.path().to_owned();
    let refused = "routes file refused";
    stage.house.write_routes(&routes(&[("GET /nothing", "\"legcy\"")]), refused).await;
    for arguments in [&["--upgrade"][..], &["--upgrade", "--background"]] {
        let (code, told) = run(&stage, arguments, &[]);
        assert!(code == Some(2) && told.contains("routes.toml:3:"), "{code:?} {told}");
        assert!(told.contains("nothing was started"), "{told}");
    }
    let goes_on = "the successor closed the connection: this process goes on";
    stage.house.wait_told(goes_on, 2).await;
    let drafts = std::fs::read_dir(folder.join("run")).unwrap().count();
    assert_eq!(drafts, 1, "what was not started leaves nothing behind");
    assert_eq!(stage.house.get("/x", &[]).await.status, 200);
    std::fs::write(folder.join("routes.toml"), routes(&[])).unwrap();
    let before = stage.upgrade().await;
    assert_eq!(ended(before, &[refused, goes_on]).await.code(), Some(0));
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn the_folder_is_for_one_gateway_and_one_user() {
    let stage = Stage::open().await;
    let folder = stage.house.folder.path();
    let mode = folder.join("run").metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o700, "it was made so");
    std::fs::create_dir(folder.join("open")).unwrap();
    std::fs::set_permissions(folder.join("open"), Permissions::from_mode(0o711)).unwrap();
    for (arguments, directory, part) in [
        (
            &[][..],
            "run",
            "GATEWAY_RUN_DIR: another gateway serves there (`run`)\nhelp: start with `--upgrade`",
        ),
        (&["--upgrade"], "", "GATEWAY_RUN_DIR: is not set: `--upgrade` does not know"),
        (&[], "open", "GATEWAY_RUN_DIR: `open` may be entered by others (mode 0711)\nhelp: take the others"),
        (&["--upgrade"], "routes.toml", "GATEWAY_RUN_DIR: `routes.toml` is not a folder"),
        (&["--upgrade"], "no/run", "GATEWAY_RUN_DIR: `no/run` cannot be made or looked at"),
        (&["--launched"], "new", "GATEWAY_RUN_DIR: standard input is no socket"),
    ] {
        let (code, told) = run(&stage, arguments, &[(RUN_DIR.0, directory)]);
        assert!(code == Some(2) && told.contains(part), "{code:?} {told}");
    }
    assert_eq!(stage.house.get("/x", &[]).await.status, 200);
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn who_asks_for_an_upgrade_in_vain_is_not_told_to_end_the_gateway_that_serves() {
    let stage = Stage::open().await;
    let public = stage.house.gateway.public().to_string();
    let (code, told) = run(&stage, &["--upgrade"], &[(RUN_DIR.0, ""), ("GATEWAY_LISTEN", &public)]);
    assert!(code == Some(2) && told.ends_with("\n1 mistake\nnothing was started\n"), "{code:?} {told}");
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn where_nobody_serves_it_is_a_start_like_any_other() {
    let alone = "no gateway serves at GATEWAY_RUN_DIR: nothing is taken over";
    let setting = Setting::in_front_of(std::net::SocketAddr::from(([127, 0, 0, 1], 1))).without_database();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    std::fs::create_dir(folder.path().join("run")).unwrap();
    std::fs::set_permissions(folder.path().join("run"), Permissions::from_mode(0o700)).unwrap();
    // One that ended without a chance to say so left this behind.
    drop(std::os::unix::net::UnixListener::bind(folder.path().join("run/handover.sock")).unwrap());
    let environment: Vec<_> =
        environment(&setting).into_iter().chain([(RUN_DIR.0, RUN_DIR.1.to_owned())]).collect();
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let binary = crate::house::binary();
    let started = compat_tests::gateway_process::GatewayProcess::start_with(
        binary,
        &["--upgrade"],
        folder.path(),
        &environment,
    );
    let house = House { gateway: started.await.unwrap(), folder };
    house.wait_told(alone, 1).await;
    house.close_expecting(&[alone, "degraded", "database"]);
}
