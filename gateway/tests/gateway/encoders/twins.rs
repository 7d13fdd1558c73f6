//! The models of `compat-tests/encoders/generate.py`, with the same values.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use gateway::contract::{
    field::{Constraints, Decimal, DecimalRules, Field, Given},
    python::{Dict, Text, Value},
    validation::Errors,
};
use gateway_macros::Answer;
use indexmap::IndexMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Answer)]
pub(super) enum Level {
    #[field(value = -1)]
    Low,
    #[field(value = 10)]
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Answer)]
pub(super) enum Priority {
    #[field(value = "low")]
    Low,
    #[field(value = "ö'\"\n")]
    Odd,
}

#[derive(Answer)]
pub(super) struct Part {
    #[field(default = 1e-7)]
    number: f64,
    #[field(default = decimal("1.10"))]
    price: Decimal,
    #[field(default = TimeDelta::seconds(90))]
    took: TimeDelta,
    #[field(default = at())]
    at: DateTime<Utc>,
    nothing: Option<i64>,
    #[field(default = Value::None)]
    anything: Value,
}

#[derive(Answer)]
#[answer(rename_all = "camelCase")]
pub(super) struct Whole {
    #[field(required)]
    part_one: Part,
    #[field(default = Vec::new())]
    many_parts: Vec<Part>,
    #[field(default = IndexMap::new())]
    by_name: IndexMap<String, Option<f64>>,
    #[field(default = Value::dict(Dict::new()))]
    plain_dict: Value,
    #[field(default = 1, serialization_alias = "alias")]
    shown_as: i64,
    perhaps: Option<Part>,
}

macro_rules! excluding {
    ($($name:ident $word:ident)*) => {$(
        /// The same with another rule of what is left out, which holds for all that is inside.
        #[derive(Answer)]
        #[answer(rename_all = "camelCase", $word)]
        pub(super) struct $name {
            part_one: Part,
            #[field(default = Vec::new())]
            many_parts: Vec<Part>,
            #[field(default = IndexMap::new())]
            by_name: IndexMap<String, Option<f64>>,
            #[field(default = Value::dict(Dict::new()))]
            plain_dict: Value,
            #[field(default = 1, serialization_alias = "alias")]
            shown_as: i64,
            perhaps: Option<Part>,
        }

        impl From<Whole> for $name {
            fn from(whole: Whole) -> Self {
                let Whole { part_one, many_parts, by_name, plain_dict, shown_as, perhaps } = whole;
                Self { part_one, many_parts, by_name, plain_dict, shown_as, perhaps }
            }
        }
    )*};
}

excluding!(ExcludeNone exclude_none ExcludeDefaults exclude_defaults);

/// What was not said is not shown.
#[derive(Default, Answer)]
pub(super) struct SetPart {
    number: Given<f64>,
    price: Given<Decimal>,
    took: Given<TimeDelta>,
    at: Given<DateTime<Utc>>,
    nothing: Given<Option<i64>>,
    anything: Given<Value>,
}

#[derive(Default, Answer)]
#[answer(rename_all = "camelCase", exclude_unset)]
pub(super) struct ExcludeUnset {
    part_one: SetPart,
    many_parts: Given<Vec<SetPart>>,
    by_name: Given<IndexMap<String, Option<f64>>>,
    plain_dict: Given<Value>,
    #[field(serialization_alias = "alias")]
    shown_as: Given<i64>,
    perhaps: Given<SetPart>,
}

pub(super) fn decimal(text: &str) -> Decimal {
    Decimal::read(&Value::text(text), &DecimalRules::NONE.allow_inf_nan(true), &mut Errors::default())
        .unwrap()
}

fn at() -> DateTime<Utc> {
    DateTime::from_str("2026-01-02T03:04:05Z").unwrap()
}

fn dict<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::dict(members.into_iter().map(|(name, value)| (Text::from(name), value)).collect())
}

pub(super) fn part(name: &str) -> Part {
    let part = Part {
        number: 1e-7,
        price: decimal("1.10"),
        took: TimeDelta::seconds(90),
        at: at(),
        nothing: None,
        anything: Value::None,
    };
    match name {
        "default" => part,
        "set" => Part { number: 1e22, price: decimal("1E+3"), anything: anything(), ..part },
        "numbers" => {
            Part { number: 0.1, price: decimal("-0.00"), took: TimeDelta::zero(), nothing: Some(0), ..part }
        }
        other => panic!("there is no part {other}"),
    }
}

fn anything() -> Value {
    dict([("a", Value::None), ("f", Value::Float(1e-5))])
}

fn by_name() -> IndexMap<String, Option<f64>> {
    IndexMap::from([("a".to_owned(), Some(1e-7)), ("_sa".to_owned(), None), ("ü".to_owned(), Some(1e16))])
}

fn plain_dict() -> Value {
    let list = vec![Value::Integer(1), Value::Float(1.5), Value::text("x"), Value::Bool(true)];
    dict([
        ("f", Value::Float(1e-7)),
        ("n", Value::None),
        ("l", Value::List(list)),
        ("_sa_x", Value::Integer(1)),
    ])
}

pub(super) fn whole(name: &str) -> Whole {
    match name {
        "least" => Whole {
            part_one: part("default"),
            many_parts: Vec::new(),
            by_name: IndexMap::new(),
            plain_dict: dict([]),
            shown_as: 1,
            perhaps: None,
        },
        "filled" => Whole {
            part_one: part("set"),
            many_parts: vec![part("numbers"), part("default")],
            by_name: by_name(),
            plain_dict: plain_dict(),
            shown_as: 1,
            perhaps: Some(part("numbers")),
        },
        other => panic!("there is no whole {other}"),
    }
}

pub(super) fn set_only(name: &str) -> ExcludeUnset {
    let numbers = || SetPart {
        number: Given::Set(0.1),
        price: Given::Set(decimal("-0.00")),
        took: Given::Set(TimeDelta::zero()),
        nothing: Given::Set(Some(0)),
        ..SetPart::default()
    };
    let set = SetPart {
        number: Given::Set(1e22),
        price: Given::Set(decimal("1E+3")),
        nothing: Given::Set(None),
        anything: Given::Set(anything()),
        ..SetPart::default()
    };
    match name {
        "least" => ExcludeUnset::default(),
        "filled" => ExcludeUnset {
            part_one: set,
            many_parts: Given::Set(vec![numbers(), SetPart::default()]),
            by_name: Given::Set(by_name()),
            plain_dict: Given::Set(plain_dict()),
            shown_as: Given::Unset,
            perhaps: Given::Set(numbers()),
        },
        other => panic!("there is no whole {other}"),
    }
}
