//! Whether large answers are compressed when that is asked for, and what `Vary` says.

use http::header::{CONTENT_ENCODING, VARY};

use super::super::{Answer, Finding, Heard, Known, Topic, Verdict};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let Some(exchange) = heard.of(Topic::DocumentCompressed) else { return };
    let packed = is_packed(exchange.1);
    let size = heard.answer(Topic::Document).map_or(0, |answer| answer.body.len());
    let shown = format!("{} {}", exchange.1.status, if packed { "compressed" } else { "not compressed" });
    let verdict = match (known.lock, known.gzip()) {
        (None, _) => Verdict::Told(format!("{shown}, of {size} bytes")),
        (Some(_), locked) => {
            let expected = locked.is_some_and(|gzip| size as u64 >= gzip.minimum_size);
            match (expected, packed) {
                (true, true) | (false, false) => Verdict::Locked,
                (true, false) => Verdict::Contradiction("the lock has a GZipMiddleware".to_owned()),
                (false, true) => {
                    Verdict::Contradiction("the lock has no GZipMiddleware that would".to_owned())
                }
            }
        }
    };
    findings.push(Finding { answer: shown, ..Finding::new("GZip", exchange, verdict) });
    small(heard, known, findings);
    always_varies(heard, known, findings);
}

fn small(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let Some(exchange) = heard.of(Topic::NowhereCompressed) else { return };
    let size = heard.answer(Topic::Nowhere).map_or(0, |answer| answer.body.len());
    let (packed, locked) = (is_packed(exchange.1), known.gzip());
    let expected = locked.is_some_and(|gzip| size as u64 >= gzip.minimum_size);
    let shown = format!("{} {}", exchange.1.status, if packed { "compressed" } else { "not compressed" });
    let verdict = match known.lock {
        None => Verdict::Told(format!("{shown}, of {size} bytes")),
        Some(_) if packed == expected => Verdict::Locked,
        Some(_) => Verdict::Contradiction(format!(
            "of {size} bytes; `minimum_size` in the lock is {}",
            locked.map_or_else(|| "nowhere".to_owned(), |gzip| gzip.minimum_size.to_string())
        )),
    };
    findings.push(Finding { answer: shown, ..Finding::new("GZip of little", exchange, verdict) });
}

/// What newer versions say of an answer that could have been compressed.
fn always_varies(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let (Some(exchange), Some(gzip)) = (heard.of(Topic::Document), known.gzip()) else { return };
    let vary = exchange.1.header(&VARY).unwrap_or_default();
    let varies = vary.to_ascii_lowercase().contains("accept-encoding");
    let verdict = if varies == gzip.always_varies {
        Verdict::Locked
    } else {
        Verdict::Contradiction(format!("`always_varies` in the lock is {}", gzip.always_varies))
    };
    let answer = format!("{} `Vary: {vary}`", exchange.1.status);
    findings.push(Finding { answer, ..Finding::new("GZip and Vary", exchange, verdict) });
}

fn is_packed(answer: &Answer) -> bool {
    answer.header(&CONTENT_ENCODING).is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"))
}
