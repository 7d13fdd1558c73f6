//! The same rules for a request of HTTP/2, which has no head of bytes that could be judged.
//!
//! What belongs to a connection, and what is wrong with framing or fields, h2 has refused before (RFC 9113 section 8), but
//! for a length that is said twice in the same way.

use http::{
    HeaderValue, Request,
    header::{CONTENT_LENGTH, HOST},
};

use super::{
    Class, Classes, door,
    judge::{is_host, is_known, refusal},
};
use crate::routes::matching::Matcher;

/// Every objection, in the order in which they are looked for.
pub(super) fn objections<B>(request: &Request<B>, matcher: &Matcher) -> impl Iterator<Item = Class> + use<B> {
    let method = request.method().as_str();
    let is_unknown = !is_known(method.as_bytes()) && !door::declares(matcher, method.as_bytes());
    let target = match request.uri().path_and_query() {
        Some(target) => refusal(method, target.as_str(), Classes::default()),
        None => Some(Class::TargetForm),
    };
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
    let lengths = request.headers().get_all(CONTENT_LENGTH).iter().count();
    let length = (lengths > 1).then_some(Class::LengthTwice);
    [is_unknown.then_some(Class::MethodUnknown), target, host, length].into_iter().flatten()
}
