//! A request of HTTP/2 as HTTP/1 would have written it, for everything behind: matcher, handlers and legacy.
//!
//! What belongs to a connection never gets here: h2 resets a stream whose head names it (RFC 9113 section 8.2.2).

use http::{
    HeaderMap, HeaderValue, Request,
    header::{COOKIE, HOST},
};

pub(super) fn as_http1<B>(mut request: Request<B>) -> Request<B> {
    // With both, and different ones, the request is refused later, as one with an absolute target is.
    if !request.headers().contains_key(HOST)
        && let Some(host) =
            request.uri().authority().map(|authority| HeaderValue::from_str(authority.as_str()))
        && let Ok(host) = host
    {
        request.headers_mut().insert(HOST, host);
    }
    join_crumbs(request.headers_mut());
    request
}

/// Cookies may come one by one, so that each is compressed by itself; HTTP/1 has one line (RFC 9113 section 8.2.3).
fn join_crumbs(headers: &mut HeaderMap) {
    let crumbs: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if crumbs.len() < 2 {
        return;
    }
    // Only bytes that were values before, and a separator.
    if let Ok(mut whole) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..])) {
        whole.set_sensitive(true);
        headers.insert(COOKIE, whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_the_host_unless_there_is_one() {
        for (uri, host, becomes) in [
            ("https://api.example.com/a", None, Some("api.example.com")),
            ("https://api.example.com:8443/a", None, Some("api.example.com:8443")),
            ("https://api.example.com/a", Some("other"), Some("other")),
            ("/a", Some("api.example.com"), Some("api.example.com")),
            ("/a", None, None),
        ] {
            let mut request = Request::get(uri);
            if let Some(host) = host {
                request = request.header(HOST, host);
            }
            let request = as_http1(request.body(()).unwrap());
            let found: Vec<_> = request.headers().get_all(HOST).iter().collect();
            assert_eq!(found, becomes.into_iter().collect::<Vec<_>>(), "{uri} {host:?}");
        }
    }

    #[test]
    fn crumbs_become_one_line_where_the_first_stood() {
        let request =
            Request::get("/").header(COOKIE, "a=1").header("x-next", "1").header(COOKIE, "b=2; c=3");
        let request = as_http1(request.header(COOKIE, "d=4").body(()).unwrap());
        let lines: Vec<_> = request.headers().iter().map(|(name, value)| (name.as_str(), value)).collect();
        assert_eq!(
            lines,
            [("cookie", &HeaderValue::from_static("a=1; b=2; c=3; d=4")), ("x-next", &"1".parse().unwrap())]
        );
    }
}
