//! What Pydantic 1 itself says of each mistake: `compat-tests/pydantic-v1/`.

use super::*;
use crate::contract::{
    python::{Dict, loads},
    validation::detail::At,
};

const ROWS: &str = include_str!("../../../../../../compat-tests/pydantic-v1/mistakes.jsonl");
const FEWEST: usize = 150;

fn member<'d>(dict: &'d Dict, name: &str) -> &'d Value {
    dict.get(name.as_bytes()).expect("the member is there")
}

fn dict(value: &Value) -> &Dict {
    let Value::Dict(members) = value else { panic!("{value:?} is no object") };
    members
}

fn text(value: &Value) -> &str {
    let Value::Text(text) = value else { panic!("{value:?} is no text") };
    text.as_str().expect("characters")
}

fn printed(value: &Value) -> String {
    let mut out = String::new();
    dumps(value, &mut out);
    out
}

/// A mistake as it was found, from what Pydantic 2 told of it.
fn found(two: &Dict, body: &str) -> Told {
    let kind: &'static str = text(member(two, "type")).to_owned().leak();
    let mut problem = Problem::new(kind, text(member(two, "msg")).to_owned());
    for (name, value) in two.get(b"ctx").into_iter().flat_map(|context| dict(context).iter()) {
        problem = problem.with(name.as_str().expect("characters").to_owned().leak(), value.clone());
    }
    let Value::List(steps) = member(two, "loc") else { panic!("no place") };
    let place: Vec<At> = steps
        .iter()
        .map(|step| match step {
            Value::Text(name) => At::Key(name.clone()),
            index => At::Index(printed(index).parse().expect("an index")),
        })
        .collect();
    let document = (kind == "json_invalid").then(|| {
        let Some(At::Index(position)) = place.last() else { panic!("no position") };
        Document { text: body.to_owned(), position: *position }
    });
    Told { place, problem, input: printed(member(two, "input")), document }
}

#[test]
fn mistakes_are_told_as_pydantic_1_tells_them() {
    let mut differences = Vec::new();
    for row in ROWS.lines() {
        let row = loads(row.as_bytes()).expect("JSON");
        let row = dict(&row);
        let told = entry(&found(dict(member(row, "two")), text(member(row, "body")))).whole;
        let expected = printed(member(row, "one"));
        if told != expected {
            differences.push(format!("{}\n  theirs {expected}\n  ours   {told}", text(member(row, "body"))));
        }
    }
    assert!(ROWS.lines().count() >= FEWEST);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
