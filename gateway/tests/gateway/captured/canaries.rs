//! Two hundred secrets pass through in every place and spelling, with nothing configured, and none is on the disk.

use std::{io::Write, path::Path};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use compat_tests::client::websocket::{ACCEPT, Frame};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use super::open;
use crate::{
    fake_legacy::{Connection, FakeLegacy, header},
    house::{House, Setting, bearer, signed},
};

/// Each in every place.
const OF_EACH: usize = 8;

struct Ask {
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn get(target: String) -> Ask {
    Ask { method: "GET", target, headers: Vec::new(), body: Vec::new() }
}

fn with(name: &'static str, value: String) -> Ask {
    Ask { headers: vec![(name, value)], ..get("/health".to_owned()) }
}

fn post(media: &'static str, body: impl Into<Vec<u8>>) -> Ask {
    let headers = vec![("content-type", media.to_owned())];
    Ask { method: "POST", target: "/echo".to_owned(), headers, body: body.into() }
}

fn part(head: &str, body: &str) -> Ask {
    let text = format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n--b--\r\n");
    post("multipart/form-data; boundary=b", text)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Everywhere a request can carry one; the legacy says it again in its answer, in as many places.
fn places(secret: &str) -> Vec<Ask> {
    let leaf = json!({ "note": secret });
    let packed = Ask {
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("content-encoding", "gzip".to_owned()),
        ],
        ..post("", gzip(leaf.to_string().as_bytes()))
    };
    vec![
        get(format!("/health?note={secret}")),
        get(format!("/health?{secret}")),
        get(format!("/health?note={}", BASE64_URL_SAFE_NO_PAD.encode(secret))),
        get(format!("/api/tasks/{secret}")),
        get(format!("/nowhere/{secret}/else")),
        with("authorization", format!("Bearer {secret}")),
        with("authorization", format!("Basic {}", BASE64_STANDARD.encode(format!("ada:{secret}")))),
        with("authorization", bearer(&signed(&json!({ "sub": secret }), "key"))),
        with("cookie", format!("a=1; session={secret}")),
        with("x-anything", secret.to_owned()),
        with("referer", format!("https://example.com/a?b={secret}")),
        with("user-agent", format!("agent {secret}")),
        with("x-secret", secret.to_owned()),
        post("application/json", leaf.to_string()),
        post("application/json", json!({ secret: 1 }).to_string()),
        post("application/json", json!([[{ "a": { "b": leaf.to_string() } }]]).to_string()),
        post("application/json", json!({ "page": BASE64_STANDARD.encode(leaf.to_string()) }).to_string()),
        post(
            "application/json",
            leaf.to_string().replace(&secret[..1], &format!("\\u{:04x}", secret.as_bytes()[0])),
        ),
        post("application/x-www-form-urlencoded", format!("a=1&note={secret}")),
        part("name=\"note\"", secret),
        part(&format!("name=\"file\"; filename=\"{secret}.txt\""), secret),
        packed,
        post("text/plain", format!("it is {secret}, they say")),
        post("application/octet-stream", [&[0xff, 0, 1], secret.as_bytes()].concat()),
        with("x-stream", secret.to_owned()),
    ]
}

async fn legacy() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, body) = connection.request().await?;
            answer(&mut connection, &head, &body).await?;
        }
    })
    .await
}

/// Whatever it is told, it tells again.
async fn answer(connection: &mut Connection, head: &str, body: &[u8]) -> std::io::Result<()> {
    if let Some(secret) = header(head, "x-stream") {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let (one, other) = secret.split_at(secret.len() / 2);
        connection.send(head).await?;
        connection.chunk(&format!("data: {one}")).await?;
        connection.chunk(&format!("{other}\n\n")).await?;
        return connection.chunk("").await;
    }
    if head.starts_with("GET /live") {
        let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n";
        connection.send(format!("{head}sec-websocket-accept: {ACCEPT}\r\n\r\n")).await?;
        while !connection.read().await?.is_empty() {}
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let secret = header(head, "x-secret").unwrap_or_default();
    let media = header(head, "content-type").unwrap_or("text/plain");
    let coding = header(head, "content-encoding").map(|coding| format!("content-encoding: {coding}\r\n"));
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {media}\r\ncontent-length: {}\r\n{}set-cookie: session={secret}; Path=/\r\n\
         x-answer: {secret}\r\nlocation: /items/{secret}\r\netag: \"{secret}\"\r\n\r\n",
        body.len(),
        coding.unwrap_or_default(),
    )
    .into_bytes();
    answer.extend_from_slice(body);
    connection.send(answer).await
}

