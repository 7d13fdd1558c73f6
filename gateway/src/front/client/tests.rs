//! Whom a proxy is believed to ask for, and what the legacy is told of it.

use super::*;

fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        // Each character one byte, so that a test may write those that are not ASCII.
        let bytes: Vec<_> = value.chars().map(|character| character as u8).collect();
        headers.append(*name, HeaderValue::from_bytes(&bytes).expect("a value"));
    }
    headers
}

fn client(peer: &'static str, lines: &[(&'static str, &'static str)]) -> Client {
    let proxies = ["10.0.0.0/8", "2001:db8::/32"].map(|network| network.parse().expect("a network"));
    let peer = Peer {
        scheme: HTTP,
        ip: peer.parse().expect("an address"),
        written: HeaderValue::from_static(peer),
        met: Arc::default(),
    };
    Client::of(peer, &headers(lines), &TrustedProxies::new(proxies.to_vec()))
}

#[test]
fn the_client_is_the_nearest_address_that_is_no_trusted_proxy() {
    for (values, ip, chain) in [
        (&["192.0.2.7"][..], "192.0.2.7", "192.0.2.7, 10.0.0.1"),
        // What a client writes into its own request stands left of what the proxy saw.
        (&["198.51.100.1, 192.0.2.7"], "192.0.2.7", "198.51.100.1, 192.0.2.7, 10.0.0.1"),
        (&["198.51.100.1", "192.0.2.7"], "192.0.2.7", "198.51.100.1, 192.0.2.7, 10.0.0.1"),
        (&["192.0.2.7, 10.0.0.2, 2001:db8::9"], "192.0.2.7", "192.0.2.7, 10.0.0.2, 2001:db8::9, 10.0.0.1"),
        (&["192.0.2.7:4711, 10.0.0.2"], "192.0.2.7", "192.0.2.7:4711, 10.0.0.2, 10.0.0.1"),
        (&["[2001:db9::1]:80"], "2001:db9::1", "[2001:db9::1]:80, 10.0.0.1"),
        (&["[2001:db9::1]"], "2001:db9::1", "[2001:db9::1], 10.0.0.1"),
        (&["::ffff:192.0.2.7"], "192.0.2.7", "::ffff:192.0.2.7, 10.0.0.1"),
        // What says nothing hides what stands left of it.
        (&["192.0.2.7, unknown, 10.0.0.2"], "10.0.0.2", "192.0.2.7, unknown, 10.0.0.2, 10.0.0.1"),
        // What cannot be read as well, and the legacy is told nothing of it.
        (&["\u{ff}, 192.0.2.7"], "192.0.2.7", "192.0.2.7, 10.0.0.1"),
        (&["198.51.100.1, \u{ff}, 192.0.2.7, 10.0.0.2"], "192.0.2.7", "192.0.2.7, 10.0.0.2, 10.0.0.1"),
        (&["198.51.100.1", "\u{ff}", "10.0.0.2"], "10.0.0.2", "10.0.0.2, 10.0.0.1"),
        (&["198.51.100.1, \u{ff}"], "10.0.0.1", "10.0.0.1"),
        (&["unknown"], "10.0.0.1", "unknown, 10.0.0.1"),
        (&["10.0.0.3"], "10.0.0.3", "10.0.0.3, 10.0.0.1"),
        (&["", " , "], "10.0.0.1", "10.0.0.1"),
        (&[], "10.0.0.1", "10.0.0.1"),
    ] {
        let lines: Vec<_> = values.iter().map(|value| ("x-forwarded-for", *value)).collect();
        let found = client("10.0.0.1", &lines);
        assert_eq!(
            (found.ip.to_string().as_str(), found.said.client.as_bytes()),
            (ip, chain.as_bytes()),
            "{values:?}"
        );
    }
}

