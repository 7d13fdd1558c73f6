//! Which server and which versions answer, as far as answers show it; what only the lock knows is said to be from there.

use http::header::{SERVER, VARY};

use super::{
    super::{Finding, Heard, Known, Topic, Verdict},
    cors,
};

pub(super) fn learn(heard: &Heard, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let Some(exchange) = heard.of(Topic::Nowhere) else { return };
    let server = exchange.1.header(&SERVER).unwrap_or_else(|| "nothing".to_owned());
    let answer = format!("{} `Server: {server}`", exchange.1.status);
    let what = "an answer that the gateway makes itself has no `Server`";
    findings.push(Finding { answer, ..Finding::new("server", exchange, Verdict::Told(what.to_owned())) });
    if let Some(expected) = cors::always_varies(known) {
        let vary = exchange.1.header(&VARY).unwrap_or_default();
        let varies = vary.to_ascii_lowercase().contains("origin");
        let starlette = known.lock.and_then(|lock| lock.versions.starlette.as_deref()).unwrap_or("unknown");
        let verdict = if varies == expected {
            Verdict::Locked
        } else {
            let version = if varies { "1 or newer" } else { "before 1" };
            Verdict::Contradiction(format!("that is Starlette {version}; the lock names {starlette}"))
        };
        let answer = format!("{} `Vary: {vary}`", exchange.1.status);
        findings.push(Finding { answer, ..Finding::new("Starlette", exchange, verdict) });
    }
    if let Some(fastapi) = known.lock.and_then(|lock| lock.versions.fastapi.as_deref()) {
        findings.push(Finding {
            subject: "numbers",
            question: "cannot be asked harmlessly".to_owned(),
            answer: format!("the lock: FastAPI {fastapi}"),
            verdict: Verdict::Locked,
        });
    }
}
