//! Every value of every answer beside what the runs said in its place, and the class of those that differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{Learned, LearnedArray, LearnedPlace, Untyped};
use crate::parity::{
    compare::{
        leaves,
        redacted::RedactedPlaces,
        unordered::{Unordered, arranged, find},
    },
    difference::Place,
    exchange::{Answered, Exchange, content::Content},
    json::{self, Node, Shape},
    path::{Path, Step},
    rules::{
        Rules,
        matcher::{said, sort},
    },
    value::{Class, detect, epoch_of, members, token},
};

/// One exchange: its answers, the reference first.
pub(super) struct Row<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) answers: Vec<&'a Answered>,
    /// On either side: what is secret is found by all that was said before, and that is not the same in two runs.
    redacted: RedactedPlaces,
}

/// A value of an exchange: what the reference says, unless it is redacted, and what each run says.
struct Sample {
    exchange: u64,
    said: Vec<Option<String>>,
}

type Key = (String, u16, String);

pub(super) fn rows<'a>(reference: &'a [Exchange], runs: &'a [Vec<Exchange>]) -> Vec<Row<'a>> {
    let runs: Vec<BTreeMap<u64, &Exchange>> =
        runs.iter().map(|run| run.iter().map(|exchange| (exchange.id, exchange)).collect()).collect();
    let rows = reference.iter().filter_map(|exchange| {
        let recorded = exchange.answered()?;
        let (mut answers, mut redacted) = (vec![recorded], RedactedPlaces::of(exchange));
        for live in runs.iter().filter_map(|run| run.get(&exchange.id)) {
            if let Some(answered) = live.answered().filter(|answered| answered.status == recorded.status) {
                answers.push(answered);
                redacted.extend(RedactedPlaces::of(live));
            }
        }
        Some(Row { exchange, answers, redacted })
    });
    rows.collect()
}

impl Row<'_> {
    fn is_redacted(&self, place: &Place) -> bool {
        self.redacted.holds(place)
    }

    fn key(&self, place: &Place) -> Key {
        (self.exchange.route.clone(), self.answers[0].status, place.general())
    }

    /// The leaves of each answer, arrays without an order put into the reference's.
    pub(super) fn leaves(&self, arrays: &[LearnedArray]) -> Vec<BTreeMap<Place, String>> {
        let arrays = of_route(arrays, &self.exchange.route, self.answers[0].status);
        let ordered =
            self.answers.iter().map(|answered| match in_order(self.answers[0], answered, &arrays) {
                Some(arranged) => distinct(leaves::of(&arranged)),
                None => distinct(leaves::of(answered)),
            });
        ordered.collect()
    }
}

/// Headers that come twice are one place: the first that differs says it.
fn distinct(leaves: Vec<leaves::Leaf>) -> BTreeMap<Place, String> {
    let mut found: BTreeMap<Place, String> = BTreeMap::new();
    for (place, text) in leaves {
        match found.get_mut(&place) {
            Some(known) => {
                known.push('\n');
                known.push_str(&text);
            }
            None => {
                found.insert(place, text);
            }
        }
    }
    found
}

pub(in crate::parity) fn of_route(arrays: &[LearnedArray], route: &str, status: u16) -> Vec<Unordered> {
    let own = arrays.iter().filter(|array| array.route == route && array.status == status);
    own.filter_map(|array| Some(Unordered { at: array.at.parse().ok()?, key: array.key.clone() })).collect()
}

/// The live answer with its arrays in the order of the reference; nothing where that changes nothing.
pub(in crate::parity) fn in_order(
    reference: &Answered,
    live: &Answered,
    arrays: &[Unordered],
) -> Option<Answered> {
    let (Content::Text(one), Content::Text(other)) = (&reference.body.content, &live.body.content) else {
        return None;
    };
    let text = arranged(one, other, arrays)?;
    let mut answered = live.clone();
    answered.body.content = Content::Text(text);
    Some(answered)
}

