//! An answer that `legacy.toml` writes: its bytes, and values in the places among them.

use std::sync::Arc;

use super::{Answer, NotPrintable, Writer};
use crate::contract::profile::auth::{AnswerTemplate, Piece, Place};

pub struct FilledTemplate {
    parts: Vec<Part>,
}

enum Part {
    Bytes(String),
    Value(Arc<dyn Answer>),
}

impl FilledTemplate {
    /// `value` has one for each place; where it has none, the answer shows `null`.
    pub fn new(template: &AnswerTemplate, value: impl Fn(&Place) -> Option<Arc<dyn Answer>>) -> Self {
        let parts = template.pieces().iter().map(|piece| match piece {
            Piece::Bytes(bytes) => Part::Bytes(bytes.clone()),
            Piece::Place(place) => value(place).map_or_else(|| Part::Bytes("null".to_owned()), Part::Value),
        });
        Self { parts: parts.collect() }
    }
}

impl Answer for FilledTemplate {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        for part in &self.parts {
            match part {
                Part::Bytes(bytes) => json.raw(bytes),
                Part::Value(value) => value.write(json)?,
            }
        }
        Ok(())
    }
}
