//! The section of the page about findings: each with its examples side by side.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{NAME, more};
use crate::parity::{
    finding::{Example, Finding, Report, Suggestion},
    report::{
        count, named, shown,
        sides::{Line, Row, sides},
    },
};

/// Of one finding; one that takes more is shown with less.
const FINDING: usize = 300_000;
/// After so many for whose answers there is no room nobody looks for another one that is smaller.
const MISSES: usize = 20;
/// Of what each side says at the place, and of what can be copied.
const VALUE: usize = 2_000;
const COPIED: usize = 8_000;
/// What can be chosen in one list.
const CHOICES: usize = 500;

/// How much of a finding is shown: how many of its examples, and how many of these with both answers.
#[derive(Clone, Copy)]
struct Extent {
    examples: usize,
    answers: usize,
}

const WHOLE: Extent = Extent { examples: usize::MAX, answers: usize::MAX };
const ONE: Extent = Extent { examples: usize::MAX, answers: 1 };
const BRIEF: Extent = Extent { examples: 1, answers: 0 };

pub(super) fn section(report: &Report, room: usize) -> Markup {
    let choices = choices(report);
    let articles = articles(report, room.saturating_sub(choices.0.len()));
    let left_out = report.findings.len() - articles.len();
    html! {
        section #findings aria-labelledby="findings-title" tabindex="-1" {
            h2 #findings-title { "Findings" }
            @if report.findings.is_empty() {
                p { "None." }
            } @else {
                (choices)
                ol.findings { @for article in &articles { (article) } }
                p #none hidden { "No finding is like that." }
                (more(left_out))
            }
        }
    }
}

/// Every finding that there is room for, and then as many of the answers as there is still room for, the gravest first.
fn articles(report: &Report, mut room: usize) -> Vec<Markup> {
    let mut articles: Vec<Markup> = Vec::new();
    for (index, finding) in report.findings.iter().enumerate() {
        let brief = article(report, finding, index + 1, BRIEF);
        if brief.0.len() > room {
            break;
        }
        room -= brief.0.len();
        articles.push(brief);
    }
    let mut misses = 0;
    for (index, shown) in articles.iter_mut().enumerate() {
        let fits = |more: &Markup| more.0.len() <= FINDING && more.0.len() <= room + shown.0.len();
        let of = |extent| Some(article(report, &report.findings[index], index + 1, extent)).filter(fits);
        match of(WHOLE).or_else(|| of(ONE)) {
            Some(more) => {
                room = room + shown.0.len() - more.0.len();
                *shown = more;
            }
            None if misses == MISSES => break,
            None => misses += 1,
        }
    }
    articles
}

fn choices(report: &Report) -> Markup {
    let all = |of: fn(&Finding) -> String| report.findings.iter().map(of).collect::<BTreeSet<_>>();
    let lists = [
        ("route", all(|finding| finding.route.clone())),
        ("kind", all(|finding| finding.kind.clone())),
        ("severity", all(|finding| finding.severity.to_string())),
    ];
    html! {
        form #filter role="search" aria-label="Filter the findings" {
            label { "Filter " input #text type="search" autocomplete="off" placeholder="route, place, words" aria-keyshortcuts="/"; }
            @for (name, values) in &lists {
                label {
                    (name) " "
                    select id={ "by-" (name) } {
                        option value="" { "any" }
                        @for value in values.iter().take(CHOICES) { option value=(value) { (shown(value, 100)) } }
                    }
                }
            }
            button type="reset" { "Show all" }
            output #shown role="status" { (count(report.findings.len(), "finding")) }
            button #keys type="button" aria-keyshortcuts="?" { "Keys" }
        }
    }
}

fn article(report: &Report, finding: &Finding, number: usize, extent: Extent) -> Markup {
    let Finding { id, route, place, kind, severity, message, exchanges, examples, suggestion } = finding;
    html! {
        li id={ "finding-" (shown(id, NAME)) } .finding.(severity) data-route=(route) data-kind=(kind) data-severity=(severity) {
            details {
                summary {
                    h3 {
                        span class={ "badge " (severity) } { (severity) } " "
                        code.place { (shown(place, NAME)) } " "
                        span.kind { (shown(kind, NAME)) }
                    }
                    span.where { span.unseen { "at " } (shown(named(route), NAME)) }
                    span.often { (count(*exchanges, "exchange")) }
                    span.message { (shown(message, VALUE)) }
                }
                @for (index, each) in examples.iter().enumerate().take(extent.examples) {
                    (example(report, place, each, &format!("{number}-{index}"), index < extent.answers))
                }
                @if examples.len() > extent.examples {
                    p.more { (count(examples.len() - extent.examples, "more example")) " in " code { "report.json" } "." }
                }
                @if examples.len() < *exchanges && !examples.is_empty() {
                    p.more { "The smallest of " (count(*exchanges, "exchange")) "." }
                }
                @if let Some(suggestion) = suggestion { (suggested(suggestion, number)) }
            }
        }
    }
}

