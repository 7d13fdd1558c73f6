//! Every limit in one list: its key in `[limits]`, what holds without it, what a client gets who meets it.
//!
//! The key is also the label of the metric. The reader of `routes.toml`, the metrics and `docs/edge.md` use this list.

use std::time::Duration;

use super::{Limits, MOST_HEADER_BYTES, Pace, Rate};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Handshake,
    Head,
    Idle,
    BodyPace,
    Reading,
    Connections,
    ConnectionsPerClient,
    HeaderCount,
    HeaderBytes,
    TargetBytes,
    Body,
    Http2Streams,
    Http2Resets,
    Http2HeaderList,
    InFlight,
    Drain,
    WebSockets,
    Rate,
    LegacyConnect,
    LegacyFirstByte,
    LegacyGap,
    LegacyTotal,
    LegacyConnections,
}

pub struct Row {
    pub limit: Limit,
    pub key: &'static str,
    pub meaning: &'static str,
    /// As it could be written, but for what is worked out at the start.
    pub default: &'static str,
    pub gets: &'static str,
    pub place: fn(&mut Limits) -> Place<'_>,
}

/// Where a value goes, and so what may be written.
pub enum Place<'l> {
    Time(&'l mut Duration),
    TimeOrOff(&'l mut Option<Duration>),
    PaceOrOff(&'l mut Option<Pace>),
    /// At most so many bytes: what the libraries below hold.
    Size(&'l mut u64, u64),
    Size32(&'l mut u32, u32),
    SizeOrOff(&'l mut Option<u64>),
    Count(&'l mut usize, i64),
    Count32(&'l mut u32, i64),
    /// Nothing where the default, which is worked out, holds.
    CountOrDerived(&'l mut Option<usize>),
    CountOrOff(&'l mut Option<usize>),
    RateOrOff(&'l mut Option<Rate>),
}

impl Limit {
    pub fn row(self) -> &'static Row {
        // A test holds that every limit stands at its place.
        &TABLE[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.row().key
    }
}

const CLOSED: &str = "the connection is closed";
const CUT: &str = "the connection is closed, in the middle of the answer";
const LATE: &str = "504";
const LATER: &str = "503 with `Retry-After`";

/// In the order of `Limit`.
pub static TABLE: [Row; 23] = [
    Row {
        limit: Limit::Handshake,
        key: "handshake",
        meaning: "for the TLS handshake",
        default: "10s",
        gets: CLOSED,
        place: |limits| Place::Time(&mut limits.handshake),
    },
    Row {
        limit: Limit::Head,
        key: "head",
        meaning: "for the whole head of a request, from its first byte, or over HTTP/1 from the end of the answer before it",
        default: "30s",
        gets: CLOSED,
        place: |limits| Place::Time(&mut limits.head),
    },
    Row {
        limit: Limit::Idle,
        key: "idle",
        meaning: "between an answer and the next request; longer than the 60 s of common load balancers, so that they close first",
        default: "75s",
        gets: CLOSED,
        place: |limits| Place::Time(&mut limits.idle),
    },
    Row {
        limit: Limit::BodyPace,
        key: "body_pace",
        meaning: "what must come of a body at least; only time in which the gateway waits for the client counts",
        default: "1KiB/1m",
        gets: "408 and the connection closed; only closed where an answer has begun",
        place: |limits| Place::PaceOrOff(&mut limits.body_pace),
    },
    Row {
        limit: Limit::Reading,
        key: "reading",
        meaning: "for a client to take anything of an answer, or of a WebSocket's messages, that waits for it",
        default: "1m",
        gets: CUT,
        place: |limits| Place::TimeOrOff(&mut limits.reading),
    },
    Row {
        limit: Limit::Connections,
        key: "connections",
        meaning: "open at a time, WebSockets among them",
        default: "the half of what the limit of open files leaves beside 256, at most 10000",
        gets: "closed before anything is read",
        place: |limits| Place::CountOrDerived(&mut limits.connections),
    },
    Row {
        limit: Limit::ConnectionsPerClient,
        key: "connections_per_client",
        meaning: "the same from one address (IPv6: from one /64 network); trusted proxies may have all",
        default: "a quarter of `connections`",
        gets: "closed before anything is read",
        place: |limits| Place::CountOrDerived(&mut limits.connections_per_client),
    },
    Row {
        limit: Limit::HeaderCount,
        key: "header_count",
        meaning: "headers of a request",
        default: "100",
        gets: "431 and the connection closed",
        place: |limits| Place::Count(&mut limits.header_count, 100),
    },
    Row {
        limit: Limit::HeaderBytes,
        key: "header_bytes",
        meaning: "the whole head of a request; over HTTP/2 as HTTP/1 would write it",
        default: "128KiB",
        gets: "431 and the connection closed",
        place: |limits| Place::Size(&mut limits.header_bytes, MOST_HEADER_BYTES as u64),
    },
    Row {
        limit: Limit::TargetBytes,
        key: "target_bytes",
        meaning: "the target of a request",
        default: "64KiB",
        gets: "414 and the connection closed",
        place: |limits| Place::Size(&mut limits.target_bytes, 64 << 10),
    },
    Row {
        limit: Limit::Body,
        key: "body",
        meaning: "the body of a request, where neither its route nor `[defaults]` says otherwise",
        default: "off",
        gets: "413, before anything was read where the request tells its length",
        place: |limits| Place::SizeOrOff(&mut limits.body),
    },
    Row {
        limit: Limit::Http2Streams,
        key: "http2_streams",
        meaning: "of one HTTP/2 connection at a time",
        default: "100",
        gets: "the stream is refused (REFUSED_STREAM)",
        place: |limits| Place::Count32(&mut limits.http2_streams, 10_000),
    },
    Row {
        limit: Limit::Http2Resets,
        key: "http2_resets",
        meaning: "streams of one HTTP/2 connection that were reset before they were dealt with",
        default: "20",
        gets: "GOAWAY (ENHANCE_YOUR_CALM)",
        place: |limits| Place::Count(&mut limits.http2_resets, 10_000),
    },
    Row {
        limit: Limit::Http2HeaderList,
        key: "http2_header_list",
        meaning: "the headers of an HTTP/2 request, unpacked",
        default: "64KiB",
        gets: "431, or the stream is reset",
        place: |limits| Place::Size32(&mut limits.http2_header_list, 1 << 20),
    },
    Row {
        limit: Limit::InFlight,
        key: "in_flight",
        meaning: "requests that have begun and are not over",
        default: "as `connections`",
        gets: LATER,
        place: |limits| Place::CountOrDerived(&mut limits.in_flight),
    },
    Row {
        limit: Limit::Drain,
        key: "drain",
        meaning: "for what has begun to end, once the process that ends accepts nobody any more",
        default: "30s",
        gets: CUT,
        place: |limits| Place::Time(&mut limits.drain),
    },
    Row {
        limit: Limit::WebSockets,
        key: "websockets",
        meaning: "open at a time; they count among `connections` in any case",
        default: "off",
        gets: "503 with `Retry-After` to the handshake",
        place: |limits| Place::CountOrOff(&mut limits.websockets),
    },
    Row {
        limit: Limit::Rate,
        key: "rate",
        meaning: "requests of one client to one route, where the route does not say otherwise",
        default: "off",
        gets: "429 with `Retry-After`",
        place: |limits| Place::RateOrOff(&mut limits.rate),
    },
    Row {
        limit: Limit::LegacyConnect,
        key: "legacy_connect",
        meaning: "to open a connection to the legacy",
        default: "5s",
        gets: "502",
        place: |limits| Place::Time(&mut limits.legacy_connect),
    },
    Row {
        limit: Limit::LegacyFirstByte,
        key: "legacy_first_byte",
        meaning: "for the legacy to begin its answer, where the route has no `timeout` of its own",
        default: "off",
        gets: LATE,
        place: |limits| Place::TimeOrOff(&mut limits.legacy_first_byte),
    },
    Row {
        limit: Limit::LegacyGap,
        key: "legacy_gap",
        meaning: "between two pieces of an answer of the legacy's",
        default: "off",
        gets: CUT,
        place: |limits| Place::TimeOrOff(&mut limits.legacy_gap),
    },
    Row {
        limit: Limit::LegacyTotal,
        key: "legacy_total",
        meaning: "from a request to the end of the legacy's answer",
        default: "off",
        gets: "504, or the answer is cut",
        place: |limits| Place::TimeOrOff(&mut limits.legacy_total),
    },
    Row {
        limit: Limit::LegacyConnections,
        key: "legacy_connections",
        meaning: "to each instance of the legacy",
        default: "off",
        gets: LATER,
        place: |limits| Place::CountOrOff(&mut limits.legacy_connections),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_stands_at_its_place_in_the_list() {
        assert!(TABLE.iter().enumerate().all(|(at, row)| row.limit as usize == at));
    }

    #[test]
    fn the_documentation_has_the_same_list() {
        let page = include_str!("../../../docs/edge.md");
        let rows = page.lines().skip_while(|line| !line.starts_with("| key | what it limits |")).skip(2);
        let written: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
        let expected = TABLE.each_ref().map(|Row { key, meaning, default, gets, .. }| {
            let default = if default.contains(' ') { (*default).to_owned() } else { format!("`{default}`") };
            format!("| `{key}` | {meaning} | {default} | {gets} |")
        });
        assert_eq!(written, expected);
    }
}
