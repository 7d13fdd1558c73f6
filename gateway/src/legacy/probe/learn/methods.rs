//! What a method is answered that a path does not have, HEAD and OPTIONS among them.

use http::header::ALLOW;

use super::super::{Answer, Finding, Heard, Known, Question, Topic, Verdict};
use crate::routes::matching::{Outcome, Verb};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    for (topic, subject) in
        [(Topic::WrongMethod, "wrong method"), (Topic::Head, "HEAD"), (Topic::Options, "OPTIONS")]
    {
        if let Some(exchange) = heard.of(topic) {
            findings.push(Finding::new(subject, exchange, judge(exchange, known)));
        }
    }
}

/// By the same walk that matches requests.
pub(super) fn judge((question, answer): (&Question, &Answer), known: &Known<'_>) -> Verdict {
    let Some(matcher) = known.matcher else {
        let allow = answer.header(&ALLOW).map(|allow| format!(", `Allow: {allow}`"));
        return Verdict::Told(format!("{}{}", answer.status, allow.unwrap_or_default()));
    };
    match matcher.find(Verb::Http(question.method.as_str()), &question.target) {
        Outcome::Partial { allow, .. } => partial(answer, allow),
        Outcome::Match { .. } if matches!(answer.status, 404 | 405) => {
            Verdict::Contradiction("the lock has the route".to_owned())
        }
        Outcome::Match { .. } => Verdict::Locked,
        Outcome::Redirect { .. } | Outcome::Unlisted | Outcome::Error => {
            Verdict::Told(answer.status.to_string())
        }
    }
}

fn partial(answer: &Answer, allow: &[String]) -> Verdict {
    let wanted = allow.join(", ");
    let mut sorted: Vec<&str> = allow.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    // An exception handler of the legacy's own often loses the headers: that the path has other methods is proved.
    let Some(heard) = answer.header(&ALLOW).or_else(|| (answer.status != 405).then(String::new)) else {
        return Verdict::Locked;
    };
    let mut methods: Vec<&str> =
        heard.split(',').map(str::trim).filter(|method| !method.is_empty()).collect();
    methods.sort_unstable();
    match answer.status {
        405 if methods == sorted => Verdict::Locked,
        405 => Verdict::Contradiction(format!("`Allow: {heard}`; the lock has {wanted} there")),
        404 => Verdict::Contradiction(format!("the legacy has no such path; the lock has {wanted} there")),
        status => {
            Verdict::Contradiction(format!("{status} instead of 405: the lock has only {wanted} there"))
        }
    }
}
