//! The report as test results: a case for each finding of a route, one that passes for each route without any.

use quick_junit::{NonSuccessKind, Report as Results, TestCase, TestCaseStatus, TestSuite};

use super::{count, named, shown};
use crate::parity::finding::{BlockedReport, Finding, Report, RouteReport, RuleReport, Severity, Verdict};

/// Of a description; the whole stands in `report.json`.
const CHARACTERS: usize = 8_000;
const NAME: usize = 500;

/// For whatever shows test results of a build.
///
/// # Panics
/// Never: the text is written into memory.
pub fn junit(report: &Report) -> String {
    let mut results = Results::new("gateway compat");
    let mut routes = TestSuite::new("routes");
    for route in &report.routes {
        let findings: Vec<_> =
            report.findings.iter().filter(|finding| finding.route == route.route).collect();
        let blocked: Vec<_> = report.blocked.iter().filter(|blocked| blocked.route == route.route).collect();
        let cases = findings.iter().map(|finding| of_finding(report, finding));
        routes.add_test_cases(cases.chain(blocked.into_iter().map(of_blocked)));
        if findings.is_empty() {
            routes.add_test_case(of_route(route));
        }
    }
    // Of a route that the report does not list, which no route matched for one.
    let is_listed = |route: &str| report.routes.iter().any(|listed| listed.route == route);
    let unlisted = report.findings.iter().filter(|finding| !is_listed(&finding.route));
    routes.add_test_cases(unlisted.map(|finding| of_finding(report, finding)));
    let unlisted = report.blocked.iter().filter(|blocked| !is_listed(&blocked.route));
    routes.add_test_cases(unlisted.map(of_blocked));
    results.add_test_suite(routes);
    if !report.rules.is_empty() {
        let mut rules = TestSuite::new("rules");
        rules.add_test_cases(report.rules.iter().map(of_rule));
        results.add_test_suite(rules);
    }
    results.to_string().expect("memory takes every byte, and what XML cannot say has been taken out")
}

fn of_route(route: &RouteReport) -> TestCase {
    let status = match route.verdict {
        Verdict::Compatible | Verdict::Spelling => TestCaseStatus::success(),
        Verdict::Inconclusive => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(format!("{} not asked", count(route.counts.blocked, "exchange")));
            skipped
        }
        Verdict::Different => failed("different", "this route differs", String::new()),
    };
    let mut case = TestCase::new(format!("all {} equal", count(route.counts.exchanges, "exchange")), status);
    case.set_classname(class(&route.route));
    case
}

fn of_finding(report: &Report, finding: &Finding) -> TestCase {
    let mut told = format!("{}, {}\n", finding.message, count(finding.exchanges, "exchange"));
    for example in &finding.examples {
        let (reference, live) = (shown(&example.reference, NAME), shown(&example.live, NAME));
        told += &format!("\nexchange {}\n", example.exchange);
        told += &format!("  {}: {reference}\n  {}: {live}\n", report.reference.name, report.live.name);
        told += &format!("  {}\n", example.curl);
    }
    let told = shown(&told, CHARACTERS);
    let mut case = if finding.severity == Severity::Breaking || spelling_fails(report) {
        TestCase::new(name(finding), failed(&finding.kind, &finding.message, told))
    } else {
        let mut case = TestCase::new(name(finding), TestCaseStatus::success());
        case.set_system_out(told);
        case
    };
    case.set_classname(class(&finding.route));
    case.add_property(("id", finding.id.as_str()));
    case.add_property(("severity", finding.severity.to_string().as_str()));
    case
}

/// As the rules had it: a route on which nothing worse was found tells.
fn spelling_fails(report: &Report) -> bool {
    let is_only_spelling = |route: &RouteReport| {
        let mut own = report.findings.iter().filter(|finding| finding.route == route.route).peekable();
        own.peek().is_some() && own.all(|finding| finding.severity == Severity::Spelling)
    };
    report.routes.iter().any(|route| route.verdict == Verdict::Different && is_only_spelling(route))
}

fn name(finding: &Finding) -> String {
    shown(&format!("{} {}", finding.place, finding.kind), NAME)
}

fn class(route: &str) -> String {
    shown(named(route), NAME)
}

/// What could not be asked has not failed, and nobody may think that it passed.
fn of_blocked(blocked: &BlockedReport) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(format!(
        "{} not asked: exchange {} did not give `{}`",
        count(blocked.exchanges.len(), "exchange"),
        blocked.by,
        shown(&blocked.needs, NAME)
    ));
    let mut case = TestCase::new(format!("gives {}", shown(&blocked.needs, NAME)), status);
    case.set_classname(class(&blocked.route));
    case
}

fn of_rule(rule: &RuleReport) -> TestCase {
    let status = if rule.looked_at == 0 {
        failed("unused", "it was about nothing: delete it, or mend its place", String::new())
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(shown(&rule.rule, NAME), status);
    case.set_classname("rules.toml");
    case
}

fn failed(kind: &str, message: &str, description: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(shown(kind, NAME));
    status.set_message(shown(message, NAME));
    if !description.is_empty() {
        status.set_description(description);
    }
    status
}
