//! Two hundred secrets of every class, one after the other in every position and coding: none is found afterwards.

use std::io::Write;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use serde_json::json;

use super::{
    super::{Key, Mode, scan::Scanner},
    samples::{answered, exchange, redactor},
};
use crate::parity::exchange::{
    Answered, Broken, Exchange, Outcome,
    content::{Body, Content, Piece},
    frame::{Frame, Side},
};

/// A secret of each class, each different for each number.
fn secrets(number: usize) -> Vec<(&'static str, String)> {
    let digits = |count: usize| -> String {
        let mut state = number as u64 + 1;
        let digit = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'0' + (state >> 33) as u8 % 10)
        };
        (0..count).map(digit).collect()
    };
    let letters = |count: usize| -> String {
        digits(count)
            .bytes()
            .enumerate()
            .map(|(at, digit)| char::from(b'a' + (digit - b'0') * 2 + at as u8 % 5))
            .collect()
    };
    let mixed = |count: usize| -> String {
        letters(count)
            .chars()
            .zip(digits(count).chars())
            .map(|(letter, digit)| match digit {
                '0'..='3' => letter.to_ascii_uppercase(),
                '4'..='6' => digit,
                _ => letter,
            })
            .collect()
    };
    let claims = BASE64_URL_SAFE_NO_PAD
        .encode(json!({"sub": letters(9), "email": format!("{}@corp.com", letters(5))}).to_string());
    let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    vec![
        ("password", format!("{}!{}", letters(8), digits(2))),
        ("jwt", format!("{header}.{claims}.{}", mixed(43))),
        ("opaque", mixed(32)),
        ("hex", digits(40).replace('3', "c").replace('7', "e")),
        ("aws", format!("AKIA{}", mixed(16).to_uppercase())),
        ("github", format!("ghp_{}", mixed(36))),
        ("stripe", format!("sk_live_{}", mixed(24))),
        ("slack", format!("xoxb-{}-{}", digits(12), mixed(24))),
        ("google", format!("AIza{}", mixed(35))),
        ("pem", format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", mixed(64))),
        ("card", card(&format!("4{}", digits(14)))),
        ("email", format!("{}.{}@corp-mail.com", letters(5), letters(8))),
        ("phone", format!("+49 151 1{}", digits(7))),
        ("ssn", format!("1{}-{}-{}", digits(2), digits(2), digits(4))),
        ("iban", iban(&format!("1{}", digits(17)))),
        ("address", format!("93.{}.216.1{}", 100 + number % 99, digits(2))),
        ("name", format!("{} {}", letters(7), letters(11))),
        ("unicode", format!("pässwört{}", letters(6))),
        ("quoted", format!("a\"b\\c{}\u{1f511}", letters(6))),
        ("spaced", format!("{} & {}=% +", letters(6), letters(6))),
    ]
}

fn card(digits: &str) -> String {
    let fits = |check: &char| super::super::detect::is_card(&format!("{digits}{check}"));
    format!("{digits}{}", ('0'..='9').find(fits).unwrap())
}

fn iban(rest: &str) -> String {
    let fits = |check: &u32| super::super::detect::is_iban(&format!("DE{check:02}{rest}"));
    format!("DE{:02}{rest}", (2..99).find(fits).unwrap())
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

fn packed(bytes: &[u8], coding: &str) -> Vec<u8> {
    match coding {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "br" => {
            let mut bytes_out = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut bytes_out, 4096, 4, 20);
            encoder.write_all(bytes).unwrap();
            drop(encoder);
            bytes_out
        }
        _ => zstd::encode_all(bytes, 1).unwrap(),
    }
}

/// Everything that does not go into a body of its own; a header has no line ends and one byte for each character.
fn around(exchange: &mut Exchange, secret: &str) {
    let in_header = secret.replace('\n', " ");
    let coded = percent(secret);
    exchange.route = "POST /items/{id}/parts".to_owned();
    exchange.request.target = format!(
        "/items/{coded}/parts?q={coded}&token={coded}&b={}&{coded}",
        percent(&BASE64_STANDARD.encode(secret))
    );
    let basic = BASE64_STANDARD.encode(format!("ada:{secret}"));
    let headers = [
        ("Authorization", format!("Bearer {in_header}")),
        ("Proxy-Authorization", format!("Basic {basic}")),
        ("Cookie", format!("session={coded}; other={}", BASE64_STANDARD.encode(secret))),
        ("X-Api-Key", in_header.clone()),
        ("X-Custom", in_header.clone()),
        ("User-Agent", format!("agent/1 ({in_header})")),
        ("Referer", format!("https://{coded}:{coded}@api.corp.com/a/{coded}?next={coded}#{coded}")),
        ("X-Forwarded-For", in_header),
        ("Content-Disposition", format!("attachment; filename=\"{coded}.pdf\"")),
    ];
    exchange.request.headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
}

