//! The table of faults: what their clients saw of each, and for how long.

use std::time::Duration;

use parking_lot::Mutex;

use super::record::{Kind, Record, Seen};
use crate::house::show;

const HEAD: &str = "fault                     | lasted | proxied ok/failed | slowest | native ok/503/unknown/other | \
                    slowest | served again after | connects";

/// As many tests play one.
const FAULTS: usize = 14;

/// The line of one fault.
pub(crate) fn line(
    name: &str,
    lasted: Duration,
    during: &[&Record],
    served_after: Option<Duration>,
    connects: usize,
) -> String {
    let count = |is_proxied: bool, fits: fn(&Seen) -> bool| {
        let of_kind = |record: &&&Record| (record.kind == Kind::Proxied) == is_proxied;
        during.iter().filter(of_kind).filter(|record| fits(&record.seen)).count()
    };
    let done = |seen: &Seen| seen.is_done();
    let proxied = format!("{}/{}", count(true, done), count(true, |seen| !seen.is_done()));
    let native = format!(
        "{}/{}/{}/{}",
        count(false, done),
        count(false, |seen| matches!(seen, Seen::Away)),
        count(false, |seen| matches!(seen, Seen::Unknown)),
        count(false, |seen| matches!(seen, Seen::Wrong(_)))
    );
    let slowest = |is_proxied: bool| {
        let of_kind = during.iter().filter(|record| (record.kind == Kind::Proxied) == is_proxied);
        of_kind.map(|record| record.took).max()
    };
    let seconds = |time: Option<Duration>| {
        time.map_or("never".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()))
    };
    format!(
        "{name:<25} | {:>6} | {proxied:>17} | {:>7} | {native:>27} | {:>7} | {:>18} | {connects:>8}",
        seconds(Some(lasted)),
        seconds(slowest(true)),
        seconds(slowest(false)),
        seconds(served_after)
    )
}

/// Shows a line, and after the last of them the whole table: tests end in any order, and others write in between.
pub(crate) fn tell(line: String) {
    static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut lines = LINES.lock();
    lines.push(line);
    match lines.len() {
        1 => show(&format!("{HEAD}\n{}", lines[0])),
        FAULTS => show(&format!("{HEAD}\n{}", lines.join("\n"))),
        number => show(&lines[number - 1]),
    }
}
