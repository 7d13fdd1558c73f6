//! Targets that answer with something else than HTTP, or not at all, and targets behind TLS.

use std::{fs, path::Path};

use gateway::parity::{
    exchange::{Exchange, Outcome},
    recording::Recording,
};
use tokio::sync::mpsc;

use super::{
    commands::{compat, said, with, write},
    sketch::{answer, exchange, get, told},
};
use crate::{
    fake_legacy::FakeLegacy,
    instances::tls::server::Terminator,
    tls::{authority::Authority, certificate::Shown},
};

fn target(fake: &FakeLegacy) -> String {
    format!("http://{}", fake.address())
}

fn path(head: &str) -> String {
    head.split(' ').nth(1).unwrap().to_owned()
}

fn heard(folder: &Path) -> Vec<Exchange> {
    let (run, damage) = Recording::open(&folder.join("run")).unwrap();
    assert!(damage.is_empty(), "{damage:?}");
    run.exchanges
}

fn reason(exchange: &Exchange) -> Option<&str> {
    match &exchange.outcome {
        Outcome::Broken(broken) => Some(&broken.reason),
        Outcome::Answered(_) | Outcome::Blocked(_) => None,
    }
}

/// What a server says, and what is said of it.
const STRANGE: [(&str, &str); 8] = [
    ("SSH-2.0-OpenSSH_9.2\r\n", "the answer's first line is not HTTP/1.1"),
    ("HTTP/1.0 200 OK\r\n\r\n", "the answer's first line is not HTTP/1.1"),
    ("HTTP/1.1 OK\r\n\r\n", "the answer's status is not HTTP/1.1"),
    ("HTTP/1.1 200 OK\r\nwords\r\n\r\n", "the answer's header is not HTTP/1.1"),
    (
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfour",
        "the connection closed before the end of the answer",
    ),
    (
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "the answer's chunk size is not HTTP/1.1",
    ),
    (
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffff\r\n",
        "the answer's chunk size is not HTTP/1.1",
    ),
    ("", "the connection closed before the end of the answer"),
];

#[tokio::test]
async fn what_is_no_answer_is_a_finding_and_the_rest_is_asked() {
    let elsewhere = FakeLegacy::reached().await;
    let moved = format!("http://{}/", elsewhere.address());
    let redirect =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {moved}\r\ncontent-length: 0\r\n\r\n");
    let live = FakeLegacy::play(move |mut connection| {
        let redirect = redirect.clone();
        async move {
            let (head, _) = connection.request().await?;
            match path(&head).trim_start_matches('/').parse::<usize>() {
                Ok(number) => connection.send(STRANGE[number].0).await?,
                Err(_) if head.starts_with("GET /endless") => {
                    while connection.send("more and more ".repeat(1000)).await.is_ok() {}
                }
                Err(_) if head.starts_with("GET /moved") => connection.send(&redirect).await?,
                Err(_) => connection.answer("fine").await?,
            }
            connection.finish().await
        }
    })
    .await;
    let mut recording = vec![get(1, "/first", told("fine"))];
    recording
        .extend((0..STRANGE.len()).map(|number| get(number as u64 + 2, &format!("/{number}"), told("x"))));
    recording.push(get(10, "/endless", told("x")));
    let location = format!("location: {moved}");
    let redirected = Outcome::Answered(answer(307, &[&location, "content-length: 0"], ""));
    recording.push(get(11, "/moved", redirected));
    recording.push(get(12, "/last", told("fine")));
    let folder = tempfile::tempdir().unwrap();
    write(&recording, &folder.path().join("rec"));
    let arguments = ["replay", "rec", "--target", &target(&live), "--out", "run"];
    let (code, text) = said(&compat(&arguments, folder.path()).await);
    assert_eq!(code, Some(1), "{text}");
    let heard = heard(folder.path());
    let reasons: Vec<_> = heard.iter().map(reason).collect();
    let mut expected = vec![None];
    expected.extend(STRANGE.iter().map(|(_, reason)| Some(*reason)));
    expected.extend([Some("the answer's line, which does not end, is not HTTP/1.1"), None, None]);
    assert_eq!(reasons, expected);
    assert_eq!(heard[10].answered().map(|answered| answered.status), Some(307));
    assert_eq!(elsewhere.accepted(), 0, "a redirect is an answer, and nobody follows it");
    assert!(text.contains("9 broken") && text.contains("3 equal"), "{text}");
}

