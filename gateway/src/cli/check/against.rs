//! What a running legacy says to the profile and the lock that this gateway would serve with.

use serde_json::{Value, json};

use crate::{
    cli::{
        legacy::probe::{
            Stopped, believed, interview,
            summary::{Summary, outcome, says},
        },
        prepare::Prepared,
    },
    legacy::{
        address::LegacyAddress,
        probe::{Finding, Given, Heard, Known, Verdict, learn},
    },
};

/// One instance, and what it was heard to say.
pub(super) struct Opinion {
    address: LegacyAddress,
    heard: Heard,
    findings: Vec<Finding>,
}

/// Asks the one at `url`, or where that is empty every instance that the gateway would forward to.
pub(super) fn hold<L>(prepared: &Prepared<L>, url: &str) -> Result<Vec<Opinion>, Stopped> {
    let running = &prepared.routing.running;
    let known = Known {
        lock: Some(&prepared.routing.lock),
        matcher: Some(&running.matcher),
        profile: Some(&prepared.profile),
    };
    let addresses =
        if url.is_empty() { running.legacy.addresses.clone() } else { vec![believed::address(url)?] };
    let ask = |address: LegacyAddress| {
        let trust = prepared.config.legacy_trust.clone();
        let heard = interview::hold(&address, &known, &Given { trust, ..Given::default() })?;
        let findings = learn(&heard, &known);
        Ok(Opinion { address, heard, findings })
    };
    addresses.into_iter().map(ask).collect()
}

impl Opinion {
    pub(super) fn contradicts(&self) -> bool {
        self.findings.iter().any(Finding::contradicts)
    }

    pub(super) fn object(&self) -> Value {
        let summary = Summary { address: &self.address, heard: &self.heard, findings: &self.findings };
        let mut object = summary.object();
        object["contradictions"] =
            json!(self.findings.iter().filter(|finding| finding.contradicts()).count());
        object
    }

    /// Only what somebody has to look at.
    pub(super) fn report(&self) -> String {
        let mut text = String::new();
        let is_worth_a_line =
            |finding: &&Finding| finding.contradicts() || matches!(finding.verdict, Verdict::Difference(_));
        for finding in self.findings.iter().filter(is_worth_a_line) {
            let Finding { subject, question, answer, verdict } = finding;
            let says = says(verdict).unwrap_or_default();
            text += &format!("{}: {subject}: {question}  ->  {answer}\n  {says}\n", outcome(verdict));
        }
        for (question, why) in self.heard.silences() {
            text += &format!("silent: {question}  ->  {why}\n");
        }
        let (asked, found) =
            (self.heard.count(), self.findings.iter().filter(|each| each.contradicts()).count());
        let verdict = match found {
            0 => "nothing contradicts profile or lock".to_owned(),
            1 => "1 contradiction of profile or lock".to_owned(),
            several => format!("{several} contradictions of profile or lock"),
        };
        text + &format!("against {}: {asked} questions, {verdict}\n", self.address)
    }
}
