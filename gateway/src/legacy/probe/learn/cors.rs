//! Which origins may read the legacy's answers: CORS headers of answers, and preflights.

use http::{
    HeaderMap, HeaderValue,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    },
};

use super::super::{Answer, Finding, Heard, Known, Question, Topic, Verdict};
use crate::{
    contract::{asker::Asker, cors::Cors},
    routes::lock,
};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    for (topic, subject) in [
        (Topic::NowhereAllowed, "CORS, an origin"),
        (Topic::NowhereForeign, "CORS, a foreign origin"),
        (Topic::RefusedAllowed, "CORS on a refusal"),
    ] {
        if let Some(exchange) = heard.of(topic) {
            findings.push(shown(Finding::new(subject, exchange, simple(exchange, known)), exchange.1));
        }
    }
    for (topic, subject) in [
        (Topic::Preflight, "preflight"),
        (Topic::PreflightForeign, "preflight, foreign"),
        (Topic::PreflightMethod, "preflight, method"),
        (Topic::PreflightHeader, "preflight, header"),
        (Topic::PreflightPrivate, "preflight, private"),
    ] {
        if let Some(exchange) = heard.of(topic) {
            let verdict = preflight(topic, exchange, known);
            findings.push(shown(Finding::new(subject, exchange, verdict), exchange.1));
        }
    }
}

fn shown(finding: Finding, answer: &Answer) -> Finding {
    let origin = answer.header(&ACCESS_CONTROL_ALLOW_ORIGIN);
    let told = origin.map_or_else(|| "no CORS headers".to_owned(), |origin| format!("allows {origin}"));
    Finding { answer: format!("{} {told}", answer.status), ..finding }
}

/// By the twin that adds these headers to the gateway's own answers.
fn simple((question, answer): (&Question, &Answer), known: &Known<'_>) -> Verdict {
    let Some(lock) = known.lock else { return Verdict::Told(told(answer)) };
    let mut expected = HeaderMap::new();
    if let Some(arguments) = known.cors() {
        let starlette = lock.versions.starlette.as_deref().unwrap_or_default();
        Cors::new(arguments, starlette).apply(&Asker::of(&question.headers), &mut expected);
    }
    let names =
        [ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_EXPOSE_HEADERS];
    let wrong = names.iter().find(|name| answer.headers.get(*name) != expected.get(*name));
    wrong.map_or(Verdict::Locked, |name| {
        let word = |value: Option<&HeaderValue>| {
            value.map_or_else(
                || "nothing".to_owned(),
                |value| format!("`{}`", String::from_utf8_lossy(value.as_bytes())),
            )
        };
        let (heard, wanted) = (word(answer.headers.get(name)), word(expected.get(name)));
        Verdict::Contradiction(format!("`{name}` is {heard}; by the lock it is {wanted}"))
    })
}

fn preflight(topic: Topic, (question, answer): (&Question, &Answer), known: &Known<'_>) -> Verdict {
    let Some(lock) = known.lock else { return Verdict::Told(told(answer)) };
    let Some(arguments) = known.cors() else {
        let allows = answer.headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
        return if allows {
            Verdict::Contradiction("the lock has no CORSMiddleware".to_owned())
        } else {
            Verdict::Locked
        };
    };
    let starlette = lock.versions.starlette.as_deref().unwrap_or_default();
    let mut simple = HeaderMap::new();
    Cors::new(arguments, starlette).apply(&Asker::of(&question.headers), &mut simple);
    let mut passes = simple.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) && has(&arguments.allow_methods, "GET");
    passes &= match topic {
        Topic::PreflightMethod => false,
        Topic::PreflightHeader => has(&arguments.allow_headers, "x-probe"),
        Topic::PreflightPrivate => arguments.allow_private_network.unwrap_or(true),
        _ => true,
    };
    let expected = if passes { 200 } else { 400 };
    if answer.status != expected {
        return Verdict::Contradiction(format!("by the lock it is {expected}"));
    }
    arguments_of(answer, arguments)
}

/// What every preflight says, whether it passes or not.
fn arguments_of(answer: &Answer, arguments: &lock::cors::Cors) -> Verdict {
    let age = answer.header(&ACCESS_CONTROL_MAX_AGE).unwrap_or_default();
    if age != arguments.max_age.to_string() {
        return Verdict::Contradiction(format!(
            "`max_age` is {age}; in the lock it is {}",
            arguments.max_age
        ));
    }
    let credentials = answer.headers.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS);
    if credentials != arguments.allow_credentials {
        let locked = arguments.allow_credentials;
        return Verdict::Contradiction(format!(
            "`allow_credentials` is {credentials}; in the lock it is {locked}"
        ));
    }
    let heard = answer.header(&ACCESS_CONTROL_ALLOW_METHODS).unwrap_or_default();
    let wanted = arguments.allow_methods.join(", ");
    if !has(&arguments.allow_methods, "*") && heard != wanted {
        return Verdict::Contradiction(format!("`allow_methods` is {heard}; in the lock it is {wanted}"));
    }
    Verdict::Locked
}

fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|listed| listed == "*" || listed.eq_ignore_ascii_case(word))
}

/// Where there is no lock to compare with: the middleware's arguments, as far as they show.
fn told(answer: &Answer) -> String {
    let names = [
        ("allows", ACCESS_CONTROL_ALLOW_ORIGIN),
        ("credentials", ACCESS_CONTROL_ALLOW_CREDENTIALS),
        ("exposes", ACCESS_CONTROL_EXPOSE_HEADERS),
        ("methods", ACCESS_CONTROL_ALLOW_METHODS),
        ("headers", ACCESS_CONTROL_ALLOW_HEADERS),
        ("max-age", ACCESS_CONTROL_MAX_AGE),
    ];
    let said = names.iter().filter_map(|(word, name)| Some(format!("{word} {}", answer.header(name)?)));
    let said: Vec<_> = said.collect();
    if said.is_empty() { "no CORS headers".to_owned() } else { said.join("; ") }
}

/// Whether the lock's middleware is of a version that always says `Vary: Origin`.
pub(super) fn always_varies(known: &Known<'_>) -> Option<bool> {
    let starlette = known.lock?.versions.starlette.as_deref()?;
    let mut headers = HeaderMap::new();
    Cors::new(known.cors()?, starlette).apply(&Asker::of(&HeaderMap::new()), &mut headers);
    Some(!headers.is_empty())
}
