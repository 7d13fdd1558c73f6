//! How a connection is closed, seen from one poll: no clock decides.

use std::net::Ipv4Addr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::{
    host::admission::{Admission, Most},
    limits::{Limits, TrustedProxies},
};

/// A client's end, and ours.
async fn connected(met: &Arc<Met>) -> (TcpStream, Paced) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let client = TcpStream::connect(listener.local_addr().expect("bound"));
    let (client, accepted) = tokio::join!(client, listener.accept());
    let (stream, peer) = accepted.expect("accepted");
    let trusted = TrustedProxies::default();
    let place = Arc::new(Admission::default()).admit(peer.ip(), Most { all: 1, of_one: 1 }, &trusted);
    let terms = Terms::new(|| Arc::new(Limits::default()), |_| {}, trusted);
    let place = place.expect("the first has a place");
    (client.expect("connected"), Paced::new(stream, terms, Arc::default(), Arc::clone(met), place))
}

async fn is_closed_at_once(socket: &mut Paced) -> bool {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *socket).poll_shutdown(context).is_ready())).await
}

#[tokio::test]
async fn who_has_asked_for_the_last_time_is_closed_at_once() {
    let met = Arc::<Met>::default();
    let (mut client, mut socket) = connected(&met).await;
    client.write_all(b"GET").await.expect("sent");
    assert_eq!(socket.hear().await.expect("heard"), 3);
    met.is_the_last();
    assert!(is_closed_at_once(&mut socket).await);
    drop(socket);
    assert_eq!(client.read(&mut [0]).await.expect("an end, and no reset"), 0);
}

#[tokio::test]
async fn who_may_ask_again_has_time_to_hear_the_last_answer() {
    let (_client, mut socket) = connected(&Arc::default()).await;
    assert!(!is_closed_at_once(&mut socket).await);
}

#[tokio::test]
async fn who_sends_more_than_it_said_is_not_reset() {
    let met = Arc::<Met>::default();
    let (mut client, mut socket) = connected(&met).await;
    met.is_the_last();
    client.write_all(b"more").await.expect("sent");
    socket.stream.readable().await.expect("it came");
    assert!(!is_closed_at_once(&mut socket).await);
    assert_eq!(client.read(&mut [0]).await.expect("an end, and no reset"), 0);
}

#[tokio::test]
async fn what_was_heard_first_is_read_first() {
    let (mut client, mut socket) = connected(&Arc::default()).await;
    client.write_all(b"first").await.expect("sent");
    assert_eq!(socket.hear().await.expect("heard"), 5);
    client.write_all(b" and second").await.expect("sent");
    client.shutdown().await.expect("ended");
    assert_eq!(socket.begun(), b"first");
    let mut all = String::new();
    socket.read_to_string(&mut all).await.expect("read");
    assert_eq!(all, "first and second");
}
