//! Native answers pass through the twin of the legacy's GZip middleware.

use std::io::Read;

use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};
use flate2::read::GzDecoder;

use crate::house::{House, Setting, TASK, bearer, comparable, shared, token};

/// The compressed bytes are another zlib's; what they unpack to, and every header but the length, is the legacy's.
#[tokio::test]
async fn a_long_answer_is_compressed_and_varies_as_the_legacys() {
    for version in Version::ALL {
        let mut legacy = Client::connect(shared(version).legacy.address()).await.unwrap();
        let house = House::open(&Setting::sample(version).with_routes(&[(TASK, "\"native\"")])).await;
        let authorization = bearer(&token(1));
        for (target, accepted, compressed) in [
            ("/api/tasks/21", "gzip", true),
            ("/api/tasks/21", "br, gzip;q=0", true),
            ("/api/tasks/21", "identity", false),
            ("/api/tasks/1", "gzip", false),
        ] {
            let headers = [("authorization", authorization.as_str()), ("accept-encoding", accepted)];
            let expected = legacy.request("GET", target, &headers, b"").await.unwrap();
            let seen = house.get(target, &headers).await;
            assert_eq!(
                seen.headers.one("content-encoding"),
                compressed.then_some("gzip"),
                "{target} {accepted}"
            );
            assert_eq!(unpacked(&seen), unpacked(&expected), "{version:?} {target} {accepted}");
            let length = seen.body.len().to_string();
            assert_eq!(seen.headers.one("content-length"), Some(length.as_str()));
            assert_eq!(head(&seen), head(&expected), "{version:?} {target} {accepted}");
        }
        house.close();
    }
}

/// These are read, refused and compressed on another thread than the one that serves them.
#[tokio::test]
async fn a_large_body_is_refused_in_the_legacys_words() {
    let items = "1,".repeat(40_000);
    let bodies = [
        (format!("[{items}2]"), 422),
        (format!("{{\"x\":[{items}2]}}"), 422),
        (format!("{{\"title\":[{items}2],\"status\":[{items}2]}}"), 422),
        (format!("[{items}2"), 422),
    ];
    for version in Version::ALL {
        let house =
            House::open(&Setting::sample(version).with_routes(&[("POST /api/tasks", "\"native\"")])).await;
        let authorization = bearer(&token(1));
        let mut to_gateway = house.client().await;
        for (body, status) in &bodies {
            for accepted in ["gzip", "identity"] {
                let headers = [
                    ("authorization", authorization.as_str()),
                    ("accept-encoding", accepted),
                    ("content-type", "application/json"),
                ];
                // uvicorn closes the connection after an unhandled exception.
                let mut legacy = Client::connect(shared(version).legacy.address()).await.unwrap();
                let expected = legacy.request("POST", "/api/tasks", &headers, body.as_bytes()).await.unwrap();
                let seen = to_gateway.request("POST", "/api/tasks", &headers, body.as_bytes()).await.unwrap();
                let shown = &body[..10];
                assert_eq!(seen.status, *status, "{version:?} {accepted} {shown}");
                assert_eq!(head(&seen), head(&expected), "{version:?} {accepted} {shown}");
                assert!(unpacked(&seen) == unpacked(&expected), "{version:?} {accepted} {shown}");
                let packed = accepted == "gzip" && unpacked(&seen).len() > 1000;
                assert_eq!(seen.headers.one("content-encoding"), packed.then_some("gzip"), "{shown}");
            }
        }
        house.close();
    }
}

/// What the legacy raises over is a 422 of ours (`differences.rs`): it has the whole body in it, and is packed as such.
#[tokio::test]
async fn a_large_body_that_the_legacy_cannot_echo_is_refused() {
    let items = "1,".repeat(40_000);
    let setting = Setting::sample(Version::Newest).with_routes(&[("POST /api/tasks", "\"native\"")]);
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let mut client = house.client().await;
    for (last, echoed) in [("NaN", "null"), ("\"\\ud800\"", "\"\\ud800\"")] {
        let headers = [
            ("authorization", authorization.as_str()),
            ("accept-encoding", "gzip"),
            ("content-type", "application/json"),
        ];
        let body = format!("[{items}{last}]");
        let seen = client.request("POST", "/api/tasks", &headers, body.as_bytes()).await.unwrap();
        assert_eq!((seen.status, seen.headers.one("content-encoding")), (422, Some("gzip")));
        let told = String::from_utf8(unpacked(&seen)).unwrap();
        assert!(told.ends_with(&format!("\"input\":[{items}{echoed}]}}]}}")), "{}", &told[told.len() - 50..]);
    }
    house.close();
}

/// The body as the client reads it.
pub(super) fn unpacked(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    match answer.headers.one("content-encoding") {
        Some("gzip") => {
            GzDecoder::new(&answer.body[..]).read_to_end(&mut plain).unwrap();
        }
        other => {
            assert_eq!(other, None);
            plain.extend(&answer.body);
        }
    }
    plain
}

/// Status and headers, without the length.
fn head(answer: &Answer) -> (u16, Vec<(String, String)>) {
    let (status, mut headers, _) = comparable(answer);
    headers.retain(|(name, _)| name != "content-length");
    (status, headers)
}
