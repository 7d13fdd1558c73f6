//! Which headers cross the gateway, and which belong to one hop only.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE},
};

use crate::auth::trust::begins_with;

/// RFC 9110 section 7.6.1, and the two old names that some clients still send.
const HOP_BY_HOP: [HeaderName; 7] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

pub const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");

/// Drops what belongs to the hop the message came over, the headers that `Connection` names included.
pub fn drop_hop_by_hop(headers: &mut HeaderMap) {
    // One look at the few names there are: to ask for each of the seven costs more.
    if headers.keys().any(|name| HOP_BY_HOP.contains(name)) {
        let named: Vec<_> = nominated(headers).collect();
        keep(headers, |name| !HOP_BY_HOP.contains(name) && !named.contains(name));
    }
}

/// The same of an answer, whose trailers pass, and whose chunks alone say how long it is (RFC 9112 section 6.3).
pub fn drop_hop_by_hop_of_answer(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    let of_hop = |name: &HeaderName| *name != TRAILER && HOP_BY_HOP.contains(name);
    if headers.keys().any(of_hop) {
        let named: Vec<_> = nominated(headers).collect();
        keep(headers, |name| !of_hop(name) && !named.contains(name));
    }
}

/// Whether the connection ends with this message.
pub fn closes(headers: &HeaderMap) -> bool {
    headers.contains_key(CONNECTION) && nominated(headers).any(|name| name == "close")
}

/// The others in their order: `HeaderMap::remove` puts the last one into the gap.
fn keep(headers: &mut HeaderMap, is_kept: impl Fn(&HeaderName) -> bool) {
    let all = std::mem::replace(headers, HeaderMap::with_capacity(headers.len()));
    let mut name = None;
    for (next, value) in all {
        // Only the first of several values comes with its name.
        name = next.or(name);
        if let Some(name) = name.as_ref().filter(|name| is_kept(name)) {
            headers.append(name, value);
        }
    }
}

/// The headers that `Connection` names as belonging to this hop, but for the one that most messages name and that does so
/// anyway.
pub fn nominated(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> + '_ {
    headers
        .get_all(CONNECTION)
        .into_iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|token| !token.eq_ignore_ascii_case(b"keep-alive"))
        .filter_map(|token| HeaderName::from_bytes(token).ok())
}

/// What the legacy is told of a client.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its address, behind those that a trusted proxy named.
    pub client: HeaderValue,
    pub scheme: HeaderValue,
    /// Where it is another than the request's own.
    pub host: Option<HeaderValue>,
    /// A trusted proxy says so: what else it says of the client, its port for one, is handed on.
    pub is_believed: bool,
}

/// Tells the legacy who asked and how; what the client claimed about itself is replaced.
pub fn set_forwarded(headers: &mut HeaderMap, said: &Said) {
    drop_claims(headers, said.is_believed);
    headers.insert(FORWARDED_FOR, said.client.clone());
    headers.insert(FORWARDED_PROTO, said.scheme.clone());
    match said.host.clone().or_else(|| headers.get(HOST).cloned()) {
        Some(host) => headers.insert(FORWARDED_HOST, host),
        None => headers.remove(FORWARDED_HOST),
    };
    headers.remove(FORWARDED);
}

/// `X-Forwarded-Port`, `-Prefix` and whatever else a legacy may listen to, however spelled; of a proxy that is believed
/// only the spellings that it does not write itself, for they are its client's.
fn drop_claims(headers: &mut HeaderMap, is_believed: bool) {
    let is_claim = |name: &HeaderName| {
        let name = name.as_str();
        let is_dashed = || name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        begins_with(name, "x-forwarded-") && !(is_believed && is_dashed())
    };
    let replaced = [FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO];
    // Few clients send any.
    if headers.keys().any(|name| is_claim(name) && !replaced.contains(name)) {
        keep(headers, |name| !is_claim(name) || replaced.contains(name));
    }
}

/// Puts back the two headers that ask for, or grant, a WebSocket.
pub fn set_websocket(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

/// Drops the same, but for the two headers that grant a WebSocket, which stay where they stand.
pub fn keep_websocket(headers: &mut HeaderMap) {
    let named: Vec<_> = nominated(headers).collect();
    let grants = |name: &HeaderName| [CONNECTION, UPGRADE].contains(name);
    keep(headers, |name| grants(name) || !(HOP_BY_HOP.contains(name) || named.contains(name)));
    set_websocket(headers);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn what_belongs_to_one_hop_is_dropped_and_the_rest_kept() {
        let mut message = headers(&[
            ("connection", "keep-alive, X-Local"),
            ("keep-alive", "timeout=5"),
            ("x-local", "1"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("accept", "*/*"),
        ]);
        drop_hop_by_hop(&mut message);
        assert_eq!(message, headers(&[("accept", "*/*")]));
    }

    #[test]
    fn what_a_client_claims_about_itself_is_replaced() {
        let mut message = headers(&[
            ("host", "api.example.com"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil"),
            ("x-forwarded-port", "1"),
            ("x-forwarded-prefix", "/evil"),
            ("forwarded", "for=10.0.0.1"),
        ]);
        let client = HeaderValue::from_static("192.0.2.7");
        let said = Said { client, scheme: HeaderValue::from_static("http"), host: None, is_believed: false };
        set_forwarded(&mut message, &said);
        let expected = headers(&[
            ("host", "api.example.com"),
            ("x-forwarded-for", "192.0.2.7"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-host", "api.example.com"),
        ]);
        assert_eq!(message, expected);
    }

    #[test]
    fn no_spelling_stands_beside_what_is_said_of_a_client() {
        let spellings = [
            ("x-forwarded-port", "1"),
            ("x_forwarded_port", "2"),
            ("x.forwarded.ssl", "on"),
            ("x-forwarded_proto", "3"),
        ];
        let around = [("accept", "*/*"), ("x-forwarde", "4"), ("cookie", "a=b")];
        for (is_believed, port) in [(false, None), (true, Some("1"))] {
            let mut message = headers(&[around[0]]);
            message.extend(headers(&spellings));
            message.extend(headers(&around[1..]));
            let scheme = HeaderValue::from_static("http");
            let said =
                Said { client: HeaderValue::from_static("192.0.2.7"), scheme, host: None, is_believed };
            set_forwarded(&mut message, &said);
            let written = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "http")];
            let port = port.map(|port| ("x-forwarded-port", port));
            let before = around[..1].iter().copied().chain(port);
            let expected: Vec<_> = before.chain(around[1..].iter().copied()).chain(written).collect();
            let pairs: Vec<_> =
                message.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
            assert_eq!(pairs, expected, "{is_believed}");
        }
    }

    #[test]
    fn a_granted_websocket_keeps_the_order_of_its_headers() {
        let mut message = headers(&[
            ("upgrade", "WebSocket"),
            ("connection", "Upgrade, x-local"),
            ("sec-websocket-accept", "key"),
            ("x-local", "1"),
            ("server", "uvicorn"),
        ]);
        keep_websocket(&mut message);
        let pairs: Vec<_> =
            message.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let expected = [
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-accept", "key"),
            ("server", "uvicorn"),
        ];
        assert_eq!(pairs, expected);
    }
}
