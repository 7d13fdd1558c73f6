//! What a JSON document is in Python.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Text, Upload};

/// A `dict`: of two equal keys the first has the place and the last the value.
pub type Dict = IndexMap<Text, Value>;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    None,
    Bool(bool),
    Integer(i64),
    /// An integer beyond that: the digits, with a `-` before a negative one.
    Huge(String),
    Float(f64),
    Text(Text),
    List(Vec<Value>),
    /// Boxed, or every number in a long list would take as much room.
    Dict(Box<Dict>),
    /// Of a form only.
    File(Arc<Upload>),
}

impl Value {
    pub fn text(text: &str) -> Self {
        Self::Text(Text::from(text))
    }

    /// What is stored as JSON.
    pub fn of_json(json: &str) -> Option<Self> {
        super::loads(json.as_bytes()).ok()
    }

    /// A body that was not read as JSON, as `jsonable_encoder` shows it.
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Text(Text::of(bytes.to_vec()))
    }

    /// Of digits as JSON has them.
    pub fn digits(digits: &str) -> Self {
        digits.parse().map_or_else(|_| Self::Huge(digits.to_owned()), Self::Integer)
    }

    pub fn dict(members: Dict) -> Self {
        Self::Dict(Box::new(members))
    }
}
