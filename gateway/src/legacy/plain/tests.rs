//! hyper is the measure: what is written here is what it writes, and what is understood here it understands alike.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Wake, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};

use super::{
    Plain, Said,
    head::{self, Read},
};
use crate::{
    front::request_body::RequestBody,
    legacy::socket::{Socket, Transport},
};

/// Two ends of one connection: ours and the legacy's.
async fn connected() -> (Plain, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let near = TcpStream::connect(listener.local_addr().expect("its address")).await.expect("a connection");
    let (far, _) = listener.accept().await.expect("the same");
    (Plain::new(Socket::new(Transport::Plain(near), None)), far)
}

struct Alarm(Notify);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn the_end_of_a_connection_that_rests_is_told() {
    let (mut plain, mut far) = connected().await;
    let alarm = Arc::new(Alarm(Notify::new()));
    let told = Waker::from(Arc::clone(&alarm));
    let asked = request(&Method::GET, "/", &[]).expect("a request").map(|_| RequestBody::empty());
    // Also where the last piece fills what was made ready for it.
    for length in [2, 0, 8_000, 20_000, 65_535, 65_536, 65_537, 100_000, 131_072, 2] {
        let answering = async {
            far.read_buf(&mut Vec::new()).await.expect("a request");
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            far.write_all(head.as_bytes()).await.expect("sent");
            far.write_all(&vec![b'x'; length]).await.expect("sent");
        };
        let reading = async {
            let Said::Answer(answer) = plain.ask(&asked).await else { panic!("an answer like any") };
            let mut left = *answer.body();
            while left > 0 {
                let piece = poll_fn(|context| plain.poll_piece(context, left)).await.expect("the body");
                left -= piece.len() as u64;
            }
        };
        tokio::join!(reading, answering);
        assert!(plain.rests(&told) && plain.is_quiet(), "{length}");
    }
    drop(far);
    // What it was told of before may have been an answer.
    let ended = async {
        while plain.is_quiet() {
            alarm.0.notified().await;
        }
    };
    timeout(Duration::from_secs(60), ended).await.expect("it is told");
}

#[tokio::test]
async fn who_says_more_than_was_asked_for_is_not_asked_again() {
    let (mut plain, mut far) = connected().await;
    let asked = request(&Method::GET, "/", &[]).expect("a request").map(|_| RequestBody::empty());
    far.write_all(b"HTTP/1.1 204 No Content\r\n\r\nmore").await.expect("sent");
    let Said::Answer(_) = plain.ask(&asked).await else { panic!("an answer like any") };
    assert!(!plain.rests(Waker::noop()));
}

type Understood = (StatusCode, HeaderMap, Option<Vec<u8>>, Vec<u8>);

/// What hyper sends, and what it makes of the answer; nothing where that is no answer.
fn hyper(request: Request<Empty<Bytes>>, answer: &[u8]) -> (Vec<u8>, Option<Understood>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let (near, far) = duplex(1 << 20);
        let (mut sender, connection) =
            http1::Builder::new().handshake(TokioIo::new(near)).await.expect("no bytes are exchanged");
        let asked = async {
            let answer = sender.send_request(request).await.ok()?;
            let (head, body) = answer.into_parts();
            let reason = head.extensions.get::<hyper::ext::ReasonPhrase>();
            let reason = reason.map(|reason| reason.as_bytes().to_vec());
            let body = body.collect().await.ok()?.to_bytes().to_vec();
            drop(sender);
            Some((head.status, head.headers, reason, body))
        };
        let (_, understood, written) = tokio::join!(connection, asked, played(far, answer));
        (written, understood)
    })
}

async fn played(mut far: DuplexStream, answer: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    while !written.ends_with(b"\r\n\r\n") && far.read_buf(&mut written).await.expect("a request") > 0 {}
    far.write_all(answer).await.expect("room");
    written
}