pub(super) fn arrays(rows: &[Row<'_>]) -> Vec<LearnedArray> {
    let mut found: BTreeMap<Key, Option<String>> = BTreeMap::new();
    for row in rows {
        let texts: Vec<&str> = row.answers.iter().filter_map(|answered| text(answered)).collect();
        let documents: Vec<Node<'_>> = texts.iter().filter_map(|text| json::read(text)).collect();
        if documents.len() == row.answers.len() {
            let nodes: Vec<&Node<'_>> = documents.iter().collect();
            let mut told = |path: &Path, key| {
                found.insert((row.exchange.route.clone(), row.answers[0].status, path.general()), key);
            };
            shuffled(&nodes, &mut Path::default(), &mut told);
        }
    }
    let arrays = found.into_iter();
    arrays.map(|((route, status, at), key)| LearnedArray { route, status, at, key }).collect()
}

fn text(answered: &Answered) -> Option<&str> {
    match &answered.body.content {
        Content::Text(text) => Some(text),
        Content::Nothing | Content::Bytes(_) | Content::Blob(_) | Content::Omitted(_) => None,
    }
}

fn shuffled(nodes: &[&Node<'_>], path: &mut Path, found: &mut dyn FnMut(&Path, Option<String>)) {
    let Some(first) = nodes.first() else { return };
    if let Shape::Object(members) = &first.shape {
        for member in members {
            let below: Vec<&Node<'_>> = nodes.iter().filter_map(|node| find(node, &member.name)).collect();
            path.push(Step::Member(member.name.clone()));
            shuffled(&below, path, found);
            path.pop();
        }
    }
    let arrays: Vec<&Vec<Node<'_>>> = nodes.iter().filter_map(|node| items(node)).collect();
    if arrays.len() != nodes.len() || arrays.iter().any(|items| items.len() != arrays[0].len()) {
        return;
    }
    let keys = arrays[0].first().into_iter().flat_map(|item| match &item.shape {
        Shape::Object(members) => members.iter().map(|member| Some(member.name.clone())).collect(),
        _ => vec![None],
    });
    for key in keys {
        let columns: Vec<Vec<&str>> = arrays
            .iter()
            .map(|items| items.iter().map(|item| told(item, key.as_deref())).collect())
            .collect();
        if is_shuffled(&columns) {
            return found(path, key);
        }
    }
    for at in 0..arrays[0].len() {
        let below: Vec<&Node<'_>> = arrays.iter().map(|items| &items[at]).collect();
        path.push(Step::Item(at));
        shuffled(&below, path, found);
        path.pop();
    }
}

fn items<'n, 'a>(node: &&'n Node<'a>) -> Option<&'n Vec<Node<'a>>> {
    match &node.shape {
        Shape::Array(items) => Some(items),
        Shape::Object(_) | Shape::Text(_) | Shape::Number | Shape::Word => None,
    }
}

fn told<'a>(item: &Node<'a>, key: Option<&str>) -> &'a str {
    match key {
        Some(key) => find(item, key).map_or("", |value| value.text),
        None => item.text,
    }
}

/// The same different values in every run, not in the same order in all.
fn is_shuffled(columns: &[Vec<&str>]) -> bool {
    let sets: Vec<BTreeSet<&str>> = columns.iter().map(|column| column.iter().copied().collect()).collect();
    let is_key = sets.iter().zip(columns).all(|(set, column)| set.len() == column.len() && *set == sets[0]);
    is_key && columns.iter().any(|column| *column != columns[0])
}

