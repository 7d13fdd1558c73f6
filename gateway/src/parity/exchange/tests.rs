//! An exchange is the same after it was written and read.

use bytes::Bytes;

use super::{
    Answered, Blocked, Broken, Exchange, Outcome, Redacted, Request,
    content::{Body, Content, Omitted, Piece},
    frame::{Frame, Side},
};

fn exchange(outcome: Outcome) -> Exchange {
    Exchange {
        id: 17,
        session: "s4".to_owned(),
        after: vec![12, 15],
        began: 1_790_000_000_000_000,
        first_byte: Some(1_200),
        took: 3_400,
        route: "GET /items/{id}".to_owned(),
        owner: "legacy".to_owned(),
        request: Request {
            method: "GET".to_owned(),
            target: "/items/%41?a=1&a=2".to_owned(),
            version: "1.1".to_owned(),
            headers: vec![("Host".to_owned(), "api".to_owned()), ("x".to_owned(), "caf\u{e9}".to_owned())],
            body: Body::of_text("{}"),
        },
        outcome,
        redacted: vec![Redacted { at: "request header cookie".to_owned(), class: "header".to_owned() }],
    }
}

fn answered(body: Body) -> Answered {
    let frame = |content, code| Frame { from: Side::Server, at: 5, opcode: 1, content, code };
    Answered {
        status: 200,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        body,
        trailers: Vec::new(),
        interim: vec![103],
        frames: vec![frame(Content::Text("hello".to_owned()), None), frame(Content::Nothing, Some(1000))],
    }
}

#[test]
fn what_is_written_is_read() {
    let binary = Body {
        pieces: vec![Piece { end: 2, at: 40 }],
        coding: Some("gzip".to_owned()),
        ..Body::of_bytes(Bytes::from_static(&[0xff, 0]))
    };
    let blob = Body { content: Content::Blob("ab".repeat(32)), length: 20_000, ..Body::default() };
    let omitted = Body { content: Content::Omitted(Omitted::TooLarge), length: 1, ..Body::default() };
    let half = Broken { reason: "reset".to_owned(), begun: Some(Box::new(answered(Body::default()))) };
    for outcome in [
        Outcome::Answered(answered(binary)),
        Outcome::Answered(answered(blob)),
        Outcome::Answered(answered(omitted)),
        Outcome::Broken(half),
        Outcome::Blocked(Blocked { by: 3, needs: "body $.id".to_owned() }),
    ] {
        let exchange = exchange(outcome);
        let line = serde_json::to_string(&exchange).unwrap();
        let again: Exchange = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(again, exchange, "{line}");
    }
}

#[test]
fn an_unknown_field_is_refused() {
    let line = serde_json::to_string(&exchange(Outcome::Answered(answered(Body::default())))).unwrap();
    let wrong = line.replace("\"took\"", "\"taken\"");
    assert!(serde_json::from_str::<Exchange>(&wrong).is_err());
}
