//! Headers that are missing, say something else, come twice or in another order.

use super::{Bench, Kind, Subject};
use crate::parity::exchange::Headers;

/// What is not compared: it says something of the connection or of the moment.
const OF_THE_MOMENT: &[&str] =
    &["connection", "content-length", "date", "keep-alive", "transfer-encoding", "x-request-id"];

pub(super) fn break_them(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let with = |change: &dyn Fn(&mut Headers)| {
        let mut answered = subject.live.clone();
        change(&mut answered.headers);
        answered
    };
    for (at, (name, value)) in subject.live.headers.iter().enumerate() {
        let name = name.to_ascii_lowercase();
        if OF_THE_MOMENT.contains(&name.as_str()) {
            continue;
        }
        let place = format!("header {name}");
        bench.lay(Kind::HeaderDropped, &place, || with(&|headers| drop(headers.remove(at))));
        bench.lay(Kind::HeaderChanged, &place, || with(&|headers| headers[at].1 = changed(value)));
        bench.lay(Kind::HeaderRepeated, &place, || with(&|headers| headers.insert(at, headers[at].clone())));
        if name == "content-type" {
            bench.lay(Kind::Charset, &place, || with(&|headers| headers[at].1 = in_another_charset(value)));
        }
    }
    bench.lay(Kind::HeaderAdded, "header x-powered-by", || {
        with(&|headers| headers.push(("x-powered-by".to_owned(), "gateway".to_owned())))
    });
    let compared =
        |(name, _): &(String, String)| !OF_THE_MOMENT.contains(&name.to_ascii_lowercase().as_str());
    let standing: Vec<usize> =
        (0..subject.live.headers.len()).filter(|at| compared(&subject.live.headers[*at])).collect();
    if let [first, .., last] = standing[..] {
        bench.lay(Kind::HeadersReordered, "headers", || with(&|headers| headers.swap(first, last)));
    }
}

fn changed(value: &str) -> String {
    match value.strip_prefix("http://") {
        // What a port forgets most often: whom it is known as.
        Some(rest) => rest.split_once('/').map_or_else(String::new, |(_, path)| format!("/{path}")),
        None => format!("{value}x"),
    }
}

fn in_another_charset(value: &str) -> String {
    match value.split_once(';') {
        Some((kind, _)) => kind.to_owned(),
        None => format!("{value}; charset=utf-8"),
    }
}