fn bodies(secret: &str) -> Vec<(String, String)> {
    let coded = percent(secret);
    let inner = json!({"deep": [secret, {"t": secret}]}).to_string();
    let claims = BASE64_URL_SAFE_NO_PAD.encode(json!({"sub": secret}).to_string());
    let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"1"}"#);
    let object = json!({
        "leaf": secret, "inner": inner, "password": secret, secret: 1, "jwt": format!("{header}.{claims}.AAAA"),
        "base64": BASE64_STANDARD.encode(secret), "object": BASE64_STANDARD.encode(&inner), "text": format!("it is {secret}, is it?"),
        "url": format!("https://api.corp.com/{coded}?x={coded}"), "detail": format!("{secret} not found"), "detail2": [{"msg": secret, "input": secret, "type": secret, "loc": ["body", secret]}],
        "hex": secret.bytes().map(|byte| format!("{byte:02x}")).collect::<String>(),
    });
    let line = json!({"v": secret}).to_string();
    let part = |disposition: &str, body: &str| {
        format!("--b0\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{body}\r\n")
    };
    let multipart = part("name=\"token\"", secret)
        + &part(&format!("name=\"file\"; filename=\"{coded}.txt\""), secret)
        + &part("name=\"meta\"", &inner)
        + "--b0--\r\n";
    let kind = |kind: &str, body: String| (kind.to_owned(), body);
    vec![
        kind("application/json", object.to_string()),
        kind("application/x-ndjson", format!("{line}\n{line}\n")),
        kind(
            "text/event-stream",
            format!("id: 1\ndata: {line}\n\nevent: x\ndata: {}\n\n", secret.replace('\n', " ")),
        ),
        kind("application/x-www-form-urlencoded", format!("username={coded}&password={coded}&x={coded}")),
        kind("multipart/form-data; boundary=b0", multipart),
        kind("text/plain", format!("before {secret} after")),
        kind("text/html", format!("<p>{secret}</p>")),
    ]
}

fn frames(secret: &str) -> Vec<Frame> {
    let frame = |opcode, content, code| Frame { from: Side::Client, at: 1, opcode, content, code };
    vec![
        frame(1, Content::Text(json!({"t": secret}).to_string()), None),
        frame(1, Content::Text(secret.to_owned()), None),
        frame(2, Content::Bytes(Bytes::from([secret.as_bytes(), &[0xff]].concat())), None),
        frame(8, Content::Text(secret.to_owned()), Some(1000)),
    ]
}

/// One exchange with the secret everywhere, and one that broke; bodies take turns.
fn exchanges(secret: &str, number: usize) -> [Exchange; 2] {
    let mut kinds = bodies(secret);
    let (media, body) = kinds.swap_remove(number % kinds.len());
    let mut whole = exchange("POST", "/");
    around(&mut whole, secret);
    whole.request.headers.push(("content-type".to_owned(), media.clone()));
    whole.request.body = Body::of_text(&body);
    let coding = ["gzip", "br", "deflate", "zstd"][number % 4];
    let Outcome::Answered(mut answer) = answered(&media, "") else { panic!() };
    let coded = percent(secret);
    for (name, value) in [
        ("content-encoding", coding.to_owned()),
        ("set-cookie", format!("session={coded}; Path=/; HttpOnly")),
        ("location", format!("/items/{coded}")),
        ("etag", format!("\"{coded}\"")),
        ("link", format!("</items/{coded}>; rel=\"next\"")),
    ] {
        answer.headers.push((name.to_owned(), value));
    }
    answer.trailers = vec![("x-sum".to_owned(), secret.replace('\n', " "))];
    answer.body = Body::of_bytes(packed(body.as_bytes(), coding).into());
    answer.body.pieces = vec![Piece { end: 3, at: 1 }];
    answer.frames = frames(secret);
    whole.outcome = Outcome::Answered(answer);
    let mut broken = exchange("GET", "/");
    let Outcome::Answered(begun) = answered("text/plain", &format!("half {secret}")) else { panic!() };
    let begun: Option<Box<Answered>> = Some(Box::new(begun));
    broken.outcome = Outcome::Broken(Broken { reason: "reset".to_owned(), begun });
    [whole, broken]
}

#[test]
fn no_canary_is_found_in_any_coding() {
    let mut lines = Vec::new();
    let mut planted = Vec::new();
    for number in 0..10 {
        let mut redactor = redactor(Mode::Strict);
        for (class, secret) in secrets(number) {
            for (place, mut exchange) in exchanges(&secret, number).into_iter().enumerate() {
                redactor.redact(&mut exchange);
                lines.push((class, place, serde_json::to_string(&exchange).unwrap()));
            }
            planted.push(secret.into_bytes());
        }
    }
    assert_eq!(planted.len(), 200);
    let known = Scanner::new(Key::from_bytes(&[1; 32]).unwrap(), &planted);
    let mut slipped = Vec::new();
    for (class, place, line) in &lines {
        let hits = known.scan(line.as_bytes());
        slipped.extend(
            hits.iter().map(|hit| format!("{class} in exchange {place}: {} at {}\n", hit.class, hit.place)),
        );
    }
    slipped.dedup();
    assert!(
        slipped.is_empty(),
        "{} of {} lines:\n{}",
        slipped.len(),
        lines.len(),
        slipped[..slipped.len().min(60)].concat()
    );
}

#[test]
fn of_test_data_no_canary_with_the_form_of_a_secret_is_found() {
    let is_formed =
        |class: &str| !["password", "name", "unicode", "quoted", "spaced", "pem"].contains(&class);
    for (class, secret) in secrets(3).into_iter().filter(|(class, _)| is_formed(class)) {
        let mut redactor = redactor(Mode::Secrets);
        let scanner = Scanner::new(Key::from_bytes(&[1; 32]).unwrap(), &[secret.clone().into_bytes()]);
        for mut exchange in (0..7).flat_map(|number| exchanges(&secret, number)) {
            redactor.redact(&mut exchange);
            let hits = scanner.scan(serde_json::to_string(&exchange).unwrap().as_bytes());
            assert!(hits.is_empty(), "{class}: {hits:?}");
        }
    }
}
