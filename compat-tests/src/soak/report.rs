//! What came of it, and whether it is good enough.

use std::fmt;
use std::time::Duration;

use super::stand::Complaints;
use super::tally::{Figures, Served};

#[derive(Debug)]
pub struct Report {
    figures: Figures,
    log: Complaints,
    lasted: Duration,
    is_whole: bool,
}

/// Of validations, refreshes and logins, each.
const SERVED: f64 = 0.999;
/// Of all answers.
const UNPLANNED: f64 = 0.001;
/// The one that signed at the start and the one that was activated.
const KEYS: usize = 2;

impl Report {
    pub(super) fn new(figures: Figures, log: Complaints, lasted: Duration, is_whole: bool) -> Self {
        Self { figures, log, lasted, is_whole }
    }

    pub fn is_good(&self) -> bool {
        self.bars().into_iter().all(|(_, is_met)| is_met)
    }

    fn bars(&self) -> Vec<(String, bool)> {
        let figures = &self.figures;
        let served = [
            ("validations", &figures.validations),
            ("refreshes", &figures.refreshes),
            ("logins", &figures.logins),
        ];
        let mut bars: Vec<_> = served
            .into_iter()
            .map(|(name, served)| {
                let bar = format!("{name} served: {}, at least {}", percent(served.share()), percent(SERVED));
                (bar, served.asked > 0 && served.share() >= SERVED)
            })
            .collect();
        let unplanned = figures.unplanned as f64 / figures.answers.max(1) as f64;
        bars.extend([
            (
                format!("unplanned 5xx: {}, under {}", percent(unplanned), percent(UNPLANNED)),
                unplanned < UNPLANNED,
            ),
            (format!("logged out by a fault: {}, nobody", figures.logged_out), figures.logged_out == 0),
            (format!("wrong answers: {}, none", figures.wrong), figures.wrong == 0),
            (format!("keys that signed: {}, {KEYS}", figures.keys.len()), figures.keys.len() == KEYS),
            ("played to its end".to_owned(), self.is_whole),
        ]);
        bars
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        writeln!(
            formatter,
            "{:.0} s of mixed authenticated traffic at two gateways; PostgreSQL restarted twice, routes reloaded, keys \
             rotated",
            self.lasted.as_secs_f64()
        )?;
        let rows = [
            ("validations", &figures.validations),
            ("refreshes", &figures.refreshes),
            ("logins", &figures.logins),
            ("logouts", &figures.logouts),
            ("refusals", &figures.refusals),
        ];
        for (name, served) in rows {
            write_row(formatter, name, served)?;
        }
        writeln!(
            formatter,
            "  {} answers: {} planned 503, {} unplanned 5xx, {} throttled; {} answers lost on purpose, {} refreshes in \
             three tabs at once, {} kept connections gone",
            figures.answers,
            figures.planned,
            figures.unplanned,
            figures.throttled,
            figures.lost,
            figures.at_once,
            figures.reconnected
        )?;
        for ((level, message), times) in &self.log {
            writeln!(formatter, "  in the log {times} times: {level} {message}")?;
        }
        for (of, complaints) in &figures.complaints {
            for complaint in complaints {
                writeln!(formatter, "  {of}: {complaint}")?;
            }
        }
        for (bar, is_met) in self.bars() {
            writeln!(formatter, "  {:<8} {bar}", if is_met { "met" } else { "MISSED" })?;
        }
        write!(
            formatter,
            "served: good by itself, or by a retry after its Retry-After within 10 s; planned: 503 with Retry-After while \
             the database was away; latencies of good answers, without the waiting before a retry"
        )
    }
}

fn write_row(formatter: &mut fmt::Formatter<'_>, name: &str, served: &Served) -> fmt::Result {
    writeln!(
        formatter,
        "  {name:<11} {:>7} asked   {} served   {:>5} by a retry   p50 {:>7}   p95 {:>7}   longest with retries {:>8}",
        served.asked,
        percent(served.share()),
        served.retried,
        milliseconds(served.quantile(0.5)),
        milliseconds(served.quantile(0.95)),
        milliseconds(served.longest)
    )
}

/// Downwards: what is a little below a bar is not shown as the bar.
fn percent(share: f64) -> String {
    format!("{:.3} %", (share * 1e5).floor() / 1e3)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(asked: u64, served: u64) -> Served {
        Served { asked, served, ..Served::default() }
    }

    fn good() -> Figures {
        Figures {
            validations: served(10_000, 9_990),
            refreshes: served(1_000, 999),
            logins: served(10, 10),
            answers: 10_000,
            unplanned: 9,
            keys: ["one".to_owned(), "two".to_owned()].into(),
            ..Figures::default()
        }
    }

    fn check(figures: Figures, is_whole: bool, is_good: bool) {
        let report = Report::new(figures, Complaints::new(), Duration::from_mins(10), is_whole);
        assert_eq!(report.is_good(), is_good, "{report}");
        assert_eq!(report.to_string().contains("MISSED"), !is_good, "{report}");
    }

    #[test]
    fn each_bar_can_be_missed() {
        check(good(), true, true);
        check(good(), false, false);
        for figures in [
            Figures { validations: served(10_000, 9_989), ..good() },
            Figures { refreshes: served(1_000, 998), ..good() },
            Figures { logins: served(0, 0), ..good() },
            Figures { unplanned: 10, ..good() },
            Figures { logged_out: 1, ..good() },
            Figures { wrong: 1, ..good() },
            Figures { keys: ["one".to_owned()].into(), ..good() },
        ] {
            check(figures, true, false);
        }
    }

    #[test]
    fn a_share_below_a_bar_does_not_look_like_it() {
        assert_eq!(percent(0.998_999_9), "99.899 %");
        assert_eq!(percent(1.0), "100.000 %");
    }
}
