//! What was found, grouped by cause: route, place and kind.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{Came, Judge, Looked, Wronged, shown::shown, suggestion::suggest};
use crate::parity::{
    curl::curl,
    exchange::{Exchange, Outcome},
    finding::{
        BlockedReport, Counts, Example, Finding, Report, RouteReport, RuleReport, SCHEMA, Severity, Side,
        Verdict,
    },
};

const EXAMPLES: usize = 3;

/// What is wrong in one place of one route in one way.
type Group<'g> = Vec<(u64, &'g Wronged)>;

pub(super) fn report(judge: &Judge<'_>, looked: &BTreeMap<u64, Looked<'_>>) -> Report {
    let rules = rules(judge, looked);
    let mut findings = findings(judge, looked);
    findings.extend(rules.iter().filter(|rule| rule.looked_at == 0).map(dead));
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| {
            (finding.severity, finding.route.clone(), finding.place.clone(), finding.kind.clone())
        };
        key(one).cmp(&key(other))
    });
    let blocked = blocked(judge, looked);
    let (routes, counts) = routes(judge, looked, &findings);
    let of_findings = findings.iter().map(|finding| verdict_of(judge, finding.severity));
    let verdict = of_findings.chain(routes.iter().map(|route| route.verdict)).max();
    let live = looked.values().filter(|one| one.live.is_some()).count();
    let side = |exchanges| Side {
        name: String::new(),
        recording: String::new(),
        target: String::new(),
        build: String::new(),
        exchanges,
    };
    Report {
        schema: SCHEMA.to_owned(),
        verdict: verdict.unwrap_or(Verdict::Compatible),
        reference: side(judge.reference.len()),
        live: side(live),
        counts,
        routes,
        findings,
        blocked,
        rules,
    }
}

fn verdict_of(judge: &Judge<'_>, severity: Severity) -> Verdict {
    if judge.rules.fails(severity) { Verdict::Different } else { Verdict::Spelling }
}

fn exchange<'e>(judge: &Judge<'e>, one: &Looked<'e>) -> Option<&'e Exchange> {
    judge.reference.get(&one.id).copied().or(one.live)
}

fn route<'e>(judge: &Judge<'e>, one: &Looked<'e>) -> &'e str {
    exchange(judge, one).map_or("", |exchange| exchange.route.as_str())
}

fn findings(judge: &Judge<'_>, looked: &BTreeMap<u64, Looked<'_>>) -> Vec<Finding> {
    let mut groups: BTreeMap<(&str, &str, &str, Severity), Group<'_>> = BTreeMap::new();
    for one in looked.values() {
        for wrong in &one.wrongs {
            let name = match judge.reference.get(&one.id).copied().or(one.live) {
                Some(exchange) => exchange.route.as_str(),
                None => "",
            };
            let key = (name, wrong.general.as_str(), wrong.kind.as_str(), wrong.severity);
            groups.entry(key).or_default().push((one.id, wrong));
        }
    }
    let groups = groups.into_iter();
    let told = groups.map(|((route, place, kind, severity), group)| {
        let wrongs: Vec<&Wronged> = group.iter().map(|(_, wrong)| *wrong).collect();
        let exchanges: BTreeSet<u64> = group.iter().map(|(id, _)| *id).collect();
        let first = wrongs[0];
        let place_in = if first.at == place { String::new() } else { format!(" (first at {})", first.at) };
        Finding {
            id: id(&[route, place, kind, &severity.to_string()]),
            route: route.to_owned(),
            place: place.to_owned(),
            kind: kind.to_owned(),
            severity,
            message: format!("{place} {}{place_in}", first.message),
            exchanges: exchanges.len(),
            examples: examples(judge, looked, &group),
            suggestion: suggest(route, place, &wrongs),
        }
    });
    told.collect()
}

