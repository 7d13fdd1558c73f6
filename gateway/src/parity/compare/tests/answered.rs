//! Two answers as they were recorded: each thing that can differ beside the body, and nothing but that.

use crate::parity::{
    compare::answers::compare,
    exchange::{
        Answered,
        content::{Body, Content, Omitted, Piece},
        frame::{Frame, Side},
        sample::{answered, headers},
    },
};

/// The differences as a person reads them; `date` says nothing.
fn told(reference: &Answered, live: &Answered) -> Vec<String> {
    let found = compare(reference, live, &|name| name.eq_ignore_ascii_case("date"));
    found.iter().map(ToString::to_string).collect()
}

fn plain() -> Answered {
    Answered {
        trailers: headers(&["x-sum: 7"]),
        interim: vec![103],
        ..answered(200, &["date: now", "vary: a", "content-length: 2"], "ok")
    }
}

#[test]
fn what_stands_around_a_body_is_compared() {
    let with = |change: fn(&mut Answered)| {
        let mut live = plain();
        change(&mut live);
        told(&plain(), &live)
    };
    assert_eq!(with(|live| live.headers[0].1 = "later".to_owned()), [""; 0]);
    for (change, expected) in [
        ((|live| live.status = 201) as fn(&mut Answered), "status: value, legacy `200`, native `201`"),
        (|live| live.interim.clear(), "interim: value, legacy `103`, native ``"),
        (|live| live.trailers.clear(), "trailer x-sum: missing, legacy `7`, native ``"),
        (|live| live.trailers[0].1 = "8".to_owned(), "trailer x-sum: value, legacy `7`, native `8`"),
        (|live| live.headers[1].1 = "b".to_owned(), "header vary: value, legacy `a`, native `b`"),
        (|live| live.headers[1].0 = "Vary".to_owned(), "header vary: spelling, legacy `vary`, native `Vary`"),
        (|live| live.headers[2].1 = "3".to_owned(), "header content-length: value, legacy `2`, native `3`"),
        (|live| live.body.coding = Some("br".to_owned()), "coding: value, legacy ``, native `br`"),
        (
            |live| live.body.content = Content::Omitted(Omitted::TooLarge),
            "body: value, legacy `ok`, native `not kept: too-large`",
        ),
        (
            |live| live.body.content = Content::Bytes(vec![0xff].into()),
            "body: value, legacy `ok`, native `1 bytes, base64 /w==`",
        ),
    ] {
        assert_eq!(with(change), [expected]);
    }
    // A length that is its body's own says no more than the body does.
    let longer = Answered { body: Body::of_text("okay"), ..plain() };
    let mut own = longer.clone();
    own.headers[2].1 = "4".to_owned();
    assert_eq!(told(&plain(), &own), ["body: value, legacy `ok`, native `okay`"]);
    assert_eq!(told(&plain(), &longer), ["body: value, legacy `ok`, native `okay`"]);
}

fn frame(from: Side, opcode: u8, code: Option<u16>, text: &str) -> Frame {
    Frame { from, at: 0, opcode, content: Content::Text(text.to_owned()), code }
}

