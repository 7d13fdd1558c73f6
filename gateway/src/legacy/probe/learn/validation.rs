//! How the legacy tells what is wrong with a request.

use serde_json::{Value, json};

use super::{
    super::{Answer, Finding, Heard, Known, Question, Topic, Verdict, Worth},
    template::Found,
};
use crate::contract::{profile::ErrorShape, validation::shape::ValidationShape};

/// FastAPI's own for a request that it cannot read as declared.
const UNPROCESSABLE: u16 = 422;

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let_in(heard, findings);
    shape(heard, known, findings);
    for (topic, subject, kind) in [
        (Topic::BodyMissing, "no body", "missing"),
        (Topic::BodyOfWrongType, "body of another type", "model_attributes_type"),
        (Topic::BodyBroken, "broken JSON", "json_invalid"),
        (Topic::GuardedBroken, "broken JSON, no token", "json_invalid"),
        (Topic::BodyOtherType, "JSON as text", "model_attributes_type"),
        (Topic::QueryWord, "a word for an integer", "int_parsing"),
        (Topic::QueryHuge, "an integer too long", "int_parsing_size"),
    ] {
        // What an envelope of the legacy's own leaves out cannot be compared.
        if let Some(exchange) = heard.of(topic)
            && let Some(verdict) = kind_of(exchange.1, kind)
        {
            findings.push(Finding::new(subject, exchange, verdict));
        }
    }
    if let Some(exchange) = heard.of(Topic::BodyTwice)
        && let Some(input) = first_error(exchange.1).and_then(|error| error.get("input").cloned())
    {
        let is_last = input == json!({ "probe": 2 });
        let what = "of a member that is there twice the gateway takes the last";
        findings.push(Finding::new("a member twice", exchange, same_or(is_last, what)));
    }
    if let Some(exchange) = heard.of(Topic::BodyNotText) {
        let what = "a body in no encoding is answered 400";
        findings.push(Finding::new("no UTF-8", exchange, same_or(exchange.1.status == 400, what)));
    }
    if let Some(exchange) = heard.of(Topic::BodyNotFinite) {
        findings.push(Finding::new("NaN", exchange, not_finite(exchange.1)));
    }
    if let Some(exchange) = heard.of(Topic::GuardedEmpty) {
        findings.push(Finding::new("neither token nor body", exchange, guarded(heard, exchange)));
    }
}

/// What a route takes that its document says it refuses.
fn let_in(heard: &Heard, findings: &mut Vec<Finding>) {
    for topic in [Topic::GuardedEmpty, Topic::GuardedBroken, Topic::BodyMissing, Topic::BodyWithoutMembers] {
        if let Some(exchange) = heard.of(topic).filter(|(_, answer)| !answer.is_refusal()) {
            let what =
                "it is not refused, as its document says: look what it did; nothing more was asked there";
            findings.push(Finding::new("no body", exchange, Verdict::Contradiction(what.to_owned())));
        }
    }
}

/// The list of pydantic's second version, under the name that FastAPI gives it.
fn entries(answer: &Answer) -> Option<Vec<Value>> {
    let body = answer.json()?;
    Some(body.get(ErrorShape::Detail.to_string())?.as_array()?.clone())
}

fn first_error(answer: &Answer) -> Option<Value> {
    entries(answer)?.into_iter().next()
}

fn shape(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let (Some(broken), Some(missing)) = (heard.of(Topic::BodyBroken), heard.of(Topic::BodyMissing)) else {
        return;
    };
    let subject = "validation error";
    let Some(found) = Found::of(broken.1, missing.1) else {
        let what = "no `[errors.validation]` says it: native routes tell it otherwise, unless you write one";
        findings.push(Finding::new(subject, broken, Verdict::Difference(what.to_owned())));
        return;
    };
    let written = known.profile.map(|profile| &profile.errors.app.validation);
    let usual = ValidationShape::default();
    let keys = found.beside(written.unwrap_or(&usual));
    if keys.is_empty() {
        let is_known = written.is_none_or(|written| *written == found.shape);
        let verdict = if is_known {
            Verdict::Same
        } else {
            Verdict::Contradiction("`each` or `pages` in the profile is not what the legacy does".to_owned())
        };
        findings.push(Finding::new(subject, broken, verdict));
    }
    for learned in keys {
        // What is not written is FastAPI's own, which the legacy does not do.
        let worth = match written {
            None => Worth::New,
            Some(written) if *written == usual => {
                Worth::Contradicts("the profile leaves it to be FastAPI's own".to_owned())
            }
            Some(_) => Worth::Contradicts("the profile says otherwise".to_owned()),
        };
        findings.push(Finding::new(subject, broken, Verdict::Value(learned, worth)));
    }
}

/// Nothing where the answer does not say of which kind a mistake is.
fn kind_of(answer: &Answer, kind: &str) -> Option<Verdict> {
    let error = first_error(answer)?;
    // Pydantic 1 has kinds of its own.
    error.get("input")?;
    let found = error["type"].as_str()?;
    let otherwise = || Verdict::Difference(format!("`{found}`; native routes say `{kind}`"));
    Some(if found == kind { Verdict::Same } else { otherwise() })
}

fn same_or(is_same: bool, otherwise: &str) -> Verdict {
    if is_same { Verdict::Same } else { Verdict::Difference(otherwise.to_owned()) }
}

/// FastAPI cannot write down what it complains of.
fn not_finite(answer: &Answer) -> Verdict {
    match answer.status {
        500 => {
            Verdict::Told("the legacy cannot write its own complaint; native routes answer 422".to_owned())
        }
        UNPROCESSABLE => Verdict::Same,
        status => Verdict::Difference(format!("{status}; native routes answer {UNPROCESSABLE}")),
    }
}

/// FastAPI looks for the token before it misses a body.
fn guarded(heard: &Heard, (_, answer): (&Question, &Answer)) -> Verdict {
    let refused = heard.answer(Topic::NoToken);
    let is_same =
        refused.is_some_and(|refused| (refused.status, &refused.body) == (answer.status, &answer.body));
    same_or(is_same, "the gateway refuses who has no token before it looks at the body")
}
