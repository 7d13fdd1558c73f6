//! What was learned, as a table and as an object: the request, the answer, and what it is worth.

use std::fmt;

use serde_json::{Value, json};

use crate::legacy::{
    address::LegacyAddress,
    probe::{Content, Finding, Heard, Learned, Verdict, Worth},
};

pub(in crate::cli) struct Summary<'s> {
    pub(in crate::cli) address: &'s LegacyAddress,
    pub(in crate::cli) heard: &'s Heard,
    pub(in crate::cli) findings: &'s [Finding],
}

impl Summary<'_> {
    pub(in crate::cli) fn object(&self) -> Value {
        let silent: Vec<_> = self
            .heard
            .silences()
            .map(|(question, why)| json!({ "question": question.to_string(), "why": why.to_string() }))
            .collect();
        json!({
            "url": self.address.to_string(),
            "asked": self.heard.count(),
            "findings": self.findings.iter().map(object).collect::<Vec<_>>(),
            "silent": silent,
        })
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}: {} questions\n", self.address, self.heard.count())?;
        for finding in self.findings {
            let Finding { subject, question, answer, verdict } = finding;
            writeln!(formatter, "{:11}  {subject:23}  {question}  ->  {answer}", outcome(verdict))?;
            if let Some(says) = says(verdict) {
                writeln!(formatter, "{:38}{says}", "")?;
            }
        }
        for (question, why) in self.heard.silences() {
            writeln!(formatter, "{:11}  {:23}  {question}  ->  {why}", "silent", "")?;
        }
        Ok(())
    }
}

fn object(finding: &Finding) -> Value {
    let learned = match &finding.verdict {
        Verdict::Value(learned, _) => Some(learned),
        Verdict::Locked
        | Verdict::Same
        | Verdict::Contradiction(_)
        | Verdict::Difference(_)
        | Verdict::Told(_) => None,
    };
    json!({
        "subject": finding.subject,
        "question": finding.question,
        "answer": finding.answer,
        "outcome": outcome(&finding.verdict),
        "says": says(&finding.verdict),
        "key": learned.map(ToString::to_string),
        "value": learned.map(value),
    })
}

pub(in crate::cli) fn outcome(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Value(_, Worth::Known) => "known",
        Verdict::Value(_, Worth::New) => "new",
        Verdict::Value(_, Worth::Contradicts(_)) | Verdict::Contradiction(_) => "contradicts",
        Verdict::Locked => "locked",
        Verdict::Same => "same",
        Verdict::Difference(_) => "differs",
        Verdict::Told(_) => "told",
    }
}

/// In one line: the legacy's own words may be among them.
pub(in crate::cli) fn says(verdict: &Verdict) -> Option<String> {
    let line = |text: String| text.chars().map(|each| if each.is_control() { ' ' } else { each }).collect();
    match verdict {
        Verdict::Value(_, Worth::Contradicts(what))
        | Verdict::Contradiction(what)
        | Verdict::Difference(what)
        | Verdict::Told(what) => Some(line(what.clone())),
        Verdict::Value(learned, Worth::New | Worth::Known) => {
            Some(line(format!("{learned} = {}", value(learned))))
        }
        Verdict::Locked | Verdict::Same => None,
    }
}

fn value(learned: &Learned) -> Value {
    match &learned.value {
        Content::Text(text) => json!(text),
        Content::Number(number) => json!(number),
        Content::Answer(answer) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let headers: serde_json::Map<String, Value> = answer
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), json!(text(value.as_bytes()))))
                .collect();
            json!({ "status": answer.status.as_u16(), "body": text(&answer.body), "headers": headers })
        }
    }
}
