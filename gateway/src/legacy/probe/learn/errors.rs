//! How the legacy words an error: in which shape, and which errors have a body of their own.

use http::{HeaderValue, StatusCode, header::ALLOW};

use super::{
    super::{
        Answer, Finding, Heard, Known, Question, Topic, Verdict, Worth,
        finding::{Content, Learned},
    },
    refusal,
};
use crate::contract::profile::{AppErrors, ErrorAnswer, ErrorShape};

/// What Starlette says; what FastAPI says to who has no token.
const NOT_FOUND: &str = "Not Found";
const METHOD_NOT_ALLOWED: &str = "Method Not Allowed";
const NOT_AUTHENTICATED: &str = "Not authenticated";

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let told = [
        (heard.of(Topic::Nowhere), NOT_FOUND),
        (heard.of(Topic::WrongMethod).or(heard.of(Topic::Options)), METHOD_NOT_ALLOWED),
        (heard.of(Topic::NoToken), NOT_AUTHENTICATED),
    ];
    let Some(nowhere) = heard.of(Topic::Nowhere) else { return };
    let spoken = told.iter().filter_map(|(exchange, words)| Some(((*exchange)?, *words)));
    let is_lasting = |exchange| refusal::of_one_request(exchange, again(heard, exchange.0.topic)).is_none();
    let spoken: Vec<_> =
        spoken.filter(|(exchange, _)| exchange.1.is_refusal() && is_lasting(*exchange)).collect();
    let Some((shape, exchange)) = shape(&spoken) else {
        let what = "no shape of errors fits these words: the gateway's own errors read otherwise";
        findings.push(Finding::new("error shape", nowhere, Verdict::Difference(what.to_owned())));
        return;
    };
    let app = known.profile.map(|profile| &profile.errors.app);
    let worth = Worth::of(&shape, app.map(|app| &app.shape), |holds| format!("the profile says `{holds}`"));
    let learned = Learned::error("shape", Content::Text(shape.to_string()));
    findings.push(Finding::new("error shape", exchange, Verdict::Value(learned, worth)));
    let own = |holds: fn(&AppErrors) -> Option<&ErrorAnswer>| app.and_then(holds);
    let words = render(&shape, 404, NOT_FOUND);
    let holds = own(|app| app.not_found.as_ref());
    body(heard, ("unknown path", "not_found", 404), nowhere, &words, holds, app.is_some(), findings);
    if let Some(exchange) = heard.of(Topic::WrongMethod).or(heard.of(Topic::Options)) {
        let holds = own(|app| app.method_not_allowed.as_ref());
        let words = render(&shape, 405, METHOD_NOT_ALLOWED);
        let names = ("405", "method_not_allowed", 405);
        body(heard, names, exchange, &words, holds, app.is_some(), findings);
    }
    internal(heard, own(|app| app.internal.as_ref()), app.is_some(), findings);
}

type Exchange<'h> = (&'h Question, &'h Answer);

/// What the same question, or as good as the same, was answered another time.
fn again(heard: &Heard, topic: Topic) -> Option<&Answer> {
    let topic = match topic {
        Topic::Nowhere => Topic::NowhereForeign,
        Topic::WrongMethod => Topic::Options,
        Topic::NoToken => Topic::RefusedAllowed,
        _ => return None,
    };
    heard.answer(topic)
}

