//! The log: one line a request, every field documented, no secret in either format.

use std::collections::BTreeSet;

use compat_tests::{client::Client, sample::Version};
use serde_json::Value;

use super::documented;
use crate::{
    fake_legacy::FakeLegacy,
    house::{
        Ask, House, SECRET, Setting, TASK, bearer, database, environment, nobody, signed, token, whole_log,
    },
    native::stored::execute,
};

#[tokio::test]
async fn every_request_leaves_one_line_that_names_the_route() {
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let authorization = bearer(&token(1));
    let mut client = house.client().await;
    let form = b"username=ada%40example.com&password=wrong";
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let asked = [("authorization", authorization.as_str())];
    let mut clients = BTreeSet::new();
    for (method, target, headers, body, route, owner, status) in [
        ("GET", "/api/tasks/1?secret=hunter2", &asked[..], &b""[..], TASK, "native", 200),
        ("GET", "/users/me", &asked, b"", "GET /users/me", "legacy", 200),
        ("POST", "/auth/login", &[form_type], form, "POST /auth/login", "legacy", 401),
        ("GET", "/files/hunter2", &[], b"", "GET /files/{path:path}", "legacy", 404),
        ("GET", "/hunter2", &[], b"", "(unlisted)", "legacy", 404),
        ("PATCH", "/health", &[], b"", "(method not allowed)", "legacy", 405),
        ("GET", "/health/", &[], b"", "(slash redirect)", "legacy", 307),
        ("GET", "/hunter2%00", &[], b"", "(refused)", "gateway", 400),
    ] {
        let answer = client.request(method, target, headers, body).await.unwrap();
        let id = answer.headers.one("x-request-id").unwrap();
        let line = house.gateway.logged_request(id).await.unwrap();
        assert_eq!((line["route"].as_str(), line["owner"].as_str()), (Some(route), Some(owner)), "{line}");
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(line["bytes_out"], answer.body.len(), "{line}");
        assert_eq!(line["bytes_in"], body.len(), "{line}");
        assert!(line["elapsed_ms"].as_f64().unwrap() > 0.0, "{line}");
        assert_eq!(line.get("upstream").is_some(), owner == "legacy", "{line}");
        assert_eq!(line.get("error.kind").is_some(), status == 400, "{line}");
        clients.insert(line["client_ip"].as_str().unwrap().to_owned());
    }
    assert_eq!(house.told("request"), 8);
    assert!(clients.len() == 1 && clients.iter().all(|name| name.len() == 16), "{clients:?}");
    let metrics = house.admin("/metrics").await.text();
    for line in [
        "gateway_requests_total{owner=\"native\",route=\"GET /api/tasks/{task_id}\",status_class=\"2xx\"} 1",
        "gateway_requests_total{owner=\"legacy\",route=\"(unlisted)\",status_class=\"4xx\"} 1",
        "gateway_request_seconds_count{owner=\"gateway\",route=\"(refused)\"} 1",
        "gateway_legacy_first_byte_seconds_count{route=\"GET /users/me\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert!(!metrics.contains("hunter2"), "{metrics}");
    house.close();
}

/// What must never be read in a log, and requests that carry it in every place a request has.
const CANARIES: [&str; 10] = [
    "query-canary",
    "path-canary",
    "header-canary",
    "cookie-canary",
    "body-canary",
    "row-canary",
    "ada@example.com",
    "ada%40example.com",
    "correct+horse+battery+staple",
    "eyJ",
];

fn requests_with_secrets<'a>(headers: &'a [(&'a str, &'a str)]) -> Vec<Ask<'a>> {
    let login = b"username=ada%40example.com&password=correct+horse+battery+staple";
    vec![
        ("GET", "/api/tasks/1?token=query-canary", headers, b""),
        ("GET", "/users/me?email=ada@example.com", headers, b""),
        ("GET", "/files/path-canary", headers, b""),
        ("GET", "/path-canary/?query-canary", headers, b""),
        ("GET", "/health%00path-canary", headers, b""),
        ("POST", "/api/tasks", headers, b"{\"title\":\"body-canary\""),
        ("POST", "/api/tasks", headers, b"{\"title\":\"row-canary\"}"),
        ("POST", "/auth/login", &[("content-type", "application/x-www-form-urlencoded")], login),
        (
            "GET",
            "/api/tasks/1",
            &[("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA")],
            b"",
        ),
    ]
}

