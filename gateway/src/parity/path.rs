//! Where a value stands in a JSON document, and patterns of such places: an anchored part of JSONPath (RFC 9535).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Member(String),
    Item(usize),
}

/// `$`, then `.name`, `["any name"]`, `[0]`, `[*]`, or `..name` for a name at any depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Step(Step),
    Items,
    Anywhere(String),
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no place in a JSON document; write `$.data[*].id` or `$..created_at`")]
pub struct BadPattern(String);

impl Path {
    pub(super) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn below(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.push(step);
        path
    }

    /// The same place in every item.
    pub(super) fn with_any_item(&self) -> Pattern {
        let part = |step: &Step| match step {
            Step::Item(_) => Part::Items,
            Step::Member(_) => Part::Step(step.clone()),
        };
        Pattern(self.0.iter().map(part).collect())
    }

    pub(super) fn last(&self) -> Option<&Step> {
        self.0.last()
    }

    /// Whether this is in an item of the array at `above`.
    pub(super) fn item_below(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0) && matches!(self.0.get(above.0.len()), Some(Step::Item(_)))
    }

    /// With `[*]` for every index.
    pub(super) fn general(&self) -> String {
        self.with_any_item().to_string()
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl Pattern {
    pub fn matches(&self, path: &Path) -> bool {
        fits(&self.0, &path.0)
    }
}

fn fits(parts: &[Part], steps: &[Step]) -> bool {
    let Some((part, parts)) = parts.split_first() else { return steps.is_empty() };
    if let Part::Anywhere(name) = part {
        let is_named = |step: &Step| matches!(step, Step::Member(found) if found == name);
        let mut ends = steps.iter().enumerate().filter(|(_, step)| is_named(step));
        return ends.any(|(at, _)| fits(parts, &steps[at + 1..]));
    }
    let Some((step, steps)) = steps.split_first() else { return false };
    let here = match part {
        Part::Step(wanted) => wanted == step,
        Part::Items => matches!(step, Step::Item(_)),
        Part::Anywhere(_) => false,
    };
    here && fits(parts, steps)
}

impl FromStr for Pattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        let bad = || BadPattern(text.to_owned());
        let mut rest = text.strip_prefix('$').ok_or_else(bad)?;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (part, after) = first(rest).ok_or_else(bad)?;
            parts.push(part);
            rest = after;
        }
        Ok(Self(parts))
    }
}

fn first(text: &str) -> Option<(Part, &str)> {
    if let Some(rest) = text.strip_prefix("..") {
        let (name, rest) = name(rest)?;
        return Some((Part::Anywhere(name), rest));
    }
    if let Some(rest) = text.strip_prefix('.') {
        let (name, rest) = name(rest)?;
        return Some((Part::Step(Step::Member(name)), rest));
    }
    let inside = text.strip_prefix('[')?;
    if inside.starts_with('"') {
        let mut quoted = serde_json::Deserializer::from_str(inside).into_iter();
        let name = quoted.next()?.ok()?;
        let rest = inside[quoted.byte_offset()..].strip_prefix(']')?;
        return Some((Part::Step(Step::Member(name)), rest));
    }
    let (index, rest) = inside.split_once(']')?;
    let part = if index == "*" { Part::Items } else { Part::Step(Step::Item(index.parse().ok()?)) };
    Some((part, rest))
}

fn name(text: &str) -> Option<(String, &str)> {
    let end = text.find(|character| !is_plain(character)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl Display for Pattern {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        for part in &self.0 {
            match part {
                Part::Step(step) => write!(formatter, "{step}")?,
                Part::Items => formatter.write_str("[*]")?,
                Part::Anywhere(name) => write!(formatter, "..{name}")?,
            }
        }
        Ok(())
    }
}

impl Display for Path {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        self.0.iter().try_for_each(|step| write!(formatter, "{step}"))
    }
}

impl Display for Step {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(index) => write!(formatter, "[{index}]"),
            Self::Member(name) if !name.is_empty() && name.chars().all(is_plain) => {
                write!(formatter, ".{name}")
            }
            Self::Member(name) => write!(formatter, "[{}]", serde_json::Value::from(name.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(name: &str) -> Step {
        Step::Member(name.to_owned())
    }

    #[test]
    fn a_pattern_fits_places_and_nothing_beside_them() {
        let place: Path = [member("data"), Step::Item(3), member("at")].into_iter().collect();
        for (pattern, expected) in [
            ("$.data[3].at", true),
            ("$.data[*].at", true),
            ("$..at", true),
            ("$..data[*].at", true),
            ("$[\"data\"][3].at", true),
            ("$", false),
            ("$.data", false),
            ("$.data[3]", false),
            ("$.data[3].at.at", false),
            ("$.data[2].at", false),
            ("$.data.at", false),
            ("$..data", false),
            ("$..a", false),
            ("$[*][*].at", false),
        ] {
            assert_eq!(pattern.parse::<Pattern>().unwrap().matches(&place), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "data", "$.", "$..", "$[", "$[]", "$[-1]", "$[\"a]", "$ .a", "$.a b", "$..[*]"] {
            assert_eq!(text.parse::<Pattern>(), Err(BadPattern(text.to_owned())), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_place_is_the_pattern_of_itself(
            names in proptest::collection::vec("[a-z_]{1,3}|[ \"\\\\é.\\]-]{0,3}", 0..5),
            item in 0usize..4,
        ) {
            let mut path: Path = names.iter().map(|name| member(name)).collect();
            path.push(Step::Item(item));
            prop_assert!(path.to_string().parse::<Pattern>().unwrap().matches(&path), "{}", path);
        }
    }
}
