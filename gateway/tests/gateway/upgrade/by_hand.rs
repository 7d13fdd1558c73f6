//! A successor that the test plays itself, for what no real one does.

use std::{
    io::{IoSliceMut, Read, Write},
    mem::MaybeUninit,
    net::{TcpListener, TcpStream},
    os::{fd::AsFd, unix::net::UnixStream},
};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use super::{Stage, ended, terminate};
use crate::drain::refuses;

struct Successor {
    line: String,
    sockets: Vec<TcpListener>,
    predecessor: UnixStream,
}

fn connect(stage: &Stage) -> UnixStream {
    UnixStream::connect(stage.house.folder.path().join("run/handover.sock")).unwrap()
}

fn ask(stage: &Stage) -> Successor {
    let mut predecessor = connect(stage);
    predecessor.write_all(b"{\"ask\":{\"version\":1}}\n").unwrap();
    let mut bytes = [0; 4096];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(16))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let mut into = [IoSliceMut::new(&mut bytes)];
    let received = recvmsg(predecessor.as_fd(), &mut into, &mut beside, RecvFlags::CMSG_CLOEXEC).unwrap();
    let mut sockets = Vec::new();
    for message in beside.drain() {
        let RecvAncillaryMessage::ScmRights(descriptors) = message else { continue };
        sockets.extend(descriptors.map(TcpListener::from));
    }
    let line = String::from_utf8_lossy(&bytes[..received.bytes]).into_owned();
    Successor { line, sockets, predecessor }
}

#[tokio::test]
async fn who_gives_up_before_it_is_ready_leaves_no_trace() {
    let mut stage = Stage::open().await;
    let successor = ask(&stage);
    assert_eq!(successor.line, "{\"offer\":{\"version\":1,\"sockets\":[\"admin\",\"public\"]}}\n");
    let offered: Vec<_> = successor.sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
    assert_eq!(offered, [stage.house.gateway.admin(), stage.house.gateway.public()]);
    drop(successor);
    let told = "the successor closed the connection: this process goes on";
    stage.house.wait_told(told, 1).await;
    assert_eq!(stage.house.get("/x", &[]).await.status, 200);
    assert_eq!(stage.house.admin("/readyz").await.status, 200);
    // A connection and no word, as of somebody who only looks, is nothing to tell of.
    drop(connect(&stage));
    let before = stage.upgrade().await;
    assert_eq!(ended(before, &[told]).await.code(), Some(0));
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn nonsense_and_another_version_are_refused() {
    let stage = Stage::open().await;
    for (said, told) in [
        ("{\"ask\":{\"version\":2}}\n", "the successor speaks version 2 of the hand-over, this process 1"),
        ("GET / HTTP/1.1\r\n", "the successor says `GET / HTTP/1.1`, which is not what comes now"),
        ("\"ready\"\n", "the successor says `\"ready\"`, which is not what comes now"),
    ] {
        let mut predecessor = connect(&stage);
        predecessor.write_all(said.as_bytes()).unwrap();
        stage.house.wait_told(told, 1).await;
        assert_eq!(predecessor.read(&mut [0; 10]).unwrap(), 0, "nothing is given for {said}");
    }
    stage.house.close_expecting(&["database", "the successor s"]);
}

#[tokio::test]
async fn a_connection_that_waits_to_be_accepted_is_not_lost() {
    let stage = Stage::open().await;
    let mut successor = ask(&stage);
    successor.predecessor.write_all(b"\"ready\"\n").unwrap();
    let mut answer = String::new();
    successor.predecessor.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "\"yours\"\n");
    let (public, admin) = (stage.house.gateway.public(), stage.house.gateway.admin());
    let crate::house::House { gateway, folder } = stage.house;
    assert_eq!(ended(gateway, &[]).await.code(), Some(0));
    // Nobody accepts now, and yet nobody is refused.
    let (_public, _admin) = (TcpStream::connect(public).unwrap(), TcpStream::connect(admin).unwrap());
    for socket in &successor.sockets {
        socket.accept().unwrap();
    }
    drop(folder);
}

#[tokio::test]
async fn the_port_is_closed_after_sigterm_though_a_successor_might_have_come() {
    let stage = Stage::open().await;
    let mut slow = stage.house.client().await;
    slow.begin("POST", "/upload", &[("content-length", "1")]).await.unwrap();
    terminate(&stage.house.gateway);
    stage.house.wait_told("draining", 1).await;
    refuses(stage.house.gateway.public()).await;
    slow.send(b"x").await.unwrap();
    assert_eq!(slow.head().await.unwrap().status, 200);
    assert_eq!(slow.rest().await.unwrap(), "1");
    let crate::house::House { gateway, folder } = stage.house;
    assert_eq!(ended(gateway, &[]).await.code(), Some(0));
    drop(folder);
}

#[tokio::test]
async fn a_listener_that_can_accept_no_more_ends_the_process() {
    let stage = Stage::open().await;
    let successor = ask(&stage);
    let admin = &successor.sockets[0];
    assert_eq!(admin.local_addr().unwrap(), stage.house.gateway.admin());
    // Whoever shares a socket may end its listening for all: `accept(2)` says EINVAL from then on.
    rustix::net::shutdown(admin, rustix::net::Shutdown::Both).unwrap();
    let crate::house::House { gateway, folder } = stage.house;
    let complaints = [
        "nothing can be accepted any more",
        "a part of the process has ended: all of it ends, rather than serve half",
        "the successor",
    ];
    assert_eq!(ended(gateway, &complaints).await.code(), Some(3));
    drop(folder);
}
