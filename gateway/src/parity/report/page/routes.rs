//! The section of the page about routes: the chart, and the table that is its text.

use maud::{Markup, html};

use super::{NAME, chart, fitting, more, sign};
use crate::parity::{
    finding::{Report, RouteReport},
    report::{named, shown},
};

pub(super) fn section(report: &Report, room: usize) -> Markup {
    let (rows, left_out) = fitting(&report.routes, room, row);
    html! {
        section #routes aria-labelledby="routes-title" {
            h2 #routes-title { "Routes" }
            (chart::of_routes(report))
            div.scroll role="region" aria-label="Table of routes" tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "Route" }
                        th scope="col" { "Verdict" }
                        th scope="col" { span.unseen { "Chart" } }
                        @for title in ["Exchanges", "Equal", "Different", "Broken", "Not asked", "One side only", "Verified"] {
                            th.number scope="col" { (title) }
                        }
                        th scope="col" { "Statuses" }
                    } }
                    tbody { (rows) }
                }
            }
            (more(left_out))
        }
    }
}

fn row(route: &RouteReport) -> Markup {
    let counts = &route.counts;
    let numbers = [
        counts.exchanges,
        counts.equal,
        counts.different,
        counts.broken,
        counts.blocked,
        counts.missing,
        counts.verified,
    ];
    html! {
        tr {
            th scope="row" { button.route type="button" data-route=(route.route) title="Show its findings" { (shown(named(&route.route), NAME)) } }
            td { span class={ "badge " (route.verdict) } { span aria-hidden="true" { (sign(route.verdict)) " " } (route.verdict) } }
            td.(route.verdict) { (chart::of_exchanges(counts)) }
            @for number in numbers { td class=(if number == 0 { "number none" } else { "number" }) { (number) } }
            td.statuses {
                @for (index, (status, number)) in route.statuses.iter().enumerate() {
                    @if index > 0 { ", " }
                    (status) @if *number > 1 { span.times { "\u{a0}\u{d7}\u{a0}" (number) } }
                }
            }
        }
    }
}
