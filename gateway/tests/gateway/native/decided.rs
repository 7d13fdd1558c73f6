//! `[json]` in `legacy.toml`: what a legacy may decide whatever its version does, of native routes.

use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};

use crate::house::{House, Setting, bearer, database, token};

const UNTYPED: &str = "{\"title\":\"untyped\",\"estimate_hours\":1e-7}";

/// Two answers to `POST /api/tasks`: to a body without a content type, and to a `null`.
async fn asked(client: &mut Client) -> [Answer; 2] {
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str())];
    let untyped = client.request("POST", "/api/tasks", &headers, UNTYPED.as_bytes()).await.unwrap();
    let headers = [headers[0], ("content-type", "application/json")];
    [untyped, client.request("POST", "/api/tasks", &headers, b"null").await.unwrap()]
}

/// What a native route answers with these lines in the profile, and what the legacy does.
async fn with(lines: &str) -> ([Answer; 2], [Answer; 2]) {
    let mut setting = Setting::sample(Version::Newest).with_routes(&[("POST /api/tasks", "\"native\"")]);
    setting.database_url = database();
    setting.profile.push_str(lines);
    let house = House::open(&setting).await;
    let native = asked(&mut house.client().await).await;
    let address = setting.legacy_url.trim_start_matches("http://").parse().unwrap();
    let legacy = asked(&mut Client::connect(address).await.unwrap()).await;
    house.close();
    (native, legacy)
}

#[tokio::test]
async fn without_a_line_it_is_as_the_version_has_it() {
    let (native, legacy) = with("").await;
    for (native, legacy) in native.iter().zip(&legacy) {
        assert_eq!((native.status, native.text()), (422, legacy.text()), "{legacy:?}");
        assert_eq!(legacy.status, 422);
    }
}

#[tokio::test]
async fn a_body_without_a_content_type_is_json_where_the_profile_says_so() {
    let ([untyped, null], legacy) = with("[json]\nuntyped = \"json\"\n").await;
    assert_eq!(untyped.status, 201, "{}", untyped.text());
    assert!(untyped.text().contains("\"title\":\"untyped\""), "{}", untyped.text());
    assert!(untyped.text().contains("\"estimate_hours\":1e-7,"), "{}", untyped.text());
    assert_eq!((null.status, null.text()), (422, legacy[1].text()));
}

#[tokio::test]
async fn every_line_is_followed() {
    let lines = "[json]\nuntyped = \"json\"\nnull_body = \"missing\"\nfloats = \"json.dumps\"\n";
    let ([untyped, null], _) = with(lines).await;
    assert_eq!(untyped.status, 201, "{}", untyped.text());
    assert!(untyped.text().contains("\"estimate_hours\":1e-07,"), "{}", untyped.text());
    let missing = r#"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#;
    assert_eq!((null.status, null.text().as_str()), (422, missing));
}
