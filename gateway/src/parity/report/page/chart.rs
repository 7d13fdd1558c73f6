//! How the routes stand, as a picture; the table beside it says the same in numbers.

use maud::{Markup, html};

use crate::parity::finding::{Counts, Report, Verdict};

const WIDTH: usize = 1_000;
const VERDICTS: [Verdict; 4] =
    [Verdict::Different, Verdict::Inconclusive, Verdict::Spelling, Verdict::Compatible];

/// One bar: so many routes of each verdict, the worst first.
pub(super) fn of_routes(report: &Report) -> Markup {
    let of = |verdict| report.routes.iter().filter(|route| route.verdict == verdict).count();
    let shares: Vec<_> = VERDICTS.map(|verdict| (verdict, of(verdict))).into_iter().collect();
    let told: Vec<_> = shares.iter().map(|(verdict, number)| format!("{number} {verdict}")).collect();
    let parts = shares.iter().map(|(verdict, number)| (verdict.to_string(), *number));
    html! {
        figure {
            svg role="img" aria-labelledby="chart-title" aria-describedby="chart-told" viewBox={ "0 0 " (WIDTH) " 28" } preserveAspectRatio="none" {
                title #chart-title { "Routes by verdict" }
                desc #chart-told { (told.join(", ")) ". The table of routes has the numbers." }
                (bar(parts, 28))
            }
            figcaption {
                ul.legend aria-hidden="true" {
                    @for (verdict, number) in &shares { li { span class={ "key " (verdict) } {} (number) " " (verdict) } }
                }
            }
        }
    }
}

/// What became of the exchanges of a route; its numbers stand in the same row.
pub(super) fn of_exchanges(counts: &Counts) -> Markup {
    let parts = [
        ("different", counts.different),
        ("broken", counts.broken),
        ("inconclusive", counts.blocked),
        ("missing", counts.missing),
        ("compatible", counts.equal),
    ];
    html! {
        svg.bar aria-hidden="true" viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" {
            (bar(parts.map(|(class, number)| (class.to_owned(), number)).into_iter(), 10))
        }
    }
}

fn bar(parts: impl Iterator<Item = (String, usize)> + Clone, height: usize) -> Markup {
    let all = parts.clone().map(|(_, number)| number).sum::<usize>().max(1);
    let mut before = 0;
    let parts = parts.filter(|(_, number)| *number > 0).map(move |(class, number)| {
        let start = before * WIDTH / all;
        before += number;
        (class, start, before * WIDTH / all - start)
    });
    html! {
        @for (class, x, width) in parts {
            // A share of almost nothing is seen all the same.
            rect class=(class) x=(x) y="0" width=(width.max(4)) height=(height) {}
        }
    }
}
