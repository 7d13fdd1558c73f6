//! `[refuse]`: which classes of requests the door lets through and only counts, until a team knows what they would break.

use std::fmt;

use crate::{
    config::document::{item::Item, nearest, section::Section},
    edge::{Class, Classes},
};

/// Refusing is what happens without a word.
#[derive(Clone, Copy)]
enum Verdict {
    Refuse,
    Report,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refuse => "refuse",
            Self::Report => "report",
        })
    }
}

pub(super) fn reported(section: &Section<'_>) -> Classes {
    let mut reported = Classes::default();
    for entry in section.entries() {
        let (class, verdict) = (class(&entry.key), verdict(&entry.value));
        match (class, verdict) {
            (Some(class), Some(Verdict::Report)) => match class.always() {
                Some(why) => entry.value.reject(
                    format!("`{class}` is always refused: {why}"),
                    format!("remove the line; what can be let through: {}", nearest::list(names(optional()))),
                ),
                None => reported.add(class),
            },
            (Some(_) | None, Some(Verdict::Refuse | Verdict::Report) | None) => {}
        }
    }
    reported
}

fn verdict(value: &Item<'_>) -> Option<Verdict> {
    value.choice("what may happen to a class", &[Verdict::Refuse, Verdict::Report])
}

fn class(key: &Item<'_>) -> Option<Class> {
    let name = key.text()?;
    let found = Class::rules().find(|class| class.name() == name);
    if found.is_none() {
        let remedy = match nearest::among(name, names(Class::rules())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("what can be let through: {}", nearest::list(names(optional()))),
        };
        key.reject(format!("`{name}` is no class of requests that are refused"), remedy);
    }
    found
}

fn optional() -> impl Iterator<Item = Class> {
    Class::rules().filter(|class| class.always().is_none())
}

fn names(classes: impl Iterator<Item = Class>) -> impl Iterator<Item = &'static str> {
    classes.map(Class::name)
}
