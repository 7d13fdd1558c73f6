//! What reaches the legacy and what comes back: everything but what belongs to one hop.

use compat_tests::{client::Client, sample::Version};
use tokio::io::AsyncReadExt;

use crate::{
    fake_legacy::{FakeLegacy, header},
    house::{House, Setting, nobody},
};

/// A legacy that answers with the head it was sent.
async fn mirror() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            connection.answer(&head).await?;
        }
    })
    .await
}

#[tokio::test]
async fn a_request_arrives_as_it_was_sent_less_what_belongs_to_one_hop() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let sent = [
        ("host", "api.example.com"),
        ("connection", "keep-alive, te"),
        ("te", "trailers"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "keep-alive"),
        ("upgrade", "h2c"),
        ("accept", "a/b"),
        ("accept", "c/d"),
        ("x-forwarded-for", "10.9.9.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "for=10.9.9.9"),
        ("cookie", "a=1; b=2"),
        ("x-request-id", "trace-1"),
    ];
    let answer = house.get("/files/a%2Fb//../c?q=%20&q=2", &sent).await;
    let head = answer.text();
    assert!(head.starts_with("GET /files/a%2Fb//../c?q=%20&q=2 HTTP/1.1\r\n"), "{head}");
    for (name, expected) in [
        ("host", Some("api.example.com")),
        ("cookie", Some("a=1; b=2")),
        ("x-forwarded-for", Some("127.0.0.1")),
        ("x-forwarded-proto", Some("http")),
        ("x-forwarded-host", Some("api.example.com")),
        ("x-request-id", Some("trace-1")),
        ("connection", None),
        ("te", None),
        ("keep-alive", None),
        ("proxy-connection", None),
        ("upgrade", None),
        ("forwarded", None),
    ] {
        assert_eq!(header(&head, name), expected, "{name} in\n{head}");
    }
    let accepted: Vec<_> = head.lines().filter(|line| line.starts_with("accept:")).collect();
    assert_eq!(accepted, ["accept: a/b", "accept: c/d"]);
    assert_eq!(answer.headers.one("x-request-id"), Some("trace-1"));
    house.close();
}

#[tokio::test]
async fn a_request_id_is_made_where_the_clients_is_missing_or_harmful() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    for bad in ["", "a b", "a\"b", &"a".repeat(129)] {
        let answer = house.get("/health", &[("x-request-id", bad)]).await;
        let made = answer.headers.one("x-request-id").unwrap();
        assert!(uuid::Uuid::try_parse(made).is_ok(), "{bad:?} became {made:?}");
        assert_eq!(header(&answer.text(), "x-request-id"), Some(made));
    }
    house.close();
}

#[tokio::test]
async fn headers_that_the_legacy_believes_are_stripped_in_every_spelling() {
    let legacy = mirror().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.profile.push_str("\n[trust]\nheaders = [\"X-User-Id\"]\n");
    let house = House::open(&setting).await;
    let forged = [
        ("X-User-Id", "1"),
        ("x_user_id", "1"),
        ("X.User.Id", "1"),
        ("X-Gateway-Identity", "1"),
        ("x_gateway_subject", "1"),
        ("x_forwarded_for", "1.2.3.4"),
        ("x-user-idea", "kept"),
    ];
    let head = house.get("/health", &forged).await.text().to_lowercase();
    for name in ["x-user-id:", "x_user_id:", "x.user.id:", "x-gateway", "x_gateway", "x_forwarded_for"] {
        assert!(!head.contains(name), "{name} in\n{head}");
    }
    assert_eq!(header(&head, "x-user-idea"), Some("kept"));
    house.close();
}

#[tokio::test]
async fn what_two_parsers_would_read_differently_is_refused() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let line = |target: &str| format!("GET {target} HTTP/1.1\r\n");
    for (reason, request) in [
        ("host_missing", line("/health")),
        ("host_twice", line("/health") + "host: a\r\nhost: a\r\n"),
        ("other_authority", line("http://other/health") + "host: a\r\n"),
        ("control_character", line("/health%0A") + "host: a\r\n"),
        ("control_character", line("/health%7f") + "host: a\r\n"),
        ("nominated_header", line("/health") + "host: a\r\nconnection: x-forwarded-for\r\n"),
        ("nominated_header", line("/health") + "host: a\r\nconnection: close, Authorization\r\n"),
        ("target_form", "OPTIONS * HTTP/1.1\r\nhost: a\r\n".to_owned()),
        ("target_form", "CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n".to_owned()),
    ] {
        let mut client = house.client().await;
        client.send(format!("{request}\r\n").as_bytes()).await.unwrap();
        assert_eq!(client.head().await.unwrap().status, 400, "{reason}: {request}");
        assert_eq!(client.rest().await.unwrap(), "{\"detail\":\"Bad Request\"}", "{reason}");
        let metrics = house.admin("/metrics").await.text();
        assert!(metrics.contains(&format!("gateway_refused_total{{reason=\"{reason}\"}}")), "{metrics}");
    }
    assert_eq!(legacy.executed(), 0);
    // The same authority in absolute form is one request, and goes on in origin form.
    let mut client = house.client().await;
    client.send(b"GET http://a/health?x HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert!(client.rest().await.unwrap().starts_with(b"GET /health?x HTTP/1.1\r\n"));
    house.close();
}

