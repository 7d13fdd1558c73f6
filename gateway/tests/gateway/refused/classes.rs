//! Each class as a client, the log and the metrics see it.

use compat_tests::client::Client;
use gateway::{edge::Class, limits::Limit};
use tokio::io::AsyncReadExt;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting},
};

/// Answers everything with the head that it was sent.
async fn mirror() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            connection.answer(&head).await?;
        }
    })
    .await
}

async fn reporting(legacy: &FakeLegacy, table: &str) -> House {
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = format!("schema = 1\n[refuse]\n{table}[routes]\n");
    House::open(&setting).await
}

const ORIGIN: &str = "origin: http://localhost:5173\r\nx-request-id: of-the-client\r\n";

/// A head of every class that is answered, less the end of its lines.
fn heads() -> Vec<(Class, String)> {
    let head = |line: &str, more: &str| format!("{line}\r\n{ORIGIN}{more}\r\n");
    let get = |more: &str| head("GET /health HTTP/1.1\r\nhost: a", more);
    let target = |target: &str| head(&format!("GET {target} HTTP/1.1\r\nhost: a"), "");
    vec![
        (Class::LengthAndEncoding, get("content-length: 1\r\ntransfer-encoding: chunked\r\n")),
        (Class::LengthTwice, get("content-length: 1\r\ncontent-length: 1\r\n")),
        (Class::LengthMalformed, get("content-length: +1\r\n")),
        (Class::EncodingNotChunked, get("transfer-encoding: gzip, chunked\r\n")),
        (Class::EncodingOnOldVersion, head("GET /health HTTP/1.0", "transfer-encoding: chunked\r\n")),
        (Class::HostMissing, head("GET /health HTTP/1.1", "")),
        (Class::HostTwice, get("host: a\r\n")),
        (Class::HostMalformed, head("GET /health HTTP/1.1\r\nhost: a b", "")),
        (Class::OtherAuthority, target("http://b/health")),
        (Class::LineFolded, get("x-a: b\r\n c\r\n")),
        (Class::BareLf, get("x-a: b\n")),
        (Class::BareCr, get("x-a: b\rc\r\n")),
        (Class::SpaceBeforeColon, get("x-a : b\r\n")),
        (Class::HeaderMalformed, get("x-a\r\n")),
        (Class::ValueControlCharacter, get("x-a: \0\r\n")),
        (Class::RequestLineMalformed, head("GET  /health HTTP/1.1\r\nhost: a", "")),
        (Class::VersionUnknown, head("GET /health HTTP/1.2\r\nhost: a", "")),
        (Class::MethodUnknown, head("get /health HTTP/1.1\r\nhost: a", "")),
        (Class::TargetForm, target("*")),
        (Class::TargetCharacter, target("/health\u{7f}")),
        (Class::Fragment, target("/health#a")),
        (Class::ControlCharacter, target("/health%0A")),
        (Class::NominatedHeader, get("connection: x-a\r\n")),
        (Class::Upgrade, get("connection: upgrade\r\nupgrade: websocket, h2c\r\n")),
        (Class::HeadTooLarge, get(&format!("x-a: {}\r\n", "a".repeat(131_072)))),
        (Class::HeadersTooMany, get(&"x-a: b\r\n".repeat(100))),
        (Class::TargetTooLong, target(&format!("/{}", "a".repeat(65_534)))),
    ]
}

fn expected(class: Class) -> (u16, &'static str) {
    match class {
        Class::TargetTooLong => (414, "URI Too Long"),
        Class::HeadTooLarge | Class::HeadersTooMany => (431, "Request Header Fields Too Large"),
        _ => (400, "Bad Request"),
    }
}

#[tokio::test]
async fn a_refused_head_is_answered_in_the_legacys_shape_and_ends_its_connection() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let heads = heads();
    let others = [Class::ChunkMalformed, Class::HeadLate];
    assert!(Class::ALL.iter().all(|class| others.contains(class) || heads.iter().any(|(of, _)| of == class)));
    for (class, head) in &heads {
        let mut client = house.client().await;
        // What is sent behind it is read by nobody, and disturbs nobody.
        let behind = "GET /behind HTTP/1.1\r\nhost: a\r\n\r\n".repeat(2_000);
        client
            .send(format!("GET /before HTTP/1.1\r\nhost: a\r\n\r\n{head}{behind}").as_bytes())
            .await
            .unwrap();
        assert_eq!(client.head().await.unwrap().status, 200, "{class}");
        client.rest().await.unwrap();
        let mut answer = String::new();
        client.into_stream().read_to_string(&mut answer).await.unwrap();
        let (status, detail) = expected(*class);
        let body = format!("{{\"detail\":\"{detail}\"}}");
        let (answer, date) = answer.split_once("date: ").unwrap();
        let line = format!("HTTP/1.1 {status} {detail}\r\n");
        let headers = format!(
            "content-length: {}\r\ncontent-type: application/json\r\naccess-control-allow-credentials: true\r\n\
             access-control-expose-headers: X-Total-Count\r\naccess-control-allow-origin: http://localhost:5173\r\nvary: Origin\r\nx-request-id: of-the-client\r\n\
             connection: close\r\n",
            body.len()
        );
        assert_eq!(answer, line + &headers, "{class}");
        assert!(date.ends_with(&format!("\r\n\r\n{body}")), "{class}: {date}");
    }
    let metrics = house.admin("/metrics").await.text();
    for (class, _) in &heads {
        let line = match class.limit() {
            None => format!("gateway_refused_total{{reason=\"{class}\"}} 1\n"),
            Some(limit) => format!("gateway_limited_total{{limit=\"{}\"}} 1\n", limit.name()),
        };
        assert!(metrics.contains(&line), "{line} in\n{metrics}");
    }
    let mut reasons: Vec<&str> =
        heads.iter().map(|(class, _)| class.limit().map_or(class.name(), Limit::name)).collect();
    let all = |line: &serde_json::Value| {
        if line["error.kind"] == "refused" {
            let reason = line["error.reason"].as_str().unwrap();
            reasons.remove(reasons.iter().position(|left| *left == reason).unwrap());
        }
        reasons.is_empty()
    };
    house.gateway.logged(PATIENCE, all).await.unwrap();
    assert_eq!(legacy.executed(), heads.len());
    house.close();
}

