//! The two ways to write the line of a request, compared.

use std::net::{IpAddr, Ipv4Addr};

use parking_lot::Mutex;
use proptest::prelude::*;
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::{
    limits::table::TABLE,
    routes::lock::Lock,
    telemetry::{client::ClientNames, labels::Elsewhere},
};

/// The key of a route is the one thing in a line that others have written.
const TEMPLATE: &str = r#"/\u00e9\"\\\u0001\ud83d\ude00/{id}"#;

fn routes() -> Arc<Matcher> {
    let row = format!(
        r#"{{"kind": "http", "template": "{TEMPLATE}", "security": [], "methods": ["GET"],
            "params": [{{"name": "id", "converter": "str", "regex": "[^/]+"}}]}}"#
    );
    let text = format!(
        r#"{{"schema": 1, "versions": {{"python": "3.12", "fastapi": null, "starlette": null, "pydantic": null, "uvicorn": null}},
            "int_max_digits": 0, "location_escapes": "", "server_root_path": "", "schemes": [], "notes": [],
            "app": {{"class": "x.Y", "root_path": "", "redirect_slashes": true, "middleware": [], "rows": [{row}], "frontends": []}}}}"#
    );
    Arc::new(Matcher::new(&Lock::parse(&text).unwrap()).unwrap())
}

pub(in crate::telemetry) fn any_line() -> AccessLine {
    AccessLine {
        at: SystemTime::now(),
        request_id: HeaderValue::from_static("one"),
        routes: routes(),
        label: Label::Elsewhere(Elsewhere::Unlisted),
        owner: AnsweredBy::Legacy,
        upstream: None,
        revision: 1,
        status: StatusCode::OK,
        elapsed: Duration::ZERO,
        bytes_in: 0,
        bytes_out: 0,
        complete: true,
        error: None,
        reason: None,
        client: ClientNames::default().name(IpAddr::from(Ipv4Addr::LOCALHOST)),
    }
}

/// As the log's other lines are written.
fn told(line: &AccessLine) -> String {
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<u8>>>);
    impl Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let heard = Heard::default();
    let writer = heard.clone();
    let layer = tracing_subscriber::fmt::layer().with_target(false).json().flatten_event(true);
    let layer = layer.with_current_span(false).with_span_list(false).with_writer(move || writer.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || line.tell());
    let told = String::from_utf8(heard.0.lock().clone()).unwrap();
    without_time(&told)
}

fn written(line: &AccessLine, known: &mut Known) -> String {
    let mut lines = Vec::new();
    line.write(&mut lines, known).unwrap();
    without_time(&String::from_utf8(lines).unwrap())
}

/// `{"timestamp":"2026-11-22T07:09:51.621613Z"`, whatever the digits.
fn without_time(line: &str) -> String {
    let (time, rest) = line.split_at(r#"{"timestamp":"2026-11-22T07:09:51.621613Z""#.len());
    let shape: String = time.chars().map(|one| if one.is_ascii_digit() { '0' } else { one }).collect();
    assert_eq!(shape, r#"{"timestamp":"0000-00-00T00:00:00.000000Z""#);
    rest.to_owned()
}

proptest! {
    #[test]
    fn both_are_the_same_bytes(
        nanoseconds in prop_oneof![0..5_000_u64, 0..2_000_000_000_u64, any::<u64>()],
        (revision, bytes_in, bytes_out) in any::<(u64, u64, u64)>(),
        status in 100..1000_u16,
        (is_route, complete, has_upstream) in any::<(bool, bool, bool)>(),
        elsewhere in 0..Elsewhere::ALL.len(),
        owner in 0..AnsweredBy::ALL.len(),
        error in proptest::option::of(0..ErrorKind::ALL.len()),
        request_id in "[-A-Za-z0-9_.:]{1,128}",
        reason in proptest::option::of(0..TABLE.len()),
        address in prop_oneof![Just("http://[::1]:8000"), Just("http://legacy_1:80")],
    ) {
        let routes = routes();
        let id = routes.route_ids().next().unwrap();
        let line = AccessLine {
            request_id: HeaderValue::from_str(&request_id).unwrap(),
            label: if is_route { Label::Route(id) } else { Label::Elsewhere(Elsewhere::ALL[elsewhere]) },
            routes,
            owner: AnsweredBy::ALL[owner],
            upstream: has_upstream.then(|| address.parse::<LegacyAddress>().unwrap()),
            revision,
            status: StatusCode::from_u16(status).unwrap(),
            elapsed: Duration::from_nanos(nanoseconds),
            bytes_in,
            bytes_out,
            complete,
            error: error.map(|kind| ErrorKind::ALL[kind]),
            reason: reason.map(|limit| TABLE[limit].key),
            ..any_line()
        };
        let other = AccessLine { upstream: Some("http://other:1".parse().unwrap()), ..line.clone() };
        let mut known = Known::default();
        for line in [&line, &line, &other, &line] {
            prop_assert_eq!(written(line, &mut known), told(line));
        }
    }

    #[test]
    fn each_line_has_its_own_time(times in proptest::collection::vec((0..3_u64, 0..1_000_000_000_u32), 1..9)) {
        let mut known = Known::default();
        for (second, nanoseconds) in times {
            let at = SystemTime::UNIX_EPOCH + Duration::new(1_800_000_000 + second, nanoseconds);
            let mut text = Vec::new();
            known.time(at, &mut text);
            let expected = humantime::format_rfc3339_micros(at).to_string();
            prop_assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }
}