fn example(report: &Report, place: &str, example: &Example, key: &str, answers: bool) -> Markup {
    let names = [shown(&report.reference.name, NAME), shown(&report.live.name, NAME)];
    let values = [&example.reference, &example.live];
    html! {
        section.example aria-label={ "Exchange " (example.exchange) } {
            h4 { "Exchange " (example.exchange) span.session { ", session " (shown(&example.session, NAME)) } }
            dl.values {
                @for (name, value) in names.iter().zip(values) {
                    dt { (name) }
                    dd { @if value.is_empty() { em { "nothing" } } @else { code { (shown(value, VALUE)) } } }
                }
            }
            @if answers { (side_by_side(&names, place, example)) }
            @else { p.more { "There is no room for the answers on this page: they stand in " code { "report.json" } "." } }
            (copied("curl", "The request", &example.curl, &format!("curl-{key}")))
        }
    }
}

fn side_by_side(names: &[String; 2], place: &str, example: &Example) -> Markup {
    let sides = sides(&example.reference_answer, &example.live_answer, place);
    html! {
        div.scroll role="region" aria-label="Both answers side by side" tabindex="0" {
            table.sides {
                colgroup { col.no; col; col.no; col; }
                thead { tr { @for name in names { th colspan="2" scope="col" { (name) } } } }
                tbody { @for row in &sides.rows { (compared(row)) } }
            }
        }
        (more_lines(sides.left_out))
    }
}

fn more_lines(left_out: usize) -> Markup {
    html! { @if left_out > 0 { p.more { (count(left_out, "more line")) " in " code { "report.json" } "." } } }
}

fn compared(row: &Row) -> Markup {
    match row {
        Row::Same(left, right) => html! { tr.same { (line(left, "")) (line(right, "")) } },
        Row::Changed(left, right) => {
            html! { tr.changed { (line(left, "differs: ")) (line(right, "differs: ")) } }
        }
        Row::Removed(left) => html! { tr.removed { (line(left, "only here: ")) td colspan="2" {} } },
        Row::Added(right) => html! { tr.added { td colspan="2" {} (line(right, "only here: ")) } },
        Row::Folded(number) => {
            html! { tr.folded { td colspan="4" { (count(*number, "line")) " the same" } } }
        }
    }
}

fn line(line: &Line, said: &str) -> Markup {
    let [before, differs, after] = &line.parts;
    html! {
        td.no { (line.number) }
        td class=(if line.is_at_place { "line place" } else { "line" }) {
            @if line.is_at_place { span.unseen { "the place: " } }
            @if !said.is_empty() { span.unseen { (said) } }
            @if said.is_empty() || differs.is_empty() { (before) (differs) (after) }
            @else { (before) mark { (differs) } (after) }
        }
    }
}

fn suggested(suggestion: &Suggestion, number: usize) -> Markup {
    html! {
        section.suggestion aria-label="A rule that would excuse it" {
            h4 { "A rule that would excuse it" }
            (copied("rule", "For rules.toml", &suggestion.rule, &format!("rule-{number}")))
            @if suggestion.lets_through.is_empty() {
                p { "Of the breaks that are tried, it lets no other through." }
            } @else {
                p { "It would also let through:" }
                ul { @for each in &suggestion.lets_through { li { (shown(each, NAME)) } } }
            }
        }
    }
}

/// A text that is copied whole or not at all.
fn copied(what: &str, title: &str, text: &str, id: &str) -> Markup {
    let fits = text.chars().count() <= COPIED;
    html! {
        div.copied {
            p { (title) @if fits { " " button.copy type="button" data-copies=(id) { "Copy " (what) } } }
            pre #(id) tabindex="0" { code { (shown(text, COPIED)) } }
        }
    }
}
