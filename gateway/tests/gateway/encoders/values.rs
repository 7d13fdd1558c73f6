//! The values of the table: each by every type of ours that may hold it.

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use gateway::contract::{
    answer::Answer,
    field::{self, Constraints, Field, Url, Whole},
    python::Value,
    validation::Errors,
};
use indexmap::{IndexMap, IndexSet};
use uuid::Uuid;

use crate::house::json_body;

use super::twins::{self, ExcludeDefaults, ExcludeNone, Level, Priority};

type Answers = Vec<Box<dyn Answer>>;

pub(super) fn of(kind: &str, value: &str) -> Answers {
    match kind {
        "float" => one(value.parse::<f64>().unwrap()),
        "decimal" => one(twins::decimal(value)),
        "date" => one(value.parse::<NaiveDate>().unwrap()),
        "time" => times(value),
        "datetime" => datetimes(value),
        "timedelta" => one(timedelta(value.parse().unwrap())),
        "text" => vec![Box::new(value.to_owned()), Box::new(Value::text(value))],
        "integer" => integers(value),
        "bool" => one(value == "true"),
        "uuid" => one(value.parse::<Uuid>().unwrap()),
        "url" => one(read::<Url>(value)),
        "level" => one(if value == "LOW" { Level::Low } else { Level::High }),
        "priority" => one(if value == "LOW" { Priority::Low } else { Priority::Odd }),
        "any" => one(json_body(value)),
        "bytes" => one(Bytes::from(value.to_owned())),
        "none" => vec![Box::new(None::<i64>), Box::new(Value::None)],
        "part" => one(twins::part(value)),
        "whole" => one(twins::whole(value)),
        "exclude_none" => one(ExcludeNone::from(twins::whole(value))),
        "exclude_unset" => one(twins::set_only(value)),
        "exclude_defaults" => one(ExcludeDefaults::from(twins::whole(value))),
        container => containers(container),
    }
}

fn containers(kind: &str) -> Answers {
    let uuid = Uuid::from_u128(5);
    let day = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
    match kind {
        "floats" => one(vec![1e-7, 1.0, 1e16]),
        "tuple" => one((1, "a", 1e-7)),
        "set" => one(IndexSet::from([7])),
        "by_text" => one(IndexMap::from([("b", 1e-7), ("_sa", 2.0), ("ü\n", 3.0)])),
        "by_number" => one(IndexMap::from([(1, TimeDelta::days(1)), (-5, TimeDelta::days(2))])),
        "by_level" => one(IndexMap::from([(Level::High, 1), (Level::Low, 2)])),
        "by_priority" => one(IndexMap::from([(Priority::Odd, Level::Low)])),
        "by_date" => one(IndexMap::from([(day, None::<i64>)])),
        "by_uuid" => one(IndexMap::from([(uuid, twins::decimal("1.10"))])),
        "perhaps" => one(vec![None, Some(1e-7)]),
        "parts_by_text" => {
            one(IndexMap::from([("x", vec![twins::part("default")]), ("f", vec![twins::part("set")])]))
        }
        "mixed" => {
            let members: [(&str, Box<dyn Answer>); 3] = [
                ("part", Box::new(twins::part("default"))),
                ("f", Box::new(1e-7)),
                ("took", Box::new(TimeDelta::seconds(90))),
            ];
            one(IndexMap::from(members))
        }
        other => panic!("the table has an unknown kind {other}"),
    }
}

fn one(value: impl Answer) -> Answers {
    vec![Box::new(value)]
}

fn read<T: Field>(text: &str) -> T {
    T::read(&Value::text(text), &T::Rules::NONE, &mut Errors::default()).unwrap()
}

fn times(text: &str) -> Answers {
    let mut answers = one(read::<field::Time>(text));
    answers.extend(text.parse::<NaiveTime>().map(|time| Box::new(time) as Box<dyn Answer>));
    answers
}

fn datetimes(text: &str) -> Answers {
    let mut answers = one(read::<field::DateTime>(text));
    answers.extend(text.parse::<NaiveDateTime>().map(|at| Box::new(at) as Box<dyn Answer>));
    if let Ok(at) = text.parse::<DateTime<FixedOffset>>() {
        if at.offset().local_minus_utc() == 0 {
            answers.push(Box::new(at.with_timezone(&Utc)));
        }
        answers.push(Box::new(at));
    }
    assert_eq!(answers.len(), if text.ends_with("+00:00") { 3 } else { 2 });
    answers
}

fn timedelta(microseconds: i128) -> TimeDelta {
    let seconds = i64::try_from(microseconds.div_euclid(1_000_000)).unwrap();
    let nanoseconds = u32::try_from(microseconds.rem_euclid(1_000_000)).unwrap() * 1000;
    TimeDelta::new(seconds, nanoseconds).unwrap()
}

fn integers(text: &str) -> Answers {
    let mut answers = vec![Box::new(read::<Whole>(text)) as Box<dyn Answer>, Box::new(Value::digits(text))];
    answers.extend(text.parse::<i64>().map(|number| Box::new(number) as Box<dyn Answer>));
    answers.extend(text.parse::<i32>().map(|number| Box::new(number) as Box<dyn Answer>));
    answers
}
