//! One exchange beside its reference: every difference is excused by name, verified as generated, or told.

use std::collections::BTreeSet;

use super::{Came, Judge, Looked, Tied, Wronged, relations, sent};
use crate::parity::{
    compare::{
        answers, events, leaves,
        redacted::{self, RedactedPlaces},
        spelled, unordered,
    },
    difference::{Difference, Kind, Place},
    exchange::{Answered, Exchange, Outcome, content::Content},
    finding::Severity,
    learn::{LearnedPlace, places::in_order, scopes},
    rules::{
        Matcher, Rules,
        matcher::{said, sort},
    },
    value::{Bound, Class, instant::Instant, token},
};

pub(super) fn look<'l>(judge: &Judge<'_>, live: &'l Exchange) -> Looked<'l> {
    let Some(reference) = judge.reference.get(&live.id) else {
        let mut looked = Looked::empty(live.id, Came::Missing, judge.rules);
        looked.live = Some(live);
        looked.wrongs.push(Wronged::whole("added", "is in the run only", "", "an exchange"));
        return looked;
    };
    let (came, wrong) = match (&reference.outcome, &live.outcome) {
        (Outcome::Answered(recorded), Outcome::Answered(answered)) => {
            return Look::new(judge, reference, live, recorded, answered).all();
        }
        (_, Outcome::Blocked(_)) | (Outcome::Blocked(_), _) => (Came::Blocked, None),
        (Outcome::Broken(recorded), Outcome::Broken(broken)) => {
            match (recorded.stream(), broken.begun.as_deref()) {
                (Some(recorded), Some(begun)) => {
                    return Look::new(judge, reference, live, &whole(recorded), &whole(begun)).all();
                }
                (Some(_), None) => {
                    let lost = Wronged::whole("broken", "has no answer", &recorded.reason, &broken.reason);
                    (Came::Broken, Some(lost))
                }
                (None, _) => (Came::Answered, None),
            }
        }
        (Outcome::Answered(recorded), Outcome::Broken(broken)) => {
            let status = format!("status {}", recorded.status);
            (Came::Broken, Some(Wronged::whole("broken", "has no whole answer", &status, &broken.reason)))
        }
        (Outcome::Broken(broken), Outcome::Answered(answered)) => {
            let status = format!("status {}", answered.status);
            (
                Came::Broken,
                Some(Wronged::whole("broken", "has an answer where there was none", &broken.reason, &status)),
            )
        }
    };
    let mut looked = Looked::empty(live.id, came, judge.rules);
    looked.live = Some(live);
    looked.wrongs.extend(wrong);
    looked
}

pub(super) fn missing<'l>(id: u64, rules: &Rules) -> Looked<'l> {
    let mut looked = Looked::empty(id, Came::Missing, rules);
    looked.wrongs.push(Wronged::whole("missing", "is in the reference only", "an exchange", ""));
    looked
}

/// Of a stream that was left: the event that had only begun says nothing.
fn whole(answered: &Answered) -> Answered {
    let mut answered = answered.clone();
    if let Content::Text(text) = &mut answered.body.content {
        text.truncate(events::whole(text).0.len());
    }
    answered
}

struct Look<'s, 'a, 'l> {
    judge: &'s Judge<'a>,
    reference: &'a Exchange,
    live: &'l Exchange,
    recorded: &'s Answered,
    answered: Answered,
    redacted: RedactedPlaces,
    redacted_live: RedactedPlaces,
    looked: Looked<'l>,
}

impl<'s, 'a, 'l> Look<'s, 'a, 'l> {
    fn new(
        judge: &'s Judge<'a>,
        reference: &'a Exchange,
        live: &'l Exchange,
        recorded: &'s Answered,
        answered: &Answered,
    ) -> Self {
        let arrays: Vec<unordered::Unordered> = judge.arrays(&reference.route, recorded.status);
        let answered = in_order(recorded, answered, &arrays).unwrap_or_else(|| answered.clone());
        let (redacted, redacted_live) = (RedactedPlaces::of(reference), RedactedPlaces::of(live));
        let mut looked = Looked::empty(live.id, Came::Answered, judge.rules);
        looked.live = Some(live);
        looked.ahead = relations::ahead(reference, live);
        Self { judge, reference, live, recorded, answered, redacted, redacted_live, looked }
    }

