//! Test results: a case for each finding, one that passes where there is none, nothing that passes unasked.

use super::sample;
use crate::parity::{
    finding::{Report, Verdict},
    report::junit,
};

/// Class, name and what became of each case, as the file has them.
fn cases(report: &Report) -> Vec<String> {
    let text = junit(report);
    let mut cases = Vec::new();
    for case in text.split("<testcase ").skip(1) {
        let attribute =
            |name: &str| case.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        let outcome = ["failure", "skipped"].into_iter().find(|tag| case.contains(&format!("<{tag} ")));
        let (class, name) = (attribute("classname"), attribute("name"));
        cases.push(format!("{class}: {name}: {}", outcome.unwrap_or("success")));
    }
    cases
}

#[test]
fn a_case_for_each_finding_and_one_for_each_route_without() {
    assert_eq!(
        cases(&sample()),
        [
            "DELETE /api/tasks/{task_id}: all 9 exchanges equal: skipped",
            "GET /api/projects: body $.items[*].budget number-text: success",
            "GET /api/projects/{project_id}: body $.created_at zone: failure",
            "GET /api/projects/{project_id}: header etag stale: failure",
            "GET /api/tasks: body $.items order: failure",
            "GET /api/tasks/{task_id}: all 31 exchanges equal: success",
            "GET /users/me: body $.roles[*] missing: failure",
            "PATCH /api/projects/{project_id}: body $.description spelling: success",
            "POST /api/projects: all 16 exchanges equal: success",
            "POST /api/tasks: status value: failure",
            "POST /api/tasks: gives body $.id: skipped",
            "POST /auth/login: all 14 exchanges equal: success",
            "WS /live: frame 3 missing: failure",
            "table tasks: body $[*].position value: failure",
            "rules.toml: op = &quot;GET /api/tasks&quot;, at = &quot;body $.items[*].score&quot;, expect = { number = { rel \
             = 1e-9 } }, reason = &quot;sums of floats in another order&quot;: success",
            "rules.toml: op = &quot;GET /search&quot;, at = &quot;body $.hits&quot;, expect = { unordered = { key = \
             &quot;$.id&quot; } }, reason = &quot;no ORDER BY&quot;: failure",
        ]
    );
}

#[test]
fn what_no_listed_route_has_is_not_lost() {
    let mut report = sample();
    report.routes.clear();
    report.findings[0].route.clear();
    let cases = cases(&report);
    assert_eq!(cases.len(), report.findings.len() + report.blocked.len() + report.rules.len());
    assert_eq!(cases[0], "(no route): body $.created_at zone: failure");
}

#[test]
fn spelling_fails_where_the_rules_say_so() {
    let mut report = sample();
    for route in report.routes.iter_mut().filter(|route| route.verdict == Verdict::Spelling) {
        route.verdict = Verdict::Different;
    }
    let spelled = "GET /api/projects: body $.items[*].budget number-text: failure";
    assert!(cases(&report).iter().any(|case| case == spelled));
}

#[test]
fn a_route_that_differs_without_a_finding_does_not_pass() {
    let mut report = sample();
    report.findings.clear();
    report.routes.retain(|route| route.verdict == Verdict::Different);
    assert!(
        cases(&report).iter().filter(|case| case.contains("equal: ")).all(|case| case.ends_with("failure"))
    );
}

#[test]
fn what_xml_cannot_say_is_said_with_signs() {
    let mut report = sample();
    report.findings[0].message = "a\u{0}\u{1b}b]]>\u{ffff}".to_owned();
    report.findings[0].examples[0].live = "\u{8}".to_owned();
    let text = junit(&report);
    assert!(!text.contains(['\u{0}', '\u{1b}', '\u{8}', '\u{ffff}']), "{text}");
    // Signs for them stay; what looks like the codes of a terminal is not taken for such.
    assert!(text.contains("message=\"a\u{2400}\u{241b}b]]&gt;\u{fffd}\""), "{text}");
}
