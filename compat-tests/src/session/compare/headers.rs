//! Compares two lists of headers: names as they are spelled, values, order, and how often each came.

use super::{Allowance, Difference, Heard, Ledger, Pair, Report, What, Window};

type List = Vec<(String, String)>;

pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger<'_>, report: &mut Report<'_>) {
    let mut lists = [pair.straight, pair.through].map(|heard| heard.head.headers.0.clone());
    derive_lengths(pair, &mut lists);
    allow(pair, &mut lists, ledger);
    let [straight, through] = lists;
    if straight == through {
        return;
    }
    let before = report.findings.len();
    for name in names(&straight, &through) {
        let (ours, theirs) = (named(&straight, &name), named(&through, &name));
        let difference = match (ours.is_empty(), theirs.is_empty()) {
            (false, true) => Difference::HeaderMissing(name),
            (true, false) => Difference::HeaderAdded(name),
            _ if values(&ours) != values(&theirs) => Difference::HeaderValue(name),
            _ if ours != theirs => Difference::HeaderSpelling(name),
            _ => continue,
        };
        report.add(difference, &tell(&ours), &tell(&theirs));
    }
    if report.findings.len() == before {
        let order = |list: &List| list.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        report.add(Difference::HeaderOrder, &order(&straight), &order(&through));
    }
}

/// A length that is its body's says nothing that the bodies do not: an instant without microseconds is shorter.
fn derive_lengths(pair: &Pair<'_>, [straight, through]: &mut [List; 2]) {
    let length = |list: &List| list.iter().position(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (Some(at), Some(other)) = (length(straight), length(through)) else { return };
    let (ours, theirs) = (&mut straight[at].1, &through[other].1);
    let derived = |value: &str, heard: &Heard| value == heard.body.len().to_string();
    if derived(ours, pair.straight) && derived(theirs, pair.through) {
        ours.clone_from(theirs);
    }
}

/// Makes equal what may differ; positions come last, when nothing is in the way any more.
fn allow(pair: &Pair<'_>, lists: &mut [List; 2], ledger: &mut Ledger<'_>) {
    type Rule = fn(&Pair<'_>, &mut [List; 2], &Allowance) -> bool;
    let rules: [(What, Rule); 5] = [
        (What::HeaderAdded, added),
        (What::HeaderMissing, missing),
        (What::HeaderSpelling, spelling),
        (What::HeaderValue, value),
        (What::HeaderPosition, position),
    ];
    for (what, rule) in rules {
        for (index, allowance) in ledger.find(what, pair) {
            if rule(pair, lists, allowance) {
                ledger.uses(index);
            }
        }
    }
}

fn added(pair: &Pair<'_>, [straight, through]: &mut [List; 2], allowance: &Allowance) -> bool {
    let name = allowance.name.as_str();
    let ([], [at]) = (&places(straight, name)[..], &places(through, name)[..]) else { return false };
    let value = &through[*at].1;
    let fits = allowance.shape.is_some_and(|shape| shape.fits(value, pair.windows[1]));
    let fits = fits || pair.step.sent(name) == Some(value);
    if fits {
        through.remove(*at);
    }
    fits
}

fn missing(_: &Pair<'_>, [straight, through]: &mut [List; 2], allowance: &Allowance) -> bool {
    let name = allowance.name.as_str();
    let ([at], []) = (&places(straight, name)[..], &places(through, name)[..]) else { return false };
    straight.remove(*at);
    true
}

/// Each name in turn takes the spelling of the same name straight.
fn spelling(_: &Pair<'_>, [straight, through]: &mut [List; 2], _: &Allowance) -> bool {
    let mut differed = false;
    for name in names(straight, through) {
        for (at, other) in places(straight, &name).into_iter().zip(places(through, &name)) {
            differed |= straight[at].0 != through[other].0;
            through[other].0.clone_from(&straight[at].0);
        }
    }
    differed
}

fn value(pair: &Pair<'_>, [straight, through]: &mut [List; 2], allowance: &Allowance) -> bool {
    let name = allowance.name.as_str();
    let ([at], [other]) = (&places(straight, name)[..], &places(through, name)[..]) else { return false };
    let (ours, theirs) = (&mut straight[*at].1, &mut through[*other].1);
    let generated = explained(allowance, [ours, theirs], pair.windows);
    if let Some(shape) = allowance.shape.filter(|_| generated) {
        shape.name().clone_into(ours);
        shape.name().clone_into(theirs);
    }
    generated
}

fn position(_: &Pair<'_>, [straight, through]: &mut [List; 2], allowance: &Allowance) -> bool {
    let (ours, theirs) = (places(straight, &allowance.name), places(through, &allowance.name));
    if ours == theirs || ours.len() != theirs.len() {
        return false;
    }
    for (list, places) in [(straight, ours), (through, theirs)] {
        for at in places.into_iter().rev() {
            let entry = list.remove(at);
            list.push(entry);
        }
    }
    true
}

/// Whether two values differ, and only as things generated do.
pub(super) fn explained(allowance: &Allowance, values: [&str; 2], windows: [Window; 2]) -> bool {
    let [straight, through] = values;
    let Some(shape) = allowance.shape else { return false };
    straight != through
        && shape.fits(straight, windows[0])
        && shape.fits(through, windows[1])
        && shape.alike(straight, through)
}

fn places(list: &List, name: &str) -> Vec<usize> {
    let fits = |(_, entry): &(usize, &(String, String))| entry.0.eq_ignore_ascii_case(name);
    list.iter().enumerate().filter(fits).map(|(at, _)| at).collect()
}

fn names(straight: &List, through: &List) -> Vec<String> {
    let mut names = Vec::new();
    for (name, _) in straight.iter().chain(through) {
        let name = name.to_ascii_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn named<'a>(list: &'a List, name: &str) -> Vec<&'a (String, String)> {
    places(list, name).into_iter().map(|at| &list[at]).collect()
}

fn values<'a>(entries: &[&'a (String, String)]) -> Vec<&'a str> {
    entries.iter().map(|(_, value)| value.as_str()).collect()
}

fn tell(entries: &[&(String, String)]) -> String {
    let tell = |(name, value): &&(String, String)| format!("{name}: {value}");
    entries.iter().map(tell).collect::<Vec<_>>().join(" | ")
}
