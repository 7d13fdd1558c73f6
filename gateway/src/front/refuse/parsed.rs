//! The same rules for a request of HTTP/2, which has no head of bytes that could be judged.
//!
//! What belongs to a connection, and what is wrong with framing or fields, h2 has refused before (RFC 9113 section 8), but
//! for a length that is said twice in the same way, and white space at the ends of a value.

use http::{
    HeaderValue, Request,
    header::{CONTENT_LENGTH, HOST},
};

use super::door;
use crate::{
    edge::{
        Class, Classes,
        judge::{self, is_host, is_known},
        look::limits::HeadLimits,
    },
    routes::running::Running,
};

/// Every objection, in the order in which they are looked for.
pub(super) fn objections<B>(request: &Request<B>, running: &Running) -> impl Iterator<Item = Class> + use<B> {
    let limits = HeadLimits::of(&running.limits);
    let method = request.method().as_str();
    let is_unknown = !is_known(method.as_bytes()) && !door::declares(&running.matcher, method.as_bytes());
    let target = request.uri().path_and_query();
    let is_long = target.is_some_and(|target| target.as_str().len() > limits.target);
    let (seen, target) = match target {
        Some(target) => judge::target(method, target.as_str(), running.reported),
        None => (Classes::default(), Some(Class::TargetForm)),
    };
    let is_crowded = request.headers().len() > limits.headers;
    let is_large = written(request) > limits.bytes;
    let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let mut hosts = request.headers().get_all(HOST).iter().map(HeaderValue::as_bytes);
    let host = match (hosts.next(), hosts.next()) {
        (None, _) => Some(Class::HostMissing),
        (Some(_), Some(_)) => Some(Class::HostTwice),
        (Some(host), None) if !is_host(host) => Some(Class::HostMalformed),
        (Some(host), None) => {
            authority.filter(|authority| !authority.eq_ignore_ascii_case(host)).map(|_| Class::OtherAuthority)
        }
    };
    let is_ragged = request.headers().values().any(|value| is_ragged(value.as_bytes()));
    let ragged = is_ragged.then_some(Class::HeaderMalformed);
    let lengths = request.headers().get_all(CONTENT_LENGTH).iter().count();
    let length = (lengths > 1).then_some(Class::LengthTwice);
    let is_long = is_long.then_some(Class::TargetTooLong);
    let before =
        [is_long, is_large.then_some(Class::HeadTooLarge), is_unknown.then_some(Class::MethodUnknown)];
    let behind = [target, is_crowded.then_some(Class::HeadersTooMany), host, length];
    before.into_iter().flatten().chain(seen.iter()).chain(behind.into_iter().flatten()).chain(ragged)
}

/// White space at an end is no part of a value in HTTP/1, and not allowed here (RFC 9113 section 8.2.1).
fn is_ragged(value: &[u8]) -> bool {
    let is_space = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    is_space(value.first()) || is_space(value.last())
}

/// How many bytes its head would have in HTTP/1.
fn written<B>(request: &Request<B>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + "  HTTP/1.1\r\n".len();
    let fields =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + fields.sum::<usize>() + "\r\n".len()
}
