//! What differs between two schemas, object by object, and line by line within one.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::catalog::{Catalog, Kind, Name, Object};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub kind: Kind,
    pub name: String,
    #[serde(flatten)]
    pub what: What,
    /// The table that explains it, when that came or went as a whole.
    #[serde(skip)]
    pub with: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    Added { after: String },
    Removed { before: String },
    Changed { before: String, after: String },
}

/// Empty exactly when both schemas are the same.
pub fn between(before: &Catalog, after: &Catalog) -> Vec<Difference> {
    of(&before.objects, &after.objects)
}

pub(super) fn of(before: &BTreeMap<Name, Object>, after: &BTreeMap<Name, Object>) -> Vec<Difference> {
    let came_and_went = |table: &String| {
        let name = Name { kind: Kind::Table, name: table.clone() };
        before.contains_key(&name) != after.contains_key(&name)
    };
    let difference = |name: &Name, object: &Object, what| Difference {
        kind: name.kind,
        name: name.name.clone(),
        what,
        with: object.table.clone().filter(came_and_went),
    };
    let mut found = BTreeMap::new();
    for (name, old) in before {
        match after.get(name) {
            None => {
                let what = What::Removed { before: old.definition.clone() };
                found.insert(name, difference(name, old, what));
            }
            Some(new) if new.definition != old.definition => {
                let what = What::Changed { before: old.definition.clone(), after: new.definition.clone() };
                found.insert(name, difference(name, new, what));
            }
            Some(_) => {}
        }
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        found.insert(name, difference(name, new, What::Added { after: new.definition.clone() }));
    }
    found.into_values().collect()
}

/// Tables whose columns stand in another order than before: what only a `SELECT *` sees.
pub fn reordered(before: &Catalog, after: &Catalog) -> Vec<String> {
    let same_columns = |left: &[String], right: &[String]| {
        let (mut left, mut right) = (left.to_vec(), right.to_vec());
        left.sort();
        right.sort();
        left == right
    };
    let moved = |(table, order): &(&String, &Vec<String>)| {
        after.order.get(*table).is_some_and(|now| now != *order && same_columns(now, order))
    };
    before.order.iter().filter(moved).map(|(table, _)| table.clone()).collect()
}

/// `column public.tasks.note: added`, and below it the lines that differ.
impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, before, after) = match &self.what {
            What::Added { after } => ("added", "", after.as_str()),
            What::Removed { before } => ("removed", before.as_str(), ""),
            What::Changed { before, after } => ("changed", before.as_str(), after.as_str()),
        };
        write!(formatter, "{} {}: {word}", self.kind, self.name)?;
        for (sign, line) in lines(before, after) {
            write!(formatter, "\n  {sign} {line}")?;
        }
        Ok(())
    }
}

/// What a person reads: what came or went with its table is counted, not listed.
pub fn summary(differences: &[Difference]) -> String {
    let told = differences.iter().filter(|difference| difference.with.is_none()).map(|difference| {
        let table = (difference.kind == Kind::Table).then_some(&difference.name);
        let along = differences.iter().filter(|other| other.with.is_some() && other.with.as_ref() == table);
        match along.count() {
            0 => difference.to_string(),
            1 => format!("{difference}\n  and 1 object of it"),
            count => format!("{difference}\n  and {count} objects of it"),
        }
    });
    told.collect::<Vec<_>>().join("\n")
}

/// The lines that only one of them has, in order; those of a long function keep their place by their neighbours.
fn lines<'a>(before: &'a str, after: &'a str) -> Vec<(char, &'a str)> {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    // How long the longest common part of the rests is, from each pair of places on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (left, old_line) in old.iter().enumerate().rev() {
        for (right, new_line) in new.iter().enumerate().rev() {
            common[left][right] = if old_line == new_line {
                common[left + 1][right + 1] + 1
            } else {
                common[left + 1][right].max(common[left][right + 1])
            };
        }
    }
    let (mut left, mut right, mut told) = (0, 0, Vec::new());
    while left < old.len() || right < new.len() {
        if left < old.len() && right < new.len() && old[left] == new[right] {
            (left, right) = (left + 1, right + 1);
        } else if right == new.len()
            || (left < old.len() && common[left + 1][right] >= common[left][right + 1])
        {
            told.push(('-', old[left]));
            left += 1;
        } else {
            told.push(('+', new[right]));
            right += 1;
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(objects: &[(Kind, &str, Option<&str>, &str)]) -> Catalog {
        let mut catalog = Catalog::default();
        for (kind, name, table, definition) in objects {
            let object = Object { table: table.map(str::to_owned), definition: (*definition).to_owned() };
            catalog.objects.insert(Name { kind: *kind, name: (*name).to_owned() }, object);
        }
        catalog
    }

    #[test]
    fn a_difference_is_told_by_its_lines() {
        let before = catalog(&[
            (Kind::Table, "public.a", None, "table"),
            (Kind::Column, "public.a.x", Some("public.a"), "type integer\nnot null\ndefault 1"),
            (Kind::Index, "public.i", Some("public.a"), "CREATE INDEX i"),
        ]);
        let after = catalog(&[
            (Kind::Table, "public.a", None, "table"),
            (Kind::Column, "public.a.x", Some("public.a"), "type bigint\nnot null\ndefault 2"),
            (Kind::Table, "public.b", None, "table"),
            (Kind::Column, "public.b.y", Some("public.b"), "type text"),
        ]);
        assert_eq!(
            summary(&between(&before, &after)),
            "table public.b: added\n  + table\n  and 1 object of it\n\
             column public.a.x: changed\n  - type integer\n  + type bigint\n  - default 1\n  + default 2\n\
             index public.i: removed\n  - CREATE INDEX i"
        );
        assert_eq!(between(&before, &before), []);
        assert_ne!(*before.fingerprint(), *after.fingerprint());
    }

    #[test]
    fn another_order_of_columns_is_a_note() {
        let order = |columns: &[&str]| {
            let columns = columns.iter().map(|column| (*column).to_owned()).collect();
            Catalog { order: BTreeMap::from([("t".to_owned(), columns)]), ..Catalog::default() }
        };
        assert_eq!(reordered(&order(&["a", "b"]), &order(&["b", "a"])), ["t"]);
        assert_eq!(reordered(&order(&["a", "b"]), &order(&["a", "b"])), [""; 0]);
        assert_eq!(reordered(&order(&["a", "b"]), &order(&["b", "a", "c"])), [""; 0]);
    }
}
