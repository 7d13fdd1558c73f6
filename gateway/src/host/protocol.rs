//! Which protocol a client speaks in clear: told by its first bytes (RFC 9113 section 3.3).

use std::io::{self, ErrorKind};

use bytes::BytesMut;

use super::{pace::Paced, stream::Stream};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// No request of HTTP/1 begins so: the method is reserved (RFC 9113 section 11.6).
const PREFACE: &[u8; 3] = b"PRI";

/// Most requests are shorter, so the first look is the only read.
const FIRST: usize = 4 << 10;

/// Waits for the first bytes; a client that says nothing costs no more than its socket. None where it leaves.
pub(super) async fn begin(socket: Paced) -> io::Result<Option<(Protocol, Stream)>> {
    let mut begun = BytesMut::new();
    loop {
        socket.socket().readable().await?;
        begun.reserve(FIRST);
        match socket.socket().try_read_buf(&mut begun) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        }
        if let Some(protocol) = spoken(&begun) {
            return Ok(Some((protocol, Stream::Clear { begun, socket })));
        }
    }
}

/// None as long as it may be either.
fn spoken(begun: &[u8]) -> Option<Protocol> {
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
