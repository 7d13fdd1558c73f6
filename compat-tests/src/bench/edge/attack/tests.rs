//! Attacks on a server that counts.

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::*;

const LIMIT: Duration = Duration::from_secs(60);
const SLOW: u32 = 60;

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// What one connection has sent when this many bytes are there.
async fn heard(stream: &mut TcpStream, bytes: usize) -> String {
    let mut heard = vec![0; bytes];
    timeout(LIMIT, stream.read_exact(&mut heard)).await.unwrap().unwrap();
    String::from_utf8(heard).unwrap()
}

#[tokio::test]
async fn each_holds_a_connection_and_sends_no_end() {
    for kind in [Kind::Head, Kind::Body] {
        let (server, target) = listener().await;
        let attack = Attack { kind, target, connections: SLOW };
        let (held, over) = (Notify::new(), Notify::new());
        let serving = async {
            let (mut streams, mut sources) = (Vec::new(), Vec::new());
            for _ in 0..SLOW {
                let (stream, source) = server.accept().await.unwrap();
                sources.push(source.ip());
                streams.push(stream);
            }
            held.notified().await;
            let whole = format!("{}a", kind.opening());
            assert_eq!(heard(&mut streams[0], whole.len()).await, whole);
            sources.sort();
            sources.dedup();
            assert_eq!(
                sources.len(),
                2,
                "of {SLOW} connections {OF_ONE_ADDRESS} are one address's: {sources:?}"
            );
            over.notify_one();
        };
        let both = async { tokio::join!(attack.run(|| held.notify_one(), over.notified()), serving) };
        let (cut, ()) = timeout(LIMIT, both).await.unwrap();
        assert_eq!(cut.unwrap(), 0, "{kind:?}");
    }
}

#[tokio::test]
async fn who_is_cut_is_counted_and_comes_again() {
    for kind in Kind::ALL {
        let (server, target) = listener().await;
        let (attack, over) = (Attack { kind, target, connections: 1 }, Notify::new());
        let serving = async {
            drop(server.accept().await.unwrap());
            let again = server.accept().await.unwrap();
            over.notify_one();
            again
        };
        let both = async { tokio::join!(attack.run(|| {}, over.notified()), serving) };
        assert_eq!(timeout(LIMIT, both).await.unwrap().0.unwrap(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn nobody_but_this_machine_is_asked_and_not_by_too_many() {
    for (target, connections) in [("192.0.2.1:80", 1), ("127.0.0.1:1", MOST + 1)] {
        let attack = Attack { kind: Kind::Head, target: target.parse().unwrap(), connections };
        let ended = attack.run(|| panic!("held"), std::future::pending()).await;
        assert!(ended.is_err(), "{attack:?}");
    }
}
