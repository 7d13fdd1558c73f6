//! Whether the lock is of the application that runs: its routes exist there, and there are no others.

use std::collections::HashSet;

use http::Method;

use super::{
    super::{Finding, Heard, Known, Topic, Verdict},
    methods,
};
use crate::routes::matching::{Outcome, Verb};

/// As many are named, the rest is counted.
const NAMED: usize = 5;

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    for exchange in heard.every(Topic::Route) {
        findings.push(Finding::new("route", exchange, methods::judge(exchange, known)));
    }
    let (Some(document), Some(matcher)) = (&heard.document, known.matcher) else { return };
    let Some(exchange) = heard.of(Topic::Document) else { return };
    let listed: HashSet<String> = matcher.routes().iter().map(|route| bare(route.key.as_str())).collect();
    let is_locked = |method: &Method, path: &str| {
        let found = matcher.find(Verb::Http(method.as_str()), &filled(path));
        listed.contains(&format!("{method} {path}")) || matches!(found, Outcome::Match { .. })
    };
    let operations = document.operations.iter().filter(|each| !is_locked(&each.method, &each.path));
    let unknown: Vec<_> = operations.map(|each| format!("`{} {}`", each.method, each.path)).collect();
    let verdict = match unknown.len() {
        0 => Verdict::Locked,
        count => {
            let named = unknown[..count.min(NAMED)].join(", ");
            let more = if count > NAMED { &format!(" and {} more", count - NAMED) } else { "" };
            Verdict::Contradiction(format!("the lock has no {named}{more}"))
        }
    };
    let answer = format!("{} operations", document.operations.len());
    findings.push(Finding { answer, ..Finding::new("routes in the document", exchange, verdict) });
}

/// Without the converters, which a document does not have.
fn bare(key: &str) -> String {
    parts(key, |name| format!("{{{}}}", name.split(':').next().unwrap_or(name)))
}

/// A path of the template: a digit satisfies most converters.
fn filled(template: &str) -> String {
    parts(template, |_| "1".to_owned())
}

fn parts(template: &str, write: impl Fn(&str) -> String) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        text += before;
        text += &write(name);
        rest = after;
    }
    text + rest
}
