//! The derived models, each with the name of its original in `app.py`.

use gateway::contract::{
    field::Whole as Integer,
    model::Refusal,
    python::{Dict, Value},
};
use gateway_macros::{Answer, Model};
use indexmap::IndexMap;

#[derive(Clone, Copy, Debug, PartialEq, Model, Answer)]
enum Priority {
    #[field(value = "low")]
    Low,
    #[field(value = "high")]
    High,
    #[field(value = "it's")]
    Odd,
}

#[derive(Clone, Copy, Debug, PartialEq, Model, Answer)]
enum Level {
    #[field(value = -1)]
    Low,
    #[field(value = 0)]
    Middle,
    #[field(value = 10)]
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Model, Answer)]
#[model(literal)]
enum Letter {
    #[field(value = "x")]
    X,
    #[field(value = "it's")]
    Odd,
}

#[derive(Clone, Copy, Debug, PartialEq, Model, Answer)]
#[model(literal)]
enum Number {
    #[field(value = 1)]
    One,
    #[field(value = 2)]
    Two,
    #[field(value = 3)]
    Three,
}

#[derive(Clone, Copy, Debug, PartialEq, Model, Answer)]
#[model(literal)]
enum Single {
    #[field(value = "only")]
    Only,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Inner {
    a: i64,
    b: Option<String>,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Plainly {
    #[field(min_length = 1, max_length = 5)]
    title: String,
    #[field(ge = 0, le = 10, default = 0)]
    count: i32,
    #[field(ge = 0.0, allow_inf_nan = false)]
    hours: Option<f64>,
    #[field(default = Priority::Low)]
    priority: Priority,
    #[field(default = "none")]
    label: String,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Required {
    #[field(required)]
    a: Option<i64>,
    #[field(required)]
    b: Option<String>,
    c: Option<String>,
}

#[derive(Debug, Model, Answer)]
#[model(extra = "forbid")]
pub(super) struct Forbidding {
    a: i64,
    #[field(default = 2)]
    b: i64,
}

#[derive(Debug, Model, Answer)]
#[model(extra = "allow")]
pub(super) struct Allowing {
    a: i64,
    #[field(default = 0)]
    z: i64,
    #[field(extra)]
    others: Dict,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Nesting {
    one: Inner,
    #[field(default = Vec::new())]
    many: Vec<Inner>,
    perhaps: Option<Inner>,
    #[field(default = Vec::new())]
    deep: Vec<Vec<Inner>>,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Aliased {
    #[field(alias = "AA")]
    a: i64,
    #[field(validation_alias = "B1", validation_alias = "B2", default = 1)]
    b: i64,
    #[field(serialization_alias = "CC", default = 1)]
    c: i64,
}

#[derive(Debug, Model, Answer)]
#[model(populate_by_name, extra = "forbid")]
pub(super) struct Populated {
    #[field(alias = "AA")]
    a: i64,
    #[field(validation_alias = "B1", validation_alias = "B2", default = 1)]
    b: i64,
}

#[derive(Debug, Model, Answer)]
#[model(rename_all = "camelCase", extra = "forbid")]
#[answer(rename_all = "camelCase")]
pub(super) struct Camel {
    first_name: String,
    #[field(default = 0)]
    a_1b: i64,
    #[field(default = "t")]
    r#type: String,
    #[field(alias = "odd", default = 1)]
    odd_one: i64,
}

#[derive(Debug, Model, Answer)]
#[model(rename_all = "PascalCase", populate_by_name)]
#[answer(rename_all = "PascalCase")]
pub(super) struct Pascal {
    first_name: String,
    #[field(default = "x")]
    last_name: String,
}

#[derive(Debug, Model, Answer)]
#[model(strip_whitespace)]
pub(super) struct Stripped {
    #[field(min_length = 2)]
    a: String,
    b: Option<String>,
    #[field(default = Vec::new())]
    c: Vec<String>,
}

#[derive(Debug, Model, Answer)]
#[model(strip_whitespace)]
pub(super) struct StrippedInside {
    #[field(items(min_length = 2), default = Vec::new())]
    words: Vec<String>,
    #[field(max_length = 1)]
    few: Option<Vec<Vec<String>>>,
    #[field(values(max_length = 2), max_length = 1, default = IndexMap::new())]
    names: IndexMap<String, String>,
    #[field(strip_whitespace = false, default = String::new())]
    as_given: String,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Tree {
    name: String,
    #[field(default = Vec::new())]
    branches: Vec<Tree>,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Items {
    #[field(items(min_length = 2, max_length = 3))]
    words: Vec<String>,
    #[field(items(ge = 1))]
    numbers: Option<Vec<i64>>,
    #[field(items(items(le = 3)), default = Vec::new())]
    grid: Vec<Vec<i64>>,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Validated {
    #[field(check = must_be_even)]
    even: i64,
    #[field(after = in_capitals, default = "nobody")]
    name: String,
    #[field(after = of_a_kind)]
    kind: Option<i64>,
}

fn must_be_even(value: &i64) -> Result<(), Refusal> {
    match *value {
        odd if odd % 2 != 0 => Err(Refusal::value_error("must be even")),
        large if large >= 100 => Err(Refusal::assertion("must be small")),
        _ => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a mapping validator is given the value")]
fn in_capitals(value: String) -> Result<String, Refusal> {
    if value.is_empty() {
        return Err(Refusal::value_error("a \"name\" is wanted\n"));
    }
    Ok(value.to_uppercase())
}

fn of_a_kind(value: Option<i64>) -> Result<Option<i64>, Refusal> {
    match value {
        None => Err(Refusal::custom("no_kind", "a kind is wanted")),
        Some(kind) if kind > 5 => {
            let refusal = Refusal::custom("odd_kind", &format!("{kind} is no kind"));
            Err(refusal.with("kind", Value::Integer(kind)))
        }
        kind => Ok(kind),
    }
}

#[derive(Debug, Model, Answer)]
#[model(check = in_order)]
pub(super) struct Whole {
    least: i64,
    #[field(default = 10)]
    most: i64,
    inner: Option<Validated>,
}

fn in_order(whole: &Whole) -> Result<(), Refusal> {
    if whole.least > whole.most {
        return Err(Refusal::value_error(&format!("{} is more than {}", whole.least, whole.most)));
    }
    Ok(())
}

#[derive(Debug, Model, Answer)]
#[model(extra = "forbid", after = never)]
pub(super) struct WholeForbidding {
    a: i64,
}

fn never(_: WholeForbidding) -> Result<WholeForbidding, Refusal> {
    Err(Refusal::value_error("never"))
}

#[derive(Debug, Model, Answer)]
pub(super) struct Chosen {
    #[field(default = Priority::Low)]
    text: Priority,
    #[field(default = Level::Middle)]
    number: Level,
    #[field(default = Letter::X)]
    literal: Letter,
    #[field(default = Number::One)]
    literal_number: Number,
    #[field(default = Single::Only)]
    single: Single,
}

#[derive(Clone, Copy, Debug, Model, Answer)]
#[model(literal)]
enum CatKind {
    #[field(value = "cat")]
    Cat,
}

#[derive(Clone, Copy, Debug, Model, Answer)]
#[model(literal)]
enum DogKind {
    #[field(value = "dog")]
    Dog,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Cat {
    kind: CatKind,
    lives: Integer,
}

#[derive(Debug, Model, Answer)]
#[model(extra = "forbid")]
pub(super) struct Dog {
    kind: DogKind,
    #[field(default = "Rex")]
    name: String,
}

#[derive(Debug, Model, Answer)]
#[model(tag = "kind")]
pub(super) enum Pet {
    #[field(value = "cat")]
    Cat(Cat),
    #[field(value = "dog")]
    Dog(Dog),
}

#[derive(Debug, Model, Answer)]
pub(super) struct Owner {
    pet: Pet,
    #[field(default = Vec::new())]
    others: Vec<Pet>,
    perhaps: Option<Pet>,
}

#[derive(Debug, Model, Answer)]
pub(super) struct Empty {}

#[derive(Debug, Model, Answer)]
#[model(extra = "forbid")]
pub(super) struct EmptyForbidding {}
