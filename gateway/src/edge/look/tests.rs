//! The stream itself: what is held back, for how long, and how it ends.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::{Instant, timeout},
};

use super::*;
use crate::{
    auth::trust::TrustedHeaders,
    edge::{
        Classes,
        judge::{Rules, judge},
        look::limits::HeadLimits,
    },
};

/// Each head is judged by one of two, so that it can be seen which.
struct Strict(Arc<u8>, Arc<u8>);

impl Doorkeeper for Strict {
    fn within(&self) -> Duration {
        HeadLimits::default().within
    }

    fn too_large(&self, begun: &[u8]) -> Option<(Class, Basis)> {
        Some((too_large(begun, HeadLimits::default())?, Arc::new("too large")))
    }

    fn judge(&self, head: &[u8]) -> (Result<Passed, Class>, Basis) {
        let trusted = TrustedHeaders::new(&[]);
        let judged = judge(
            head,
            &Rules {
                limits: HeadLimits::default(),
                reported: Classes::default(),
                trusted: &trusted,
                declares: &|_| false,
            },
        );
        (judged, Arc::clone(if head == GOOD { &self.0 } else { &self.1 }) as Basis)
    }

    fn ended(&self, _: Class) {}
}

fn pair() -> (DuplexStream, Looked<DuplexStream>, Arc<Slot>) {
    let (client, server) = duplex(1 << 20);
    let slot = Arc::<Slot>::default();
    let looked = Looked::new(server, Arc::new(Strict(Arc::new(0), Arc::new(1))), Arc::clone(&slot));
    (client, looked, slot)
}

const GOOD: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

async fn read(looked: &mut Looked<DuplexStream>, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    looked.read_exact(&mut bytes).await.expect("all of it");
    bytes
}

async fn nothing_comes(looked: &mut Looked<DuplexStream>) {
    let read = timeout(Duration::from_secs(1), looked.read(&mut [0; 64])).await;
    assert!(read.is_err(), "{read:?}");
}

#[tokio::test(start_paused = true)]
async fn a_head_passes_when_it_is_whole_into_whatever_space_there_is() {
    let (mut client, mut looked, _) = pair();
    client.write_all(&GOOD[..10]).await.expect("room");
    nothing_comes(&mut looked).await;
    client.write_all(&GOOD[10..]).await.expect("room");
    let mut one = [0];
    for byte in GOOD {
        looked.read_exact(&mut one).await.expect("a byte");
        assert_eq!(one[0], *byte);
    }
    client.write_all(&[GOOD, GOOD].concat()).await.expect("room");
    assert_eq!(read(&mut looked, 2 * GOOD.len()).await, [GOOD, GOOD].concat());
}

