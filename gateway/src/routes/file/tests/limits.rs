//! `[limits]`, and the rate of a route.

use std::num::NonZeroU32;

use super::*;
use crate::limits::{
    Pace, Per, Rate,
    table::{Limit, TABLE},
};

fn limits(text: &str) -> Limits {
    parse(&format!("schema = 1\n[limits]\n{text}")).expect(text).limits
}

fn burst(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("above zero")
}

#[test]
fn every_limit_can_be_written() {
    let read = limits(
        r#"
handshake = "1s"
head = "2s"
idle = "3s"
body_pace = "4B/4s"
reading = "5s"
connections = 6
connections_per_client = 7
header_count = 8
header_bytes = "9KiB"
target_bytes = "10KiB"
body = "11MiB"
http2_streams = 12
http2_resets = 13
http2_header_list = "14KiB"
in_flight = 15
drain = "15s"
websockets = 16
rate = { per = "subject", rate = "17/s", burst = 18 }
legacy_connect = "19s"
legacy_first_byte = "20s"
legacy_gap = "21s"
legacy_total = "22s"
legacy_connections = 23
"#,
    );
    let seconds = Duration::from_secs;
    let expected = Limits {
        handshake: seconds(1),
        head: seconds(2),
        idle: seconds(3),
        body_pace: Some(Pace { least: 4, within: seconds(4) }),
        reading: Some(seconds(5)),
        connections: Some(6),
        connections_per_client: Some(7),
        header_count: 8,
        header_bytes: 9 << 10,
        target_bytes: 10 << 10,
        body: Some(11 << 20),
        http2_streams: 12,
        http2_resets: 13,
        http2_header_list: 14 << 10,
        in_flight: Some(15),
        drain: seconds(15),
        websockets: Some(16),
        rate: Some(Rate { per: Per::Subject, every: seconds(1) / 17, burst: burst(18) }),
        legacy_connect: seconds(19),
        legacy_first_byte: Some(seconds(20)),
        legacy_gap: Some(seconds(21)),
        legacy_total: Some(seconds(22)),
        legacy_connections: Some(23),
    };
    assert_eq!(read, expected);
}

/// But for those that are worked out, which no text stands for.
#[test]
fn the_defaults_of_the_list_are_those_that_hold() {
    let derived = [Limit::Connections, Limit::ConnectionsPerClient, Limit::InFlight];
    let written: String = TABLE
        .iter()
        .filter(|row| !derived.contains(&row.limit))
        .map(|row| match row.default.parse::<u32>() {
            Ok(number) => format!("{} = {number}\n", row.key),
            Err(_) => format!("{} = \"{}\"\n", row.key, row.default),
        })
        .collect();
    assert_eq!(limits(&written), Limits::default());
}

#[test]
fn what_protects_the_gateway_cannot_be_switched_off() {
    check(
        "schema = 1\n[limits]\nhead = \"off\"\nconnections = 0\nheader_bytes = \"1GiB\"\n",
        r#"routes.toml:3:8: `off` is not a duration
3 | head = "off"
  |        ^^^^^
help: write a number with a unit, as in `"30s"`

routes.toml:4:15: `0` is out of range for `connections`
4 | connections = 0
  |               ^
help: write a number from 1 to 10000000

routes.toml:5:16: more than is ever held of it
5 | header_bytes = "1GiB"
  |                ^^^^^^
help: write at most `"128KiB"`"#,
    );
}

#[test]
fn a_route_has_a_rate_of_its_own_or_none() {
    let text = r#"
schema = 1
[routes]
"GET /health" = { rate = "10/m" }
"GET /users/me" = { rate = { per = "subject", rate = "5/s" } }
"POST /api/tasks" = { rate = "off" }
"GET /api/tasks" = "legacy"
"#;
    let file = parse(text).expect("no mistake");
    let rate = |name: &str| file.routes[&key(name)].rate;
    let per_minute = Rate { per: Per::Address, every: Duration::from_secs(6), burst: burst(10) };
    let per_second = Rate { per: Per::Subject, every: Duration::from_millis(200), burst: burst(5) };
    assert_eq!(rate("GET /health"), Some(Some(per_minute)));
    assert_eq!(rate("GET /users/me"), Some(Some(per_second)));
    assert_eq!(rate("POST /api/tasks"), Some(None));
    assert_eq!(rate("GET /api/tasks"), None);
}

#[test]
fn a_rate_that_is_none_is_told_with_what_to_write() {
    let remedy = "write a rate, as in `\"100/s\"`, `\"10/m\"` or `{ per = \"subject\", rate = \"10/m\", burst = 20 }`, or `\"off\"`";
    check(
        "schema = 1\n[limits]\nrate = \"often\"\nhaed = \"1s\"\n[routes]\n\"GET /health\" = { rate = { per = \"user\", rate = \"1/s\" } }\n",
        &format!(
            r#"routes.toml:3:8: `often` is not a rate
3 | rate = "often"
  |        ^^^^^^^
help: {remedy}

routes.toml:4:1: `haed` in `limits` is unknown
4 | haed = "1s"
  | ^^^^
help: did you mean `head`? known here: `handshake`, `head`, `idle`, `body_pace`, `reading`, `connections`, `connections_per_client`, `header_count` and 15 more

routes.toml:6:34: `user` is not whose requests are counted
6 | "GET /health" = {{ rate = {{ per = "user", rate = "1/s" }} }}
  |                                  ^^^^^^
help: write `"address"` or `"subject"`"#
        ),
    );
}
