//! A value of a document whose type is the writer's choice: a boolean, a whole number or a text.

use std::fmt;

use super::item::Item;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    Bool(bool),
    Integer(i64),
    Text(String),
}

impl Scalar {
    pub fn read(item: &Item<'_>) -> Option<Self> {
        if item.is_text() {
            return item.text().map(|text| Self::Text(text.to_owned()));
        }
        if item.is_integer() {
            return item.integer(i64::MIN..=i64::MAX).map(Self::Integer);
        }
        if item.is_boolean() {
            return item.boolean().map(Self::Bool);
        }
        item.wrong_type("a boolean, an integer or text", "write it as in `true`, `1` or `\"active\"`")
    }
}

/// As PostgreSQL writes it as text.
impl fmt::Display for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(formatter),
            Self::Integer(value) => value.fmt(formatter),
            Self::Text(value) => value.fmt(formatter),
        }
    }
}
