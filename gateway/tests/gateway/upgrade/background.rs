//! `--background`, as systemd uses it: returns when the successor serves, which then is the main process.

use std::{
    io::{BufRead, BufReader},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::Stdio,
    time::Duration,
};

use compat_tests::output::Output;
use gateway::db::tethered::{StopSignal, Tether, Tethered};
use tokio::{
    net::UnixDatagram,
    process::{Child, Command},
    time::timeout,
};

use super::{Stage, ended};
use crate::{
    crowd::swift,
    house::{House, PATIENCE, Setting, binary},
};

struct Notified(UnixDatagram);

impl Notified {
    fn at(path: &Path) -> Self {
        Self(UnixDatagram::bind(path).unwrap())
    }

    async fn next(&self) -> String {
        let mut bytes = [0; 1024];
        let length = timeout(PATIENCE, self.0.recv(&mut bytes)).await.unwrap().unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }
}

/// As `ExecReload=` runs it. Whatever it leaves running ends with what is returned.
fn reload(stage: &Stage) -> (Tethered, Output) {
    let mut tether = Tether::new(binary(), StopSignal::Terminate, Duration::from_secs(10));
    let command = tether.command().args(["run", "--upgrade", "--background"]);
    command.current_dir(stage.house.folder.path()).env_clear().env("PATH", "/usr/bin:/bin");
    command.envs(stage.environment(&[])).stdout(Stdio::piped());
    let mut process = tether.spawn().unwrap();
    let stdout = process.take_stdout().unwrap();
    (process, Output::follow(vec![Box::new(stdout)]))
}

/// A successor whose launcher is the test itself.
pub(super) fn launched(stage: &Stage, stdout: Stdio) -> (Child, UnixStream) {
    let (launcher, other) = UnixStream::pair().unwrap();
    let mut command = Command::new(binary());
    command.args(["run", "--upgrade", "--launched"]).kill_on_drop(true);
    command.current_dir(stage.house.folder.path()).env_clear().env("PATH", "/usr/bin:/bin");
    command.envs(stage.environment(&[])).stdin(OwnedFd::from(other)).stdout(stdout);
    (command.spawn().unwrap(), launcher)
}

async fn notifying(path: &Path) -> Stage {
    let legacy = swift().await;
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let mut setting = setting.with_environment("RUNTIME_DIRECTORY", "run");
    setting.routes.push_str("[limits]\ndrain = \"50s\"\n");
    Stage::with(setting.with_environment("NOTIFY_SOCKET", path.to_str().unwrap()), legacy).await
}

#[tokio::test]
async fn systemd_hears_nothing_of_a_successor_that_ends_before_it_serves() {
    let sockets = tempfile::tempdir().unwrap();
    let path = sockets.path().join("notify");
    let notified = Notified::at(&path);
    let stage = notifying(&path).await;
    assert_eq!(notified.next().await, format!("READY=1\nMAINPID={}\n", stage.house.gateway.id()));
    // It says that it serves only once whoever launched it is gone, which here never happens.
    let (mut successor, launcher) = launched(&stage, Stdio::null());
    launcher.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut said = String::new();
    BufReader::new(&launcher).read_line(&mut said).unwrap();
    assert_eq!(said, gateway::host::SERVES);
    let id = rustix::process::Pid::from_raw(successor.id().unwrap().try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert!(timeout(PATIENCE, successor.wait()).await.unwrap().unwrap().success());

    UnixDatagram::unbound().unwrap().send_to(b"nothing before", &path).await.unwrap();
    assert_eq!(notified.next().await, "nothing before");
    let goes_on = "the successor closed the connection: this process goes on";
    stage.house.wait_told(goes_on, 1).await;
    assert_eq!(stage.house.get("/x", &[]).await.status, 200);
    stage.house.close_expecting(&["database", goes_on]);
}

/// The reload had failed by then, and nobody would expect another process to serve.
#[tokio::test]
async fn a_successor_for_which_nobody_waits_any_more_takes_nothing_over() {
    let sockets = tempfile::tempdir().unwrap();
    let path = sockets.path().join("notify");
    let notified = Notified::at(&path);
    let stage = notifying(&path).await;
    assert_eq!(notified.next().await, format!("READY=1\nMAINPID={}\n", stage.house.gateway.id()));
    let (mut successor, launcher) = launched(&stage, Stdio::null());
    drop(launcher);
    assert_eq!(timeout(PATIENCE, successor.wait()).await.unwrap().unwrap().code(), Some(3));

    UnixDatagram::unbound().unwrap().send_to(b"nothing before", &path).await.unwrap();
    assert_eq!(notified.next().await, "nothing before");
    let goes_on = "the successor closed the connection: this process goes on";
    stage.house.wait_told(goes_on, 1).await;
    assert_eq!(stage.house.get("/x", &[]).await.status, 200);
    stage.house.close_expecting(&["database", goes_on]);
}

#[tokio::test]
async fn systemd_is_told_who_serves_before_the_one_before_ends() {
    let sockets = tempfile::tempdir().unwrap();
    let path = sockets.path().join("notify");
    let notified = Notified::at(&path);
    let stage = notifying(&path).await;
    assert_eq!(notified.next().await, format!("READY=1\nMAINPID={}\n", stage.house.gateway.id()));

    let (mut launcher, mut log) = reload(&stage);
    let successor = notified.next().await;
    // It serves already, and is nobody's child: systemd warns of a main process that is another one's.
    assert!(launcher.wait().unwrap().success());
    let id =
        successor.strip_prefix("READY=1\nMAINPID=").and_then(|rest| rest.trim_end().parse().ok()).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    assert!(!status.contains(&format!("PPid:\t{}\n", launcher.id())), "{status}");
    let public = stage.house.gateway.public();
    let House { gateway: before, folder } = stage.house;
    assert_eq!(ended(before, &[]).await.code(), Some(0));
    let mut client = compat_tests::client::Client::connect(public).await.unwrap();
    assert_eq!(client.request("GET", "/x", &[], b"").await.unwrap().status, 200);

    let id = rustix::process::Pid::from_raw(id).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert_eq!(notified.next().await, "STOPPING=1\nEXTEND_TIMEOUT_USEC=55000000\n");
    drop(client);
    assert!(log.wait_for(PATIENCE, |line| line.contains("\"drained\"").then_some(())).await.is_ok());
    log.close();
    drop((folder, launcher));
}
