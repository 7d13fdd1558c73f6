//! Cookies that lost one of their attributes (RFC 6265 section 4.1).

use super::{Bench, Kind, Subject};

pub(super) fn break_them(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    for (at, (name, value)) in subject.live.headers.iter().enumerate() {
        if !name.eq_ignore_ascii_case("set-cookie") {
            continue;
        }
        let parts: Vec<&str> = value.split(';').collect();
        let cookie = parts[0].split('=').next().unwrap_or_default().trim();
        for (which, attribute) in parts.iter().enumerate().skip(1) {
            let called = attribute.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
            bench.lay(Kind::CookieAttribute, &format!("header set-cookie {cookie} {called}"), || {
                let mut answered = subject.live.clone();
                let left = parts.iter().enumerate().filter(|(index, _)| *index != which);
                answered.headers[at].1 = left.map(|(_, part)| *part).collect::<Vec<_>>().join(";");
                answered
            });
        }
    }
}
