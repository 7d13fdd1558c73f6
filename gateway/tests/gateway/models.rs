//! A derived model says what its Pydantic original says, to the byte: what it takes, and all that it refuses.

mod twins;

use gateway::contract::{
    Failure,
    answer::{Answer, Reply},
    field::{Constraints, Field},
    json::Framework,
    validation::{Errors, Step},
};
use serde::Deserialize;

use crate::{
    house::{json_body, rendered},
    originals,
};
use twins::*;

const CASES: &str = include_str!("models/cases.txt");
const FEWEST: usize = 100;

/// Of trees with one branch each: the most that pydantic takes, the first that it does not, and far beyond.
const HEIGHTS: [usize; 4] = [1, 254, 255, 400];

fn tree(height: usize) -> String {
    let below = height - 1;
    format!("{}{{}}{}", r#"{"name": "x", "branches": ["#.repeat(below), "]}".repeat(below))
}

/// What FastAPI answered.
#[derive(Debug, Deserialize, PartialEq)]
struct Answered {
    status: u16,
    body: String,
}

#[test]
fn models_say_what_their_originals_say_on_fastapi_0_115() {
    compare("0.115", Framework::of_fastapi("0.115.6"));
}

#[test]
fn models_say_what_their_originals_say_on_the_newest_fastapi() {
    compare("newest", Framework::of_fastapi("0.165.0"));
}

fn compare(environment: &str, framework: Framework) {
    let written =
        CASES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once(' ').unwrap());
    let trees: Vec<String> = HEIGHTS.into_iter().map(tree).collect();
    let cases: Vec<_> = written.chain(trees.iter().map(|tree| ("Tree", tree.as_str()))).collect();
    assert!(cases.len() >= FEWEST);
    let expected = ask(environment, &cases);
    assert_eq!(expected.len(), cases.len());
    let mut differences = Vec::new();
    let mut refused = 0;
    for ((model, body), expected) in cases.iter().zip(expected) {
        let ours = answer(model, body, framework);
        refused += usize::from(expected.status != 200);
        if ours != expected {
            differences.push(format!("{model} {body}\n  theirs {expected:?}\n  ours   {ours:?}"));
        }
    }
    crate::house::show(&format!(
        "models on FastAPI {environment}: {} bodies, {refused} refused, {} differences",
        cases.len(),
        differences.len()
    ));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// FastAPI tells them all: a hundred bytes for every two of the body, or the body once for each of its levels.
#[test]
fn what_is_told_of_very_many_mistakes_is_bounded() {
    let framework = Framework::of_fastapi("0.165.0");
    let told = |model: &str, body: &str| {
        let answered = answer(model, body, framework);
        assert_eq!(answered.status, 422);
        (answered.body.matches("{\"type\":").count(), answered.body.len())
    };
    assert_eq!(told("ListOfInner", &format!("[{}1]", "1,".repeat(9_999))).0, 10_000);
    assert_eq!(told("ListOfInner", &format!("[{}1]", "1,".repeat(1_000_000))).0, 10_000);
    let long = "x".repeat(1024 * 1024);
    let body = format!("{}{{\"x\": \"{long}\"}}{}", r#"{"branches": ["#.repeat(200), "]}".repeat(200));
    let (mistakes, length) = told("Tree", &body);
    assert_eq!((mistakes, length / long.len()), (32, 32));
}

fn ask(environment: &str, cases: &[(&str, &str)]) -> Vec<Answered> {
    let questions = cases
        .iter()
        .map(|(model, body)| format!("{}\n", serde_json::json!({ "model": model, "body": body })))
        .collect();
    originals::answers(environment, "gateway/tests/gateway/models/app.py", questions)
}

fn answer(model: &str, body: &str, framework: Framework) -> Answered {
    let read = match model {
        "Plainly" => read::<Plainly>,
        "Required" => read::<Required>,
        "Forbidding" => read::<Forbidding>,
        "Allowing" => read::<Allowing>,
        "Nesting" => read::<Nesting>,
        "Aliased" => read::<Aliased>,
        "Populated" => read::<Populated>,
        "Camel" => read::<Camel>,
        "Pascal" => read::<Pascal>,
        "Stripped" => read::<Stripped>,
        "StrippedInside" => read::<StrippedInside>,
        "Tree" => read::<Tree>,
        "Items" => read::<Items>,
        "Validated" => read::<Validated>,
        "Whole" => read::<Whole>,
        "WholeForbidding" => read::<WholeForbidding>,
        "Chosen" => read::<Chosen>,
        "Owner" => read::<Owner>,
        "Pet" => read::<Pet>,
        "ListOfInner" => read::<Vec<Inner>>,
        "OptionalInner" => read::<Option<Inner>>,
        "Empty" => read::<Empty>,
        "EmptyForbidding" => read::<EmptyForbidding>,
        other => panic!("there is no twin of {other}"),
    };
    let response =
        read(body).and_then(|reply| reply.render(framework)).unwrap_or_else(|failure| rendered(&failure));
    Answered {
        status: response.status().as_u16(),
        body: String::from_utf8(response.body().to_vec()).unwrap(),
    }
}

fn read<T: Field + Answer>(body: &str) -> Result<Reply, Failure> {
    let given = json_body(body);
    let mut errors = Errors::default();
    let value = errors.within(Step::Name("body"), |errors| T::read(&given, &T::Rules::NONE, errors));
    errors.finish(value).map(Reply::ok)
}
