//! A proof leaves nothing behind on the server of the database, also when it is broken off.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use super::{adopted::migrate, folder::Files, sql::Sql};
use crate::house;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn the_copy_is_dropped_however_the_proof_ends() {
    let database = house::database();
    let header = "phase=expand transaction=on reversible=lossless";
    let name = database.rsplit('/').next().unwrap();
    let sleep = format!("SELECT pg_sleep(600) AS {name};");
    let files = Files::write(&[(header, &sleep, "SELECT 1;")]);
    assert_eq!(migrate(&["adopt", "--freeze"], &database, files.path()).code, Some(0));
    let server = Sql::open(&house::admin_database()).await;
    let stopped = "stopped before the end; nothing is proved\n";
    for (signal, code, told) in [(Some("-INT"), 3, stopped), (Some("-TERM"), 3, stopped), (None, 1, "")] {
        let child = Command::new(env!("CARGO_BIN_EXE_gateway"))
            .args(["migrate", "verify", "--copy", "--dir", files.path().to_str().unwrap()])
            .env_clear()
            .envs([("ENVIRONMENT", "test"), ("DATABASE_URL", database.as_str())])
            .current_dir(files.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let sleeping = format!(
            "SELECT datname::text FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()
             AND query LIKE 'SELECT pg_sleep(600) AS {name}%'"
        );
        let copy = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(copy) = server.texts(&sleeping).await.pop() {
                    return copy;
                }
                tokio::task::yield_now().await;
            }
        });
        let copy = copy.await.unwrap();
        assert!(copy.starts_with("gateway_verify_"), "{copy}");
        match signal {
            Some(signal) => {
                let process = child.id().to_string();
                assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
            }
            None => {
                let cancel = format!(
                    "SELECT pg_cancel_backend(pid)::text FROM pg_stat_activity WHERE datname = '{copy}'"
                );
                assert!(server.texts(&cancel).await.contains(&"true".to_owned()));
            }
        }
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(code), "{signal:?}");
        let stderr = String::from_utf8(ended.stderr).unwrap();
        assert!(stderr.ends_with(told), "{signal:?} {stderr}");
        let left = format!("SELECT datname::text FROM pg_database WHERE datname = '{copy}'");
        assert_eq!(server.texts(&left).await, [""; 0], "{signal:?}");
    }
}
