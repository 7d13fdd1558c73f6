//! Every spot can be replaced, and nothing around it changes.

use super::*;
use crate::parity::{
    exchange::content::{Body, Content},
    replay::sample::answer,
    replay::sample::exchange,
};

/// The request with every `OLD` made `new/1 ü`, and the places.
fn replaced(route: &str, target: &str, lines: &[&str], body: &str) -> (Request, Vec<String>) {
    let recorded = exchange(1, route, target, lines, body, answer(200, &[], "")).request;
    let mut places = Vec::new();
    let new = request(route, &recorded, &mut |spot: &Spot, text: &str| {
        (text == "OLD").then(|| {
            places.push(spot.place.clone());
            "new/1 \u{fc}".to_owned()
        })
    });
    (new, places)
}

#[test]
fn what_is_replaced_is_encoded_as_its_place_wants() {
    let (new, places) = replaced("GET /a/{b}/c", "/a/OLD/c?x=1&y=OLD&y=OLD&z=a%20b#OLD", &[], "");
    assert_eq!(new.target, "/a/new%2F1%20%C3%BC/c?x=1&y=new%2F1%20%C3%BC&y=new%2F1%20%C3%BC&z=a%20b#OLD");
    assert_eq!(places, ["target /2", "target ?y", "target ?y#1"]);
    for (body, media, expected) in [
        (
            r#"{ "a" : "OLD", "b":["OLD" ,1.0], "OLD": 1e-07 }"#,
            "application/json",
            "{ \"a\" : \"new/1 \u{fc}\", \"b\":[\"new/1 \u{fc}\" ,1.0], \"OLD\": 1e-07 }",
        ),
        (
            r#"{"a": "{\"b\": \"OLD\"}"}"#,
            "application/json",
            "{\"a\": \"{\\\"b\\\": \\\"new/1 \u{fc}\\\"}\"}",
        ),
        (
            r#"{"next": "https://h:1/x/9?after=OLD"}"#,
            "application/json",
            "{\"next\": \"https://h:1/x/9?after=new%2F1%20%C3%BC\"}",
        ),
        ("a=OLD&b=c+d", "application/x-www-form-urlencoded", "a=new%2F1%20%C3%BC&b=c+d"),
        (
            "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nOLD\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nnew/1 \u{fc}\r\n--b--\r\n",
        ),
    ] {
        let (new, _) = replaced("POST /a", "/a", &[&format!("Content-Type: {media}")], body);
        assert_eq!(new.text(), Some(expected), "{media}");
    }
}

#[test]
fn a_file_is_sent_as_it_is_and_the_field_beside_it_is_replaced() {
    let mut recorded = exchange(
        1,
        "POST /a",
        "/a",
        &["content-type: multipart/form-data; boundary=b"],
        "",
        answer(200, &[], ""),
    )
    .request;
    let file = b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\xff\x00OLD\r\n";
    let field = |value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n{value}\r\n--b--\r\n")
    };
    recorded.body = Body::of_bytes([&file[..], field("OLD").as_bytes()].concat().into());
    let new =
        request("POST /a", &recorded, &mut |_: &Spot, text: &str| (text == "OLD").then(|| "NEW".to_owned()));
    assert_eq!(new.body.content, Content::Bytes([&file[..], field("NEW").as_bytes()].concat().into()));
}

#[test]
fn a_view_is_put_back_as_it_was_written() {
    for (name, before, after) in [
        ("authorization", "Bearer OLD", "Bearer NEW"),
        ("if-match", "W/\"OLD\", \"x\"", "W/\"NEW\", \"x\""),
        ("cookie", "a=1; b=OLD;c=OLD", "a=1; b=NEW;c=NEW"),
        ("x-node", "dGFzazpPTEQ=", "dGFzazpORVc="),
        ("x-node", "eyJpZCI6Ik9MRCJ9", "eyJpZCI6Ik5FVyJ9"),
        ("x-node", "eyJpZCI6Ik9MRCIsImEiOjF9", "eyJpZCI6Ik5FVyIsImEiOjF9"),
        ("x-urn", "urn:item:OLD", "urn:item:NEW"),
        ("link", "</items?after=OLD>; rel=\"next\"", "</items?after=NEW>; rel=\"next\""),
    ] {
        let recorded =
            exchange(1, "GET /a", "/a", &[&format!("{name}: {before}")], "", answer(200, &[], "")).request;
        let new = request("GET /a", &recorded, &mut |_: &Spot, text: &str| {
            (text == "OLD").then(|| "NEW".to_owned())
        });
        assert_eq!(new.header(name), Some(after), "{before}");
    }
}

#[test]
fn nothing_changes_where_nobody_says_so() {
    let lines = ["Cookie:  a=1 ;b", "X-Json: {\"a\": [1,\t2]}", "Authorization: Basic YTpi", "If-Match: *"];
    let body = "{\"a\":\t\"\\u00e9\", \"t\": \"eyJhbGciOiJub25lIn0.eyJzdWIiOiJPTEQifQ.c2ln\"}\n";
    let (new, places) = replaced("GET /a/{b:path}", "//a/../%2e?%zz&=&a&b=%FF", &lines, body);
    let recorded =
        exchange(1, "GET /a/{b:path}", "//a/../%2e?%zz&=&a&b=%FF", &lines, body, answer(200, &[], ""))
            .request;
    assert_eq!(new, recorded);
    assert_eq!(places, ["body $.t claims $.sub"], "a token's claims are seen, and its text stays");
}