/// The smallest, one of each exchange.
fn examples(judge: &Judge<'_>, looked: &BTreeMap<u64, Looked<'_>>, group: &Group<'_>) -> Vec<Example> {
    let mut smallest: BTreeMap<u64, &Wronged> = BTreeMap::new();
    for (id, wrong) in group {
        smallest.entry(*id).or_insert(wrong);
    }
    let size = |exchange: Option<&Exchange>| {
        exchange.map_or(0, |exchange| {
            let answered = exchange.answered().map_or(0, |answered| answered.body.length);
            exchange.request.body.length + answered + exchange.request.target.len() as u64
        })
    };
    let mut sized: Vec<(u64, u64, &Wronged)> = smallest
        .into_iter()
        .map(|(id, wrong)| (size(judge.reference.get(&id).copied()), id, wrong))
        .collect();
    sized.sort_by_key(|(size, id, _)| (*size, *id));
    let examples = sized.into_iter().take(EXAMPLES).map(|(_, id, wrong)| {
        let reference = judge.reference.get(&id).copied();
        let live = looked.get(&id).and_then(|one| one.live);
        let either = reference.or(live);
        Example {
            exchange: id,
            session: either.map(|exchange| exchange.session.clone()).unwrap_or_default(),
            curl: either.map(|exchange| curl(exchange, "")).unwrap_or_default(),
            reference: wrong.reference.clone(),
            live: wrong.live.clone(),
            reference_answer: shown(reference, judge.rules),
            live_answer: shown(live, judge.rules),
        }
    });
    examples.collect()
}

/// The same in every run: a person refers to it.
fn id(parts: &[&str]) -> String {
    let hash = Sha256::digest(parts.join("\n"));
    hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

fn rules(judge: &Judge<'_>, looked: &BTreeMap<u64, Looked<'_>>) -> Vec<RuleReport> {
    let written = judge.rules.rules.iter().map(ToString::to_string);
    let written = written.chain(judge.rules.accepts.iter().map(ToString::to_string));
    let told = written.enumerate().map(|(at, rule)| {
        let used = looked.values().filter_map(|one| one.used.get(at));
        let (looked_at, excused) =
            used.fold((0, 0), |(sum, excused), (more, also)| (sum + more, excused + also));
        RuleReport { rule, looked_at, excused }
    });
    told.collect()
}

/// A rule that nothing needs would hide something one day.
fn dead(rule: &RuleReport) -> Finding {
    Finding {
        id: id(&["rule", &rule.rule]),
        route: String::new(),
        place: "rules.toml".to_owned(),
        kind: "dead-rule".to_owned(),
        severity: Severity::Breaking,
        message: format!("the rule is about nothing in this recording: {}", rule.rule),
        exchanges: 0,
        examples: Vec::new(),
        suggestion: None,
    }
}

fn blocked(judge: &Judge<'_>, looked: &BTreeMap<u64, Looked<'_>>) -> Vec<BlockedReport> {
    let mut groups: BTreeMap<(u64, String), Vec<u64>> = BTreeMap::new();
    for one in looked.values() {
        if let Some(Outcome::Blocked(blocked)) = one.live.map(|live| &live.outcome) {
            groups.entry((blocked.by, blocked.needs.clone())).or_default().push(one.id);
        }
    }
    let told = groups.into_iter().map(|((by, needs), exchanges)| {
        let route = judge.reference.get(&by).map(|exchange| exchange.route.clone()).unwrap_or_default();
        BlockedReport { by, route, needs, exchanges }
    });
    told.collect()
}

fn routes(
    judge: &Judge<'_>,
    looked: &BTreeMap<u64, Looked<'_>>,
    findings: &[Finding],
) -> (Vec<RouteReport>, Counts) {
    let mut routes: BTreeMap<&str, (Counts, BTreeMap<u16, usize>)> = BTreeMap::new();
    let mut all = Counts::default();
    for one in looked.values() {
        let (counts, statuses) = routes.entry(route(judge, one)).or_default();
        for counts in [counts, &mut all] {
            count(one, counts);
        }
        let recorded = judge.reference.get(&one.id).and_then(|exchange| exchange.answered());
        if let Some(answered) = recorded {
            *statuses.entry(answered.status).or_default() += 1;
        }
    }
    let told = routes.into_iter().map(|(route, (counts, statuses))| {
        let own = findings.iter().filter(|finding| finding.route == route && finding.kind != "dead-rule");
        let worst = own.map(|finding| verdict_of(judge, finding.severity)).max();
        let inconclusive = if counts.blocked > 0 { Verdict::Inconclusive } else { Verdict::Compatible };
        let verdict = worst.unwrap_or(Verdict::Compatible).max(inconclusive);
        RouteReport { route: route.to_owned(), verdict, counts, statuses: statuses.into_iter().collect() }
    });
    (told.collect(), all)
}

fn count(one: &Looked<'_>, counts: &mut Counts) {
    counts.exchanges += 1;
    counts.verified += one.verified;
    match one.came {
        Came::Broken => counts.broken += 1,
        Came::Blocked => counts.blocked += 1,
        Came::Missing => counts.missing += 1,
        Came::Answered if one.wrongs.is_empty() => counts.equal += 1,
        Came::Answered => counts.different += 1,
    }
}
