//! Who asks: the other end of the connection, or whom a trusted proxy there asks for.
//!
//! The log, the limits and the legacy are all told the same.

mod forwarded;

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, header::FORWARDED, uri::Authority};

use crate::{
    host::{Met, Peer},
    legacy::headers::{FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO, Said},
    limits::TrustedProxies,
};

pub(super) struct Client {
    pub(super) ip: IpAddr,
    /// What the legacy is told.
    pub(super) said: Said,
    met: Arc<Met>,
}

impl Client {
    pub(super) fn of(peer: Peer, headers: &HeaderMap, proxies: &TrustedProxies) -> Self {
        let Peer { ip, written, scheme: spoken, met } = peer;
        if !proxies.contain(ip) {
            let said = Said { client: written, scheme: spoken, host: None, is_believed: false };
            return Self { ip, said, met };
        }
        let chain = Chain::of(headers);
        let (ip, client) = (chain.client(ip, proxies), chain.and(&written));
        let Chain { scheme, host, .. } = chain;
        Self { ip, said: Said { client, scheme: scheme.unwrap_or(spoken), host, is_believed: true }, met }
    }

    /// Why its connection was cut, if it was.
    pub(super) fn met(&self) -> &Met {
        &self.met
    }
}

const HTTP: HeaderValue = HeaderValue::from_static("http");
const HTTPS: HeaderValue = HeaderValue::from_static("https");

/// What the proxies before the gateway say, the nearest last.
struct Chain {
    hops: Vec<String>,
    scheme: Option<HeaderValue>,
    host: Option<HeaderValue>,
}

impl Chain {
    /// `X-Forwarded-*`, as most proxies write it; where there is none of them, `Forwarded` (RFC 7239).
    fn of(headers: &HeaderMap) -> Self {
        if [FORWARDED_FOR, FORWARDED_PROTO, FORWARDED_HOST].iter().any(|name| headers.contains_key(name)) {
            let lines = headers.get_all(FORWARDED_FOR).into_iter().map(HeaderValue::as_bytes);
            let hops = lines.flat_map(|line| line.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
            return Self {
                hops: readable(hops.filter(|hop| !hop.is_empty()).map(forwarded::text)),
                scheme: only(headers, &FORWARDED_PROTO).and_then(scheme),
                host: only(headers, &FORWARDED_HOST).and_then(host),
            };
        }
        let lines = headers.get_all(FORWARDED).into_iter();
        let elements = readable(lines.flat_map(|line| forwarded::elements(line.as_bytes())));
        Self {
            scheme: elements.last().and_then(|element| scheme(element.scheme.as_deref()?)),
            host: elements.last().and_then(|element| host(element.host.as_deref()?)),
            hops: readable(elements.into_iter().map(|element| element.by)),
        }
    }

    /// The right-most hop that is none of ours; left of it is only what that one claims.
    fn client(&self, peer: IpAddr, proxies: &TrustedProxies) -> IpAddr {
        let mut client = peer;
        for hop in self.hops.iter().rev() {
            let Some(ip) = forwarded::address(hop) else { break };
            client = ip;
            if !proxies.contain(ip) {
                break;
            }
        }
        client
    }

    /// As every proxy hands it on: what it was told, and who told it.
    fn and(&self, peer: &HeaderValue) -> HeaderValue {
        let Ok(peer_text) = peer.to_str() else { return peer.clone() };
        let hops = self.hops.iter().map(String::as_str).chain([peer_text]).collect::<Vec<_>>();
        HeaderValue::from_str(&hops.join(", ")).unwrap_or_else(|_| peer.clone())
    }
}

/// Those right of what says nothing: left of it may stand whatever a client wrote to hide behind.
fn readable<T>(told: impl DoubleEndedIterator<Item = Option<T>>) -> Vec<T> {
    let mut readable: Vec<_> = told.rev().map_while(|one| one).collect();
    readable.reverse();
    readable
}

/// Of several nobody knows which is meant.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok().map(str::trim)
}

/// Of the request, though it asks for a WebSocket: some proxies tell that by the scheme.
fn scheme(text: &str) -> Option<HeaderValue> {
    let is = |names: [&str; 2]| names.iter().any(|name| text.eq_ignore_ascii_case(name));
    if is(["https", "wss"]) { Some(HTTPS) } else { is(["http", "ws"]).then_some(HTTP) }
}

fn host(text: &str) -> Option<HeaderValue> {
    let authority = text.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@'))?;
    HeaderValue::from_str(authority.as_str()).ok()
}

#[cfg(test)]
mod tests;
