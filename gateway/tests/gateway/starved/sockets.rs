//! WebSockets that say nothing for a while are there when they are needed.

use super::*;

const HELLO: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n";

#[tokio::test]
async fn idle_websockets_stay_up() {
    let count = many(200, 4_000);
    let legacy = legacy(0).await;
    let text = "connections = 10000\nconnections_per_client = 10000\nidle = \"2s\"\nreading = \"1s\"\n";
    let house = House::open(&in_front_of(&legacy, text)).await;
    let mut sockets = Vec::new();
    for number in 0..count {
        let mut stream = connect(number, house.gateway.public(), None).await;
        say(
            &mut stream,
            "GET /live HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        )
        .await;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(HELLO), "{}", String::from_utf8_lossy(&head));
        sockets.push(stream);
    }
    assert_eq!(figure(&house, "gateway_websockets").await, count as f64);
    // Longer than any of the deadlines, which are not theirs: others are served meanwhile.
    let (begun, mut next) = (std::time::Instant::now(), interval(Duration::from_millis(50)));
    while begun.elapsed() < Duration::from_secs(3) {
        next.tick().await;
        assert_eq!(house.get("/health", &[]).await.status, 200);
    }
    for stream in &mut sockets {
        say(stream, "still here").await;
    }
    for stream in &mut sockets {
        let mut echoed = [0; 10];
        timeout(PATIENCE, stream.read_exact(&mut echoed)).await.expect("an echo").unwrap();
        assert_eq!(&echoed, b"still here");
    }
    drop(sockets);
    while figure(&house, "gateway_websockets").await > 0.0 {}
    house.close();
}
