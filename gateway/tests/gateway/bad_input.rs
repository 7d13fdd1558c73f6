//! Whatever is wrong with what a verb of `compat` is given: an error that names the place, its exit code, and the rest is used.

mod damage;
mod documents;
mod outputs;

use std::{fs, path::Path};

use compat_tests::gateway_process::Refusal;
use gateway::parity::{
    exchange::{Answered, Exchange, Outcome, Request, content::Body},
    recording::{Limits, Manifest, Origin, Writer},
    redaction::{Mode, Policy},
};

use crate::{
    fake_legacy::{FakeLegacy, header},
    house::command,
};

/// Of a recording that [`record`] makes.
const SEGMENT: &str = "rec/seg-00001.jsonl.zst";

fn compat(folder: &Path, arguments: &[&str]) -> Refusal {
    command(&[&["compat"], arguments].concat(), folder, &[])
}

/// What the backend says; the third is too long for a line.
fn body(target: &str) -> String {
    if target == "/3" { format!("\"{}\"", "long ".repeat(5_000)) } else { "{\"open\":true}".to_owned() }
}

async fn backend() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            let body = body(head.split(' ').nth(1).unwrap_or_default());
            let length = body.len();
            assert!(header(&head, "host").is_some(), "{head}");
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            );
            connection.send(head + &body).await?;
        }
    })
    .await
}

fn exchange(id: u64) -> Exchange {
    let target = format!("/{id}");
    let body = body(&target);
    let headers =
        [("content-type", "application/json".to_owned()), ("content-length", body.len().to_string())];
    Exchange {
        id,
        session: "s".to_owned(),
        after: Vec::new(),
        began: 1_790_000_000_000_000 + id,
        first_byte: Some(1),
        took: 2,
        route: "GET /{n}".to_owned(),
        owner: "legacy".to_owned(),
        request: Request {
            method: "GET".to_owned(),
            target,
            version: "1.1".to_owned(),
            headers: vec![("host".to_owned(), "backend".to_owned())],
            body: Body::default(),
        },
        outcome: Outcome::Answered(Answered {
            status: 200,
            headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
            body: Body::of_text(&body),
            ..Answered::default()
        }),
        redacted: Vec::new(),
    }
}

/// Three frames of two exchanges each; gives back where each frame ends.
fn record(folder: &Path) -> Vec<u64> {
    let policy = Policy { mode: Mode::Secrets, ..Policy::default() };
    let manifest = Manifest::new(Origin::Capture, 1_790_000_000_000_000, &policy);
    let mut writer = Writer::create(folder, &manifest, Limits::default()).unwrap();
    let length = || fs::metadata(folder.join("seg-00001.jsonl.zst")).unwrap().len();
    let mut ends = Vec::new();
    for id in 1..=6 {
        writer.write(&exchange(id)).unwrap();
        if id == 2 || id == 4 {
            writer.flush().unwrap();
            ends.push(length());
        }
    }
    writer.finish(1_790_000_001_000_000).unwrap();
    ends.push(length());
    ends
}
