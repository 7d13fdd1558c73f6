//! Family H: however a path is spelled, who gets what is decided as the legacy itself would.
//!
//! Each spelling is asked of the sample and of the gateway before it, without a token and with those of two users: the
//! answers are the same, or the gateway refuses the request.

use compat_tests::{client::Client, sample::Version};

use crate::house::{House, Setting, TASK, bearer, comparable, shared, token};

/// A protected path of the legacy's, one of ours, and a public one with a path of its own in it.
const PATHS: [&str; 3] = ["/users/me", "/api/tasks/1", "/files/a"];

#[tokio::test]
async fn no_spelling_of_a_path_is_under_another_policy() {
    let setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    let house = House::open(&setting).await;
    let mut legacy = Client::connect(shared(Version::Newest).legacy.address()).await.unwrap();
    let mut client = house.client().await;
    let authorizations = [None, Some(bearer(&token(1))), Some(bearer(&token(2)))];
    let mut compared = 0;
    for target in PATHS.iter().flat_map(|path| spellings(path)).chain(escapes()) {
        for authorization in &authorizations {
            let mut lines = vec![("host", "api.example.com")];
            lines.extend(authorization.as_deref().map(|value| ("authorization", value)));
            let seen = match client.request("GET", &target, &lines, b"").await {
                Ok(seen) => seen,
                Err(_) => {
                    // No request that hyper could read.
                    client = house.client().await;
                    continue;
                }
            };
            if seen.status == 400 {
                client = house.client().await;
                continue;
            }
            let expected = legacy.request("GET", &target, &lines, b"").await.unwrap();
            let user = authorization.as_ref().map(|token| token.len());
            assert_eq!(comparable(&seen), comparable(&expected), "{target:?} {user:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
    house.close_expecting(&[]);
}

fn spellings(path: &str) -> Vec<String> {
    let rest = path.strip_prefix('/').unwrap();
    let (first, last) = rest.split_once('/').unwrap();
    let letter = format!("%{:02x}", first.as_bytes()[0]);
    let encoded: String = rest.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let twice = encoded.replace('%', "%25");
    let mut spellings = vec![
        format!("/{path}"),
        format!("//{first}//{last}"),
        format!("{path}/"),
        format!("{path}//"),
        format!("/.{path}"),
        format!("/x/..{path}"),
        format!("/{first}/./{last}"),
        format!("/{first}/x/../{last}"),
        format!("{path}/."),
        format!("{path}/.."),
        format!("/{first}/%2e/{last}"),
        format!("/{first}/x/%2E%2e/{last}"),
        format!("/{first}/x/%252e%252e/{last}"),
        format!("/{first}%2f{last}"),
        format!("/{first}%252f{last}"),
        format!("/{first}%5c{last}"),
        format!("/{letter}{}/{last}", &first[1..]),
        format!("/{encoded}"),
        format!("/{twice}"),
        format!("/{first}/%c0%ae/{last}"),
        format!("/%e1%81%b5{}/{last}", &first[1..]),
        path.to_uppercase(),
        format!("{path}."),
        format!("{path}%20"),
        format!("{path}%09"),
        format!("{path}%0a"),
        format!("{path}%00"),
        format!("{path}%00.css"),
        format!("{path}.json"),
        format!("{path}.css"),
        format!("{path}/x.css"),
        format!("{path};x=1"),
        format!("/x/..;{path}"),
        format!("/{first};a=b/{last}"),
        format!("{path}%23"),
        format!("{path}%3f"),
        format!("{path}?"),
        format!("{path}?x=/health"),
        format!("/{first}/%ef%bc%8f{last}"),
        format!("/{first}%e2%80%8b/{last}"),
        format!("/{first}%c2%ad/{last}"),
        format!("{path}%"),
        format!("{path}%zz"),
        format!("/%u002f{rest}"),
        format!("http://api.example.com{path}"),
        format!("http://evil.example{path}"),
        format!("http://api.example.com@evil.example{path}"),
        format!("http://user:word@api.example.com{path}"),
    ];
    spellings.push(format!("/{first}\\{last}"));
    spellings
}

/// 95: out of a public prefix into what is protected.
fn escapes() -> Vec<String> {
    let out = [
        "..",
        "%2e%2e",
        ".%2e",
        "%252e%252e",
        "..%2f",
        "..%5c",
        "..;",
        "%c0%ae%c0%ae",
        "..%00",
        "..%09",
        "....//",
    ];
    let targets =
        out.iter().flat_map(|out| ["users/me", "api/tasks/1"].map(|target| format!("/files/{out}/{target}")));
    targets.chain(["/filesusers/me", "/healthusers/me", "/docs/../users/me"].map(str::to_owned)).collect()
}