#[test]
fn scheme_and_host_are_believed_where_they_are_one_and_make_sense() {
    for (proto, host, expected) in [
        ("https", "api.example.com", ("https", Some("api.example.com"))),
        ("HTTP", "api.example.com:8443", ("http", Some("api.example.com:8443"))),
        ("https, http", "a.example, b.example", ("http", None)),
        ("wss", "user@api.example.com", ("https", None)),
        ("ws", "api.example.com", ("http", Some("api.example.com"))),
        ("httpss", "api.example.com", ("http", Some("api.example.com"))),
        ("", "", ("http", None)),
        ("https", "api.example.com/path", ("https", None)),
    ] {
        let found = client("10.0.0.1", &[("x-forwarded-proto", proto), ("x-forwarded-host", host)]);
        let host = found.said.host.as_ref().and_then(|host| host.to_str().ok());
        assert_eq!((found.said.scheme.to_str().expect("text"), host), expected, "{proto} {host:?}");
    }
    let twice = client("10.0.0.1", &[("x-forwarded-proto", "https"), ("x-forwarded-proto", "https")]);
    assert_eq!(twice.said.scheme, "http");
}

#[test]
fn forwarded_is_believed_where_there_is_nothing_else() {
    for (value, ip, chain, scheme) in [
        ("for=192.0.2.7;proto=https;host=api.example.com", "192.0.2.7", "192.0.2.7, 10.0.0.1", "https"),
        ("For=\"[2001:db9::1]:4711\";Proto=https", "2001:db9::1", "[2001:db9::1]:4711, 10.0.0.1", "https"),
        ("for=192.0.2.7, for=10.0.0.2;proto=http", "192.0.2.7", "192.0.2.7, 10.0.0.2, 10.0.0.1", "http"),
        ("for=\"a,b;c\\\"d\";proto=https", "10.0.0.1", "a,b;c\"d, 10.0.0.1", "https"),
        ("for=_hidden", "10.0.0.1", "_hidden, 10.0.0.1", "http"),
        (";;=,=", "10.0.0.1", "10.0.0.1", "http"),
        // Quotes that a client left open swallow what the proxy wrote behind.
        ("for=198.51.100.1;proto=https;x=\", for=192.0.2.7", "10.0.0.1", "10.0.0.1", "http"),
        ("for=198.51.100.1;x=\", for=\"[2001:db9::1]\"", "10.0.0.1", "10.0.0.1", "http"),
        ("for=198.51.100.1, x=\"\\\", for=192.0.2.7", "10.0.0.1", "10.0.0.1", "http"),
        ("for=\u{ff}, for=192.0.2.7;proto=https", "10.0.0.1", "10.0.0.1", "http"),
        // A proxy that does not say who asked it hides whoever is named left of it.
        ("for=198.51.100.1, proto=https", "10.0.0.1", "10.0.0.1", "https"),
        ("for=192.0.2.7, ,", "192.0.2.7", "192.0.2.7, 10.0.0.1", "http"),
    ] {
        let found = client("10.0.0.1", &[("forwarded", value)]);
        let told = (found.said.client.to_str().expect("text"), found.said.scheme.to_str().expect("text"));
        assert_eq!((found.ip.to_string().as_str(), told), (ip, (chain, scheme)), "{value}");
    }
    let lines = [("forwarded", "for=198.51.100.1, for=\""), ("forwarded", "for=10.0.0.2")];
    assert_eq!(client("10.0.0.1", &lines).ip.to_string(), "10.0.0.2");
    let both = [("forwarded", "for=192.0.2.8;proto=https"), ("x-forwarded-for", "192.0.2.7")];
    assert_eq!(client("10.0.0.1", &both).ip.to_string(), "192.0.2.7");
}

#[test]
fn nobody_else_is_believed() {
    let lines =
        [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "evil")];
    let found = client("192.0.2.1", &lines);
    assert_eq!(
        (found.ip.to_string(), found.said.client),
        ("192.0.2.1".to_owned(), "192.0.2.1".parse().unwrap())
    );
    assert_eq!((found.said.scheme, found.said.host, found.said.is_believed), (HTTP, None, false));
}
