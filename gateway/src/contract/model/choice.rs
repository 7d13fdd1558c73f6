//! One of some values: an `Enum` or a `Literal`, as `#[derive(Model)]` makes one of a Rust enum.
//!
//! Source: pydantic-core `src/validators/enum_.rs`, `src/validators/literal.rs`.

use std::borrow::Cow;

use crate::contract::{
    field::{Constraints, Field, Whole},
    python::{Value, repr},
    validation::{Errors, Problem},
};

/// The value of one member of the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Text(&'static str),
    Number(i64),
}

/// What the members belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// `class Priority(str, Enum)`, or `IntEnum`, which takes all that an `int` takes.
    Enum,
    /// `Literal["low", "high"]`
    Literal,
}

impl Choices {
    /// The members stand in the order of the original.
    pub fn read<'a, T: Copy>(
        self,
        members: &[(Choice, T)],
        given: &'a Value,
        errors: &mut Errors<'a>,
    ) -> Option<T> {
        let found = members.iter().find(|(choice, _)| self.is(*choice, given)).map(|(_, member)| *member);
        if found.is_none() {
            let numbers = members.iter().any(|(choice, _)| matches!(choice, Choice::Number(_)));
            let problem =
                if numbers && self.is_too_large(given) { too_large() } else { self.refusal(members) };
            errors.push(problem, Cow::Borrowed(given));
        }
        found
    }

    fn is(self, choice: Choice, given: &Value) -> bool {
        match (choice, given) {
            (Choice::Text(text), Value::Text(given)) => given.as_str() == Some(text),
            (Choice::Text(_), _) => false,
            (Choice::Number(number), Value::Integer(given)) => number == *given,
            // Equal to Python, whatever the type.
            (Choice::Number(number), Value::Float(given)) => number as f64 == *given,
            (Choice::Number(number), Value::Bool(given)) => number == i64::from(*given),
            (Choice::Number(number), Value::Text(_)) => self == Self::Enum && parsed(given) == Some(number),
            (Choice::Number(_), _) => false,
        }
    }

    /// pydantic-core looks integers up as 64 bits.
    fn is_too_large(self, given: &Value) -> bool {
        match given {
            Value::Huge(_) => true,
            Value::Text(_) => {
                self == Self::Enum && parsed::<Whole>(given).is_some() && parsed::<i64>(given).is_none()
            }
            _ => false,
        }
    }

    fn refusal<T>(self, members: &[(Choice, T)]) -> Problem {
        let shown: Vec<_> = members.iter().map(|(choice, _)| repr(&choice.value())).collect();
        let expected = match shown.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        let kind = match self {
            Self::Enum => "enum",
            Self::Literal => "literal_error",
        };
        let context = Value::text(&expected);
        Problem::new(kind, format!("Input should be {expected}")).with("expected", context)
    }
}

/// As an `int` field takes it.
fn parsed<T: Field>(given: &Value) -> Option<T> {
    T::read(given, &T::Rules::NONE, &mut Errors::default())
}

fn too_large() -> Problem {
    Problem::new("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
}

impl Choice {
    fn value(self) -> Value {
        match self {
            Self::Text(text) => Value::text(text),
            Self::Number(number) => Value::Integer(number),
        }
    }
}