    fn all(mut self) -> Looked<'l> {
        let volatile = |name: &str| self.judge.rules.is_volatile(name);
        let differences = answers::compare(self.recorded, &self.answered, &volatile);
        let ours = leaves::of(self.recorded);
        let arrays: BTreeSet<&Place> = ours.iter().map(|(place, _)| place).collect();
        self.count(&ours);
        let status = differences.iter().find(|difference| difference.place == Place::Status);
        // What another status says is another thing altogether.
        if let Some(status) = status
            && !self.excused(status)
        {
            self.tell(status, "value", Severity::Breaking, "is another status");
            return self.looked;
        }
        let mut differing: BTreeSet<&Place> = BTreeSet::new();
        for difference in differences.iter().filter(|difference| difference.place != Place::Status) {
            differing.insert(&difference.place);
            if !self.excused(difference) {
                self.judge_difference(difference, &arrays);
            }
        }
        for (place, text) in &ours {
            if !differing.contains(place) {
                self.repeated(place, text);
            }
        }
        self.looked.bounds.extend(sent::ties(self.reference, self.live));
        self.siblings(&ours);
        self.looked
    }

    /// Of the rules: what each was about, whether it differs or not.
    fn count(&mut self, ours: &[leaves::Leaf]) {
        let theirs = leaves::of(&self.answered);
        let known: BTreeSet<&Place> = ours.iter().chain(&theirs).map(|(place, _)| place).collect();
        let whole = [Place::Status, Place::Pieces, Place::Body];
        for (at, rule) in self.judge.rules.rules.iter().enumerate() {
            if !rule.operation.is_about(&self.reference.route) {
                continue;
            }
            let is_array = matches!(rule.expect, Matcher::Unordered { .. });
            let mut count = known.iter().filter(|place| rule.at.matches(place)).count();
            count += whole.iter().filter(|place| !known.contains(place) && rule.at.matches(place)).count();
            if is_array {
                count += known.iter().filter(|place| rule.at.is_above(place)).count();
            }
            self.looked.used[at].0 += count;
        }
        let status = [(Place::Status, self.recorded.status.to_string())];
        let said: Vec<leaves::Leaf> = ours.iter().cloned().chain(status).collect();
        let first = self.judge.rules.rules.len();
        for (at, accept) in self.judge.rules.accepts.iter().enumerate() {
            self.looked.used[first + at].0 += accept.is_about(&self.reference.route, &said);
        }
    }

    fn excused(&mut self, difference: &Difference) -> bool {
        let route = &self.reference.route;
        for (at, rule) in self.judge.rules.rules.iter().enumerate() {
            let is_here = rule.operation.is_about(route) && rule.at.matches(&difference.place);
            if is_here && rule.expect.excuses(difference) {
                let used = &mut self.looked.used[at];
                used.0 = used.0.max(1);
                used.1 += 1;
                if matches!(rule.expect, Matcher::Bound | Matcher::Uuid) {
                    let same = Bound::Same {
                        recorded: said(&difference.legacy),
                        live: said(&difference.native),
                        is_unique: true,
                    };
                    self.tie(&difference.place, vec![same]);
                }
                return true;
            }
        }
        let first = self.judge.rules.rules.len();
        for (at, accept) in self.judge.rules.accepts.iter().enumerate() {
            if accept.excuses(route, difference) {
                let used = &mut self.looked.used[first + at];
                *used = (used.0.max(1), used.1 + 1);
                return true;
            }
        }
        false
    }

    fn expects(&self, place: &Place, wanted: &dyn Fn(&Matcher) -> bool) -> bool {
        self.judge.rules.rules.iter().any(|rule| {
            rule.operation.is_about(&self.reference.route) && rule.at.matches(place) && wanted(&rule.expect)
        })
    }

    fn learned(&self, place: &Place) -> Option<&'a LearnedPlace> {
        if self.expects(place, &|matcher| matches!(matcher, Matcher::Equal)) {
            return None;
        }
        self.judge.learned.find(&self.reference.route, self.recorded.status, &place.general())
    }

    fn judge_difference(&mut self, difference: &Difference, arrays: &BTreeSet<&Place>) {
        let Difference { place, kind, legacy, native } = difference;
        if *kind == Kind::Value {
            let is_one_sort = sort(legacy) == sort(native);
            let is_spelled_alike = spelled::is_alike(legacy, native);
            if self.is_redacted(place) {
                // A token shows its times, and those of two logins in one second are one token.
                if let Some(LearnedPlace { class: class @ Class::Packed { .. }, .. }) = self.learned(place) {
                    let mut bounds = Vec::new();
                    if is_spelled_alike && class.pair(&said(legacy), &said(native), &mut bounds).is_ok() {
                        return self.tie(place, bounds);
                    }
                }
                let is_one_shape = || {
                    // What varies by itself may be longer one day than another.
                    let learned = self.learned(place).map(|learned| &learned.class);
                    redacted::is_one_shape(&said(legacy), &said(native))
                        || learned.is_some_and(|class| class.fits(&said(native)))
                };
                if is_one_sort && is_spelled_alike && is_one_shape() {
                    let (recorded, live) = (said(legacy), said(native));
                    let is_unique = self.redacted.holds(place)
                        && self.redacted_live.holds(place)
                        && redacted::is_telling(&recorded)
                        && redacted::is_telling(&live);
                    return self.tie(place, vec![Bound::Same { recorded, live, is_unique }]);
                }
                return self.tell(
                    difference,
                    "shape",
                    Severity::Breaking,
                    "has another shape than what was recorded",
                );
            }
            if let Some(learned) = self.learned(place).filter(|learned| !learned.fixed.contains(legacy)) {
                if !is_one_sort {
                    return self.tell(difference, "type", Severity::Breaking, "is of another type");
                }
                let mut bounds = Vec::new();
                match learned.class.pair(&said(legacy), &said(native), &mut bounds) {
                    Ok(()) if !is_spelled_alike => {
                        self.tell(difference, "spelling", Severity::Spelling, "is spelled in another way");
                    }
                    Ok(()) => {
                        self.looked.verified += 1;
                        self.tie(place, bounds);
                    }
                    Err(wrong) => self.tell(difference, wrong.kind, Severity::Breaking, &wrong.message),
                }
                return;
            }
        }
        let is_array = |place: &Place| match place {
            Place::Json(path) => arrays.iter().any(|leaf| match leaf {
                Place::Json(below) => below.item_below(path),
                _ => false,
            }),
            _ => false,
        };
        let strict = self.expects(place, &|matcher| matches!(matcher, Matcher::Lexeme));
        let severity = match kind {
            Kind::NumberText | Kind::Spelling if !strict => Severity::Spelling,
            Kind::Order if !is_array(place) && !strict => Severity::Spelling,
            Kind::Missing | Kind::Added | Kind::Value | Kind::NumberText | Kind::Spelling | Kind::Order => {
                Severity::Breaking
            }
        };
        let message = match kind {
            Kind::Missing => "is missing",
            Kind::Added => "was added",
            Kind::Value => "is another value",
            Kind::NumberText => "is the same number, written in another way",
            Kind::Spelling => "means the same and is spelled in another way",
            Kind::Order => "is in another order",
        };
        self.tell(difference, &kind.to_string(), severity, message);
    }

    /// On either side: what is secret is found by all that was said before.
    fn is_redacted(&self, place: &Place) -> bool {
        self.redacted.holds(place) || self.redacted_live.holds(place)
    }

    /// A value that is the recorded one: right where it never varies, stale where it is generated.
    fn repeated(&mut self, place: &Place, text: &str) {
        let plain = said(text);
        if self.is_redacted(place) {
            let is_unique = redacted::is_telling(&plain);
            return self.tie(place, vec![Bound::Same { recorded: plain.clone(), live: plain, is_unique }]);
        }
        let Some(learned) = self.learned(place) else { return };
        if learned.fixed.contains(text) || matches!(sort(text), "null" | "boolean" | "nothing") {
            return;
        }
        let mut bounds = Vec::new();
        if learned.class.pair(&plain, &plain, &mut bounds).is_err() {
            return;
        }
        let is_unique = match &learned.class {
            Class::Text { of } => token::parts(&plain).iter().any(|part| {
                of.iter().any(|class| {
                    matches!(class, Class::Uuid { .. } | Class::Opaque { .. }) && class.fits(part)
                })
            }),
            _ => bounds.iter().any(|bound| matches!(bound, Bound::Same { is_unique: true, .. })),
        };
        let sent = self.live.request.target.contains(&plain)
            || self.live.request.text().is_some_and(|body| body.contains(&plain));
        // Another run began at another moment: what began with the recording is the recording.
        let is_itself = self.live.began == self.reference.began;
        if is_unique && !sent && !is_itself {
            let difference = Difference {
                place: place.clone(),
                kind: Kind::Value,
                legacy: text.to_owned(),
                native: text.to_owned(),
            };
            return self.tell(
                &difference,
                "stale",
                Severity::Breaking,
                "repeats the recorded value, which is generated",
            );
        }
        self.looked.verified += 1;
        self.tie(place, bounds);
    }

    /// Members that were equal, or in order, in every run.
    fn siblings(&mut self, ours: &[leaves::Leaf]) {
        let theirs = leaves::of(&self.answered);
        let moment = |leaves: &[leaves::Leaf], place: &Place| {
            let text = leaves.iter().find(|(candidate, _)| candidate == place)?;
            Instant::read(&said(&text.1)).map(|instant| instant.micros)
        };
        for (place, text) in ours {
            let Some(learned) = self.learned(place) else { continue };
            if learned.equal.is_empty() && learned.before.is_empty() {
                continue;
            }
            for (other, _) in
                ours.iter().filter(|(other, _)| scopes::is_sibling(place, other) && other != place)
            {
                let general = other.general();
                let (Some(live), Some(beside)) = (moment(&theirs, place), moment(&theirs, other)) else {
                    continue;
                };
                let (own, others) = (scopes::moment(text), moment(ours, other));
                // What has not moved was there before the run, and is compared as it is.
                if own == Some(live) || others == Some(beside) {
                    continue;
                }
                let recorded = own == others;
                let wrong = if learned.equal.contains(&general) && recorded && live != beside {
                    Some(("relation", format!("is not equal to {general} as it was recorded")))
                } else if learned.before.contains(&general) && live > beside {
                    Some(("order", format!("is later than {general}, which it never was")))
                } else {
                    None
                };
                if let Some((kind, message)) = wrong {
                    let found = theirs.iter().find(|(candidate, _)| candidate == place);
                    let native = found.map(|(_, text)| text.clone()).unwrap_or_default();
                    let (place, legacy) = (place.clone(), text.clone());
                    let difference = Difference { place, kind: Kind::Value, legacy, native };
                    self.tell(&difference, kind, Severity::Breaking, &message);
                }
            }
        }
    }

    fn tie(&mut self, place: &Place, bounds: Vec<Bound>) {
        let (at, general) = (place.to_string(), place.general());
        self.looked.bounds.extend(bounds.into_iter().map(|bound| Tied {
            at: at.clone(),
            general: general.clone(),
            bound,
            is_sent: false,
        }));
    }

    fn tell(&mut self, difference: &Difference, kind: &str, severity: Severity, message: &str) {
        self.looked.wrongs.push(Wronged {
            at: difference.place.to_string(),
            general: difference.place.general(),
            kind: kind.to_owned(),
            severity,
            message: message.to_owned(),
            reference: difference.legacy.clone(),
            live: difference.native.clone(),
            is_difference: difference.legacy != difference.native,
        });
    }
}
