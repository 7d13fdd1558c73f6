//! Large bodies stream: the gateway holds no more of them than its buffers.

use super::*;
use crate::house::show;

const MOST_GROWTH: f64 = 16.0 * 1024.0 * 1024.0;
const PIECE: usize = 1 << 20;

fn size() -> usize {
    many(64 << 20, 1 << 30)
}

async fn resident(house: &House) -> f64 {
    figure(house, "process_resident_memory_bytes").await
}

/// What the gateway had more than before, at most.
fn judge(what: &str, before: f64, most: f64) {
    let growth = most - before;
    show(&format!("{what} of {} MiB: {:.1} MiB more", size() >> 20, growth / 1024.0 / 1024.0));
    assert!(growth < MOST_GROWTH, "{what}: {before} -> {most}");
}

/// A gateway that has done each of it once.
async fn warm() -> (FakeLegacy, House) {
    let legacy = legacy(size()).await;
    let house = House::open(&in_front_of(&legacy, "")).await;
    assert_eq!(house.client().await.request("POST", "/auth/login", &[], b"small").await.unwrap().status, 200);
    resident(&house).await;
    (legacy, house)
}

#[tokio::test]
async fn a_large_upload() {
    let (_legacy, house) = warm().await;
    let mut stream = connect(0, house.gateway.public(), None).await;
    let (before, piece) = (resident(&house).await, vec![b'x'; PIECE]);
    say(&mut stream, &format!("POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", size()))
        .await;
    let mut most = before;
    for number in 0..size() / PIECE {
        stream.write_all(&piece).await.unwrap();
        if number % 8 == 7 {
            most = most.max(resident(&house).await);
        }
    }
    assert!(one(&mut stream).await.ends_with("served"));
    judge("an upload", before, most);
    house.close();
}

#[tokio::test]
async fn a_large_download() {
    let (_legacy, house) = warm().await;
    let mut stream = connect(0, house.gateway.public(), None).await;
    let (before, mut piece) = (resident(&house).await, vec![0; PIECE]);
    say(&mut stream, "GET /files/large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    let (mut most, mut taken, mut next) = (before, 0, 0);
    loop {
        let length = stream.read(&mut piece).await.unwrap();
        if length == 0 {
            break;
        }
        taken += length;
        if taken >= next {
            most = most.max(resident(&house).await);
            next += 8 * PIECE;
        }
    }
    assert!(taken > size(), "{taken}");
    judge("a download", before, most);
    house.close();
}