/// As the eye may not tell it, but a program could.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut spellings = vec![secret.as_bytes().to_vec(), secret.to_ascii_uppercase().into_bytes()];
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    spellings.push(hex.into_bytes());
    for before in 0..3 {
        // Only the digits that no other byte has a part in.
        let encoded = BASE64_STANDARD_NO_PAD.encode([&b"xx"[..before], secret.as_bytes()].concat());
        let end = encoded.len() - 2;
        spellings.push(encoded.as_bytes()[[0, 2, 3][before]..end].to_vec());
    }
    spellings
}

fn artefacts(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            artefacts(&path, found);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|ending| ending == "zst") {
            found.push((format!("{} unpacked", path.display()), zstd::decode_all(&bytes[..]).unwrap()));
        }
        found.push((path.display().to_string(), bytes));
    }
}

async fn say(house: &House, secret: &str) {
    let mut client = house.client().await;
    client.handshake(&format!("/live?token={secret}"), &[]).await.unwrap();
    let mut socket = client.into_websocket();
    socket.say(&Frame::text(&json!({ "note": secret }).to_string())).await.unwrap();
    socket.say(&Frame::text(secret)).await.unwrap();
    socket.say(&Frame::close(1000, "")).await.unwrap();
}

#[tokio::test]
async fn no_secret_that_passes_through_is_written_anywhere() {
    let legacy = legacy().await;
    let house = open(Setting::in_front_of(legacy.address()), "[record]\ndir = \"rec\"\n").await;
    let mut random = fastrand::Rng::with_seed(8);
    let mut secrets = Vec::new();
    let mut asked = 0;
    for _ in 0..OF_EACH {
        for place in 0..places("secret").len() {
            let secret: String = std::iter::repeat_with(|| random.alphanumeric()).take(24).collect();
            let Ask { method, target, headers, body } = places(&secret).swap_remove(place);
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            house.client().await.request(method, &target, &headers, &body).await.unwrap();
            secrets.push((place, secret));
            asked += 1;
        }
        let secret: String = std::iter::repeat_with(|| random.alphanumeric()).take(24).collect();
        say(&house, &secret).await;
        secrets.push((places("secret").len(), secret));
        asked += 1;
    }
    assert!(secrets.len() >= 200);
    house.wait_told("request", asked).await;
    let House { mut gateway, folder } = house;
    assert!(gateway.stop().unwrap().success());
    assert!(gateway.unexpected().is_empty(), "{:#?}", gateway.unexpected());
    let mut found = vec![("the log".to_owned(), format!("{:?}", gateway.log()).into_bytes())];
    artefacts(&folder.path().join("rec"), &mut found);
    let unpacked = found.iter().find(|(name, _)| name.ends_with("unpacked")).map(|(_, bytes)| bytes);
    let exchanges = String::from_utf8_lossy(unpacked.unwrap()).matches(r#"{"k":"x""#).count();
    assert_eq!(exchanges, asked, "each of them is recorded");
    for (place, secret) in &secrets {
        for spelling in spellings(secret) {
            for (name, bytes) in &found {
                let at = memchr::memmem::find(bytes, &spelling);
                let around = at.map(|at| {
                    String::from_utf8_lossy(&bytes[at.saturating_sub(300)..(at + 60).min(bytes.len())])
                });
                assert!(at.is_none(), "place {place}, in {name}: {around:?}");
            }
        }
    }
}
