//! Which methods both parsers of uvicorn know: h11 takes any word, httptools only those of llhttp.
//!
//! Asked of httptools 0.9 and h11 0.16 over every method that IANA and llhttp list; `CONNECT` is refused for its target.

pub(crate) fn is_known(method: &[u8]) -> bool {
    matches!(
        method,
        b"GET"
            | b"POST"
            | b"PUT"
            | b"DELETE"
            | b"PATCH"
            | b"HEAD"
            | b"OPTIONS"
            | b"TRACE"
            | b"CONNECT"
            | b"QUERY"
            | b"ACL"
            | b"BIND"
            | b"CHECKOUT"
            | b"COPY"
            | b"LINK"
            | b"LOCK"
            | b"M-SEARCH"
            | b"MERGE"
            | b"MKACTIVITY"
            | b"MKCALENDAR"
            | b"MKCOL"
            | b"MOVE"
            | b"NOTIFY"
            | b"PROPFIND"
            | b"PROPPATCH"
            | b"PURGE"
            | b"REBIND"
            | b"REPORT"
            | b"SEARCH"
            | b"SOURCE"
            | b"SUBSCRIBE"
            | b"UNBIND"
            | b"UNLINK"
            | b"UNLOCK"
            | b"UNSUBSCRIBE"
    )
}
