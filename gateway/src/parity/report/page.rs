//! The report as one HTML file that needs nothing besides: no network, no other file, no script to be read.
//!
//! A policy in it lets only its own style and its own script in, by their hashes: whatever an answer says, it does
//! nothing here. The file stays below [`LARGEST`]; what does not fit is counted, the gravest findings come first.

mod chart;
mod finding;
mod routes;
mod tables;

use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{count, shown};
use crate::parity::finding::{Report, Side, Verdict};

/// In bytes. A browser shows more, a mailbox or a build's artefact viewer may not.
pub(super) const LARGEST: usize = 2_000_000;
/// What the routes, and what each of the smaller tables may take of it.
const ROUTES: usize = 300_000;
const TABLE: usize = 100_000;
/// For the frame around everything: style, script, headings.
const FRAME: usize = 60_000;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
/// Of names, which are as long as somebody made them.
const NAME: usize = 300;

pub fn page(report: &Report) -> String {
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let routes = routes::section(report, ROUTES);
    let blocked = tables::blocked(report, TABLE);
    let rules = tables::rules(report, TABLE);
    let taken = FRAME + routes.0.len() + blocked.0.len() + rules.0.len();
    let findings = finding::section(report, LARGEST - taken);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (report.verdict) ": " (count(report.findings.len(), "finding")) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "To the findings" }
                (header(report))
                main {
                    (routes)
                    (findings)
                    (blocked)
                    (rules)
                }
                footer { p { "Made from " code { "report.json" } ", schema " code { (report.schema) } ". Press " kbd { "?" } " for the keys." } }
                (help())
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

fn header(report: &Report) -> Markup {
    let counts = &report.counts;
    let tiles = [
        ("equal", counts.equal, ""),
        ("different", counts.different, "different"),
        ("broken", counts.broken, "broken"),
        ("not asked", counts.blocked, "blocked"),
        ("on one side only", counts.missing, "missing"),
    ];
    html! {
        header.top {
            h1 { "Compatibility report" }
            p class={ "verdict " (report.verdict) } {
                span.sign aria-hidden="true" { (sign(report.verdict)) }
                strong { (report.verdict) }
                span { (sentence(report.verdict)) }
            }
            dl.tiles {
                div { dt { "exchanges" } dd { (counts.exchanges) } }
                @for (name, number, class) in tiles {
                    div class=[(number > 0 && !class.is_empty()).then_some(class)] {
                        dt { (name) } dd { (number) }
                    }
                }
                div { dt { "generated values verified" } dd { (counts.verified) } }
            }
            div.recordings {
                (side("Reference", &report.reference))
                (side("Live", &report.live))
            }
        }
    }
}

fn side(title: &str, side: &Side) -> Markup {
    html! {
        section aria-label=(title) {
            h2 { (title) ": " code { (shown(&side.name, NAME)) } }
            dl {
                @if !side.target.is_empty() { dt { "answered by" } dd { code { (shown(&side.target, NAME)) } } }
                @if !side.build.is_empty() { dt { "which is" } dd { (shown(&side.build, NAME)) } }
                dt { "exchanges" } dd { (side.exchanges) }
                dt { "SHA-256" } dd { code.digest { (shown(&side.recording, NAME)) } }
            }
        }
    }
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Compatible => "\u{2713}",
        Verdict::Spelling => "\u{2248}",
        Verdict::Inconclusive => "?",
        Verdict::Different => "\u{2717}",
    }
}

fn sentence(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Compatible => "Nothing differs that may not.",
        Verdict::Spelling => "Some answers are written differently and mean the same.",
        Verdict::Inconclusive => "Not everything could be asked, so that nobody can say.",
        Verdict::Different => "A client can tell the two apart.",
    }
}

fn help() -> Markup {
    const KEYS: [(&str, &str); 6] = [
        ("j or \u{2193}", "the next finding"),
        ("k or \u{2191}", "the one before"),
        ("Enter", "open or close it"),
        ("/", "filter the findings"),
        ("Escape", "out of the filter, or close this"),
        ("?", "these keys"),
    ];
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            dl { @for (key, meaning) in KEYS { dt { kbd { (key) } } dd { (meaning) } } }
            form method="dialog" { button { "Close" } }
        }
        p #said .unseen role="status" {}
    }
}

/// As many as fit into so many bytes, from the first on, and how many are left.
fn fitting<T>(items: &[T], mut room: usize, show: impl Fn(&T) -> Markup) -> (Markup, usize) {
    let mut kept = String::new();
    for (index, item) in items.iter().enumerate() {
        let shown = show(item);
        if shown.0.len() > room {
            return (PreEscaped(kept), items.len() - index);
        }
        room -= shown.0.len();
        kept += &shown.0;
    }
    (PreEscaped(kept), 0)
}

fn more(left_out: usize) -> Markup {
    html! { @if left_out > 0 { p.more { (left_out) " more in " code { "report.json" } "." } } }
}
