//! What the gateway needs no legacy for: to start, to be ready, to say who answers, and not to be given anything back.

use compat_tests::sample::Version;

use super::{ROUTES, setting};
use crate::house::{House, Setting, TASK, command, environment, routes};

#[tokio::test]
async fn without_a_legacy_nothing_is_missing() {
    let house = House::open(&setting(Version::Newest)).await;
    let ready = house.admin("/readyz").await;
    assert_eq!((ready.status, ready.text().as_str()), (200, "{\"status\":\"ready\",\"degraded\":[]}\n"));
    let denied = house.get("/health", &[]).await;
    assert_eq!((denied.status, denied.text().as_str()), (404, r#"{"detail":"Not Found"}"#));
    // A request of no route is the gateway's own, in log and metrics.
    let _ = house.get("/nowhere", &[]).await;
    house.wait_told("request", 2).await;
    let line = house.gateway.log().into_iter().find(|line| line["route"] == "(unlisted)").unwrap();
    assert_eq!((line["owner"].as_str(), line["status"].as_u64()), (Some("gateway"), Some(404)));
    house.close();
}

#[tokio::test]
async fn a_body_that_nobody_reads_does_not_end_the_connection() {
    let house = House::open(&setting(Version::Newest)).await;
    let mut client = house.client().await;
    for _ in 0..3 {
        let answer = client.request("POST", "/health", &[], b"{\"a\": 1}").await.unwrap();
        assert_eq!((answer.status, answer.headers.one("allow")), (405, Some("GET")));
        assert!(!answer.closes());
    }
    house.close();
}

#[tokio::test]
async fn a_native_route_is_served_and_the_legacy_may_come_back() {
    let native = format!("{ROUTES}[routes]\n\"{TASK}\" = \"native\"\n");
    let house = House::open(&Setting { routes: native, ..setting(Version::Newest) }).await;
    let refused = house.get("/api/tasks/1", &[]).await;
    assert_eq!((refused.status, refused.headers.one("www-authenticate")), (401, Some("Bearer")));
    let upgrade = [("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13")];
    assert_eq!(house.get("/api/tasks/1", &upgrade).await.status, 403);
    let legacy = Setting::sample(Version::Newest).legacy_url;
    let back = format!("{}[legacy]\nurls = [\"{legacy}\"]\n", routes(&[]).replace("[routes]", ""));
    house.write_routes(&back, "routes file taken").await;
    assert_eq!(house.get("/health", &[]).await.status, 200);
    house.write_routes(&routes(&[]), "routes file refused").await;
    assert_eq!(house.get("/health", &[]).await.status, 200);
    house.close_expecting(&["routes file refused"]);
}

#[tokio::test]
async fn a_legacy_with_bodies_of_its_own_keeps_them() {
    let own = r#"
not_found = { status = 404, body = '{"missing":true}' }
method_not_allowed = { status = 405, body = 'no', headers = { Allow = "{allow}", X-A = "1", Content-Type = "text/plain" } }
internal = { status = 500, body = '{"broken":true}' }
bad_token"#;
    let mut setting = setting(Version::Newest);
    setting.profile = setting.profile.replace("\nbad_token", own);
    setting.profile = setting
        .profile
        .replace("\nshape = \"detail\"", "\nshape = '{\"e\":{\"c\":\"{code}\",\"m\":{message}}}'");
    let house = House::open(&setting).await;
    let digits = "7".repeat(5_000);
    let origin = [("origin", "http://localhost:3000")];
    for (method, target, status, headers, body) in [
        (
            "GET",
            "/nowhere",
            404,
            "content-length content-type access-control-allow-credentials",
            r#"{"missing":true}"#,
        ),
        (
            "PUT",
            "/health",
            405,
            "allow x-a content-length content-type access-control-allow-credentials",
            "no",
        ),
        (
            "GET",
            &format!("/api/invoices/{digits}"),
            500,
            "content-length content-type x-request-id",
            r#"{"broken":true}"#,
        ),
        (
            "GET",
            "/health",
            404,
            "content-length content-type access-control-allow-credentials",
            r#"{"e":{"c":"not_found","m":"Not Found"}}"#,
        ),
        (
            "GET",
            "/admin/x",
            404,
            "content-length content-type access-control-allow-credentials",
            r#"{"error":{"code":404,"message":"Not Found"}}"#,
        ),
    ] {
        let answer = house.client().await.request(method, target, &origin, b"").await.unwrap();
        let names: Vec<_> = answer.headers.0.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let short = format!("{method} {}", &target[..target.len().min(20)]);
        assert_eq!((answer.status, answer.text().as_str()), (status, body), "{short}");
        assert!(names.join(" ").starts_with(headers), "{short}: {names:?}");
        if status == 405 {
            assert_eq!(answer.headers.one("allow"), Some("GET"));
        }
    }
    house.close();
}

#[test]
fn explain_says_who_answers_and_set_gives_nothing_back() {
    let setting = setting(Version::Newest);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (method, target, expected) in [
        ("GET", "/nowhere", r#""outcome":"unlisted","owner":"gateway""#),
        ("PUT", "/health", r#""outcome":"partial","owner":"gateway""#),
        ("GET", "/health/", r#""outcome":"redirect","owner":"gateway""#),
        ("GET", "/health", r#""outcome":"match","owner":"deny""#),
    ] {
        let told = command(&["routes", "explain", "--json", method, target], folder.path(), &pairs);
        let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
        let short = format!("\"outcome\":{},\"owner\":{}", told["outcome"], told["owner"]);
        assert_eq!(short, expected, "{method} {target}");
    }
    let checked = command(&["check"], folder.path(), &pairs);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(!checked.stdout.contains("warning: legacy.toml"), "{checked:?}");
    let elsewhere = setting.profile.replace("\"/admin\"", "\"/admins\"");
    std::fs::write(folder.path().join("legacy.toml"), elsewhere).unwrap();
    let checked = command(&["check"], folder.path(), &pairs);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let told = "`[errors.below.\"/admins\"]`: the lock has no application below that path";
    assert!(checked.stdout.contains(told), "{checked:?}");
    let refused = command(&["routes", "set", TASK, "legacy"], folder.path(), &pairs);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("the legacy is gone, and one route is still its"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(folder.path().join("routes.toml")).unwrap(), ROUTES);
}
