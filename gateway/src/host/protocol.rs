//! Which protocol a client speaks in clear: told by its first bytes (RFC 9113 section 3.3).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// No request of HTTP/1 begins so: the method is reserved (RFC 9113 section 11.6).
const PREFACE: &[u8; 3] = b"PRI";

/// None as long as it may be either.
pub(super) fn spoken(begun: &[u8]) -> Option<Protocol> {
    let known = begun.len().min(PREFACE.len());
    if begun[..known] != PREFACE[..known] {
        Some(Protocol::Http1)
    } else if known == PREFACE.len() {
        Some(Protocol::Http2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_bytes_tell() {
        for (begun, told) in [
            ("", None),
            ("P", None),
            ("PR", None),
            ("PRI", Some(Protocol::Http2)),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Some(Protocol::Http2)),
            ("PROPFIND / HTTP/1.1\r\n", Some(Protocol::Http1)),
            ("PO", Some(Protocol::Http1)),
            ("G", Some(Protocol::Http1)),
            ("\r\n", Some(Protocol::Http1)),
        ] {
            assert_eq!(spoken(begun.as_bytes()), told, "{begun:?}");
        }
    }
}
