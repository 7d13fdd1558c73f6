//! Family G: methods, upgrades and headers that claim to be something else change no policy.

use compat_tests::client::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Fortress;

/// By these some server or framework takes a request for another one.
const OTHER_REQUEST: [&str; 11] = [
    "X-Original-URL",
    "X-Original-URI",
    "X-Original-Method",
    "X-Rewrite-URL",
    "X-Forwarded-Uri",
    "X-Forwarded-Path",
    "X-Forwarded-Prefix",
    "X-HTTP-Method",
    "X-HTTP-Method-Override",
    "X-Method-Override",
    "X-Envoy-Original-Path",
];

pub(super) async fn change_no_policy(fortress: &Fortress) {
    claims_of_headers(fortress).await;
    other_methods(fortress).await;
    upgrades(fortress).await;
}

/// 73, 78, 79: whatever a header says, the request is what its first line says.
async fn claims_of_headers(fortress: &Fortress) {
    let reached = fortress.legacy.executed();
    let mut client = fortress.house.client().await;
    for (name, value) in [
        ("x-http-method-override", "OPTIONS"),
        ("x-http-method", "OPTIONS"),
        ("x-method-override", "HEAD"),
        ("x-original-url", "/health"),
        ("x-rewrite-url", "/health"),
        ("x-original-uri", "/health"),
        ("x-forwarded-uri", "/health"),
        ("x-forwarded-path", "/health"),
        ("x-forwarded-prefix", "/docs"),
        ("x-envoy-original-path", "/health"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("x-forwarded-client-cert", "Hash=0;Subject=\"CN=admin\""),
        ("x-internal", "true"),
        ("x-user-id", "1"),
        ("x-gateway-identity", "1"),
        ("user-agent", "kube-probe/1.29"),
        ("user-agent", "ELB-HealthChecker/2.0"),
        ("access-control-request-method", "GET"),
        ("upgrade-insecure-requests", "1"),
    ] {
        for target in super::PROTECTED {
            let answer = client.request("GET", target, &[(name, value)], b"").await.unwrap();
            let told = (answer.status, answer.text());
            assert_eq!(told, (401, r#"{"detail":"Not authenticated"}"#.to_owned()), "{name} {target}");
        }
    }
    assert_eq!(fortress.legacy.executed(), reached);
    // And the other way round: a public path stays the one that it is.
    for name in OTHER_REQUEST {
        client.request("GET", "/health", &[(name, "/users/me")], b"").await.unwrap();
        let head = fortress.heads.lock().last().cloned().unwrap();
        assert!(head.starts_with("GET /health HTTP/1.1\r\n"), "{head}");
        assert!(!head.contains("/users/me"), "{name}: {head}");
    }
}

/// 72: a method that the route does not have is the legacy's 405, and nobody's identity goes with it.
async fn other_methods(fortress: &Fortress) {
    // One that uvicorn's two parsers do not both know is nobody's.
    for method in ["get", "Get", "FOO"] {
        for target in super::PROTECTED {
            let reached = fortress.legacy.executed();
            let mut client = fortress.house.client().await;
            let answer = client.request(method, target, &[("x-user-id", "1")], b"").await.unwrap();
            let told = (answer.status, answer.text());
            assert_eq!(told, (400, r#"{"detail":"Bad Request"}"#.to_owned()), "{method} {target}");
            assert_eq!(fortress.legacy.executed(), reached, "{method} {target}");
        }
    }
    let mut client = fortress.house.client().await;
    for method in ["HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "OPTIONS"] {
        for target in super::PROTECTED {
            let reached = fortress.legacy.executed();
            let answer = client.request(method, target, &[("x-user-id", "1")], b"").await.unwrap();
            if fortress.legacy.executed() == reached {
                assert!([401, 405].contains(&answer.status), "{method} {target}: {answer:?}");
                continue;
            }
            let head = fortress.heads.lock().last().cloned().unwrap().to_ascii_lowercase();
            assert!(head.starts_with(&format!("{method} {target} ").to_ascii_lowercase()), "{head}");
            for identity in ["\r\nauthorization:", "\r\nx-user-id:", "\r\nx-gateway-"] {
                assert!(!head.contains(identity), "{method} {target}: {head}");
            }
        }
    }
    // 74: a preflight asks for leave, and is given nothing else.
    for target in super::PROTECTED {
        let lines = [
            ("origin", "https://evil.example"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "authorization"),
            ("x-user-id", "1"),
        ];
        let reached = fortress.legacy.executed();
        let answer = client.request("OPTIONS", target, &lines, b"").await.unwrap();
        assert!(!answer.text().contains("\"id\""), "{target}: {answer:?}");
        if fortress.legacy.executed() != reached {
            let head = fortress.heads.lock().last().cloned().unwrap().to_ascii_lowercase();
            assert!(head.starts_with("options "), "{head}");
            assert!(!head.contains("\r\nauthorization:") && !head.contains("\r\nx-user-id:"), "{head}");
        }
    }
    // CONNECT has no path that could be one of ours.
    let said = said(fortress, "CONNECT /users/me HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 4"), "{said}");
}

/// 75 to 77: another protocol over the same path.
async fn upgrades(fortress: &Fortress) {
    let reached = fortress.legacy.executed();
    let websocket =
        "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==";
    for target in super::PROTECTED {
        for lines in [
            format!("{websocket}\r\nconnection: upgrade"),
            format!("{websocket}\r\nconnection: upgrade\r\nauthorization: Bearer nonsense"),
            "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAAP__"
                .to_owned(),
        ] {
            let said = said(fortress, &format!("GET {target} HTTP/1.1\r\nhost: a\r\n{lines}\r\n\r\n")).await;
            assert!(said.starts_with("HTTP/1.1 401 "), "{lines}: {said}");
        }
        let said = said(fortress, &format!("GET {target} HTTP/1.0\r\nhost: a\r\n\r\n")).await;
        assert!(said.starts_with("HTTP/1.0 401 ") || said.starts_with("HTTP/1.1 401 "), "{said}");
    }
    assert_eq!(fortress.legacy.executed(), reached);
}

/// The head of the answer.
async fn said(fortress: &Fortress, raw: &str) -> String {
    let mut stream = Client::connect(fortress.address()).await.unwrap().into_stream();
    stream.write_all(raw.as_bytes()).await.unwrap();
    let mut said = vec![0; 64];
    let read = stream.read(&mut said).await.unwrap();
    String::from_utf8_lossy(&said[..read]).into_owned()
}
