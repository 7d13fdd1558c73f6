//! A successor that is asked to end before its predecessor has answered: that one goes on, and is found again.

use std::{io::Read, net::SocketAddr, process::Stdio};

use compat_tests::{client::Client, output::Output};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::timeout;

use super::{Stage, background::launched, ended};
use crate::house::PATIENCE;

fn send(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(id.try_into().unwrap()).unwrap(), signal).unwrap();
}

/// It drains for as long as this request is not over.
async fn upload_to(address: SocketAddr) -> Client {
    let mut client = Client::connect(address).await.unwrap();
    client.begin("POST", "/upload", &[("content-length", "10")]).await.unwrap();
    client.send(b"first").await.unwrap();
    client
}

#[tokio::test]
async fn a_successor_that_ends_before_it_has_an_answer_leaves_the_other_one() {
    let mut stage = Stage::open().await;
    let (before, public) = (stage.house.gateway.id(), stage.house.gateway.public());
    let (mut successor, mut launcher) = launched(&stage, Stdio::piped());
    let id = successor.id().unwrap();
    let stdout = successor.stdout.take().unwrap().into_owned_fd().unwrap();
    let mut log = Output::follow(vec![Box::new(std::fs::File::from(stdout))]);
    let serves = &mut [0; gateway::host::SERVES.len()];
    launcher.set_read_timeout(Some(PATIENCE)).unwrap();
    launcher.read_exact(serves).unwrap();
    // The predecessor hears nothing for a while; the successor takes its name, and waits.
    send(before, Signal::STOP);
    drop(launcher);
    let said =
        async |words: &str| log.wait_for(PATIENCE, |line| line.contains(words).then_some(())).await.unwrap();
    said("a successor would be heard").await;
    let mut slow = upload_to(public).await;
    send(id, Signal::TERM);
    said("the process before has not answered yet: it goes on, and this one ends").await;
    send(before, Signal::CONT);
    // It cannot be spoken to, or has closed the connection.
    let goes_on = "the successor c";
    stage.house.wait_told(goes_on, 1).await;
    slow.send(b"other").await.unwrap();
    assert_eq!(slow.head().await.unwrap().status, 200);
    drop(slow);
    assert!(timeout(PATIENCE, successor.wait()).await.unwrap().unwrap().success());
    log.close();
    assert_eq!(stage.house.get("/x", &[]).await.status, 200);
    // It has its name back.
    stage.house.wait_told("a successor would be heard", 2).await;
    let before = stage.upgrade().await;
    assert_eq!(ended(before, &[goes_on]).await.code(), Some(0));
    stage.house.close_expecting(&["database"]);
}
