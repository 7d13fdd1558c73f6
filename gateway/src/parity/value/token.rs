//! A text with generated parts: cut at what can be generated, each part beside its twin.

use std::sync::LazyLock;

use regex::Regex;

use super::{Bound, Class, Wrong, detect, wrong};

/// Longest first: a JWT, an instant, a date of HTTP, a UUID, a word, anything else by the letter.
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*",
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
        r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"[A-Za-z0-9_-]+",
        r"(?s:.)",
    ];
    Regex::new(&parts.join("|")).expect("it is written above and a test reads it")
});

pub fn parts(text: &str) -> Vec<&str> {
    PARTS.find_iter(text).map(|found| found.as_str()).collect()
}

/// One value in several runs, cut; the class of every part that differs.
pub fn learn(samples: &[&str], scope: &str) -> Option<Class> {
    let cut: Vec<Vec<&str>> = samples.iter().map(|text| parts(text)).collect();
    let count = cut.first()?.len();
    if count < 2 || cut.iter().any(|parts| parts.len() != count) {
        return None;
    }
    let mut of = Vec::new();
    for at in 0..count {
        let column: Vec<&str> = cut.iter().map(|parts| parts[at]).collect();
        if column.iter().all(|part| *part == column[0]) {
            continue;
        }
        let sequence = Class::Sequence { scope: scope.to_owned() };
        let class = match column.iter().all(|part| sequence.fits(part)) {
            true => sequence,
            false => detect(&column)?,
        };
        of = include(of, class);
    }
    Some(Class::Text { of })
}

pub fn include(mut of: Vec<Class>, class: Class) -> Vec<Class> {
    for known in &mut of {
        if let Some(joined) = known.clone().join(class.clone()) {
            *known = joined;
            return of;
        }
    }
    of.push(class);
    of
}

pub(super) fn pair(of: &[Class], recorded: &str, live: &str, bound: &mut Vec<Bound>) -> Result<(), Wrong> {
    let (ours, theirs) = (parts(recorded), parts(live));
    if ours.len() != theirs.len() {
        return wrong("value", "is another text around what is generated");
    }
    for (one, other) in ours.iter().zip(&theirs) {
        let class = of.iter().find(|class| class.fits(one));
        match class {
            Some(class) if one != other || matches!(class, Class::Uuid { .. } | Class::Instant) => {
                class.pair(one, other, bound)?;
            }
            _ if one == other => {}
            Some(_) | None => return wrong("value", format!("has `{other}` where `{one}` was recorded")),
        }
    }
    Ok(())
}
