//! The sections of the page about what was not asked, and about the rules.

use maud::{Markup, html};

use super::{NAME, fitting, more};
use crate::parity::{
    finding::{BlockedReport, Report, RuleReport},
    report::{count, named, shown},
};

/// Of the numbers of exchanges that waited for one.
const NUMBERS: usize = 40;

pub(super) fn blocked(report: &Report, room: usize) -> Markup {
    if report.blocked.is_empty() {
        return Markup::default();
    }
    let (rows, left_out) = fitting(&report.blocked, room, row);
    html! {
        section #blocked aria-labelledby="blocked-title" {
            h2 #blocked-title { "Not asked" }
            p { "What needs the answer of a step that failed could not be asked. It is neither equal nor different." }
            div.scroll role="region" aria-label="Table of what was not asked" tabindex="0" {
                table {
                    thead { tr {
                        th.number scope="col" { "Failed exchange" }
                        th scope="col" { "Route" }
                        th scope="col" { "Did not give" }
                        th scope="col" { "Waited for it" }
                    } }
                    tbody { (rows) }
                }
            }
            (more(left_out))
        }
    }
}

fn row(blocked: &BlockedReport) -> Markup {
    let numbers: Vec<_> = blocked.exchanges.iter().take(NUMBERS).map(u64::to_string).collect();
    let left = blocked.exchanges.len() - numbers.len();
    html! {
        tr {
            td.number { (blocked.by) }
            th scope="row" { code { (shown(named(&blocked.route), NAME)) } }
            td { code { (shown(&blocked.needs, NAME)) } }
            td { (count(blocked.exchanges.len(), "exchange")) ": " (numbers.join(", ")) @if left > 0 { " and " (left) " more" } }
        }
    }
}

pub(super) fn rules(report: &Report, room: usize) -> Markup {
    if report.rules.is_empty() {
        return Markup::default();
    }
    let (rows, left_out) = fitting(&report.rules, room, rule);
    html! {
        section #rules aria-labelledby="rules-title" {
            h2 #rules-title { "Rules" }
            div.scroll role="region" aria-label="Table of rules" tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "Rule" }
                        th.number scope="col" { "Looked at" }
                        th.number scope="col" { "Excused" }
                    } }
                    tbody { (rows) }
                }
            }
            (more(left_out))
        }
    }
}

fn rule(rule: &RuleReport) -> Markup {
    html! {
        tr {
            td {
                code { (shown(&rule.rule, 2_000)) }
                @if rule.looked_at == 0 { " " span.badge.different { "was about nothing: delete it, or mend its place" } }
            }
            td.number { (rule.looked_at) }
            td.number { (rule.excused) }
        }
    }
}
