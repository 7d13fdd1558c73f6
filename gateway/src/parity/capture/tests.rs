//! What is kept has a bound, whoever does not take it away.

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{
    Beginning, End, Head, Tap,
    active::{Active, Waiting},
    reason::Reason,
    rules::{RoutePattern, Rules},
};
use crate::parity::exchange::frame::Side;

const MEMORY: u64 = 1 << 20;

fn active(change: impl FnOnce(&mut Rules)) -> Arc<Active> {
    let mut rules = Rules::to(PathBuf::from("nowhere"));
    change(&mut rules);
    Active::within(rules, MEMORY)
}

fn begin(active: &Arc<Active>) -> Tap {
    let head = Head::Raw(Bytes::from_static(b"GET / HTTP/1.1\r\nhost: api\r\n\r\n"));
    Tap::begin(active, Beginning { head, client: Ipv4Addr::LOCALHOST.into(), agent: b"me" }).unwrap()
}

fn end(route: &str) -> End {
    let route = route.to_owned();
    End { route, owner: "legacy", broken: None, is_unread: false, is_unreadable: false }
}

fn ask(active: &Arc<Active>, route: &str, body: &[u8]) {
    let tap = begin(active);
    tap.answered(StatusCode::OK, &HeaderMap::new());
    tap.told(&Bytes::copy_from_slice(body));
    tap.end(end(route));
}

fn waiting(active: &Active) -> (Vec<u64>, Vec<(Reason, u64)>) {
    let Waiting { taken, gaps, .. } = active.wait(Duration::ZERO);
    let missing = gaps.each().map(|(reason, missing)| (reason, missing.count));
    (taken.iter().map(|taken| taken.id).collect(), missing.collect())
}

#[test]
fn what_nobody_writes_has_a_bound_and_the_rest_is_counted() {
    let active = active(|_| {});
    for _ in 0..100 {
        ask(&active, "GET /", &vec![b'a'; 50_000]);
        assert!(active.budget.held() <= MEMORY, "{}", active.budget.held());
    }
    let (taken, missing) = waiting(&active);
    assert_eq!(missing, [(Reason::Queue, 100 - taken.len() as u64)]);
    assert!((15..=20).contains(&taken.len()), "{taken:?}");
    assert_eq!(active.budget.held(), 0, "what was taken away has given back its share");
    ask(&active, "GET /", b"again");
    assert_eq!(waiting(&active), (vec![101], vec![]));
}

#[test]
fn one_that_is_lost_in_the_middle_gives_back_what_it_held() {
    let active = active(|rules| rules.body_max = 10 * MEMORY);
    let tap = begin(&active);
    for _ in 0..40 {
        tap.told(&Bytes::from(vec![0; 50_000]));
    }
    assert_eq!(active.budget.held(), 0);
    tap.end(end(""));
    assert_eq!(waiting(&active), (vec![], vec![(Reason::Queue, 1)]));
}

#[test]
fn a_long_body_takes_no_memory_but_its_length_is_known() {
    let active = active(|rules| rules.body_max = 10_000);
    let tap = begin(&active);
    for _ in 0..1000 {
        tap.told(&Bytes::from(vec![0; 100_000]));
        tap.asked(&Bytes::from(vec![0; 100_000]));
    }
    assert!(active.budget.held() < 5_000, "{}", active.budget.held());
    tap.end(end(""));
    let Waiting { taken, .. } = active.wait(Duration::ZERO);
    assert_eq!(
        taken.iter().map(|taken| (taken.told.length, taken.asked.length)).collect::<Vec<_>>(),
        [(100_000_000, 100_000_000)]
    );
}

#[test]
fn who_is_left_out_is_counted_and_comes_before_nobody() {
    let active = active(|rules| rules.except = vec![RoutePattern::new("GET /no*")]);
    ask(&active, "GET /yes", b"");
    ask(&active, "GET /nobody", b"");
    let tap = begin(&active);
    tap.end(End { is_unreadable: true, ..end("") });
    ask(&active, "", b"");
    let Waiting { taken, gaps, .. } = active.wait(Duration::ZERO);
    let after: Vec<_> = taken.iter().map(|taken| (taken.id, taken.after.clone())).collect();
    assert_eq!(after, [(1, vec![]), (4, vec![1])]);
    let missing: Vec<_> = gaps.each().map(|(reason, missing)| (reason, missing.count)).collect();
    assert_eq!(missing, [(Reason::Route, 1), (Reason::Refused, 1)]);
}

#[test]
fn a_websocket_is_over_when_nobody_listens_any_more() {
    let active = active(|_| {});
    let tap = begin(&active);
    let ear = tap.ear();
    tap.answered(StatusCode::SWITCHING_PROTOCOLS, &HeaderMap::new());
    tap.end(end("WS /live"));
    ear.heard(Side::Client, &[0x81, 0]);
    assert_eq!(waiting(&active), (vec![], vec![]));
    active.close();
    assert!(!active.is_over(), "one is still open");
    drop(ear);
    let Waiting { taken, .. } = active.wait(Duration::ZERO);
    assert_eq!(taken.iter().map(|taken| taken.frames.len()).collect::<Vec<_>>(), [1]);
    assert!(active.is_over());
}

#[test]
fn a_full_recording_takes_no_more() {
    let active = active(|rules| rules.total_max = 100);
    ask(&active, "", b"");
    active.written.store(100, std::sync::atomic::Ordering::Relaxed);
    ask(&active, "", b"");
    assert_eq!(waiting(&active), (vec![1], vec![(Reason::Full, 1)]));
}
