//! An answer as HTTP/2 has it: nothing of a connection among its headers, no bytes where HTTP allows none.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, TE, TRANSFER_ENCODING, UPGRADE},
};
use http_body::Body;

use super::pieces::Pieces;

/// RFC 9113 section 8.2.2. `Connection: close` means HTTP/1; a client of HTTP/2 is told by GOAWAY.
const OF_A_CONNECTION: [HeaderName; 6] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

pub(super) fn as_http2<B: Body<Data = Bytes> + Send + 'static>(
    mut answer: Response<B>,
    head_only: bool,
) -> Response<Pieces<B>> {
    let length = answer.body().size_hint().exact().filter(|length| *length > 0);
    let headers = answer.headers_mut();
    for name in &OF_A_CONNECTION {
        headers.remove(name);
    }
    // hyper does this for HTTP/1 alone: to send DATA here would break the protocol (RFC 9110 section 6.4.1).
    if head_only && !headers.contains_key(CONTENT_LENGTH) {
        headers.extend(length.map(|length| (CONTENT_LENGTH, HeaderValue::from(length))));
    }
    let has_none = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&answer.status());
    answer.map(|body| if head_only || has_none { Pieces::none() } else { Pieces::of(body) })
}
