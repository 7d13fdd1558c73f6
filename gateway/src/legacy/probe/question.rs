//! One question for the legacy: a request, what it is asked for, and how a person reads it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::AUTHORIZATION};

/// What an answer is looked up by. Only `Route` is asked more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Nowhere,
    NowhereCompressed,
    NowhereAllowed,
    NowhereForeign,
    HeadNowhere,
    Document,
    DocumentCompressed,
    Slash,
    WrongMethod,
    Head,
    Options,
    Preflight,
    PreflightForeign,
    PreflightMethod,
    PreflightHeader,
    PreflightPrivate,
    NoToken,
    WrongScheme,
    EmptyToken,
    GarbageToken,
    LowerCaseScheme,
    UnsignedToken,
    ExpiredToken,
    ForgedToken,
    RefusedAllowed,
    GoodToken,
    GuardedEmpty,
    GuardedBroken,
    BodyMissing,
    BodyWithoutMembers,
    BodyOfWrongType,
    BodyNull,
    BodyBroken,
    BodyTwice,
    BodyNotFinite,
    BodyNotText,
    BodyUntyped,
    BodyOtherType,
    QueryWord,
    QueryHuge,
    Route,
}

#[derive(Clone, Debug)]
pub struct Question {
    pub topic: Topic,
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What stands in it beside method and target, in words: a token is never shown.
    with: Option<&'static str>,
}

impl Question {
    pub(super) fn new(topic: Topic, method: Method, target: &str) -> Self {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        Self { topic, method, target: target.to_owned(), headers, body, with: None }
    }

    pub(super) fn get(topic: Topic, target: &str) -> Self {
        Self::new(topic, Method::GET, target)
    }

    pub(super) fn with(mut self, words: &'static str) -> Self {
        self.with = Some(words);
        self
    }

    pub(super) fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// What is no header value is left out: it came from a file, and the question then proves nothing.
    pub(super) fn header_text(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    pub(super) fn bearer(mut self, token: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {token}")) {
            value.set_sensitive(true);
            self.headers.insert(AUTHORIZATION, value);
        }
        self
    }

    pub(super) fn body(mut self, body: &'static [u8]) -> Self {
        self.body = Bytes::from_static(body);
        self
    }
}

/// The longest target that is shown: a question may carry thousands of digits.
const SHOWN: usize = 80;

impl fmt::Display for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.target.char_indices().nth(SHOWN) {
            Some((end, _)) => &format!("{}…", &self.target[..end]),
            None => &self.target,
        };
        // From a document: it may be anything.
        let target: String = target.chars().filter(|each| !each.is_control()).collect();
        write!(formatter, "{} {target}", self.method)?;
        self.with.map_or(Ok(()), |words| write!(formatter, " with {words}"))
    }
}
