//! The report on a terminal: routes in a table, each finding with its place, both values and the request that shows it.

use anstyle::{AnsiColor, Style};

use super::{count, named, shown};
use crate::parity::finding::{Finding, Report, RouteReport, Severity, Verdict};

/// Of a value on one line.
const CHARACTERS: usize = 160;
/// What a person reads on a terminal; the page has them all.
const FINDINGS: usize = 20;

/// With colours, which the stream that it is written to takes out where nobody sees them.
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    routes(&mut text, report);
    findings(&mut text, report);
    blocked(&mut text, report);
    rules(&mut text, report);
    verdict(&mut text, report);
    text
}

/// A column with its title and how wide its entries are.
type Count = fn(&RouteReport) -> usize;

const COLUMNS: [(&str, Count); 6] = [
    ("EXCHANGES", |route| route.counts.exchanges),
    ("EQUAL", |route| route.counts.equal),
    ("DIFFERENT", |route| route.counts.different),
    ("BROKEN", |route| route.counts.broken),
    ("BLOCKED", |route| route.counts.blocked),
    ("MISSING", |route| route.counts.missing),
];

fn routes(text: &mut String, report: &Report) {
    let widest = report.routes.iter().map(|route| line(named(&route.route)).chars().count()).max();
    let widest = widest.unwrap_or(0).max("ROUTE".len());
    *text += &format!("{:widest$}  {:12}", "ROUTE", "VERDICT");
    for (title, _) in COLUMNS {
        *text += &format!("  {title}");
    }
    *text += "  STATUSES\n";
    for route in &report.routes {
        let style = style(route.verdict);
        let verdict = route.verdict.to_string();
        *text += &format!("{:widest$}  {style}{verdict:12}{style:#}", line(named(&route.route)));
        for (title, count) in COLUMNS {
            let (width, count) = (title.len(), count(route));
            *text += &if count == 0 { format!("  {:>width$}", "-") } else { format!("  {count:>width$}") };
        }
        let statuses: Vec<_> =
            route.statuses.iter().map(|(status, count)| format!("{status} x {count}")).collect();
        *text += &format!("  {}\n", statuses.join(", "));
    }
}

fn findings(text: &mut String, report: &Report) {
    let width = report.reference.name.chars().count().max(report.live.name.chars().count()).min(24);
    for finding in report.findings.iter().take(FINDINGS) {
        *text += "\n";
        title(text, finding);
        if let Some(example) = finding.examples.first() {
            let (reference, live) = (shown(&report.reference.name, width), shown(&report.live.name, width));
            *text += &format!("  {reference:width$}  {}\n", value(&example.reference));
            *text += &format!("  {live:width$}  {}\n", value(&example.live));
            *text += &format!("  {}\n", shown(&example.curl, 2_000).replace('\n', "\n  "));
        }
    }
    let left = report.findings.len().saturating_sub(FINDINGS);
    if left > 0 {
        *text += &format!("\n{} more; --html FILE shows them\n", count(left, "finding"));
    }
}

fn title(text: &mut String, finding: &Finding) {
    let (bold, style) = (Style::new().bold(), of_severity(finding.severity));
    let Finding { severity, kind, exchanges, .. } = finding;
    let (route, place) = (line(named(&finding.route)), line(&finding.place));
    let exchanges = count(*exchanges, "exchange");
    *text += &format!("{style}{severity}{style:#} {bold}{route}{bold:#}  {place}  {kind}  ({exchanges})\n");
    *text += &format!("  {}\n", line(&finding.message));
}

fn blocked(text: &mut String, report: &Report) {
    for blocked in &report.blocked {
        let style = style(Verdict::Inconclusive);
        let waited = count(blocked.exchanges.len(), "exchange");
        *text += &format!(
            "\n{style}blocked{style:#} {waited} not asked: exchange {} ({}) did not give {}\n",
            blocked.by,
            line(named(&blocked.route)),
            line(&blocked.needs)
        );
    }
}

fn rules(text: &mut String, report: &Report) {
    for rule in report.rules.iter().filter(|rule| rule.looked_at == 0) {
        let style = of_severity(Severity::Breaking);
        *text += &format!("\n{style}unused{style:#} rule, which was about nothing: {}\n", line(&rule.rule));
    }
}

fn verdict(text: &mut String, report: &Report) {
    let (style, counts) = (style(report.verdict), &report.counts);
    *text += &format!("\n{style}{}{style:#}: {}", report.verdict, count(counts.exchanges, "exchange"));
    for (number, word) in [
        (counts.equal, "equal"),
        (counts.different, "different"),
        (counts.broken, "broken"),
        (counts.blocked, "blocked"),
        (counts.missing, "missing"),
    ] {
        if number > 0 {
            *text += &format!(", {number} {word}");
        }
    }
    let (findings, verified) = (count(report.findings.len(), "finding"), counts.verified);
    *text += &format!("; {findings}, {} verified\n", count(verified, "generated value"));
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Compatible => AnsiColor::Green.on_default(),
        Verdict::Spelling | Verdict::Inconclusive => AnsiColor::Yellow.on_default(),
        Verdict::Different => AnsiColor::Red.on_default(),
    }
}

fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Breaking => style(Verdict::Different),
        Severity::Spelling => style(Verdict::Spelling),
    }
}

fn value(text: &str) -> String {
    if text.is_empty() { "(nothing)".to_owned() } else { line(text) }
}

/// On one line.
fn line(text: &str) -> String {
    shown(text, CHARACTERS).replace('\n', "\u{2424}")
}
