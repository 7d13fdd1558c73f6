//! Everything that can go wrong with an answer, one thing at a time.

use std::fmt::{self, Display, Formatter};

use proptest::prelude::*;

use crate::parity::{Answer, Kind};

/// A JSON document by the texts of its values.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Leaf(String),
    Array(Vec<Tree>),
    /// Names with their quotes.
    Object(Vec<(String, Tree)>),
}

/// One kind of damage: what it is found as, and how it is done, where the answer has what it is done to.
#[derive(Clone, Debug)]
pub(super) struct Damage {
    pub(super) name: &'static str,
    pub(super) kinds: &'static [Kind],
    pub(super) apply: fn(&Answer, &Tree, u64) -> Option<Answer>,
}

pub(super) fn tree() -> impl Strategy<Value = Tree> {
    let leaves = ["1", "1.5", "-0.0", "0", "1e-07", "\"\"", "\"é\"", "\"\\n\"", "null", "true", "\"1\""];
    let leaf = prop::sample::select(leaves.to_vec()).prop_map(|text| Tree::Leaf(text.to_owned()));
    leaf.prop_recursive(4, 30, 5, |inner| {
        let name = prop::sample::select(vec!["\"a\"", "\"b\"", "\"c d\"", "\"\""]).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::Array),
            prop::collection::vec((name, inner), 0..5).prop_map(Tree::Object),
        ]
    })
}

/// All of them, every time.
pub(super) fn damages() -> impl Strategy<Value = Vec<Damage>> {
    const ALL: &[Kind] =
        &[Kind::Value, Kind::Missing, Kind::Added, Kind::Order, Kind::Spelling, Kind::NumberText];
    let damage = |name, kinds, apply| Damage { name, kinds, apply };
    Just(vec![
        damage("status", &[Kind::Value], |answer, _, _| {
            Some(Answer { status: answer.status + 1, ..answer.clone() })
        }),
        // Of several with one name the next ones move up.
        damage(
            "header dropped",
            &[Kind::Missing, Kind::Value, Kind::Spelling, Kind::Order],
            |answer, _, random| header(answer, random, |headers, at| drop(headers.remove(at))),
        ),
        damage("header changed", &[Kind::Value], |answer, _, random| {
            header(answer, random, |headers, at| headers[at].1.push('!'))
        }),
        damage("header added", &[Kind::Added], |answer, _, random| {
            header(answer, random, |headers, at| headers.insert(at, ("x-new".to_owned(), String::new())))
        }),
        damage("header spelled", &[Kind::Spelling], |answer, _, random| {
            header(answer, random, |headers, at| headers[at].0 = headers[at].0.to_uppercase())
        }),
        damage("header moved", &[Kind::Order], |answer, _, random| {
            let first = answer.headers.first()?.clone();
            let others =
                answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&first.0)).count();
            (others == 1).then_some(())?;
            header(answer, random, |headers, _| headers.rotate_left(1))
        }),
        damage("byte changed", ALL, |answer, _, random| {
            let mut damaged = answer.clone();
            let at = usize::try_from(random).unwrap() % damaged.body.len();
            damaged.body[at] ^= 1 << (random >> 32 & 7);
            Some(damaged)
        }),
        damage("byte dropped", ALL, |answer, _, random| {
            let mut damaged = answer.clone();
            damaged.body.remove(usize::try_from(random).unwrap() % damaged.body.len());
            Some(damaged)
        }),
        damage("member order", &[Kind::Order], |answer, tree, random| {
            body(answer, tree, random, |tree| match tree {
                Tree::Object(members) if names_differ(members) => {
                    members.rotate_left(1);
                    true
                }
                _ => false,
            })
        }),
        damage("number text", &[Kind::NumberText], |answer, tree, random| {
            body(answer, tree, random, |tree| match tree {
                Tree::Leaf(text) if text == "1" || text == "1.5" => {
                    text.push_str(if text == "1" { ".0" } else { "0" });
                    true
                }
                _ => false,
            })
        }),
        damage("null and absent", &[Kind::Missing, Kind::Value, Kind::Order], |answer, tree, random| {
            body(answer, tree, random, |tree| {
                let Tree::Object(members) = tree else { return false };
                let found =
                    members.iter().position(|(_, value)| matches!(value, Tree::Leaf(text) if text == "null"));
                let alone = found
                    .filter(|at| members.iter().filter(|(name, _)| *name == members[*at].0).count() == 1);
                alone.map(|at| members.remove(at)).is_some()
            })
        }),
        damage("text for number", &[Kind::Value], |answer, tree, random| {
            body(answer, tree, random, |tree| match tree {
                Tree::Leaf(text) if text.starts_with(|first: char| first.is_ascii_digit()) => {
                    *text = format!("\"{text}\"");
                    true
                }
                _ => false,
            })
        }),
    ])
}

fn names_differ(members: &[(String, Tree)]) -> bool {
    let mut names: Vec<_> = members.iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names.len() == members.len() && names.len() > 1
}

fn header(
    answer: &Answer,
    random: u64,
    change: impl FnOnce(&mut Vec<(String, String)>, usize),
) -> Option<Answer> {
    let mut damaged = answer.clone();
    let at = usize::try_from(random).unwrap() % damaged.headers.len();
    change(&mut damaged.headers, at);
    (damaged != *answer).then_some(damaged)
}

/// The answer with the first value changed that can be, from a random one on.
fn body(
    answer: &Answer,
    tree: &Tree,
    random: u64,
    mut change: impl FnMut(&mut Tree) -> bool,
) -> Option<Answer> {
    let (mut tree, mut skipped) = (tree.clone(), usize::try_from(random % 4).unwrap());
    let changed = tree.any(&mut |tree| {
        if skipped > 0 {
            skipped -= 1;
            return false;
        }
        change(tree)
    });
    changed.then(|| Answer { body: tree.to_string().into(), ..answer.clone() }).map(|mut damaged| {
        let length = damaged.body.len().to_string();
        damaged.headers.iter_mut().filter(|(name, _)| name == "content-length").for_each(|header| {
            header.1.clone_from(&length);
        });
        damaged
    })
}

impl Tree {
    fn any(&mut self, change: &mut impl FnMut(&mut Self) -> bool) -> bool {
        if change(self) {
            return true;
        }
        match self {
            Self::Leaf(_) => false,
            Self::Array(items) => items.iter_mut().any(|item| item.any(change)),
            Self::Object(members) => members.iter_mut().any(|(_, value)| value.any(change)),
        }
    }
}

impl Display for Tree {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(text) => formatter.write_str(text),
            Self::Array(items) => {
                let items: Vec<_> = items.iter().map(Self::to_string).collect();
                write!(formatter, "[{}]", items.join(","))
            }
            Self::Object(members) => {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}:{value}")).collect();
                write!(formatter, "{{{}}}", members.join(","))
            }
        }
    }
}
