//! Finds what differs between two recordings of one script: every header, every byte, less what is allowed.

mod body;
mod headers;

use super::allowed::{Allowance, Allowed, What};
use super::finding::{Difference, Finding, Grouped};
use super::recording::{Exchange, Heard, Outcome, Recording, Window};
use super::step::Step;
use crate::client::websocket::Frame;

#[derive(Debug)]
pub struct Comparison {
    pub findings: Vec<Finding>,
    /// Allowed differences that did not occur: they would hide one that does.
    pub needless: Vec<String>,
}

/// Both runs of one step.
struct Pair<'a> {
    step: &'a Step,
    straight: &'a Heard,
    through: &'a Heard,
    windows: [Window; 2],
}

/// The allowances, and how often each was needed.
struct Ledger<'a> {
    allowances: &'a [Allowance],
    used: Vec<usize>,
}

pub fn compare(steps: &[Step], straight: &Recording, through: &Recording, allowed: &Allowed) -> Comparison {
    let mut ledger = Ledger::of(allowed);
    let mut findings = Vec::new();
    let lengths = [steps.len(), straight.exchanges.len(), through.exchanges.len()];
    if lengths != [lengths[0]; 3] {
        findings.push(Finding {
            number: 0,
            request: format!("{} steps", lengths[0]),
            difference: Difference::Length,
            straight: lengths[1].to_string(),
            through: lengths[2].to_string(),
        });
    }
    let mut ids = Vec::new();
    for ((step, first), second) in steps.iter().zip(&straight.exchanges).zip(&through.exchanges) {
        let mut report = Report { exchange: first, findings: &mut findings };
        match (&first.outcome, &second.outcome) {
            (Outcome::Heard(straight_heard), Outcome::Heard(through_heard)) => {
                let windows = [straight.window, through.window];
                let pair = Pair { step, straight: straight_heard, through: through_heard, windows };
                pair.compare(&mut ledger, &mut report);
                let headers = &through_heard.head.headers;
                let id = headers.one("x-request-id").unwrap_or_default();
                if headers.all("x-request-id").is_empty() {
                    report.add(Difference::HeaderMissing("x-request-id".into()), "", &through_heard.tell());
                } else if ids.contains(&id) {
                    report.add(Difference::RepeatedId, "", id);
                }
                ids.push(id);
            }
            (first, second) => report.add(Difference::Broken, &first.tell(), &second.tell()),
        }
    }
    Comparison { findings, needless: ledger.needless() }
}

impl Comparison {
    /// Everything that is wrong, for people; empty when nothing is.
    pub fn complaints(&self) -> String {
        let needless = self.needless.iter().map(|entry| format!("allowed, but never needed: {entry}\n"));
        format!("{}{}", Grouped(&self.findings), needless.collect::<String>())
    }
}

/// Where the findings of one exchange go.
struct Report<'a> {
    exchange: &'a Exchange,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, difference: Difference, straight: &str, through: &str) {
        self.findings.push(Finding {
            number: self.exchange.number,
            request: self.exchange.request.clone(),
            difference,
            straight: straight.to_owned(),
            through: through.to_owned(),
        });
    }
}

impl Pair<'_> {
    fn compare(&self, ledger: &mut Ledger<'_>, report: &mut Report<'_>) {
        let Self { step, straight, through, .. } = self;
        if !step.expected.fits(straight.head.status) {
            let expected = format!("{:?}", step.expected);
            report.add(Difference::Script, &straight.tell(), &expected);
        }
        if step.at_the_door && !through.head.headers.all("server").is_empty() {
            report.add(Difference::Script, "answers", "does not answer at the door");
        }
        if (straight.head.status, &straight.head.reason) != (through.head.status, &through.head.reason) {
            report.add(Difference::Status, &straight.tell(), &through.tell());
        }
        if straight.interim != through.interim && !ledger.allow(What::Interim, self) {
            let tell = |heard: &Heard| format!("{:?}", heard.interim);
            report.add(Difference::Interim, &tell(straight), &tell(through));
        }
        // uvicorn closes after every unhandled exception, which is between it and its peer.
        if through.renewed && !straight.renewed {
            report.add(Difference::Closed, "kept alive", "closed");
        }
        headers::compare(self, ledger, report);
        body::compare(self, ledger, report);
        if straight.frames != through.frames {
            report.add(Difference::Frames, &tell_frames(&straight.frames), &tell_frames(&through.frames));
        }
        if let Some(least) = step.arrives_over
            && (straight.spread < least || through.spread < least)
        {
            let tell = |heard: &Heard| format!("over {:?} of at least {least:?}", heard.spread);
            report.add(Difference::Pace, &tell(straight), &tell(through));
        }
    }
}

impl<'a> Ledger<'a> {
    fn of(allowed: &'a Allowed) -> Self {
        Self { allowances: &allowed.allowances, used: vec![0; allowed.allowances.len()] }
    }

    /// The allowances of one kind for this step, by their place in the file.
    fn find(&self, what: What, pair: &Pair<'_>) -> Vec<(usize, &'a Allowance)> {
        let fits = |(_, allowance): &(usize, &Allowance)| {
            allowance.what == what && allowance.applies(pair.step, pair.straight)
        };
        self.allowances.iter().enumerate().filter(fits).collect()
    }

    fn uses(&mut self, index: usize) {
        self.used[index] += 1;
    }

    /// For what is allowed without a closer look.
    fn allow(&mut self, what: What, pair: &Pair<'_>) -> bool {
        let found = self.find(what, pair);
        found.iter().for_each(|(index, _)| self.uses(*index));
        !found.is_empty()
    }

    fn needless(&self) -> Vec<String> {
        let never = |(_, used): &(&Allowance, &usize)| **used == 0;
        let entries = self.allowances.iter().zip(&self.used).filter(never);
        entries.map(|(allowance, _)| allowance.describe()).collect()
    }
}

impl Outcome {
    fn tell(&self) -> String {
        match self {
            Self::Heard(heard) => heard.tell(),
            Self::Broken(reason) => format!("broken: {reason}"),
        }
    }
}

impl Heard {
    fn tell(&self) -> String {
        let body = &self.body[..self.body.len().min(200)];
        format!("{} {}: {}", self.head.status, self.head.reason, String::from_utf8_lossy(body))
    }
}

fn tell_frames(frames: &[Frame]) -> String {
    let tell = |frame: &Frame| format!("{:02x} {:?}", frame.first, frame.payload);
    frames.iter().map(tell).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
