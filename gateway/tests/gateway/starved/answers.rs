//! What a client gets who meets a limit, byte for byte; the line of its request, and the counter.

use super::*;

/// An answer of the gateway's own in front of this legacy.
fn answer(status: &str, retry_after: Option<u32>, detail: &str, closes: bool) -> String {
    let body = format!("{{\"detail\":\"{detail}\"}}");
    let retry_after = retry_after.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
    let close = if closes { "connection: close\r\n" } else { "" };
    format!(
        "HTTP/1.1 {status}\r\n{retry_after}content-length: {}\r\ncontent-type: application/json\r\nvary: Origin\r\n{close}\r\n{body}",
        body.len()
    )
}

async fn is_logged(house: &House, id: &str, kind: &str, reason: &str) {
    let line = house.gateway.logged_request(id).await.unwrap();
    assert_eq!((&line["error.kind"], &line["error.reason"]), (&kind.into(), &reason.into()), "{line}");
}

#[tokio::test]
async fn a_body_that_hardly_comes_is_408() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, "body_pace = \"1KiB/2s\"\n")).await;
    let mut stream = connect(0, house.gateway.public(), None).await;
    say(
        &mut stream,
        "POST /auth/login HTTP/1.1\r\nhost: a\r\nx-request-id: slow\r\ncontent-length: 4096\r\n\r\nx",
    )
    .await;
    assert_eq!(text(&mut stream).await, answer("408 Request Timeout", None, "Request Timeout", true));
    is_logged(&house, "slow", "too_slow", "body_pace").await;
    assert_eq!(met(&house, "body_pace").await, 1);
    // Who keeps the pace is served, however long it takes.
    let mut stream = connect(0, house.gateway.public(), None).await;
    say(&mut stream, "POST /auth/login HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let (begun, chunk) = (std::time::Instant::now(), format!("400\r\n{}\r\n", "x".repeat(0x400)));
    let mut next = interval(Duration::from_millis(50));
    while begun.elapsed() < Duration::from_secs(3) {
        next.tick().await;
        say(&mut stream, &chunk).await;
    }
    say(&mut stream, "0\r\n\r\n").await;
    assert!(one(&mut stream).await.ends_with("\r\n\r\nserved"));
    house.close();
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413_while_the_client_still_sends_it() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, "body = \"64KiB\"\n")).await;
    let too_large = answer("413 Payload Too Large", None, "Request body is too large", true);
    // What asks for another protocol, and gets none, as `curl --http2` does, hears of it as well.
    for (id, more) in [("large", ""), ("h2c", "connection: upgrade, http2-settings\r\nupgrade: h2c\r\n")] {
        let mut stream = connect(0, house.gateway.public(), None).await;
        let head = format!(
            "POST /auth/login HTTP/1.1\r\nhost: a\r\nx-request-id: {id}\r\n{more}content-length: 100000000\r\n\r\n"
        );
        say(&mut stream, &head).await;
        // It goes on to send for some time, and still hears the answer.
        for _ in 0..512 {
            if stream.write_all(&[b'x'; 4096]).await.is_err() {
                break;
            }
        }
        assert_eq!(text(&mut stream).await, too_large, "{id}");
        is_logged(&house, id, "too_large", "body").await;
    }
    // Without a length it is found out on the way.
    let mut stream = connect(0, house.gateway.public(), None).await;
    say(&mut stream, "POST /auth/login HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    for _ in 0..8 {
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    assert_eq!(text(&mut stream).await, too_large);
    assert_eq!(met(&house, "body").await, 3);
    assert_eq!(legacy.executed(), 0);
    house.close();
}

#[tokio::test]
async fn more_requests_than_there_may_be_at_once_are_shed_before_anything_is_done() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, "in_flight = 2\n")).await;
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(0, house.gateway.public(), None).await;
        say(&mut stream, "GET /files/waiting HTTP/1.1\r\nhost: a\r\n\r\n").await;
        waiting.push(stream);
    }
    while legacy.executed() < 2 {
        tokio::task::yield_now().await;
    }
    let mut stream = connect(1, house.gateway.public(), None).await;
    let shed = answer("503 Service Unavailable", Some(1), "Service Unavailable", false);
    for id in ["one", "two"] {
        // Without a token, of which nobody hears: not even that was looked at. The connection lives on.
        say(&mut stream, &format!("GET /users/me HTTP/1.1\r\nhost: a\r\nx-request-id: {id}\r\n\r\n")).await;
        assert_eq!(one(&mut stream).await, shed);
        is_logged(&house, id, "overloaded", "in_flight").await;
    }
    assert_eq!((legacy.executed(), met(&house, "in_flight").await), (2, 2));
    drop(waiting);
    // Once there is room again, everybody is let in.
    loop {
        say(&mut stream, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let answered = one(&mut stream).await;
        if answered.ends_with("served") {
            break;
        }
        assert_eq!(answered, shed);
    }
    house.close();
}