/// The shape in which most of the words are found, and where. An envelope that fits no second answer may be anything.
fn shape<'h>(spoken: &[(Exchange<'h>, &str)]) -> Option<(ErrorShape, Exchange<'h>)> {
    let envelopes = spoken.iter().filter_map(|((_, answer), words)| envelope(answer, words));
    let named = [ErrorShape::Detail, ErrorShape::Errors, ErrorShape::Text].into_iter();
    let mut best: Option<(usize, ErrorShape, Exchange<'h>)> = None;
    for shape in named.chain(envelopes) {
        let fits =
            spoken.iter().filter(|((_, answer), words)| answer.body == render(&shape, answer.status, words));
        let fits: Vec<_> = fits.map(|(exchange, _)| *exchange).collect();
        let least = if matches!(shape, ErrorShape::Envelope(_)) { 2 } else { 1 };
        if let Some(first) = fits.first().filter(|_| fits.len() >= least)
            && best.as_ref().is_none_or(|(count, ..)| *count < fits.len())
        {
            best = Some((fits.len(), shape, *first));
        }
    }
    best.map(|(_, shape, exchange)| (shape, exchange))
}

/// What stands around the words, with places for what changes from error to error.
fn envelope(answer: &Answer, words: &str) -> Option<ErrorShape> {
    let body = std::str::from_utf8(&answer.body).ok().filter(|body| body.starts_with('{'))?;
    let status = answer.status.to_string();
    let code =
        StatusCode::from_u16(answer.status).ok()?.canonical_reason()?.to_ascii_lowercase().replace(' ', "_");
    let text = body.replacen(&serde_json::Value::from(words).to_string(), "{message}", 1);
    let text = text.replacen(&format!("\"{code}\""), "\"{code}\"", 1).replacen(&status, "{status}", 1);
    text.contains("{message}").then(|| text.parse().ok().map(ErrorShape::Envelope))?
}

fn render(shape: &ErrorShape, status: u16, words: &str) -> bytes::Bytes {
    StatusCode::from_u16(status).map(|status| shape.render(status, words)).unwrap_or_default()
}

/// Where the legacy's own handler says something else than the framework in its shape. A profile that is there and does
/// not say so leaves it to the framework.
fn body(
    heard: &Heard,
    (subject, key, status): (&'static str, &'static str, u16),
    exchange: Exchange<'_>,
    words: &bytes::Bytes,
    holds: Option<&ErrorAnswer>,
    is_written: bool,
    findings: &mut Vec<Finding>,
) {
    let answer = exchange.1;
    let has_lost_headers = status == 405 && answer.status == status && answer.header(&ALLOW).is_none();
    if answer.body == *words && holds.is_none() && !has_lost_headers {
        findings.push(Finding::new(subject, exchange, Verdict::Same));
        return;
    }
    let again = again(heard, exchange.0.topic).filter(|again| again.status == status);
    if let Some(why) = refusal::of_one_request(exchange, again) {
        findings.push(Finding::new(subject, exchange, Verdict::Difference(why.to_owned())));
        return;
    }
    // A HEAD has the headers of the same refusal.
    let is_options = exchange.0.topic == Topic::Options;
    let head = heard.answer(Topic::Head).filter(|head| is_options && head.status == status);
    let Some(mut found) = refusal::of(answer, again.or(head)).filter(|_| answer.status == status) else {
        let what = format!("it is answered {}: how errors look cannot be learned from it", answer.status);
        findings.push(Finding::new(subject, exchange, Verdict::Told(what)));
        return;
    };
    for (name, value) in &mut found.headers {
        if *name == ALLOW {
            *value = HeaderValue::from_static("{allow}");
        }
    }
    let holds = holds.map(refusal::profiled);
    let worth = match holds {
        None if is_written => {
            Worth::Contradicts("the profile leaves it to be the framework's own".to_owned())
        }
        holds => {
            Worth::of(&found, holds.as_ref(), |holds| format!("the profile says `{}`", refusal::shown(holds)))
        }
    };
    let learned = Learned::error(key, Content::Answer(found));
    findings.push(Finding::new(subject, exchange, Verdict::Value(learned, worth)));
}

/// Only where something raises that nobody handles.
fn internal(heard: &Heard, holds: Option<&ErrorAnswer>, is_written: bool, findings: &mut Vec<Finding>) {
    if let Some(exchange) = heard.of(Topic::BodyNotFinite).filter(|(_, answer)| answer.status == 500) {
        let plain = bytes::Bytes::from_static(b"Internal Server Error");
        body(heard, ("500", "internal", 500), exchange, &plain, holds, is_written, findings);
    }
}
