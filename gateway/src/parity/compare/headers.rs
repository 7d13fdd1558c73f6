//! Compares two lists of headers: which there are, how often, with what values, how spelled, in what order.

use crate::parity::{
    answer::Answer,
    difference::{Difference, Kind, Place},
};

/// A header by its name in lower case, and which of that name it is.
type Key = (String, usize);

pub(super) fn compare(legacy: &Answer, native: &Answer, found: &mut Vec<Difference>) {
    let (legacy_keys, native_keys) = (keys(legacy), keys(native));
    let entry = |answer: &Answer, keys: &[Key], key: &Key| {
        let at = keys.iter().position(|candidate| candidate == key)?;
        Some(answer.headers[at].clone())
    };
    let mut report = |key: &Key, kind, legacy: &str, native: &str| {
        let (legacy, native) = (legacy.to_owned(), native.to_owned());
        found.push(Difference { place: Place::Header(key.0.clone()), kind, legacy, native });
    };
    let only_native = native_keys.iter().filter(|key| !legacy_keys.contains(key));
    for key in legacy_keys.iter().chain(only_native) {
        let (ours, theirs) = (entry(legacy, &legacy_keys, key), entry(native, &native_keys, key));
        let ((name, value), (native_name, native_value)) = match (ours, theirs) {
            (Some((_, value)), None) => {
                report(key, Kind::Missing, &value, "");
                continue;
            }
            (None, Some((_, value))) => {
                report(key, Kind::Added, "", &value);
                continue;
            }
            (Some(ours), Some(theirs)) => (ours, theirs),
            (None, None) => continue,
        };
        if name != native_name {
            report(key, Kind::Spelling, &name, &native_name);
        }
        // The bodies say more about each other than their lengths do.
        let is_derived =
            key.0 == "content-length" && legacy.states_its_length() && native.states_its_length();
        if value != native_value && !is_derived {
            report(key, Kind::Value, &value, &native_value);
        }
    }
    let shared = |keys: &[Key], others: &[Key]| -> Vec<Key> {
        keys.iter().filter(|key| others.contains(key)).cloned().collect()
    };
    let (ours, theirs) = (shared(&legacy_keys, &native_keys), shared(&native_keys, &legacy_keys));
    let standing = longest_common(&ours, &theirs);
    for key in ours.iter().filter(|key| !standing.contains(key)) {
        report(key, Kind::Order, &names(&ours), &names(&theirs));
    }
}

fn keys(answer: &Answer) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for (name, _) in &answer.headers {
        let name = name.to_ascii_lowercase();
        let earlier = keys.iter().filter(|(candidate, _)| *candidate == name).count();
        keys.push((name, earlier));
    }
    keys
}

/// The longest list that both have in this order; of several the first in the alphabet, so that it does not depend on
/// which side comes first. What is not in it was moved.
fn longest_common(one: &[Key], other: &[Key]) -> Vec<Key> {
    let mut row: Vec<Vec<Key>> = vec![Vec::new(); other.len() + 1];
    for key in one {
        let mut next = vec![Vec::new()];
        for (at, candidate) in other.iter().enumerate() {
            let mut best = better(&row[at + 1], &next[at]).clone();
            if candidate == key {
                let mut longer = row[at].clone();
                longer.push(key.clone());
                best = better(&best, &longer).clone();
            }
            next.push(best);
        }
        row = next;
    }
    row.pop().unwrap_or_default()
}

fn better<'a>(one: &'a Vec<Key>, other: &'a Vec<Key>) -> &'a Vec<Key> {
    let is_better = other.len() > one.len() || (other.len() == one.len() && other < one);
    if is_better { other } else { one }
}

fn names(keys: &[Key]) -> String {
    keys.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}
