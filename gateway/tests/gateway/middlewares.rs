//! The twins of Starlette's CORS and GZip middlewares do to an answer what the real ones do, whatever their arguments.

mod question;

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::Stdio,
};

use bytes::Bytes;
use gateway::contract::{
    asker::Asker,
    middleware::{Middleware, pass, preflight},
};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use serde::Deserialize;

use crate::{house::show, originals, twin::random::Random};
use question::Question;

const SEED: u64 = 20_261_122;
const QUESTIONS: usize = 1_500;

/// What the version has by default.
#[derive(Deserialize)]
struct Known {
    starlette: String,
    methods: Vec<String>,
    excluded: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Told {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

#[test]
fn starlette_0_41_and_the_twins_send_the_same() {
    compare("0.115");
}

#[test]
fn the_newest_starlette_and_the_twins_send_the_same() {
    compare("newest");
}

fn compare(environment: &str) {
    let mut oracle = originals::python(environment, "gateway/tests/gateway/middlewares/app.py")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = oracle.stdin.take().unwrap();
    let mut answers = BufReader::new(oracle.stdout.take().unwrap()).lines();
    let known: Known = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
    let mut random = Random::new(SEED);
    let (mut differences, mut preflights, mut packed) = (Vec::new(), 0, 0);
    for _ in 0..QUESTIONS {
        let question = Question::random(&mut random, &known);
        writeln!(questions, "{}", question.json()).unwrap();
        let theirs = comparable(serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap());
        let (ours, is_preflight) = ours(&question, &known);
        let ours = comparable(ours);
        preflights += usize::from(is_preflight);
        packed += usize::from(ours.headers.contains(&("content-encoding".to_owned(), "gzip".to_owned())));
        if ours != theirs {
            differences.push(format!("{}\n  theirs: {theirs:?}\n  ours:   {ours:?}", question.json()));
        }
    }
    drop(questions);
    oracle.wait().unwrap();
    show(&format!(
        "middlewares of starlette {}, seed {SEED}: {QUESTIONS} answers, {preflights} to preflights, {packed} compressed, \
         {} differences",
        known.starlette,
        differences.len()
    ));
    assert!(differences.is_empty(), "{}", differences[..differences.len().min(5)].join("\n"));
    assert!(
        preflights > QUESTIONS / 20 && packed > QUESTIONS / 30,
        "{preflights} preflights, {packed} compressed"
    );
}

fn ours(question: &Question, known: &Known) -> (Told, bool) {
    let layers: Vec<_> =
        question.layers.iter().map(|layer| Middleware::of(layer, &known.starlette).unwrap()).collect();
    let headers = headers(&question.headers);
    let asker = Asker::of(&headers);
    let asks_first = question.method == "OPTIONS"
        && headers.contains_key("origin")
        && headers.contains_key("access-control-request-method");
    let early = asks_first.then(|| preflight(&layers, &asker, &headers)).flatten();
    let is_preflight = early.is_some();
    let answer = early.unwrap_or_else(|| {
        let mut answer = Response::new(Bytes::from(question.body.clone()));
        *answer.status_mut() = http::StatusCode::from_u16(question.status).unwrap();
        let length = ("content-length".to_owned(), question.body.len().to_string());
        *answer.headers_mut() = self::headers(&[&[length][..], &question.own].concat());
        pass(&layers, &asker, answer)
    });
    let shown = answer.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), value.as_bytes().iter().copied().map(char::from).collect())
    });
    let body = answer.body().iter().map(|byte| format!("{byte:02x}")).collect();
    (Told { status: answer.status().as_u16(), headers: shown.collect(), body }, is_preflight)
}

fn headers(pairs: &[(String, String)]) -> HeaderMap {
    let one = |(name, value): &(String, String)| {
        let value: Vec<u8> = value.chars().map(|character| u8::try_from(character).unwrap()).collect();
        (HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(&value).unwrap())
    };
    pairs.iter().map(one).collect()
}

/// Of a compressed body what it unpacks to: the bytes differ from zlib to zlib, and so does their number.
fn comparable(mut told: Told) -> Told {
    let is_packed = told.headers.iter().any(|(name, value)| name == "content-encoding" && value == "gzip");
    if is_packed && told.body.starts_with("1f8b") {
        let bytes: Vec<u8> = (0..told.body.len() / 2)
            .map(|at| u8::from_str_radix(&told.body[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        for (_, value) in told.headers.iter_mut().filter(|(name, _)| name == "content-length") {
            assert_eq!(*value, bytes.len().to_string());
            "packed".clone_into(value);
        }
        told.body.clear();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut told.body).unwrap();
    }
    told
}
