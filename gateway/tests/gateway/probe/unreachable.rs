//! A legacy that cannot be asked: one clear line, exit code 3, in bounded time.

use std::time::{Duration, Instant};

use compat_tests::sample::Version;

use super::stand::{TOKENS, desk, probe};
use crate::{
    fake_legacy::FakeLegacy,
    house::{Setting, command, environment, nobody},
};

/// Enough for a connection, a question and a slow machine.
const BOUND: Duration = Duration::from_secs(12);

#[track_caller]
fn check(url: &str, told: &str) {
    let begun = Instant::now();
    let asked = tokio::task::block_in_place(|| probe(&desk(TOKENS), url, &[]));
    assert_eq!((asked.code, asked.stdout.as_str()), (Some(3), ""), "{asked:?}");
    assert_eq!(asked.stderr, format!("{told}\n"));
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
}

async fn speak(words: &'static str) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| async move {
        connection.head().await?;
        connection.send(words).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_be_asked_is_told_in_a_line() {
    let free = nobody();
    check(&format!("http://{free}"), &format!("http://{free}: connection refused"));
    check("http://nobody.invalid:8000", "http://nobody.invalid:8000: its name has no address");
    // Read to the end: unread, what was asked would take the words away with it.
    let plain = FakeLegacy::play(|mut connection| async move {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n").await?;
        connection.read().await.map(drop)
    })
    .await;
    let url = format!("https://{}", plain.address());
    check(&url, &format!("{url}: the TLS handshake failed"));
    let silent = FakeLegacy::play(|mut connection| async move {
        connection.head().await?;
        connection.read().await.map(drop)
    })
    .await;
    let url = format!("http://{}", silent.address());
    check(&url, &format!("{url}: accepts connections, but gives no answer within 2 s"));
    let mail = speak("220 mail.example ESMTP\r\n").await;
    let url = format!("http://{}", mail.address());
    check(&url, &format!("{url}: answers, but not in HTTP/1.1 (invalid HTTP version parsed)"));
    let shy = speak("").await;
    let url = format!("http://{}", shy.address());
    check(&url, &format!("{url}: closes the connection without an answer"));
    let torn = speak("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    let url = format!("http://{}", torn.address());
    let why = "end of file before message length reached";
    check(&url, &format!("{url}: breaks its answer off ({why})"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_in_the_address_is_none_of_the_legacys() {
    for (url, told) in [
        (
            "127.0.0.1:8000",
            "URL: the address has no scheme\nhelp: write `http://` or `https://` in front of it\n\n1 mistake\n",
        ),
        (
            "http://me:secret@a",
            "URL: the address contains user information\nhelp: write `http://host:port`, without the part before the `@`\n\n1 mistake\n",
        ),
    ] {
        let asked = probe(&desk(TOKENS), url, &[]);
        assert_eq!((asked.code, asked.stderr.as_str()), (Some(2), told));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_says_good_and_that_nobody_was_there() {
    let desk = tempfile::tempdir().unwrap();
    let setting = Setting::sample(Version::Newest);
    std::fs::write(desk.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(desk.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let free = format!("http://{}", nobody());
    let checked = command(&["check", "--against", &free], desk.path(), &environment);
    assert_eq!((checked.code, checked.stderr), (Some(3), format!("{free}: connection refused\n")));
    assert!(checked.stdout.contains("\ngood: "), "{}", checked.stdout);
    let checked = command(&["check", "--json", "--against", &free], desk.path(), &environment);
    let object: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(checked.code, Some(3));
    assert_eq!(object["against"]["unreachable"], format!("{free}: connection refused"));
}
