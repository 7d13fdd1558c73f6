//! What becomes of a path with a slash too many.

use http::header::LOCATION;

use super::super::{Finding, Heard, Known, Topic, Verdict};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let Some(exchange) = heard.of(Topic::Slash) else { return };
    let (question, answer) = exchange;
    let redirects =
        answer.status == 307 && answer.header(&LOCATION).is_some_and(|to| goes_back(&to, &question.target));
    let what = if redirects { "redirects" } else { "does not redirect" };
    let verdict = match known.lock.map(|lock| lock.app.redirect_slashes) {
        None => Verdict::Told(format!("the legacy {what}")),
        Some(locked) if locked == redirects => Verdict::Locked,
        Some(_) => Verdict::Contradiction(format!(
            "the legacy {what}, `redirect_slashes` in the lock says otherwise"
        )),
    };
    let mut finding = Finding::new("slash redirect", exchange, verdict);
    if let Some(location) = answer.header(&LOCATION) {
        finding.answer += &format!(" to {location}");
    }
    findings.push(finding);
}

/// To the same path without the slash, the query kept; the host is whatever the legacy believes it to be.
fn goes_back(location: &str, target: &str) -> bool {
    target.split_once("/?").is_some_and(|(path, query)| location.ends_with(&format!("{path}?{query}")))
}
