//! What versions, and arguments of the application, decide about a JSON body.

use super::super::{
    Answer, Finding, Heard, Known, Topic, Verdict, Worth,
    finding::{Content, Learned, Table},
};
use crate::contract::json::{Framework, NullBody, Untyped};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let fastapi = known.lock.and_then(|lock| lock.versions.fastapi.as_deref());
    if let (Some(exchange), Some(json), Some(bytes)) = (
        heard.of(Topic::BodyUntyped),
        heard.answer(Topic::BodyWithoutMembers),
        heard.answer(Topic::BodyOtherType),
    ) {
        let verdict = match one_of(exchange.1, (json, Untyped::Json), (bytes, Untyped::Bytes)) {
            Some(found) => untyped(found, known, fastapi),
            None => Verdict::Told("its words do not show whether such a body is read as JSON".to_owned()),
        };
        findings.push(Finding::new("no content type", exchange, verdict));
    }
    // Another value than the object that is wanted is refused as any other is.
    if let (Some(exchange), Some(missing), Some(value)) =
        (heard.of(Topic::BodyNull), heard.answer(Topic::BodyMissing), heard.answer(Topic::BodyOfWrongType))
        && missing.body != value.body
    {
        let is_missing = missing.body == exchange.1.body;
        let found = if is_missing { NullBody::Missing } else { NullBody::Value };
        findings.push(Finding::new("the body `null`", exchange, null(found, known, fastapi)));
    }
}

/// An answer that is one of two which differ is proof; where a legacy words both alike, nothing is.
fn one_of<T>(answer: &Answer, (first, one): (&Answer, T), (second, other): (&Answer, T)) -> Option<T> {
    let is = |expected: &Answer| (answer.status, &answer.body) == (expected.status, &expected.body);
    match (is(first), is(second)) {
        (true, false) => Some(one),
        (false, true) => Some(other),
        _ => None,
    }
}

fn untyped(found: Untyped, known: &Known<'_>, fastapi: Option<&str>) -> Verdict {
    let value = |worth| {
        let value = Content::Text(found.to_string());
        Verdict::Value(Learned { table: Table::Json, key: "untyped", value }, worth)
    };
    if let Some(written) = known.profile.and_then(|profile| profile.json.untyped) {
        return value(Worth::of(&found, Some(&written), |holds| format!("the profile says `{holds}`")));
    }
    if known.lock.is_none() {
        return Verdict::Told(format!("a body without a content type is {found}"));
    }
    let holds = Framework::of_fastapi(fastapi.unwrap_or("")).requests().untyped();
    match fastapi {
        Some(_) if holds == found => Verdict::Locked,
        None if holds == found => Verdict::Same,
        Some(version) => {
            let what =
                format!("such a body is {found}; FastAPI {version}, which the lock names, has it as {holds}");
            value(Worth::Contradicts(what))
        }
        None => value(Worth::New),
    }
}

/// No argument of FastAPI's decides it, so that the lock is what must be right.
fn null(found: NullBody, known: &Known<'_>, fastapi: Option<&str>) -> Verdict {
    let what = match found {
        NullBody::Missing => "`null` is no body",
        NullBody::Value => "`null` is a body",
    };
    if let Some(written) = known.profile.and_then(|profile| profile.json.null_body) {
        return if written == found {
            Verdict::Same
        } else {
            Verdict::Contradiction(format!("{what}, unlike `null_body` in the profile"))
        };
    }
    match fastapi {
        None => Verdict::Told(what.to_owned()),
        Some(version) if Framework::of_fastapi(version).requests().null_body() == found => Verdict::Locked,
        Some(version) => {
            Verdict::Contradiction(format!("{what}, unlike FastAPI {version}, which the lock names"))
        }
    }
}