#[tokio::test]
async fn a_body_that_is_not_chunked_as_it_should_be_reaches_nobody_as_a_whole() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        let head = connection.head().await?;
        let mut body = Vec::new();
        while let Ok(bytes) = connection.read().await {
            if bytes.is_empty() {
                break;
            }
            body.extend(bytes);
        }
        // The end of a body, which must not come.
        if body.ends_with(b"0\r\n\r\n") || head.is_empty() {
            connection.execute();
        }
        Ok(())
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    for body in [
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "5\r\nhello\r\n0\r\nx : y\r\n\r\n",
        "5\r\nhelloX0\r\n\r\n",
    ] {
        let mut client = house.client().await;
        let behind = "GET /behind HTTP/1.1\r\nhost: a\r\n\r\n";
        let head = "POST /health HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        client.send(format!("{head}{body}{behind}").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        client.into_stream().read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{body:?} {}", answer.escape_ascii());
        assert!(answer.ends_with(b"{\"detail\":\"Bad Request\"}"), "{body:?} {}", answer.escape_ascii());
    }
    let metrics = house.admin("/metrics").await.text();
    assert!(metrics.contains("gateway_refused_total{reason=\"chunk_malformed\"} 4\n"), "{metrics}");
    let mut told = 0;
    let all = |line: &serde_json::Value| {
        told += usize::from(line["error.reason"] == "chunk_malformed" && line["error.kind"] == "refused");
        told == 4
    };
    house.gateway.logged(PATIENCE, all).await.unwrap();
    assert_eq!(legacy.executed(), 0);
    house.close();
}

#[tokio::test]
async fn what_is_only_reported_is_let_through_and_counted() {
    let legacy = mirror().await;
    let optional: Vec<Class> = Class::ALL.iter().copied().filter(|class| class.always().is_none()).collect();
    let table: String = optional.iter().map(|class| format!("{class} = \"report\"\n")).collect();
    let house = reporting(&legacy, &table).await;
    for (class, head) in heads().iter().filter(|(class, _)| optional.contains(class)) {
        let mut client = house.client().await;
        client.send(head.as_bytes()).await.unwrap();
        assert_eq!(client.head().await.unwrap().status, 200, "{class}");
        let seen = String::from_utf8(client.rest().await.unwrap().to_vec()).unwrap();
        let line = seen.lines().next().unwrap();
        let expected = match class {
            Class::MethodUnknown => "get /health HTTP/1.1",
            Class::ControlCharacter => "GET /health%0A HTTP/1.1",
            _ => "GET /health HTTP/1.1",
        };
        assert_eq!(line, expected, "{class}");
    }
    let metrics = house.admin("/metrics").await.text();
    for class in &optional {
        let reported = format!("gateway_refuse_reported_total{{reason=\"{class}\"}} 1\n");
        let refused = format!("gateway_refused_total{{reason=\"{class}\"}} 0\n");
        assert!(metrics.contains(&reported) && metrics.contains(&refused), "{class} in\n{metrics}");
    }
    // One that is in force with the next head, and no longer.
    house.write_routes("schema = 1\n[routes]\n", "routes file taken").await;
    let answer = house.get("/health%0A", &[]).await;
    assert_eq!(answer.status, 400);
    house.close();
}

#[tokio::test]
async fn the_admin_listener_refuses_the_same() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    for (class, head) in heads() {
        let mut client = Client::connect(house.gateway.admin()).await.unwrap();
        client.send(head.replace("/health", "/healthz").as_bytes()).await.unwrap();
        let head = client.head().await.unwrap();
        assert_eq!((head.status, head.headers.one("connection")), (400, Some("close")), "{class}");
    }
    house.close();
}

#[tokio::test]
async fn another_upgrade_is_refused_where_only_a_websocket_lives_and_dropped_elsewhere() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let upgrade = [("connection", "Upgrade, HTTP2-Settings"), ("upgrade", "h2c"), ("http2-settings", "AA")];
    let answer = house.get("/health", &upgrade).await;
    assert_eq!(answer.status, 200);
    let seen = answer.text().to_lowercase();
    assert!(!seen.contains("upgrade") && !seen.contains("http2-settings"), "{seen}");
    let answer = house.get("/live", &upgrade).await;
    assert_eq!((answer.status, answer.headers.one("connection")), (400, Some("close")));
    let line = house.gateway.logged_request(answer.headers.one("x-request-id").unwrap()).await.unwrap();
    assert_eq!(line["error.reason"], "upgrade", "{line}");
    house.close();
}