#[tokio::test(start_paused = true)]
async fn each_request_goes_with_what_it_was_judged_by() {
    let (mut client, mut looked, slot) = pair();
    let other = GOOD.to_ascii_uppercase();
    let large = [b"GET /", &b"x".repeat(HeadLimits::default().bytes)[..]].concat();
    client.write_all(&[GOOD, GOOD, &other, GOOD, &large].concat()).await.expect("room");
    read(&mut looked, 4 * GOOD.len()).await;
    let judged = || slot.basis().and_then(|basis| basis.downcast::<u8>().ok()).map(|number| *number);
    assert_eq!([judged(), judged(), judged(), judged()], [Some(0), Some(0), Some(1), Some(0)]);
    looked.read_exact(&mut [0]).await.expect("what stands in");
    assert!(slot.basis().is_some_and(|basis| basis.is::<&str>()), "also what was refused before its end");
    assert!(slot.basis().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_head_has_its_time_from_its_first_byte_or_from_when_it_is_waited_for() {
    let (mut client, mut looked, slot) = pair();
    let within = HeadLimits::default().within;
    for _ in 0..3 {
        nothing_comes(&mut looked).await;
        assert_eq!(slot.head_deadline(Instant::now()), None, "nothing has begun");
        let begun = Instant::now();
        for byte in &GOOD[..10] {
            client.write_all(&[*byte]).await.expect("room");
            nothing_comes(&mut looked).await;
            assert_eq!(slot.head_deadline(begun), Some(begun + within));
        }
        let later = Instant::now();
        assert_eq!(slot.head_deadline(later), Some(later + within), "behind an answer");
        // The rest of one, and the beginning of the next.
        client.write_all(&[&GOOD[10..], &GOOD[..5]].concat()).await.expect("room");
        assert_eq!(read(&mut looked, GOOD.len()).await, GOOD);
        nothing_comes(&mut looked).await;
        assert_eq!(slot.head_deadline(begun), Some(later + within));
        client.write_all(&GOOD[5..]).await.expect("room");
        assert_eq!(read(&mut looked, GOOD.len()).await, GOOD);
        assert!(!slot.has_begun());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_line_is_no_head_that_has_begun_and_waits_for_one() {
    let (mut client, mut looked, slot) = pair();
    for byte in b"\r\n" {
        client.write_all(&[*byte]).await.expect("room");
        nothing_comes(&mut looked).await;
        assert_eq!((slot.has_begun(), slot.head_deadline(Instant::now())), (false, None));
    }
    let begun = Instant::now();
    client.write_all(&GOOD[..1]).await.expect("room");
    nothing_comes(&mut looked).await;
    assert_eq!(slot.head_deadline(begun), Some(begun + HeadLimits::default().within));
    client.write_all(&GOOD[1..]).await.expect("room");
    assert_eq!(read(&mut looked, 2 + GOOD.len()).await, [b"\r\n", GOOD].concat());
    assert!(!slot.has_begun());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_is_refused_is_stood_in_for_and_nothing_comes_behind_it() {
    let (mut client, mut looked, slot) = pair();
    let bad = b"HEAD / HTTP/1.1\r\norigin: https://a\r\n\r\n";
    client.write_all(&[GOOD, &bad[..], GOOD].concat()).await.expect("room");
    assert_eq!(read(&mut looked, GOOD.len()).await, GOOD);
    let stand_in = stand_in::of(bad);
    assert_eq!(read(&mut looked, stand_in.len()).await, stand_in);
    let request = |target: &str| http::Request::get(target).body(()).expect("a request");
    assert_eq!(slot.refused(&request("*")), Some(Class::HostMissing));
    assert_eq!(slot.refused(&request("/")), None);
    nothing_comes(&mut looked).await;
}

#[tokio::test(start_paused = true)]
async fn what_comes_behind_a_request_for_a_websocket_waits_for_its_answer() {
    for (status, behind, passes) in
        [(101, &b"\x81\x01\n"[..], true), (403, GOOD, true), (403, b"G\n\n", false)]
    {
        let (mut client, mut looked, slot) = pair();
        client.write_all(&[ASK, behind].concat()).await.expect("room");
        assert_eq!(read(&mut looked, ASK.len()).await, ASK);
        nothing_comes(&mut looked).await;
        slot.answered(http::StatusCode::from_u16(status).expect("a status"));
        let came = read(&mut looked, if passes { behind.len() } else { 5 }).await;
        assert_eq!(came, if passes { behind } else { b"GET *" }, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_wakes_whoever_waits_for_it() {
    let (mut client, mut looked, slot) = pair();
    client.write_all(&[ASK, GOOD].concat()).await.expect("room");
    read(&mut looked, ASK.len()).await;
    let answering = async {
        tokio::task::yield_now().await;
        slot.answered(http::StatusCode::FORBIDDEN);
    };
    let (came, ()) = tokio::join!(timeout(Duration::from_secs(9), read(&mut looked, GOOD.len())), answering);
    assert_eq!(came.expect("it was woken"), GOOD);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_request_before_it_decides_nothing_about_a_websocket() {
    let frame = b"\x81\x01\n";
    let (mut client, mut looked, slot) = pair();
    client.write_all(&[GOOD, ASK, &frame[..]].concat()).await.expect("room");
    assert_eq!(read(&mut looked, GOOD.len() + ASK.len()).await, [GOOD, ASK].concat());
    slot.answered(http::StatusCode::OK);
    nothing_comes(&mut looked).await;
    slot.answered(http::StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(read(&mut looked, frame.len()).await, frame);
}