#[tokio::test]
async fn neither_format_holds_a_secret_at_any_level() {
    let authorization = bearer(&token(1));
    let headers = [
        ("authorization", authorization.as_str()),
        ("x-canary", "header-canary"),
        ("cookie", "session=cookie-canary"),
        ("content-type", "application/json"),
    ];
    let asked = requests_with_secrets(&headers);
    let mut setting = Setting::sample(Version::Newest)
        .with_routes(&[(TASK, "\"native\""), ("POST /api/tasks", "\"native\"")]);
    setting.database_url = database();
    // PostgreSQL tells the whole row that it refuses.
    let picky = "ALTER TABLE tasks ADD CONSTRAINT no_canary CHECK (title <> 'row-canary')";
    execute(&setting.database_url, picky).await;
    for format in ["json", "text"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
        std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
        let mut environment = environment(&setting);
        environment.retain(|(name, _)| *name != "LOG_FORMAT");
        environment.push(("LOG_LEVEL", "trace".to_owned()));
        environment.push(("LOG_FORMAT", format.to_owned()));
        let log = whole_log(&environment, folder.path(), &asked).await;
        assert!(log.contains("GET /api/tasks/{task_id}"), "{log}");
        assert!(log.contains("SQLSTATE 23514") && log.contains("constraint `no_canary`"), "{log}");
        let own = setting.database_url.split_once("://").unwrap().1;
        for secret in CANARIES.into_iter().chain([SECRET, own, &authorization["Bearer ".len()..]]) {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
}

#[tokio::test]
async fn a_text_log_tells_the_same() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.answer("").await
    })
    .await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes.push_str("[limits]\nbody = \"1B\"\n");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let mut environment = environment(&setting);
    environment.retain(|(name, _)| *name != "LOG_FORMAT");
    let asked: [Ask<'_>; 2] = [("GET", "/health", &[], b""), ("POST", "/auth/login", &[], b"two")];
    let log = whole_log(&environment, folder.path(), &asked).await;
    assert!(log.contains("INFO listening listener=\"public\""), "{log}");
    assert!(log.contains("INFO request request_id="), "{log}");
    assert!(log.contains("route=\"GET /health\" owner=\"legacy\" upstream=\"127.0.0.1:"), "{log}");
    assert!(!log.contains('\u{1b}'), "colours in a pipe: {log}");
    let lines: Vec<_> = log.lines().filter(|line| line.contains("INFO request ")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    for field in documented::fields() {
        assert!(lines.iter().any(|line| line.contains(&format!(" {field}="))), "{field} in {log}");
    }
}

/// The fields of a line that are its own: the others every line has.
fn own_fields(line: &Value) -> BTreeSet<String> {
    let common = ["timestamp", "level", "message"];
    let fields = line.as_object().unwrap().keys();
    fields.filter(|name| !common.contains(&name.as_str())).cloned().collect()
}

#[tokio::test]
async fn why_the_gateway_answered_itself_is_a_word_of_a_closed_list() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        let (head, _) = connection.request().await?;
        if head.starts_with("GET /files/broken") {
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await?;
            return connection.finish().await;
        }
        std::future::pending().await
    })
    .await;
    let setting = Setting::in_front_of(legacy.address()).without_database().with_routes(&[
        (TASK, "\"native\""),
        ("GET /health", "{ owner = \"legacy\", deadline = \"10ms\" }"),
        ("POST /auth/register", "\"deny\""),
        ("GET /api/projects", "{ auth = \"required\", scopes = [\"projects\"] }"),
        ("POST /auth/login", "{ owner = \"legacy\", body_max = \"1B\" }"),
    ]);
    let house = House::open(&setting).await;
    let gone = nobody();
    let unreachable = House::open(&Setting::in_front_of(gone)).await;
    let native = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let good = bearer(&token(1));
    let forged =
        bearer(&signed(&serde_json::json!({ "sub": "1" }), "a secret that nobody ever had, not here"));
    let bad = bearer(&signed(&serde_json::json!({ "sub": "1", "exp": 1 }), SECRET));
    let mut seen = BTreeSet::new();
    for (house, method, target, authorization, kind, origin, status) in [
        (&house, "GET", "/%00", "", "refused", "client", 400),
        (&house, "GET", "/users/me", "", "no_token", "client", 401),
        (&house, "GET", "/users/me", &*bad, "expired_token", "client", 401),
        (&house, "GET", "/users/me", &*forged, "bad_token", "client", 401),
        (&house, "GET", "/api/projects", &*good, "no_leave", "client", 403),
        (&house, "POST", "/auth/register", "", "denied", "gateway", 404),
        (&house, "POST", "/auth/login", "", "too_large", "client", 413),
        (&house, "GET", "/health", "", "late", "legacy", 504),
        (&house, "GET", "/api/tasks/1", &*good, "database_unavailable", "database", 503),
        (&house, "GET", "/files/broken", "", "legacy_broke_off", "legacy", 200),
        (&house, "GET", "/files/waiting", "", "client_left", "client", 499),
        (&native, "GET", "/api/tasks/2147483648", &*good, "legacy_raises", "client", 500),
        (&unreachable, "GET", "/health", "", "legacy_unreachable", "legacy", 502),
    ] {
        let id = format!("{kind}-{status}");
        let mut client = house.client().await;
        let headers =
            [("x-request-id", id.as_str()), ("authorization", authorization), ("content-length", "2")];
        let headers = match (method, authorization) {
            ("POST", _) => vec![headers[0], headers[2]],
            (_, "") => vec![headers[0]],
            _ => vec![headers[0], headers[1]],
        };
        client.begin(method, target, &headers).await.unwrap();
        if status == 499 {
            // Leaves once the legacy has been asked.
            while legacy.executed() < 3 {
                tokio::task::yield_now().await;
            }
        } else {
            assert_eq!(client.head().await.unwrap().status, status, "{id}");
            // An answer that breaks off ends in an error: it must come before this client leaves.
            let _ = client.rest().await;
        }
        drop(client);
        let line = house.gateway.logged_request(&id).await.unwrap();
        assert_eq!((&line["error.kind"], &line["error.origin"]), (&kind.into(), &origin.into()), "{line}");
        assert_eq!(line["status"], status, "{line}");
        let counted = format!("gateway_errors_total{{kind=\"{kind}\",origin=\"{origin}\"}} 1");
        let scraped = house.admin("/metrics").await.text();
        assert!(scraped.contains(&counted), "{counted} in\n{scraped}");
        seen.insert((kind.to_owned(), origin.to_owned()));
        let undocumented: Vec<_> =
            own_fields(&line).into_iter().filter(|name| !documented::fields().contains(name)).collect();
        assert!(undocumented.is_empty(), "{undocumented:?}");
    }
    for (kind, origin) in documented::errors() {
        // Other tests spoil a column for the first, cut the reply to a COMMIT for the second, fill the queue of those
        // who hash for the third, guess passwords for the fourth, and send slowly for the last.
        let known = ["internal", "outcome_unknown", "overloaded", "throttled", "too_slow"]
            .contains(&kind.as_str())
            || seen.iter().any(|(word, from)| *word == kind && origin.contains(from));
        assert!(known, "{kind}, {origin}: documented, but never seen");
    }
    house.close_expecting(&["degraded", "database cannot be used"]);
    native.close();
    unreachable.close_expecting(&["degraded", "legacy cannot be reached"]);
}

#[tokio::test]
async fn an_answer_to_head_is_whole_and_the_instance_that_answered_is_named() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await
    })
    .await;
    let gone = nobody();
    let mut setting = Setting::in_front_of(legacy.address());
    setting.legacy_url = format!("http://{gone},{}", setting.legacy_url);
    let house = House::open(&setting).await;
    let mut client = Client::connect(house.gateway.public()).await.unwrap();
    client.send(b"HEAD /docs HTTP/1.1\r\nhost: a\r\nx-request-id: one\r\n\r\n").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    let line = house.gateway.logged_request("one").await.unwrap();
    assert_eq!(line["upstream"], legacy.address().to_string(), "{line}");
    assert_eq!((&line["complete"], line.get("error.kind")), (&true.into(), None), "{line}");
    // What the gateway answers itself has a body that a HEAD does not get.
    client.send(b"HEAD /%00 HTTP/1.1\r\nhost: a\r\nx-request-id: two\r\n\r\n").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 400);
    let line = house.gateway.logged_request("two").await.unwrap();
    assert_eq!((&line["complete"], &line["error.kind"]), (&true.into(), &"refused".into()), "{line}");
    house.close_expecting(&["legacy instance unhealthy", "legacy instance ejected"]);
}
