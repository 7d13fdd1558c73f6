//! Against a peer that is a script: what it reads must be exact, what it writes may be anything.

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;

async fn talk(request: &'static str, answer: &'static str) -> (Client, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut peer, _) = listener.accept().await.unwrap();
    let peer = tokio::task::spawn_local(async move {
        let mut bytes = vec![0; request.len()];
        peer.read_exact(&mut bytes).await.unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), request);
        peer.write_all(answer.as_bytes()).await.unwrap();
    });
    (client, peer)
}

#[tokio::test(flavor = "local")]
async fn target_and_headers_are_sent_as_they_are_written() {
    let answer =
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nset-cookie: a\r\nx-b:2\r\nSet-Cookie: b\r\ncontent-length: 2\r\n\r\nok";
    let request = "GET //x/../%2e?#y HTTP/1.1\r\nHOST: example\r\nx-a: 1\r\nX-A:  2\r\n\r\n";
    let (mut client, peer) = talk(request, answer).await;
    let headers = [("HOST", "example"), ("x-a", "1"), ("X-A", " 2")];
    let answer = client.request("GET", "//x/../%2e?#y", &headers, b"").await.unwrap();
    peer.await.unwrap();
    let pairs: Vec<_> =
        answer.headers.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected =
        [("X-A", "1"), ("set-cookie", "a"), ("x-b", "2"), ("Set-Cookie", "b"), ("content-length", "2")];
    assert_eq!(pairs, expected);
    assert_eq!(answer.headers.one("x-b"), Some("2"));
    assert_eq!(answer.headers.one("set-cookie"), None);
    assert_eq!((answer.status, answer.text()), (200, "ok".to_owned()));
}

#[tokio::test(flavor = "local")]
async fn chunks_come_one_by_one() {
    let answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
                  3\r\none\r\nA\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n";
    let request = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
    let (mut client, peer) = talk(request, answer).await;
    client.begin("POST", "/", &[("host", "h"), ("transfer-encoding", "chunked")]).await.unwrap();
    client.send_chunk(b"ab").await.unwrap();
    client.send_chunk(b"").await.unwrap();
    peer.await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.chunk().await.unwrap().unwrap(), "one");
    assert_eq!(client.chunk().await.unwrap().unwrap(), "0123456789");
    assert_eq!(client.chunk().await.unwrap(), None);
    assert_eq!(client.trailers().one("x-trailer"), Some("1"));
    assert!(client.is_idle());
}

#[tokio::test(flavor = "local")]
async fn an_answer_that_breaks_off_is_an_error() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfour",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 4\r\n\r\nfour",
        "HTTP/1.0 200 OK\r\n\r\n",
    ] {
        let (mut client, peer) = talk("GET / HTTP/1.1\r\nhost: h\r\n\r\n", answer).await;
        let result = client.request("GET", "/", &[("host", "h")], b"").await;
        peer.await.unwrap();
        assert!(result.is_err(), "{answer:?} gave {result:?}");
    }
}