#[tokio::test]
async fn a_target_that_says_nothing_is_left_at_the_deadline() {
    let live = FakeLegacy::play(|mut connection| async move {
        let (head, _) = connection.request().await?;
        if path(&head) == "/half" {
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nha").await?;
        }
        connection.read().await.map(drop)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    write(&[get(1, "/", told("fine")), get(2, "/half", told("half"))], &folder.path().join("rec"));
    let arguments = ["replay", "rec", "--target", &target(&live), "--out", "run", "--timeout", "250ms"];
    let (code, text) = said(&compat(&arguments, folder.path()).await);
    assert_eq!(code, Some(1), "{text}");
    let reasons: Vec<_> = heard(folder.path()).iter().map(|heard| reason(heard).map(str::to_owned)).collect();
    let late = Some("no end of the answer within 250ms".to_owned());
    assert_eq!(reasons, [late.clone(), late]);
}

#[tokio::test]
async fn what_a_target_said_before_it_died_is_kept_and_judged() {
    let (asked, mut third) = mpsc::unbounded_channel();
    let live = FakeLegacy::play(move |mut connection| {
        let asked = asked.clone();
        async move {
            loop {
                let (head, _) = connection.request().await?;
                if path(&head) == "/3" {
                    asked.send(()).unwrap();
                    return connection.read().await.map(drop);
                }
                connection.answer("fine").await?;
            }
        }
    })
    .await;
    let recording: Vec<_> = (1..=5).map(|id| get(id, &format!("/{id}"), told("fine"))).collect();
    let folder = tempfile::tempdir().unwrap();
    write(&recording, &folder.path().join("rec"));
    let address = target(&live);
    let arguments = ["replay", "rec", "--target", &address, "--out", "run"];
    let dies = async {
        third.recv().await.unwrap();
        drop(live);
    };
    let (output, ()) = tokio::join!(compat(&arguments, folder.path()), dies);
    let (code, text) = said(&output);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains(&format!("{address} cannot be reached after 2 of 5 exchanges")), "{text}");
    assert!(text.contains("run: what was heard until then"), "{text}");
    let answered: Vec<_> =
        heard(folder.path()).iter().map(|heard| (heard.id, reason(heard).is_none())).collect();
    assert_eq!(answered, [(1, true), (2, true)]);
    let (code, text) = said(&compat(&["diff", "rec", "run"], folder.path()).await);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("2 equal") && text.contains("3 missing"), "{text}");
}

#[tokio::test]
async fn a_certificate_is_believed_only_if_an_authority_vouches_for_it() {
    let behind = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.answer("fine").await?;
        }
    })
    .await;
    let ours = Authority::new("Ours");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ca.pem"), ours.pem()).unwrap();
    fs::write(folder.path().join("other.pem"), Authority::new("Others").pem()).unwrap();
    let recording = vec![exchange(1, "POST /a", &[], "{}", told("fine")), get(2, "/b", told("fine"))];
    write(&recording, &folder.path().join("rec"));
    let replayed = async |shown: &Shown, authorities: &str| {
        let door = Terminator::start(shown, behind.address()).await;
        let target = format!("https://{}", door.address());
        let arguments = ["replay", "rec", "--target", &target];
        said(&with(&arguments, folder.path(), &[("SSL_CERT_FILE", authorities)]).await)
    };
    let good = ours.certify("127.0.0.1", 2100);
    let (code, text) = replayed(&good, "ca.pem").await;
    assert_eq!(code, Some(0), "{text}");
    for (shown, authorities, why) in [
        (&good, "other.pem", "UnknownIssuer"),
        (&ours.certify("api.example", 2100), "ca.pem", "NotValidForName"),
        (&ours.certify("127.0.0.1", 2020), "ca.pem", "Expired"),
    ] {
        let (code, text) = replayed(shown, authorities).await;
        assert_eq!(code, Some(3), "{text}");
        assert!(
            text.contains("cannot be reached after 0 of 2 exchanges: invalid peer certificate"),
            "{text}"
        );
        assert!(text.to_lowercase().replace([' ', '_'], "").contains(&why.to_lowercase()), "{why}: {text}");
    }
}
