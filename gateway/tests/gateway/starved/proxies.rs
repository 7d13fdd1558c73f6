//! Whose word about a client is believed.

use super::*;

const CLAIMS: &str = "x-forwarded-for: 198.51.100.1, 192.0.2.7\r\nx-forwarded-proto: https\r\n\
                      x-forwarded-host: api.example.com\r\nx-forwarded-port: 443\r\nforwarded: for=203.0.113.9\r\n";

/// What the legacy is told of whoever asks from this address: the lines of its head that tell it.
async fn told(house: &House, number: usize, claims: &str) -> Vec<String> {
    let mut stream = connect(number, house.gateway.public(), None).await;
    say(&mut stream, &format!("GET /files/head HTTP/1.1\r\nhost: a\r\n{claims}\r\n")).await;
    let answered = one(&mut stream).await;
    let (_, head) = answered.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> =
        head.lines().filter(|line| line.contains("forwarded")).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn a_trusted_proxy_says_who_asks_and_nobody_else() {
    let legacy = legacy(0).await;
    let setting = in_front_of(&legacy, "rate = \"2/h\"\n");
    let claims = |id: &str| format!("{CLAIMS}x-request-id: {id}\r\n");
    // Of the addresses of this machine only the first of those that `connect` uses.
    let setting = setting.with_environment("GATEWAY_TRUSTED_PROXIES", "127.0.0.2, 10.0.0.0/8");
    let house = House::open(&setting).await;
    assert_eq!(
        told(&house, 0, &claims("trusted")).await,
        [
            "x-forwarded-for: 198.51.100.1, 192.0.2.7, 127.0.0.2",
            "x-forwarded-host: api.example.com",
            "x-forwarded-port: 443",
            "x-forwarded-proto: https",
        ]
    );
    let replaced = ["x-forwarded-for: 127.0.0.3", "x-forwarded-host: a", "x-forwarded-proto: http"];
    assert_eq!(told(&house, 1, &claims("untrusted")).await, replaced);
    // The log means the client, whichever way it came.
    let through = ["x-forwarded-for: 192.0.2.7, 10.1.2.3\r\n", "x-forwarded-for: 192.0.2.8\r\n"];
    for (id, claims) in ["far", "another"].into_iter().zip(through) {
        told(&house, 0, &format!("{claims}x-request-id: {id}\r\n")).await;
    }
    let mut clients = Vec::new();
    for id in ["trusted", "untrusted", "far", "another"] {
        clients.push(house.gateway.logged_request(id).await.unwrap()["client_ip"].clone());
    }
    assert_eq!(clients[0], clients[2], "{clients:?}");
    assert!(clients[1] != clients[0] && clients[3] != clients[0], "{clients:?}");
    // So do rates: the third request of one client is refused, and those of others behind the same proxy are not.
    let mut stream = connect(0, house.gateway.public(), None).await;
    for (client, status) in
        [("192.0.2.7", "429"), ("192.0.2.8", "200"), ("192.0.2.8", "429"), ("192.0.2.9", "200")]
    {
        let ask = format!("GET /files/head HTTP/1.1\r\nhost: a\r\nx-forwarded-for: {client}\r\n\r\n");
        say(&mut stream, &ask).await;
        let answered = one(&mut stream).await;
        assert!(answered.starts_with(&format!("HTTP/1.1 {status} ")), "{client} {status} {answered}");
    }
    house.close();
}

#[tokio::test]
async fn a_trusted_proxy_may_have_all_connections() {
    let legacy = legacy(0).await;
    let setting = in_front_of(&legacy, "connections_per_client = 1\n");
    let house = House::open(&setting.with_environment("GATEWAY_TRUSTED_PROXIES", "127.0.0.2")).await;
    let mut open = Vec::new();
    for (number, is_taken) in [(0, true), (0, true), (0, true), (1, true), (1, false)] {
        let mut stream = connect(number, house.gateway.public(), None).await;
        let _ = stream.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n").await;
        if is_taken {
            assert!(one(&mut stream).await.ends_with("served"), "{number}");
            open.push(stream);
        } else {
            assert_eq!(rest(&mut stream).await.0, b"", "{number}");
        }
    }
    house.close();
}
