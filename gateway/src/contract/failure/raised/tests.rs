//! Byte for byte what FastAPI 0.115.6 and 0.165 sent for the same exceptions.

use http::header::{ETAG, RETRY_AFTER};

use super::*;
use crate::contract::answer::{Encoder, Exclude, NotPrintable};

/// `{"code": "tag_exists", "name": "ü", "ratio": ...}`
struct TagExists(f64);

impl Answer for TagExists {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.object(Encoder::Plain, Exclude::NOTHING, |object| {
            object.member("code", &"tag_exists")?;
            object.member("name", &"ü".to_owned())?;
            object.member("ratio", &self.0)
        })
    }
}

fn check(failure: Failure, shape: &ErrorShape, status: u16, expected: &[(&str, &str)], body: &str) {
    let Failure::Raised(raised) = failure else { panic!("{failure:?} was not raised") };
    let answer = raised.answer(shape);
    let headers: Vec<_> =
        answer.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!((answer.status().as_u16(), headers.as_slice()), (status, expected), "{raised:?}");
    assert_eq!(answer.body(), body, "{raised:?}");
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_detail_is_a_text_or_any_json() {
    let length = ("content-length", "26");
    let text = r#"{"detail":"Task not \"found"}"#;
    check(
        Failure::not_found("Task not \"found"),
        &ErrorShape::Detail,
        404,
        &[("content-length", "29"), JSON],
        text,
    );
    let text = r#"{"errors":["Tag not found"]}"#;
    check(
        Failure::not_found("Tag not found"),
        &ErrorShape::Errors,
        404,
        &[("content-length", "28"), JSON],
        text,
    );
    check(
        Failure::bad_request("Inactive user".to_owned()),
        &ErrorShape::Detail,
        400,
        &[length, JSON],
        r#"{"detail":"Inactive user"}"#,
    );
    let body = r#"{"detail":{"code":"tag_exists","name":"ü","ratio":1e-07}}"#;
    check(
        Failure::conflict(TagExists(1e-7)),
        &ErrorShape::Detail,
        409,
        &[("content-length", "58"), JSON],
        body,
    );
}

#[test]
fn headers_of_its_own_stand_before_length_and_type() {
    let expected = [("www-authenticate", "Bearer"), ("content-length", "15"), JSON];
    check(Failure::unauthorized("no", "Bearer"), &ErrorShape::Detail, 401, &expected, r#"{"detail":"no"}"#);
    let late = Failure::http(StatusCode::TOO_MANY_REQUESTS, vec![1, 2])
        .header(RETRY_AFTER, HeaderValue::from(7))
        .header(CONTENT_TYPE, HeaderValue::from_static("application/x"))
        .header(ETAG, HeaderValue::from_static("e"));
    let expected =
        [("retry-after", "7"), ("content-type", "application/x"), ("etag", "e"), ("content-length", "16")];
    check(late, &ErrorShape::Detail, 429, &expected, r#"{"detail":[1,2]}"#);
}

#[test]
fn an_exception_handler_of_the_originals_writes_the_whole_body() {
    let failure = Failure::conflict(TagExists(0.5)).as_body("application/problem+json");
    let expected = [("content-length", "45"), ("content-type", "application/problem+json")];
    check(failure, &ErrorShape::Errors, 409, &expected, r#"{"code":"tag_exists","name":"ü","ratio":0.5}"#);
}

#[test]
fn some_statuses_have_no_body() {
    for (status, expected) in [(204, vec![]), (304, vec![]), (205, vec![("content-length", "0")])] {
        let failure = Failure::http(StatusCode::from_u16(status).unwrap(), "gone");
        check(failure, &ErrorShape::Detail, status, &expected, "");
    }
}

#[test]
fn over_what_is_no_json_the_original_raises_in_turn() {
    assert!(matches!(Failure::conflict(TagExists(f64::NAN)), Failure::LegacyRaises));
}
