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
    let unpacked = |answer: &Answer| -> Vec<u8> {
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
    };
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
            let heads = [&seen, &expected].map(|answer| {
                let (status, mut headers, _) = comparable(answer);
                headers.retain(|(name, _)| name != "content-length");
                (status, headers)
            });
            assert_eq!(heads[0], heads[1], "{version:?} {target} {accepted}");
        }
        house.close();
    }
}
