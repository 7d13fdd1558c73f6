//! Which sequences are one, and which members of an object belong together: what held in every run.

use std::collections::{BTreeMap, BTreeSet};

use super::{Learned, places::Row};
use crate::parity::{
    difference::Place,
    rules::matcher::said,
    value::{Class, instant::Instant},
};

/// What each recorded number became, run by run.
type Images = BTreeMap<String, Vec<BTreeSet<String>>>;

pub(super) fn unite(rows: &[Row<'_>], learned: &mut Learned) {
    let mut images: BTreeMap<String, Images> = BTreeMap::new();
    let mut siblings: BTreeMap<(usize, String), Held> = BTreeMap::new();
    for row in rows {
        let leaves = row.leaves(&learned.arrays);
        let (route, status) = (&row.exchange.route, row.answers[0].status);
        for (place, recorded) in &leaves[0] {
            let general = place.general();
            let found = learned.find(route, status, &general);
            if let Some(Class::Sequence { scope }) = found.map(|place| &place.class) {
                let runs = images.entry(scope.clone()).or_default().entry(recorded.clone()).or_default();
                runs.resize(leaves.len() - 1, BTreeSet::new());
                for (run, leaves) in runs.iter_mut().zip(&leaves[1..]) {
                    run.extend(leaves.get(place).cloned());
                }
            }
        }
        watch(learned, row, &leaves, &mut siblings);
    }
    let united = united(&images);
    for place in &mut learned.places {
        if let Class::Sequence { scope } = &mut place.class
            && let Some(name) = united.get(scope)
        {
            scope.clone_from(name);
        }
    }
    for ((index, other), held) in siblings {
        let Some(place) = learned.places.get_mut(index) else { continue };
        if held.equal && held.was_equal {
            place.equal.insert(other);
        } else if held.before {
            place.before.insert(other);
        }
    }
}

/// Two are one where every number that both have became the same in every run, and not the same one in all.
fn united(images: &BTreeMap<String, Images>) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (scope, own) in images {
        let fits = |other: &Images| {
            let shared: Vec<_> =
                own.iter().filter_map(|(number, runs)| Some((runs, other.get(number)?))).collect();
            let is_told = |runs: &&Vec<BTreeSet<String>>| {
                runs.iter().all(|run| run.len() == 1) && runs.windows(2).any(|pair| pair[0] != pair[1])
            };
            shared.iter().all(|(one, other)| one == other) && shared.iter().any(|(runs, _)| is_told(runs))
        };
        let known = images.range(..scope.clone()).find(|(_, other)| fits(other));
        let name = known.map(|(known, _)| names.get(known).unwrap_or(known).clone());
        names.insert(scope.clone(), name.unwrap_or_else(|| scope.clone()));
    }
    names
}

/// What was true of two members of one object, so far.
struct Held {
    /// They are equal in every run or in none.
    equal: bool,
    was_equal: bool,
    before: bool,
}

fn watch(
    learned: &Learned,
    row: &Row<'_>,
    leaves: &[BTreeMap<Place, String>],
    siblings: &mut BTreeMap<(usize, String), Held>,
) {
    let (route, status) = (&row.exchange.route, row.answers[0].status);
    for (index, place) in learned.places.iter().enumerate() {
        if &place.route != route || place.status != status || !matches!(place.class, Class::Instant) {
            continue;
        }
        for own in leaves[0].keys().filter(|own| own.general() == place.at) {
            for other in leaves[0].keys().filter(|other| *other != own && is_sibling(own, other)) {
                let pairs: Vec<Option<(u64, u64)>> = leaves
                    .iter()
                    .map(|leaves| Some((moment(leaves.get(own)?)?, moment(leaves.get(other)?)?)))
                    .collect();
                let Some(pairs) = pairs.into_iter().collect::<Option<Vec<_>>>() else { continue };
                // How a clock stands to a day that somebody chose changes as time goes by.
                let moves =
                    |part: fn(&(u64, u64)) -> u64| pairs.iter().any(|pair| part(pair) != part(&pairs[0]));
                if !moves(|pair| pair.0) || !moves(|pair| pair.1) {
                    continue;
                }
                let held = siblings.entry((index, other.general())).or_insert(Held {
                    equal: true,
                    was_equal: false,
                    before: true,
                });
                held.equal &= pairs.iter().all(|(one, other)| (one == other) == (pairs[0].0 == pairs[0].1));
                held.was_equal |= pairs.iter().all(|(one, other)| one == other);
                held.before &= pairs.iter().all(|(one, other)| one <= other);
            }
        }
    }
}

pub(in crate::parity) fn moment(text: &str) -> Option<u64> {
    Instant::read(&said(text)).map(|instant| instant.micros)
}

/// Members of the same object.
pub(in crate::parity) fn is_sibling(one: &Place, other: &Place) -> bool {
    let parent = |place: &Place| {
        let text = place.to_string();
        text.rfind('.').map(|end| text[..end].to_owned())
    };
    matches!((one, other), (Place::Json(_), Place::Json(_))) && parent(one) == parent(other)
}