#[test]
fn frames_are_what_the_server_said_without_pings() {
    let talk = |frames: Vec<Frame>| Answered { frames, ..answered(101, &[], "") };
    let said = |opcode, text: &str| frame(Side::Server, opcode, None, text);
    let reference = talk(vec![
        frame(Side::Client, 1, None, "hi"),
        said(9, "ping"),
        said(1, r#"{"n":1,"at":"a"}"#),
        frame(Side::Server, 8, Some(1000), "{}"),
    ]);
    let with = |change: fn(&mut Vec<Frame>)| {
        let mut live = reference.clone();
        change(&mut live.frames);
        told(&reference, &live)
    };
    assert_eq!(with(|frames| drop(frames.remove(1))), [""; 0], "pings are of connections");
    assert_eq!(with(|frames| drop(frames.remove(0))), [""; 0], "what the client said is no answer");
    for (change, expected) in [
        (
            (|frames| frames[2] = frame(Side::Server, 1, None, r#"{"n":2,"at":"a"}"#)) as fn(&mut Vec<Frame>),
            "frame 0 $.n: value, legacy `1`, native `2`",
        ),
        (
            |frames| frames[2].opcode = 2,
            "frame 0: value, legacy `text {\"n\":1,\"at\":\"a\"}`, native `binary {\"n\":1,\"at\":\"a\"}`",
        ),
        (
            |frames| frames[3].code = Some(1011),
            "frame 1: value, legacy `close 1000 {}`, native `close 1011 {}`",
        ),
        (|frames| drop(frames.pop()), "frame 1: missing, legacy `close 1000 {}`, native ``"),
        (
            |frames| frames.push(frame(Side::Server, 1, None, "more")),
            "frame 2: added, legacy ``, native `text more`",
        ),
    ] {
        assert_eq!(with(change), [expected]);
    }
}

/// Pieces by where each ended and when, in milliseconds.
fn pieces(length: u64, pieces: &[(u64, u64)]) -> Answered {
    let pieces = pieces.iter().map(|(end, at)| Piece { end: *end, at: at * 1_000 }).collect();
    let text = "x".repeat(usize::try_from(length).unwrap());
    Answered { body: Body { pieces, ..Body::of_text(&text) }, ..answered(200, &[], "") }
}

#[test]
fn what_was_held_back_must_not_come_all_at_once() {
    let reference = pieces(20, &[(10, 0), (20, 300)]);
    for (live, differs) in [
        (&[(10, 0), (20, 300)][..], false),
        // A machine that is slower or quicker, and what the network cut in other places.
        (&[(10, 0), (20, 2_000)], false),
        (&[(4, 0), (10, 1), (15, 300), (20, 301)], false),
        (&[(20, 300)], true),
        (&[], true),
        (&[(12, 0), (20, 300)], true),
        (&[(10, 0), (20, 20)], true),
    ] {
        let told = told(&reference, &pieces(20, live));
        assert_eq!(told.iter().any(|told| told.starts_with("pieces")), differs, "{live:?}: {told:?}");
    }
    // Of a body of another length places say nothing: what counts is that it comes in as many pieces.
    let longer = |live: &[(u64, u64)]| told(&reference, &pieces(30, live));
    let of_pieces = |told: &[String]| told.iter().any(|told| told.starts_with("pieces"));
    assert!(!of_pieces(&longer(&[(15, 0), (30, 300)])));
    assert!(of_pieces(&longer(&[(30, 300)])), "all at once");
    // What came without a pause may come as it likes.
    let quick = pieces(20, &[(10, 0), (20, 20)]);
    assert_eq!(told(&quick, &pieces(20, &[(20, 0)])), [""; 0]);
}

#[test]
fn events_are_compared_one_by_one() {
    let stream = |text: &str| answered(200, &["content-type: text/event-stream"], text);
    let reference = stream("id: 1\nevent: tick\ndata: {\"n\":1}\n\n: ping\n\ndata: a\ndata: b\n\n");
    for (live, expected) in [
        (
            "id: 1\nevent: tick\ndata: {\"n\":2}\n\n: ping\n\ndata: a\ndata: b\n\n",
            &["event 0 $.n: value, legacy `1`, native `2`"][..],
        ),
        (
            "id: 2\nevent: tick\ndata: {\"n\":1}\n\n: ping\n\ndata: a\ndata: b\n\n",
            &["event 0: value, legacy `id: 1\nevent: tick\n`, native `id: 2\nevent: tick\n`"],
        ),
        (
            "id: 1\nevent: tick\ndata: {\"n\":1}\n\ndata: a\ndata: b\n\n",
            &[
                "event 1: value, legacy `: ping\n\n`, native `data: a\ndata: b\n\n`",
                "event 2: missing, legacy `data: a\ndata: b\n\n`, native ``",
            ],
        ),
        (
            "id: 1\nevent: tick\ndata:{\"n\":1}\n\n: ping\n\ndata: a\ndata: b\n\n",
            &[
                "event 0: value, legacy `id: 1\nevent: tick\ndata: {\"n\":1}\n\n`, native `id: 1\nevent: tick\ndata:{\"n\":1}\n\n`",
            ],
        ),
        (
            "id: 1\nevent: tick\ndata: {\"n\":1}\n\n: ping\n\ndata: a\ndata: b\n\ndata: c\n",
            &["event 3: added, legacy ``, native `data: c\n`"],
        ),
    ] {
        assert_eq!(told(&reference, &stream(live)), expected, "{live:?}");
    }
}
