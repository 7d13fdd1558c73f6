//! A body that is longer than the memory for all recordings passes, and leaves its length. With GATEWAY_TEST_LONG it has
//! 1 GiB.

use gateway::parity::exchange::content::{Content, Omitted};

use super::{TEST_DATA, closed, find, metric, open};
use crate::{fake_legacy::FakeLegacy, house::Setting};

const PIECE: usize = 1 << 20;

/// Twice what may wait.
const USUAL: usize = 128;
const LONG: usize = 1024;

/// Of the process, beside what it has without any body: its buffers, and what the allocator keeps.
const MOST_MORE: u64 = 64 << 20;

#[tokio::test]
async fn a_long_body_is_not_held() {
    let pieces = if is_long() { LONG } else { USUAL };
    let legacy = FakeLegacy::play(move |mut connection| async move {
        loop {
            connection.head().await?;
            connection.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", pieces * PIECE)).await?;
            for _ in 0..pieces {
                connection.send(vec![b'x'; PIECE]).await?;
            }
        }
    })
    .await;
    let house = open(Setting::in_front_of(legacy.address()), TEST_DATA).await;
    let before = peak(house.gateway.id());
    let answer = house.get("/long", &[]).await;
    assert_eq!(answer.body.len(), pieces * PIECE);
    let more = peak(house.gateway.id()).saturating_sub(before);
    assert!(more < MOST_MORE, "{} MiB more", more >> 20);
    assert!(metric(&house, "gateway_recording_held_bytes").await < 1 << 20);
    let recording = closed(house, 1, &[]).await;
    let body = &find(&recording, "/long").answered().unwrap().body;
    assert_eq!((&body.content, body.length), (&Content::Omitted(Omitted::TooLarge), (pieces * PIECE) as u64));
}

#[expect(clippy::disallowed_methods, reason = "a test's own switch, no setting of the gateway")]
fn is_long() -> bool {
    std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1")
}

/// The most that it ever had, in bytes.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
