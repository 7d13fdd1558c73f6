//! Exchanges to write, and recordings of them.

use std::path::Path;

use bytes::Bytes;
use proptest::{collection::vec, option, prelude::*};

use super::super::{Limits, Manifest, Origin, Recording, Writer};
use crate::parity::{
    exchange::{
        Answered, Blocked, Broken, Exchange, Outcome, Redacted, Request,
        content::{Body, Content, Omitted, Piece},
        frame::{BINARY, Frame, Side},
        sample,
    },
    redaction::Policy,
};

pub(super) fn manifest() -> Manifest {
    Manifest::new(Origin::Capture, 1_790_000_000_000_000, &Policy::default())
}

pub(super) fn exchange(id: u64, body: &str) -> Exchange {
    let outcome = Outcome::Answered(Answered { body: Body::of_text(body), ..sample::answered(200, &[], "") });
    Exchange { began: id * 1000, first_byte: Some(1), took: 2, outcome, ..sample::exchange(id, "GET /") }
}

pub(super) fn record(folder: &Path, exchanges: &[Exchange], limits: Limits) {
    let mut writer = Writer::create(folder, &manifest(), limits).unwrap();
    exchanges.iter().for_each(|exchange| writer.write(exchange).unwrap());
    writer.finish(0).unwrap();
}

pub(super) fn open(folder: &Path, damage: &[&str]) -> Recording {
    let (recording, found) = Recording::open(folder).unwrap();
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, damage);
    recording
}

fn any_content() -> impl Strategy<Value = Content> {
    prop_oneof![
        Just(Content::Nothing),
        "\\PC{1,40}".prop_map(Content::Text),
        // What is read back of a blob is text where it is text: bytes are what is none.
        vec(any::<u8>(), 1..40).prop_map(|bytes| Body::of_bytes(bytes.into()).content),
        (16_380_usize..16_400, any::<bool>()).prop_map(|(length, is_text)| {
            let bytes = vec![if is_text { b'"' } else { 0xff }; length];
            Body::of_bytes(Bytes::from(bytes)).content
        }),
        prop_oneof![Just(Omitted::TooLarge), Just(Omitted::Unreadable)].prop_map(Content::Omitted),
    ]
}

fn any_body() -> impl Strategy<Value = Body> {
    let piece = (any::<u64>(), any::<u64>()).prop_map(|(end, at)| Piece { end, at });
    (any_content(), any::<u64>(), option::of("gzip|br"), vec(piece, 0..3))
        .prop_map(|(content, length, coding, pieces)| Body { content, length, coding, pieces })
}

fn any_headers() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(("[A-Za-z-]{1,8}", "[ -~\u{80}-\u{ff}]{0,12}"), 0..4)
}

fn any_answered() -> impl Strategy<Value = Answered> {
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    let frame = (side, any::<u64>(), 0_u8..16, any_content(), option::of(any::<u16>())).prop_map(
        |(from, at, opcode, content, code)| {
            // A binary message is read back as bytes, whatever they say.
            let content = match content {
                Content::Text(text) if opcode == BINARY => Content::Bytes(text.into()),
                content => content,
            };
            Frame { from, at, opcode, content, code }
        },
    );
    (any::<u16>(), any_headers(), any_body(), any_headers(), vec(any::<u16>(), 0..2), vec(frame, 0..3))
        .prop_map(|(status, headers, body, trailers, interim, frames)| Answered {
            status,
            headers,
            body,
            trailers,
            interim,
            frames,
        })
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        3 => any_answered().prop_map(Outcome::Answered),
        1 => ("\\PC{0,9}", option::of(any_answered().prop_map(Box::new)))
            .prop_map(|(reason, begun)| Outcome::Broken(Broken { reason, begun })),
        1 => (any::<u64>(), "\\PC{0,9}").prop_map(|(by, needs)| Outcome::Blocked(Blocked { by, needs })),
    ]
}

pub(super) fn any_exchange() -> impl Strategy<Value = Exchange> {
    let request =
        ("[A-Z]{1,7}", "/[!-~\u{80}-\u{ff}]{0,20}", "1\\.[01]|2", any_headers(), any_body()).prop_map(
            |(method, target, version, headers, body)| Request { method, target, version, headers, body },
        );
    let redacted = ("\\PC{0,20}", "[a-z]{1,8}").prop_map(|(at, class)| Redacted { at, class });
    let numbers = (any::<u64>(), vec(any::<u64>(), 0..3), option::of(any::<u64>()), any::<u64>());
    (numbers, "\\PC{0,8}", "\\PC{0,12}", "[a-z]{0,6}", request, any_outcome(), vec(redacted, 0..2)).prop_map(
        |((began, after, first_byte, took), session, route, owner, request, outcome, redacted)| Exchange {
            id: 0,
            session,
            after,
            began,
            first_byte,
            took,
            route,
            owner,
            request,
            outcome,
            redacted,
        },
    )
}
