//! `gateway routes list`: since when, by whom, and the traffic of whatever runs, or of nobody.

use std::{path::Path, time::Instant};

use compat_tests::sample::Version;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{Desk, run, run_with};
use crate::house::{House, PATIENCE, Setting, TASK, environment, nobody};

/// Answers one request with these bytes, then keeps the connection open.
async fn admin(answer: Vec<u8>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    #[expect(clippy::disallowed_methods, reason = "the test joins it")]
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        // Whoever has heard enough hangs up.
        let _ = stream.write_all(&answer).await;
        let _ = stream.read(&mut [0; 1]).await;
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    (address, served)
}

async fn list(folder: &Path, arguments: Vec<String>) -> compat_tests::gateway_process::Refusal {
    let folder = folder.to_owned();
    let run = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run_with(&folder, &[&["list"], &arguments[..]].concat(), &[])
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn page(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn words(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn the_traffic_of_the_running_gateway_stands_beside_the_owner() {
    let desk = Desk::with("schema = 1\n");
    assert_eq!(desk.run(&["set", TASK, "native", "--note", "compared"]).code, Some(0));
    let body = json!({"revision": 3, "uptime_seconds": 12.5, "more": [], "routes": [
        {"route": TASK, "owner": "legacy", "auth": "token",
         "requests": {"legacy": {"2xx": 10, "4xx": 1}, "native": {"2xx": 5}}, "share_native": 0.33,
         "p95_ms": {"legacy": 12.0, "native": 1.1}},
        {"route": "GET /health"}]})
    .to_string();
    let (address, served) = admin(page(&body)).await;
    let told = list(desk.folder.path(), words(&["--admin", &address])).await;
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""));
    assert!(served.await.unwrap().starts_with("GET /api/routes HTTP/1.1\r\n"));
    let by = desk.history()[0]["by"].as_str().unwrap().to_owned();
    let row = told.stdout.lines().find(|line| line.starts_with(TASK)).unwrap();
    let cells: Vec<&str> = row[TASK.len()..].split_whitespace().collect();
    assert_eq!((cells[0], cells[1], cells[3]), ("native", "token", by.as_str()), "{row}");
    assert_eq!(&cells[4..8], ["16", "33", "12.0", "1.1"], "{row}");
    assert!(row.ends_with("the running gateway has it as legacy"), "{row}");
    let health = told.stdout.lines().find(|line| line.starts_with("GET /health ")).unwrap();
    assert_eq!(
        health.split_whitespace().skip(2).collect::<Vec<_>>(),
        ["legacy", "-", "-", "-", "0", "-", "-", "-"]
    );

    let (address, _served) = admin(page(&body)).await;
    let told = list(desk.folder.path(), words(&["--json", "--admin", &address])).await;
    let rows: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
    let row = rows.iter().find(|row| row["route"] == TASK).unwrap();
    assert_eq!(
        (&row["owner"], &row["auth"], &row["via"]),
        (&json!("native"), &json!("token"), &json!("set"))
    );
    assert_eq!((&row["since"], &row["note"]), (&desk.history()[0]["at"], &json!("compared")));
    assert_eq!(row["running"]["requests"]["legacy"], json!({"2xx": 10, "4xx": 1}));
    assert_eq!((&row["running"]["owner"], &row["running"]["share_native"]), (&json!("legacy"), &json!(0.33)));
}

#[tokio::test]
async fn a_running_gateway_is_asked_what_it_has_counted() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    assert_eq!(house.get("/health", &[]).await.status, 200);
    assert_eq!(run(house.folder.path(), &["set", "GET /health", "deny"]).code, Some(0));
    house.wait_told("routes file taken", 1).await;
    assert_eq!(house.get("/health", &[]).await.status, 404);
    let admin = house.gateway.admin().to_string();
    let ask = async |arguments| list(house.folder.path(), arguments).await;
    let told = ask(words(&["--json", "--admin", &admin])).await;
    assert_eq!(told.stderr, "");
    let rows: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
    assert!(rows.iter().all(|row| row["running"]["owner"] == row["owner"]), "{rows:#?}");
    let health = rows.iter().find(|row| row["route"] == "GET /health").unwrap();
    assert_eq!((&health["owner"], &health["via"]), (&json!("deny"), &json!("set")));
    assert_eq!(health["running"]["requests"]["legacy"]["2xx"], 1, "{health}");
    let told = ask(words(&["--admin", &admin])).await;
    assert!(told.stdout.lines().any(|line| line.starts_with("GET /health ")), "{}", told.stdout);
    assert!(!told.stdout.contains("the running gateway has it as"), "{}", told.stdout);

    // Without --admin, it is asked where the settings say.
    let setting = Setting::sample(Version::Newest);
    let mut environment = environment(&setting);
    environment.retain(|(name, _)| *name != "GATEWAY_ADMIN_LISTEN" && *name != "LEGACY_LOCK");
    environment.push(("GATEWAY_ADMIN_LISTEN", admin));
    let folder = house.folder.path().to_owned();
    let told = tokio::task::spawn_blocking(move || {
        let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run_with(&folder, &["list"], &pairs)
    });
    assert_eq!(told.await.unwrap().stderr, "");
    house.close();
}

#[tokio::test]
async fn whoever_else_is_there_is_named_and_the_list_stands() {
    let desk = Desk::with("schema = 1\n");
    let huge = format!("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n{}", "x".repeat(9 << 20));
    for (answer, expected) in [
        (page("[]"), "is not the admin listener of a gateway (invalid"),
        (page("{\"routes\": 1}"), "is not the admin listener of a gateway (invalid"),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(), "(it says 404 Not Found)"),
        (b"-ERR unknown command 'GET'\r\n".to_vec(), "is not the admin listener of a gateway"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{".to_vec(), "(it takes too long)"),
        (huge.into_bytes(), "is not the admin listener of a gateway (length limit exceeded)"),
        (Vec::new(), "(it takes too long)"),
    ] {
        let (address, _served) = admin(answer).await;
        let begun = Instant::now();
        let told = list(desk.folder.path(), words(&["--admin", &address])).await;
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        assert_eq!(told.code, Some(0));
        assert_eq!(told.stderr.lines().count(), 1, "{}", told.stderr);
        assert!(told.stderr.starts_with("no traffic: ") && told.stderr.contains(expected), "{}", told.stderr);
        assert!(told.stdout.lines().skip(1).all(|line| line.ends_with("  -")), "{}", told.stdout);
    }
    let nobody = nobody().to_string();
    let told = list(desk.folder.path(), words(&["--admin", &nobody])).await;
    assert!(told.stderr.starts_with(&format!("no traffic: nobody answers at {nobody}")), "{}", told.stderr);
    let told = list(desk.folder.path(), words(&["--json", "--admin", &nobody])).await;
    let rows: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
    assert!(rows.iter().all(|row| row["running"].is_null() && row["since"].is_null()), "{rows:?}");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let desk = Desk::with("schema = 1\n[routes]\n\"GET /health\" = \"deny\"\n");
    let coloured = |environment: &[(&str, &str)]| {
        let told = run_with(desk.folder.path(), &["list", "--admin", "127.0.0.1:1"], environment);
        told.stdout.contains("\u{1b}[31mdeny")
    };
    assert!(!coloured(&[]), "no terminal");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
