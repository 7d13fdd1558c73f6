//! Reads an HTTP/1.1 answer off the wire and refuses whatever is not one.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

use super::{Head, Headers};

/// How much of the body is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Done,
    Length(u64),
    Chunked,
    InChunk(u64),
    UntilClose,
}

impl Framing {
    pub(super) fn of(head: &Head, asked_for_head: bool) -> io::Result<Self> {
        if asked_for_head || matches!(head.status, 101 | 204 | 304) {
            return Ok(Self::Done);
        }
        match (&head.headers.all("transfer-encoding")[..], &head.headers.all("content-length")[..]) {
            ([coding], []) if coding.eq_ignore_ascii_case("chunked") => Ok(Self::Chunked),
            ([], [length]) => Ok(Self::of_length(length.parse().map_err(|_| invalid("content-length"))?)),
            ([], []) => Ok(Self::UntilClose),
            _ => Err(invalid("framing")),
        }
    }

    fn of_length(length: u64) -> Self {
        if length == 0 { Self::Done } else { Self::Length(length) }
    }
}

pub(super) fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the answer's {what} is not HTTP/1.1"))
}

pub(super) async fn head(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Head> {
    let first = line(stream).await?;
    let mut words = first.splitn(3, ' ');
    let (version, status) = (words.next(), words.next());
    if version != Some("HTTP/1.1") {
        return Err(invalid("first line"));
    }
    let status = status.and_then(|status| status.parse().ok()).ok_or_else(|| invalid("status"))?;
    let reason = words.next().unwrap_or_default().to_owned();
    Ok(Head { status, reason, headers: fields(stream).await? })
}

async fn fields(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Headers> {
    let mut headers = Headers::default();
    loop {
        let line = line(stream).await?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("header"))?;
        headers.0.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
    }
}

pub(super) async fn piece(
    stream: &mut (impl AsyncBufRead + Unpin),
    framing: &mut Framing,
    trailers: &mut Headers,
) -> io::Result<Option<Bytes>> {
    if *framing == Framing::Chunked {
        let size = line(stream).await?;
        let size = u64::from_str_radix(&size, 16).ok().filter(|size| *size <= LARGEST);
        let size = size.ok_or_else(|| invalid("chunk size"))?;
        *framing = if size == 0 { Framing::Done } else { Framing::InChunk(size) };
        if size == 0 {
            *trailers = fields(stream).await?;
        }
    }
    match *framing {
        Framing::Done => Ok(None),
        Framing::Length(left) => {
            let bytes = arrived(stream, left).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            *framing = Framing::of_length(left - bytes.len() as u64);
            Ok(Some(bytes))
        }
        // A chunk is handed over whole: the sender's own pieces can be told apart.
        Framing::InChunk(size) => {
            let mut bytes = Vec::new();
            (&mut *stream).take(size).read_to_end(&mut bytes).await?;
            if bytes.len() as u64 != size || !line(stream).await?.is_empty() {
                return Err(invalid("chunk"));
            }
            *framing = Framing::Chunked;
            Ok(Some(bytes.into()))
        }
        Framing::UntilClose => {
            let bytes = arrived(stream, u64::MAX).await?;
            *framing = if bytes.is_none() { Framing::Done } else { Framing::UntilClose };
            Ok(bytes)
        }
        Framing::Chunked => Err(invalid("chunk")),
    }
}

async fn arrived(stream: &mut (impl AsyncBufRead + Unpin), limit: u64) -> io::Result<Option<Bytes>> {
    let available = stream.fill_buf().await?;
    let length = available.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
    let bytes = Bytes::copy_from_slice(&available[..length]);
    stream.consume(length);
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// More than any server lets through; what sends more is no server.
const LONGEST: u64 = 1 << 20;
/// Of a chunk, which is handed over whole.
const LARGEST: u64 = 256 << 20;

async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = Vec::new();
    (&mut *stream).take(LONGEST).read_until(b'\n', &mut line).await?;
    match line.strip_suffix(b"\r\n") {
        // Header values may be any bytes; ours to compare, hence kept apart from one another as Latin-1 does.
        Some(line) => Ok(line.iter().copied().map(char::from).collect()),
        None if line.len() as u64 == LONGEST => Err(invalid("line, which does not end,")),
        None if line.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
        None => Err(invalid("line")),
    }
}
