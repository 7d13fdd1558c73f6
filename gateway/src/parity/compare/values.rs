//! Compares two JSON documents value by value, each as it is spelled.

use crate::parity::{
    difference::{Difference, Kind, Place},
    json::{Member, Node, Shape, number},
    path::{Path, Step},
};

pub(in crate::parity) fn compare(
    documents: [&str; 2],
    [legacy, native]: [&Node<'_>; 2],
    found: &mut Vec<Difference>,
) {
    let mut walk = Walk { path: Path::default(), found: Vec::new(), is_one_structure: true };
    walk.value(legacy, native);
    let layouts = [legacy.layout(documents[0]), native.layout(documents[1])];
    if walk.is_one_structure && layouts[0] != layouts[1] {
        walk.report(Kind::Spelling, &layouts[0], &layouts[1]);
    }
    found.append(&mut walk.found);
}

struct Walk {
    path: Path,
    found: Vec<Difference>,
    /// The same members and items in the same places, so far.
    is_one_structure: bool,
}

impl Walk {
    fn report(&mut self, kind: Kind, legacy: &str, native: &str) {
        self.is_one_structure &= !matches!(kind, Kind::Missing | Kind::Added | Kind::Order);
        let place = Place::Json(self.path.clone());
        self.found.push(Difference { place, kind, legacy: legacy.to_owned(), native: native.to_owned() });
    }

    fn below(&mut self, step: Step, work: impl FnOnce(&mut Self)) {
        self.path.push(step);
        work(self);
        self.path.pop();
    }

    fn value(&mut self, legacy: &Node<'_>, native: &Node<'_>) {
        let kind = match (&legacy.shape, &native.shape) {
            (Shape::Object(ours), Shape::Object(theirs)) => return self.members(ours, theirs),
            (Shape::Array(ours), Shape::Array(theirs)) => return self.items(ours, theirs),
            _ if legacy.text == native.text => return,
            (Shape::Text(Some(ours)), Shape::Text(Some(theirs))) if ours == theirs => Kind::Spelling,
            (Shape::Number, Shape::Number) if number::is_same(legacy.text, native.text) => Kind::NumberText,
            _ => {
                self.is_one_structure &= legacy.is_leaf() && native.is_leaf();
                Kind::Value
            }
        };
        self.report(kind, legacy.text, native.text);
    }

    fn items(&mut self, legacy: &[Node<'_>], native: &[Node<'_>]) {
        if is_shuffled(legacy, native) {
            let told = |items: &[Node<'_>]| items.iter().map(|item| item.text).collect::<Vec<_>>().join(",");
            return self.report(Kind::Order, &told(legacy), &told(native));
        }
        for index in 0..legacy.len().max(native.len()) {
            self.below(Step::Item(index), |walk| match (legacy.get(index), native.get(index)) {
                (Some(ours), Some(theirs)) => walk.value(ours, theirs),
                (Some(ours), None) => walk.report(Kind::Missing, ours.text, ""),
                (None, Some(theirs)) => walk.report(Kind::Added, "", theirs.text),
                (None, None) => {}
            });
        }
    }

    fn members(&mut self, legacy: &[Member<'_>], native: &[Member<'_>]) {
        let (ours, theirs) = (keyed(legacy), keyed(native));
        let find = |members: &[(Key, usize)], key: &Key| {
            members.iter().find(|(candidate, _)| candidate == key).map(|(_, at)| *at)
        };
        for (key, at) in &ours {
            let member = &legacy[*at];
            self.below(Step::Member(key.0.to_owned()), |walk| match find(&theirs, key) {
                None => walk.report(Kind::Missing, member.value.text, ""),
                Some(other) => {
                    if member.spelled != native[other].spelled {
                        walk.report(Kind::Spelling, member.spelled, native[other].spelled);
                    }
                    walk.value(&member.value, &native[other].value);
                }
            });
        }
        for (key, at) in theirs.iter().filter(|(key, _)| find(&ours, key).is_none()) {
            let text = native[*at].value.text;
            self.below(Step::Member(key.0.to_owned()), |walk| walk.report(Kind::Added, "", text));
        }
        let shared = |members: &[(Key, usize)], others: &[(Key, usize)]| {
            let names = members.iter().filter(|(key, _)| find(others, key).is_some());
            names.map(|(key, _)| key.0.to_owned()).collect::<Vec<_>>().join(", ")
        };
        let orders = [shared(&ours, &theirs), shared(&theirs, &ours)];
        if orders[0] != orders[1] {
            self.report(Kind::Order, &orders[0], &orders[1]);
        }
    }
}

/// A name, and which of that name it is.
type Key<'a> = (&'a str, usize);

fn keyed<'a>(members: &'a [Member<'_>]) -> Vec<(Key<'a>, usize)> {
    let mut keys: Vec<(Key<'a>, usize)> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        let earlier = keys.iter().filter(|((name, _), _)| *name == member.name).count();
        keys.push(((&member.name, earlier), at));
    }
    keys
}

/// The same items in another order.
fn is_shuffled(legacy: &[Node<'_>], native: &[Node<'_>]) -> bool {
    let sorted = |items: &[Node<'_>]| {
        let mut texts: Vec<String> = items.iter().map(|item| item.text.to_owned()).collect();
        let given = texts.clone();
        texts.sort_unstable();
        (given, texts)
    };
    if legacy.len() != native.len() {
        return false;
    }
    let ((ours, ours_sorted), (theirs, theirs_sorted)) = (sorted(legacy), sorted(native));
    ours != theirs && ours_sorted == theirs_sorted
}

impl Node<'_> {
    fn is_leaf(&self) -> bool {
        !matches!(self.shape, Shape::Object(_) | Shape::Array(_))
    }
}