/// As load balancers ask for health: uvicorn answers it, so the gateway lets it through, for the legacy's own address.
#[tokio::test]
async fn a_client_of_http_1_0_needs_no_host() {
    let legacy = mirror().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.send(b"GET /health HTTP/1.0\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    client.into_stream().read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(answer.contains(&format!("\r\nhost: {}\r\n", legacy.address())), "{answer}");
    house.close();
}

#[tokio::test]
async fn a_legacy_that_is_down_is_502_at_once_in_the_legacys_error_shape() {
    let address = nobody();
    let house = House::open(&Setting::in_front_of(address)).await;
    let mut client = house.client().await;
    let origin = ("origin", "http://localhost:5173");
    let mut elapsed = Vec::new();
    for method in ["GET", "POST"] {
        let answer = client.request(method, "/health", &[origin], b"").await.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (502, "{\"detail\":\"Bad Gateway\"}"));
        assert_eq!(answer.headers.one("content-type"), Some("application/json"));
        assert_eq!(answer.headers.one("access-control-allow-origin"), Some("http://localhost:5173"));
        let id = answer.headers.one("x-request-id").unwrap();
        let line = house.gateway.logged_request(id).await.unwrap();
        assert_eq!((line["owner"].as_str(), line["status"].as_u64()), (Some("legacy"), Some(502)));
        elapsed.push(line["elapsed_ms"].as_f64().unwrap());
    }
    // One of them may have waited for a processor.
    assert!(elapsed.iter().any(|milliseconds| *milliseconds < 1000.0), "{elapsed:?}");
    house.close_expecting(&["legacy cannot be reached", "degraded"]);
}

#[tokio::test]
async fn several_legacies_share_the_work_and_one_that_is_down_is_passed_over() {
    let (first, second) = (mirror().await, mirror().await);
    let gone = nobody();
    let mut setting = Setting::in_front_of(first.address());
    let urls = format!("http://{},http://{gone},http://{}", first.address(), second.address());
    setting.legacy_url = urls;
    let house = House::open(&setting).await;
    // So many that chance does not leave one of them out.
    for _ in 0..40 {
        assert_eq!(house.get("/health", &[]).await.status, 200);
    }
    assert!(first.executed() >= 3 && second.executed() >= 3, "{} {}", first.executed(), second.executed());
    house.close();
}

#[tokio::test]
async fn the_frameworks_own_answers_are_the_legacys() {
    for version in Version::ALL {
        let setting = Setting::sample(version);
        let house = House::open(&setting).await;
        let legacy = crate::house::shared(version).legacy.address();
        let preflight = [
            ("origin", "http://localhost:5173"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization"),
        ];
        let foreign = [("origin", "http://evil.example"), ("access-control-request-method", "POST")];
        let host = [("host", "api.example.com")];
        for (method, target, headers) in [
            ("GET", "/nowhere", &host[..]),
            ("PUT", "/api/tasks/1", &host),
            ("GET", "/api/tasks/?status=done", &host),
            ("HEAD", "/docs", &host),
            ("HEAD", "/api/tasks/1", &host),
            ("GET", "/openapi.json", &host),
            ("OPTIONS", "/api/tasks/1", &preflight),
            ("OPTIONS", "/nowhere", &preflight),
            ("OPTIONS", "/api/tasks/1", &foreign),
            ("GET", "/health", &host),
        ] {
            let mut straight = Client::connect(legacy).await.unwrap();
            let mut headers = headers.to_vec();
            if !headers.contains(&host[0]) {
                headers.push(host[0]);
            }
            let expected = straight.request(method, target, &headers, b"").await.unwrap();
            let seen = house.client().await.request(method, target, &headers, b"").await.unwrap();
            let comparable = crate::house::comparable;
            assert_eq!(comparable(&seen), comparable(&expected), "{version:?} {method} {target}");
        }
        house.close();
    }
}