pub(super) fn type_places(rows: &[Row<'_>], rules: &Rules, learned: &mut Learned) {
    let mut samples: BTreeMap<Key, Vec<Sample>> = BTreeMap::new();
    let mut made: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let leaves = row.leaves(&learned.arrays);
        if row.exchange.request.method == "POST" {
            made.extend(leaves.iter().flat_map(BTreeMap::values).cloned());
        }
        let places: BTreeSet<&Place> = leaves.iter().flat_map(BTreeMap::keys).collect();
        for place in places {
            let is_skipped = match place {
                Place::Header(name) => rules.is_volatile(name) || name == "content-length",
                _ => false,
            };
            let excused = |rule: &crate::parity::rules::Rule| {
                rule.operation.is_about(&row.exchange.route) && rule.at.matches(place)
            };
            if is_skipped || rules.rules.iter().any(excused) {
                continue;
            }
            let mut said: Vec<Option<String>> =
                leaves.iter().map(|leaves| leaves.get(place).cloned()).collect();
            if row.is_redacted(place) {
                said.remove(0);
            }
            // Of one answer nobody knows what varies.
            if said.len() > 1 {
                samples.entry(row.key(place)).or_default().push(Sample { exchange: row.exchange.id, said });
            }
        }
    }
    for ((route, status, at), samples) in samples {
        if at == "header allow" && samples.iter().any(Sample::is_list) {
            learned.places.push(LearnedPlace::of(route, status, at, Class::List));
            continue;
        }
        let (varying, constant): (Vec<_>, Vec<_>) = samples.into_iter().partition(Sample::varies);
        let Some(first) = varying.first() else { continue };
        let scope = format!("{route} {status} {at}");
        let Some(class) = class(&varying, &at, &scope) else {
            let told = first.said.iter().map(|said| said.clone().unwrap_or_default()).collect();
            learned.untyped.push(Untyped { route, at, exchange: first.exchange, samples: told });
            continue;
        };
        let moving: BTreeSet<&String> = varying.iter().filter_map(|sample| sample.said[0].as_ref()).collect();
        let fixed = constant.iter().filter_map(|sample| sample.said.first()?.clone());
        let is_chance = |text: &String| match class {
            // What two runs have made can have one number by chance; what was there before cannot.
            Class::Sequence { .. } => made.contains(text),
            Class::Number { .. } => true,
            _ => false,
        };
        let fixed = fixed.filter(|text| !is_chance(text) && !moving.contains(text)).collect();
        learned.places.push(LearnedPlace { fixed, ..LearnedPlace::of(route, status, at, class) });
    }
    learned.places.sort_by(|one, other| {
        (&one.route, one.status, &one.at).cmp(&(&other.route, other.status, &other.at))
    });
}

impl Sample {
    /// A set of methods is written in the order of its hashes, which one process keeps: runs cannot show that it varies
    /// (RFC 9110 section 10.2.1 gives it no meaning).
    fn is_list(&self) -> bool {
        let mut lists = self.said.iter().map(|said| said.as_deref().map(members).unwrap_or_default());
        let Some(first) = lists.next() else { return false };
        first.len() > 1 && lists.all(|list| list == first)
    }

    fn varies(&self) -> bool {
        self.said.windows(2).any(|pair| pair[0] != pair[1])
    }
}

fn class(varying: &[Sample], at: &str, scope: &str) -> Option<Class> {
    let mut joined: Option<Class> = None;
    for sample in varying {
        let texts: Option<Vec<String>> = sample.said.iter().cloned().collect();
        let texts = texts?;
        if texts.iter().any(|text| sort(text) != sort(&texts[0])) {
            return None;
        }
        let plain: Vec<String> = texts.iter().map(|text| said(text)).collect();
        let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
        let class = match sort(&texts[0]) {
            "integer" | "number" => number(&plain, at, scope)?,
            "text" | "plain" => detect(&plain).or_else(|| token::learn(&plain, scope))?,
            _ => return None,
        };
        joined = match joined {
            None => Some(class),
            Some(known) => Some(match (known.clone().join(class.clone()), known, class) {
                (Some(joined), _, _) => joined,
                (None, Class::Text { of }, class) | (None, class, Class::Text { of }) => {
                    Class::Text { of: token::include(of, class) }
                }
                (None, _, _) => return None,
            }),
        };
    }
    joined
}

/// What a run counts by itself: by its name. Other numbers only where they hardly move.
fn number(texts: &[&str], at: &str, scope: &str) -> Option<Class> {
    if let Some(class) = epoch_of(texts) {
        return Some(class);
    }
    let name = at.rsplit(['.', ' ', '-']).next().unwrap_or_default();
    let is_key = name == "id" || name == "number" || name.ends_with("_id") || name.ends_with("Id");
    let sequence = Class::Sequence { scope: scope.to_owned() };
    if is_key && texts.iter().all(|text| sequence.fits(text)) {
        return Some(sequence);
    }
    let numbers: Vec<f64> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    let (least, most) = numbers
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), number| (low.min(*number), high.max(*number)));
    let spread = most - least;
    let hardly = spread <= HARDLY * least.abs().max(most.abs());
    hardly.then_some(Class::Number { least: least - spread, most: most + spread })
}

/// What moves more than by a tenth could be anything: somebody has to say what it may be.
const HARDLY: f64 = 0.1;