#[tokio::test]
async fn who_asks_too_often_is_429_and_others_are_not() {
    let legacy = legacy(0).await;
    let mut setting = Setting::in_front_of(legacy.address());
    let subject = "{ rate = { per = \"subject\", rate = \"1/h\" } }";
    setting.routes =
        limits("rate = \"3/h\"\n", &[("GET /health", "{ rate = \"off\" }"), ("GET /users/me", subject)]);
    let house = House::open(&setting).await;
    let mut stream = connect(0, house.gateway.public(), None).await;
    let mut other = connect(1, house.gateway.public(), None).await;
    let ask = "GET /docs HTTP/1.1\r\nhost: a\r\nx-request-id: often\r\n\r\n";
    let began = std::time::Instant::now();
    for _ in 0..3 {
        say(&mut stream, ask).await;
        assert!(one(&mut stream).await.ends_with("served"));
    }
    say(&mut stream, ask).await;
    let refused = one(&mut stream).await;
    // The rest of the 20 minutes that one of three in an hour takes.
    let seconds: u32 = crate::fake_legacy::header(&refused, "retry-after").unwrap().parse().unwrap();
    assert!((1_100..=1_200).contains(&seconds), "{seconds}");
    // Who came back any earlier would only be refused again.
    assert!(f64::from(seconds) >= 1_200.0 - began.elapsed().as_secs_f64(), "{seconds}");
    assert_eq!(refused, answer("429 Too Many Requests", Some(seconds), "Too Many Requests", false));
    // Another client, another route, and a route that is exempt.
    for (stream, target) in [(&mut other, "/docs"), (&mut stream, "/redoc")] {
        say(stream, &format!("GET {target} HTTP/1.1\r\nhost: a\r\n\r\n")).await;
        assert!(one(stream).await.ends_with("served"), "{target}");
    }
    for _ in 0..5 {
        assert_eq!(house.get("/health", &[]).await.status, 200);
    }
    // By user: wherever they ask from.
    let [ada, grace] = [1, 2].map(|user| crate::house::bearer(&crate::house::token(user)));
    // Who has only bad tokens, by address.
    let bad = "Bearer bad".to_owned();
    for (number, authorization, status) in
        [(0, &ada, "200"), (1, &ada, "429"), (0, &grace, "200"), (2, &bad, "401"), (2, &bad, "429")]
    {
        let mut stream = connect(number, house.gateway.public(), None).await;
        let ask = format!("GET /users/me HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\n\r\n");
        say(&mut stream, &ask).await;
        assert!(one(&mut stream).await.starts_with(&format!("HTTP/1.1 {status} ")), "{number} {status}");
    }
    assert_eq!(met(&house, "rate").await, 3);
    house.wait_told("request", 16).await;
    let lines = house.gateway.log();
    let line = lines.iter().find(|line| line["status"] == 429).unwrap();
    assert_eq!((&line["error.kind"], &line["error.reason"]), (&"throttled".into(), &"rate".into()), "{line}");
    // Live: with another rate.
    house.write_routes(&limits("rate = \"1000/s\"\n", &[]), "routes file taken").await;
    // What is left of the old one does not count.
    say(&mut stream, ask).await;
    assert!(one(&mut stream).await.ends_with("served"));
    house.close();
}

#[tokio::test]
async fn connections_are_counted_in_all_and_for_each_client() {
    let legacy = legacy(0).await;
    let text = "connections = 4\nconnections_per_client = 2\n";
    let house = House::open(&in_front_of(&legacy, text)).await;
    let ask = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut open = Vec::new();
    for (number, is_taken) in [(0, true), (0, true), (0, false), (1, true), (1, true), (1, false), (2, false)]
    {
        let mut stream = connect(number, house.gateway.public(), None).await;
        // The kernel has accepted it already: whether the gateway did shows only now.
        let _ = stream.write_all(ask.as_bytes()).await;
        if is_taken {
            assert!(one(&mut stream).await.ends_with("served"), "{number}");
            open.push(stream);
        } else {
            assert_eq!(rest(&mut stream).await.0, b"", "{number}");
        }
    }
    assert_eq!(met(&house, "connections_per_client").await, 1);
    assert_eq!(met(&house, "connections").await, 2);
    // A connection that has become a WebSocket is still one.
    say(&mut open[0], "GET /live HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
        .await;
    let mut agreed = [0; 12];
    open[0].read_exact(&mut agreed).await.unwrap();
    assert_eq!(&agreed, b"HTTP/1.1 101");
    assert_eq!(house.client().await.request("GET", "/health", &[], b"").await.ok(), None);
    drop(open);
    while house.client().await.request("GET", "/health", &[], b"").await.is_err() {}
    house.close();
}

#[tokio::test]
async fn more_websockets_than_there_may_be_are_503() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, "websockets = 1\n")).await;
    let ask = "GET /live HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let mut first = connect(0, house.gateway.public(), None).await;
    say(&mut first, ask).await;
    let mut agreed = [0; 12];
    first.read_exact(&mut agreed).await.unwrap();
    assert_eq!(&agreed, b"HTTP/1.1 101");
    let mut second = connect(0, house.gateway.public(), None).await;
    say(&mut second, ask).await;
    let shed = answer("503 Service Unavailable", Some(1), "Service Unavailable", false);
    assert_eq!(one(&mut second).await, shed);
    assert_eq!((met(&house, "websockets").await, figure(&house, "gateway_websockets").await), (1, 1.0));
    drop(first);
    while figure(&house, "gateway_websockets").await > 0.0 {}
    say(&mut second, ask).await;
    second.read_exact(&mut agreed).await.unwrap();
    assert_eq!(&agreed, b"HTTP/1.1 101");
    house.close();
}

#[tokio::test]
async fn who_is_idle_too_long_is_closed_without_a_word() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, "idle = \"2s\"\n")).await;
    let mut stream = connect(0, house.gateway.public(), None).await;
    say(&mut stream, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let answered = text(&mut stream).await;
    assert!(answered.ends_with("\r\n\r\nserved"), "{answered}");
    assert_eq!(met(&house, "idle").await, 1);
    house.close();
}

/// `P` may be the beginning of either protocol.
#[tokio::test]
async fn a_head_has_its_time_before_it_is_known_which_protocol_it_is_of() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, "head = \"200ms\"\nidle = \"10m\"\n")).await;
    let mut stream = connect(0, house.gateway.public(), None).await;
    say(&mut stream, "P").await;
    assert_eq!(text(&mut stream).await, "");
    assert_eq!((met(&house, "head").await, met(&house, "idle").await), (1, 0));
    house.close();
}
