//! The questions, in order. What may be asked of a legacy, and why it can change nothing:
//!
//! * GET, HEAD and OPTIONS: a path that does not exist, the OpenAPI document, one route that everybody may read, one
//!   that wants a token; preflights.
//! * PATCH or PUT without a body at a path where neither lock nor document have it, for a 405.
//! * A body that cannot be valid, sent to a route that its document says refuses it; where a token is wanted too, without.
//!   A route that takes one all the same is not asked again.
//! * Numbers that are none, in the query of a route that validates it.
//!
//! What makes FastAPI raise, which wakes whoever watches its log, is asked only where a person wants it.

use http::{
    Method,
    header::{
        ACCEPT_ENCODING, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION,
        CONTENT_TYPE, HeaderName, ORIGIN,
    },
};

use super::{
    Given, Ground, Question, Topic,
    token::{Forged, GARBAGE},
};

/// All questions together, so that nobody has to guess what a probe costs.
pub const MOST: usize = 44;

const JSON: &str = "application/json";
const FOREIGN: &str = "https://probe.invalid";
pub(super) const BROKEN: &[u8] = b"{\"probe\": ";
const PRIVATE: HeaderName = HeaderName::from_static("access-control-request-private-network");

/// Where FastAPI shows it unless told otherwise.
pub(super) fn document(topic: Topic) -> Question {
    Question::get(topic, "/openapi.json")
}

pub(super) fn nowhere(ground: &Ground) -> Question {
    Question::get(Topic::Nowhere, &ground.nowhere)
}

/// What is asked when it is known where; the paths of routes take what is left of the number.
pub(super) fn rest(ground: &Ground, has_document: bool, given: &Given<'_>) -> Vec<Question> {
    let mut questions = Vec::new();
    framework(ground, has_document, &mut questions);
    cors(ground, &mut questions);
    tokens(ground, given.token, &mut questions);
    bodies(ground, given.raises, &mut questions);
    queries(ground, &mut questions);
    // The two that came first are among them.
    let room = MOST.saturating_sub(questions.len() + 2);
    let routes = ground.routes.iter().filter(|path| Some(*path) != ground.open.as_ref());
    questions.extend(routes.take(room).map(|path| Question::new(Topic::Route, Method::OPTIONS, path)));
    questions
}

fn framework(ground: &Ground, has_document: bool, questions: &mut Vec<Question>) {
    let nowhere = |topic| Question::get(topic, &ground.nowhere);
    questions.push(Question::new(Topic::HeadNowhere, Method::HEAD, &ground.nowhere));
    questions.push(
        nowhere(Topic::NowhereCompressed).header(ACCEPT_ENCODING, "gzip").with("`Accept-Encoding: gzip`"),
    );
    if has_document {
        let compressed = document(Topic::DocumentCompressed);
        questions.push(compressed.header(ACCEPT_ENCODING, "gzip").with("`Accept-Encoding: gzip`"));
    }
    let Some(open) = &ground.open else { return };
    questions.push(Question::get(Topic::Slash, &format!("{open}/?probe=1")));
    questions.push(Question::new(Topic::Head, Method::HEAD, open));
    questions.push(Question::new(Topic::Options, Method::OPTIONS, open));
    questions
        .extend(ground.wrong_method.clone().map(|method| Question::new(Topic::WrongMethod, method, open)));
}

fn cors(ground: &Ground, questions: &mut Vec<Question>) {
    let nowhere = |topic| Question::get(topic, &ground.nowhere);
    let allowed = |question: Question| question.header_text(ORIGIN, &ground.origin);
    questions.push(allowed(nowhere(Topic::NowhereAllowed)).with("an `Origin` to be allowed"));
    questions.push(nowhere(Topic::NowhereForeign).header(ORIGIN, FOREIGN).with("a foreign `Origin`"));
    let path = ground.open.as_deref().unwrap_or(&ground.nowhere);
    let preflight = |topic| {
        let question = allowed(Question::new(topic, Method::OPTIONS, path));
        question.header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
    };
    questions.push(preflight(Topic::Preflight).with("an `Origin` to be allowed, for GET"));
    let foreign = preflight(Topic::PreflightForeign).header(ORIGIN, FOREIGN);
    questions.push(foreign.with("a foreign `Origin`, for GET"));
    let method = preflight(Topic::PreflightMethod).header(ACCESS_CONTROL_REQUEST_METHOD, "PROBE");
    questions.push(method.with("an `Origin` to be allowed, for a method PROBE"));
    let header = preflight(Topic::PreflightHeader).header(ACCESS_CONTROL_REQUEST_HEADERS, "x-probe");
    questions.push(header.with("an `Origin` to be allowed, for a header `x-probe`"));
    let private = preflight(Topic::PreflightPrivate).header(PRIVATE, "true");
    questions.push(private.with("an `Origin` to be allowed, for a private network"));
}

