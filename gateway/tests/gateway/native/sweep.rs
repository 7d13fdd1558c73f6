//! Bodies and requests by the dozen: every value of a list in every place.

use super::pair::Ask;

/// An object for each value of each member; the others are those of a good one.
pub(super) fn objects(good: &[(&str, &str)], members: &[(&str, &[&str])]) -> Vec<String> {
    let mut bodies = Vec::new();
    for (name, values) in members {
        for value in *values {
            let others = good.iter().filter(|(other, _)| other != name);
            let all: Vec<_> =
                others.chain([&(*name, *value)]).map(|(name, value)| format!("\"{name}\":{value}")).collect();
            bodies.push(format!("{{{}}}", all.join(",")));
        }
    }
    bodies
}

/// A request for each value of each parameter.
pub(super) fn queries(user: u32, path: &str, names: &[&str], values: &[&str]) -> Vec<Ask> {
    let pairs =
        names.iter().flat_map(|name| values.iter().map(move |value| format!("{path}?{name}={value}")));
    pairs.map(|target| Ask::new(user, "GET", target)).collect()
}

/// Everybody asks: the owner of most, others, one who is not active, and nobody who was there once.
pub(super) const USERS: [u32; 5] = [1, 2, 3, 4, 999];

/// Ids of nobody's rows, ids that no column holds, and texts that pydantic takes for one or not.
pub(super) const IDS: &[&str] = &[
    "0",
    "-1",
    "999",
    "2147483647",
    "2147483648",
    "99999999999999999999",
    "%201",
    "1%20",
    "+1",
    "%2B1",
    "01",
    "1.0",
    "1_0",
    "abc",
    "1.5",
    "%D9%A1",
    "%C3%BC%22",
    "true",
    "null",
];
