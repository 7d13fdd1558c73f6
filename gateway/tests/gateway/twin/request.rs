//! Requests made of a table's own templates, then bent: the places where two routers part.

use gateway::routes::target::decode;

use super::{
    random::Random,
    table::{Leaf, Table},
};

const VERBS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "WS"];
const TEXTS: &[&str] = &[
    "a", "b", "new", "items", "v1", "5", "a-b", "a-b-c", "x.json", "a%20b", "a+b", "a%2Fb", "a%252Fb",
    "a%0Ab", "%ff", "%E2%82", "%C3%A9", "..", ".", "%2e%2e", "a;b", "a%3Fb", "a%23b", "a%5Cb", "%00", "a%zz",
    "~a'(b)*",
];
const INTEGERS: &[&str] =
    &["5", "05", "0", "123", "-5", "5.0", "%D9%A5", "+1", "1_0", "99999999999999999999", "5%0A"];
const FLOATS: &[&str] = &["1.5", "1", "1.", "1e5", ".5", "-1.5", "007.50", "1.5.2", "1.5%0A"];
const UUIDS: &[&str] = &[
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "0F8FAD5B-D9CB-469F-A165-70867728950E",
    "0f8fad5bd9cb469fa16570867728950e",
    "0f8fad5b-d9cb469fa165-70867728950e",
    "0f8fad5b-d9cb-469f-a165-70867728950",
    "{0f8fad5b-d9cb-469f-a165-70867728950e}",
];
const REMAINDERS: &[&str] =
    &["", "x", "x/y", "../x", "/", "x//y", "x%0A", "x%0Ay", "a/", "%2F", "new", "a%3F/", ".", "x%ff/y"];
const QUERIES: &[&str] = &["?", "?a=1", "?a=%2F&b=c", "?x/y?z", "?a=|\"<>", "?%C3%A9=%zz"];

pub(super) fn random_request(random: &mut Random, table: &Table) -> (String, String) {
    let leaf = &table.leaves[random.below(table.leaves.len())];
    let mut target = fill(random, &leaf.template);
    match random.below(100) {
        0..42 => {}
        42..72 => target = turn_slash(random, target),
        _ => {
            for _ in 0..=random.below(2) {
                target = bend(random, &target);
            }
        }
    }
    // Without a first slash it is no path: the server has refused it before anything is matched.
    if !decode(&target).starts_with('/') {
        target.insert(0, '/');
    }
    if random.chance(12) {
        target.push_str(random.pick(QUERIES));
    }
    (verb(random, leaf).to_owned(), target)
}

fn verb<'l>(random: &mut Random, leaf: &'l Leaf) -> &'l str {
    if random.chance(38) {
        return random.pick(VERBS);
    }
    match leaf.verbs.len() {
        0 => random.pick(VERBS),
        count => &leaf.verbs[random.below(count)],
    }
}

/// A raw path that the template probably fits.
fn fill(random: &mut Random, template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        path.push_str(&raw(literal));
        let (name, after) = after.split_once('}').unwrap();
        path.push_str(&value(random, name.split_once(':').map_or("str", |(_, converter)| converter)));
        rest = after;
    }
    path + &raw(rest)
}

/// Literals of templates are text; a target is ASCII.
fn raw(literal: &str) -> String {
    literal.replace('é', "%C3%A9").replace(' ', "%20")
}

fn value(random: &mut Random, converter: &str) -> String {
    // Mostly what fits, so that the routes behind are reached.
    let usual = random.chance(60);
    match converter {
        "int" if random.chance(2) => "7".repeat(random.pick(&[&4300, &4301, &5000]).to_owned()),
        "int" if usual => "5".to_owned(),
        "int" => random.pick(INTEGERS).to_owned(),
        "float" if usual => "1.5".to_owned(),
        "float" => random.pick(FLOATS).to_owned(),
        "uuid" if usual => UUIDS[0].to_owned(),
        "uuid" => random.pick(UUIDS).to_owned(),
        "path" => random.pick(REMAINDERS).to_owned(),
        _ if usual => random.pick(&TEXTS[..8]).to_owned(),
        _ => random.pick(TEXTS).to_owned(),
    }
}

fn turn_slash(random: &mut Random, target: String) -> String {
    match target.strip_suffix('/') {
        Some(shorter) if random.chance(80) => shorter.to_owned(),
        _ => target + random.pick(&["/", "/", "/", "/", "//", "%2F", "///"]),
    }
}

fn bend(random: &mut Random, target: &str) -> String {
    let at = random.below(target.len() + 1);
    let (head, tail) = target.split_at(at);
    let slash = target
        .match_indices('/')
        .map(|(place, _)| place)
        .nth(random.below(target.matches('/').count().max(1)));
    match random.below(12) {
        0 => escape(random, target),
        1 => {
            slash.map_or_else(|| target.to_owned(), |at| format!("{}%2F{}", &target[..at], &target[at + 1..]))
        }
        2 => format!("{target}%0A"),
        3 => slash.map_or_else(|| target.to_owned(), |at| format!("{}/{}", &target[..at], &target[at..])),
        4 => slash.map_or_else(|| target.to_owned(), |at| format!("{}/.{}", &target[..at], &target[at..])),
        5 => format!("{target}/.."),
        6 => format!("{head}%ff{tail}"),
        7 => format!("{head}%{tail}"),
        8 => target.to_ascii_uppercase(),
        9 => head.to_owned(),
        10 => format!("{}{target}", random.pick(&["/a", "/p", "/root", "/", "/items/new"])),
        _ => format!("{target}/{}", random.pick(TEXTS)),
    }
}

/// One letter as its escape, in either case.
fn escape(random: &mut Random, target: &str) -> String {
    if target.is_empty() {
        return String::new();
    }
    let at = random.below(target.len());
    let letter = target.as_bytes()[at];
    let escaped = if random.chance(50) { format!("%{letter:02x}") } else { format!("%{letter:02X}") };
    format!("{}{escaped}{}", &target[..at], &target[at + 1..])
}
