//! A refusal as the profile writes one: without what servers, middlewares and single requests add to it.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, SERVER, SET_COOKIE, TRAILER, TRANSFER_ENCODING,
        UPGRADE, VARY,
    },
};

use super::super::{Answer, Question};
use crate::{contract::profile::ErrorAnswer, routes::lock::scheme::Failure};

const SERVERS: [HeaderName; 7] =
    [CONNECTION, CONTENT_LENGTH, DATE, SERVER, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// `other` is the same refusal once more: a header that is not in both is none of the refusal's own.
pub(super) fn of(answer: &Answer, other: Option<&Answer>) -> Option<ErrorAnswer> {
    let is_its_own = |name: &HeaderName, value: &HeaderValue| {
        !SERVERS.contains(name)
            && !name.as_str().starts_with("access-control-")
            && (name != VARY || !is_of_a_middleware(value))
            // What one client was given is nothing for all others.
            && name != SET_COOKIE
            && other.is_none_or(|other| other.headers.get_all(name).iter().any(|own| own == value))
    };
    let headers = answer.headers.iter().filter(|(name, value)| is_its_own(name, value));
    let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
    written(answer.status, headers, answer.body.clone())
}

/// Why no file can say this body, if it cannot: `again` is the answer to the same question once more.
pub(super) fn of_one_request(
    (question, answer): (&Question, &Answer),
    again: Option<&Answer>,
) -> Option<&'static str> {
    if again.is_some_and(|again| again.status == answer.status && again.body != answer.body) {
        return Some("its body is another one each time: no file can say so");
    }
    let path = question.target.as_bytes();
    let names_it = path.len() > 1 && answer.body.windows(path.len()).any(|part| part == path);
    names_it.then_some("its body names the path that was asked: no file can say so")
}

/// What a busy server, another application or a bug answers says nothing about tokens.
pub(super) fn is_about_tokens(answer: &Answer) -> bool {
    (400..500).contains(&answer.status) && ![404, 405, 408, 429].contains(&answer.status)
}

/// What import saw the scheme answer.
pub(super) fn locked(failure: &Failure) -> Option<ErrorAnswer> {
    let headers = failure.headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::try_from(name).ok().filter(|name| !SERVERS.contains(name))?;
        Some((name, HeaderValue::try_from(value).ok()?))
    });
    written(failure.status, headers.collect(), Bytes::from(failure.body.clone()))
}

/// Comparable with what is learned: the order of headers means nothing.
pub(super) fn profiled(answer: &ErrorAnswer) -> ErrorAnswer {
    let mut answer = answer.clone();
    answer.headers.sort_by(|one, two| (one.0.as_str(), &one.1).cmp(&(two.0.as_str(), &two.1)));
    answer
}

fn written(status: u16, mut headers: Vec<(HeaderName, HeaderValue)>, body: Bytes) -> Option<ErrorAnswer> {
    if !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
        headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
    }
    let status = StatusCode::from_u16(status).ok().filter(|status| status.as_u16() >= 400)?;
    Some(profiled(&ErrorAnswer { status, headers, body }))
}

fn is_of_a_middleware(value: &HeaderValue) -> bool {
    let names = value.to_str().unwrap_or_default().split(',').map(str::trim);
    names
        .clone()
        .all(|name| name.eq_ignore_ascii_case("Origin") || name.eq_ignore_ascii_case("Accept-Encoding"))
}

/// For a sentence.
pub(super) fn shown(answer: &ErrorAnswer) -> String {
    format!("{} {}", answer.status.as_u16(), String::from_utf8_lossy(&answer.body))
}