fn tokens(ground: &Ground, token: Option<&str>, questions: &mut Vec<Question>) {
    let Some(protected) = &ground.protected else { return };
    let ask = |topic, words| Question::get(topic, &protected.path).with(words);
    let forged = Forged::new();
    questions.push(ask(Topic::NoToken, "no token"));
    questions.push(
        ask(Topic::WrongScheme, "`Authorization: Basic …`").header(AUTHORIZATION, "Basic cHJvYmU6cHJvYmU="),
    );
    questions.push(ask(Topic::EmptyToken, "an empty token").bearer(""));
    questions.push(ask(Topic::GarbageToken, "a token that is garbage").bearer(GARBAGE));
    questions.push(
        ask(Topic::LowerCaseScheme, "`bearer` in small letters, and garbage")
            .header(AUTHORIZATION, "bearer not-a-token"),
    );
    questions.push(ask(Topic::UnsignedToken, "an unsigned token").bearer(&forged.unsigned));
    questions.push(ask(Topic::ExpiredToken, "an expired token of nobody's").bearer(&forged.expired));
    questions.push(ask(Topic::ForgedToken, "a token signed with another key").bearer(&forged.forged));
    let refused = ask(Topic::RefusedAllowed, "no token, and an `Origin` to be allowed");
    questions.push(refused.header_text(ORIGIN, &ground.origin));
    questions.extend(token.map(|token| ask(Topic::GoodToken, "the token that was given").bearer(token)));
}

fn bodies(ground: &Ground, raises: bool, questions: &mut Vec<Question>) {
    if let Some((method, path)) = &ground.guarded {
        let ask = |topic, words| Question::new(topic, method.clone(), path).with(words);
        questions.push(ask(Topic::GuardedEmpty, "neither token nor body"));
        questions.push(
            ask(Topic::GuardedBroken, "broken JSON and no token").header(CONTENT_TYPE, JSON).body(BROKEN),
        );
    }
    let Some((method, path)) = &ground.strict else { return };
    let untyped = |topic, words, body| Question::new(topic, method.clone(), path).with(words).body(body);
    let ask = |topic, words, body| untyped(topic, words, body).header(CONTENT_TYPE, JSON);
    questions.push(ask(Topic::BodyMissing, "no body", b""));
    questions.push(ask(Topic::BodyWithoutMembers, "the body `{}`", b"{}"));
    questions.push(ask(Topic::BodyOfWrongType, "the body `[]`", b"[]"));
    questions.push(ask(Topic::BodyNull, "the body `null`", b"null"));
    questions.push(ask(Topic::BodyBroken, "broken JSON", BROKEN));
    questions.push(ask(Topic::BodyTwice, "a member twice", b"{\"probe\": 1, \"probe\": 2}"));
    if raises {
        let words = "the body `{\"probe\": NaN}`";
        questions.push(ask(Topic::BodyNotFinite, words, b"{\"probe\": NaN}"));
    }
    questions.push(ask(Topic::BodyNotText, "bytes that are no UTF-8", b"{\"probe\": \"\xff\"}"));
    questions.push(untyped(Topic::BodyUntyped, "the body `{}` and no content type", b"{}"));
    let other = untyped(Topic::BodyOtherType, "the body `{}` as `text/plain`", b"{}");
    questions.push(other.header(CONTENT_TYPE, "text/plain"));
}

fn queries(ground: &Ground, questions: &mut Vec<Question>) {
    let Some((path, name)) = &ground.integer else { return };
    questions.push(Question::get(Topic::QueryWord, &format!("{path}?{name}=probe")));
    // One digit more than Python reads.
    questions.push(Question::get(Topic::QueryHuge, &format!("{path}?{name}={}", "9".repeat(4301))));
}
