//! What a request hears that has no token, or one that is no good.

use super::{
    super::{
        Answer, Finding, Heard, Known, Question, Topic, Verdict, Worth,
        finding::{Content, Learned},
    },
    refusal,
};
use crate::{contract::profile::ErrorAnswer, routes::lock::scheme::Scheme};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let missing = missing(heard, known, findings);
    let bad = bad(heard, known, findings);
    let Some(bad) = bad else { return };
    for (topic, subject) in [
        (Topic::GarbageToken, "garbage as a token"),
        (Topic::ExpiredToken, "expired token"),
        (Topic::UnsignedToken, "unsigned token"),
        (Topic::LowerCaseScheme, "`bearer`"),
    ] {
        compare(heard, topic, subject, &bad, findings);
    }
    let scheme = scheme(heard, known);
    let empty_is_missing = scheme.is_some_and(Scheme::takes_empty_for_missing);
    let empty = if empty_is_missing { missing.as_ref() } else { Some(&bad) };
    if let Some(empty) = empty {
        compare(heard, Topic::EmptyToken, "empty token", empty, findings);
    }
    let written = known.profile.is_some_and(|profile| profile.errors.tokens.missing_token.is_some());
    let locked = scheme.and_then(|scheme| refusal::locked(&scheme.failures.as_ref()?.wrong_scheme));
    if let Some(wrong) = locked.filter(|_| !written).or(missing) {
        compare(heard, Topic::WrongScheme, "wrong scheme", &wrong, findings);
    }
    given(heard, findings);
}

/// The scheme of the route that was asked.
fn scheme<'k>(heard: &Heard, known: &Known<'k>) -> Option<&'k Scheme> {
    let scheme = heard.ground.protected.as_ref()?.scheme?;
    known.matcher?.schemes().get(scheme.index())
}

fn missing(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) -> Option<ErrorAnswer> {
    let exchange = heard.of(Topic::NoToken)?;
    if let Some(verdict) = unlearnable(exchange, heard.answer(Topic::RefusedAllowed)) {
        findings.push(Finding::new("missing token", exchange, verdict));
        return None;
    }
    let Some(found) = refusal::of(exchange.1, heard.answer(Topic::RefusedAllowed)) else {
        findings.push(Finding::new("missing token", exchange, Verdict::Told("it needs no token".to_owned())));
        return None;
    };
    let written =
        known.profile.and_then(|profile| profile.errors.tokens.missing_token.as_ref()).map(refusal::profiled);
    let locked = scheme(heard, known).and_then(|scheme| refusal::locked(&scheme.failures.as_ref()?.missing));
    let (holds, who) = match (&written, &locked) {
        (Some(written), _) => (Some(written), "the profile"),
        (None, locked) => (locked.as_ref(), "the lock"),
    };
    let verdict = if written.is_none() && holds == Some(&found) {
        Verdict::Locked
    } else {
        let worth = Worth::of(&found, holds, |holds| format!("{who} says `{}`", refusal::shown(holds)));
        Verdict::Value(Learned::error("missing_token", Content::Answer(found.clone())), worth)
    };
    findings.push(Finding::new("missing token", exchange, verdict));
    Some(found)
}

/// Of a refusal that is not to be a line of the profile.
fn unlearnable(exchange: (&Question, &Answer), again: Option<&Answer>) -> Option<Verdict> {
    let answer = exchange.1;
    if answer.is_refusal() && !refusal::is_about_tokens(answer) {
        let what = format!("{} is no answer about a token: is the lock of what runs?", answer.status);
        return Some(Verdict::Contradiction(what));
    }
    let why = refusal::of_one_request(exchange, again).filter(|_| answer.is_refusal())?;
    Some(Verdict::Difference(why.to_owned()))
}

/// What a well-made token with a wrong signature hears.
fn bad(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) -> Option<ErrorAnswer> {
    let exchange = heard.of(Topic::ForgedToken)?;
    // Both fail by their signature.
    if let Some(verdict) = unlearnable(exchange, heard.answer(Topic::ExpiredToken)) {
        findings.push(Finding::new("bad token", exchange, verdict));
        return None;
    }
    let Some(found) = refusal::of(exchange.1, heard.answer(Topic::GarbageToken)) else {
        findings.push(Finding::new("bad token", exchange, lets_in(exchange.1)));
        return None;
    };
    let holds = known.profile.map(|profile| refusal::profiled(&profile.errors.tokens.bad_token));
    let say = |holds: &ErrorAnswer| format!("the profile says `{}`", refusal::shown(holds));
    let worth = Worth::of(&found, holds.as_ref(), say);
    let learned = Learned::error("bad_token", Content::Answer(found.clone()));
    findings.push(Finding::new("bad token", exchange, Verdict::Value(learned, worth)));
    Some(found)
}

fn compare(
    heard: &Heard,
    topic: Topic,
    subject: &'static str,
    expected: &ErrorAnswer,
    findings: &mut Vec<Finding>,
) {
    let Some(exchange) = heard.of(topic) else { return };
    let verdict = match refusal::of(exchange.1, heard.answer(Topic::ForgedToken)) {
        None => lets_in(exchange.1),
        // A header that only the one or only the other has says as much as a body.
        Some(_) if is_the_same(exchange.1, expected) => Verdict::Same,
        Some(_) => Verdict::Difference(format!("the gateway answers `{}`", refusal::shown(expected))),
    };
    findings.push(Finding::new(subject, exchange, verdict));
}

fn is_the_same(answer: &Answer, expected: &ErrorAnswer) -> bool {
    let has = |(name, value): &(http::HeaderName, http::HeaderValue)| answer.headers.get(name) == Some(value);
    answer.status == expected.status.as_u16()
        && answer.body == expected.body
        && expected.headers.iter().all(has)
        && answer.headers.contains_key(http::header::WWW_AUTHENTICATE)
            == expected.headers.iter().any(|(name, _)| name == http::header::WWW_AUTHENTICATE)
}

fn lets_in(answer: &Answer) -> Verdict {
    let what = "the legacy does not refuse it; the gateway does, where the route wants a token";
    Verdict::Difference(format!("{what} ({})", answer.status))
}

fn given(heard: &Heard, findings: &mut Vec<Finding>) {
    let Some(exchange) = heard.of(Topic::GoodToken) else { return };
    let (_, answer): (&Question, &Answer) = exchange;
    let verdict = if answer.is_refusal() {
        Verdict::Told("the legacy refuses the token that was given".to_owned())
    } else {
        Verdict::Told("the legacy takes the token that was given".to_owned())
    };
    findings.push(Finding::new("given token", exchange, verdict));
}