fn request(method: &Method, target: &str, headers: &[(String, String)]) -> Option<Request<Empty<Bytes>>> {
    let request = Request::builder().method(method).uri(target);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(Empty::new()).ok()
}

/// Ours beside hyper's: equal wherever it is for us to judge.
fn check(method: &Method, answer: &[u8]) -> bool {
    let asked = request(method, "/", &[]).expect("a request");
    match head::read(Bytes::copy_from_slice(answer), method) {
        Read::Whole(ours, rest) => {
            let length = *ours.body() as usize;
            let reason = ours.extensions().get::<hyper::ext::ReasonPhrase>();
            let reason = reason.map(|reason| reason.as_bytes().to_vec());
            let (_, theirs) = hyper(asked, answer);
            if rest.len() < length {
                assert_eq!(theirs, None, "{}", answer.escape_ascii());
            } else {
                let ours = (ours.status(), ours.headers().clone(), reason, rest[..length].to_vec());
                assert_eq!(Some(ours), theirs, "{}", answer.escape_ascii());
            }
            true
        }
        Read::Partial(_) | Read::Unusual(_) => false,
    }
}

#[test]
fn what_most_answers_are_is_understood_as_hyper_does() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Empty:\r\nset-cookie: a\r\nset-cookie: b\r\n\r\n",
        "HTTP/1.1 422 Unprocessable Content\r\ncontent-length: 1\r\nconnection: Keep-Alive\r\n\r\n1",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\ncontent-length: 12\r\n\r\n",
        "HTTP/1.1 200 \r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 200 OK\ncontent-length: 1\n\n1",
    ] {
        assert!(check(&Method::GET, answer.as_bytes()), "{answer}");
    }
    assert!(check(&Method::HEAD, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"));
}

#[test]
fn what_leaves_a_question_is_for_hyper_to_judge() {
    for answer in [
        "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n\r\nuntil it closes",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000000000000\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nconnection: x-hop\r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: 1\r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "nonsense\r\n\r\n",
    ] {
        assert!(!check(&Method::GET, answer.as_bytes()), "{answer}");
    }
}

proptest! {
    #[test]
    fn a_request_is_written_as_hyper_writes_it(
        method in prop::sample::select(vec![Method::GET, Method::HEAD, Method::OPTIONS, Method::DELETE]),
        target in "(/[!-\"$-;=@-_a-z|~]{0,12}(\\?[!-;=?-~]{0,12})?|\\*)",
        headers in prop::collection::vec(("x-[a-z]{1,2}|host|accept", "[ -~\u{e9}]{0,8}"), 0..6),
    ) {
        let Some(asked) = request(&method, &target, &headers) else { return Ok(()) };
        let mut ours = Vec::new();
        head::write(&asked, &mut ours);
        let (theirs, _) = hyper(asked, b"HTTP/1.1 204 No Content\r\n\r\n");
        prop_assert_eq!(ours.escape_ascii().to_string(), theirs.escape_ascii().to_string());
    }

    #[test]
    fn an_answer_is_understood_as_hyper_understands_it_or_not_at_all(
        head_only in any::<bool>(),
        status in prop::sample::select(vec!["200 OK", "201 Made", "204 No Content", "304", "404 Not Found", "500 x"]),
        headers in prop::collection::vec(
            prop::sample::select(vec![
                "content-length: 3", "Content-Length: 0", "content-length: 3 ", "content-length: 03", "x: 1",
                "x:2", "x:\t3 ", "x: \u{e9}", "connection: keep-alive", "transfer-encoding: identity", "y : 1",
            ]),
            0..4,
        ),
        end in prop::sample::select(vec!["\r\n", "\n"]),
        body in "[a-c]{0,4}",
    ) {
        let lines = headers.iter().map(|header| format!("{header}{end}")).collect::<String>();
        let answer = format!("HTTP/1.1 {status}{end}{lines}{end}{body}");
        check(if head_only { &Method::HEAD } else { &Method::GET }, answer.as_bytes());
    }
}
