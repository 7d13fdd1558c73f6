//! JSON text, compact, as the encoder of the moment writes it.

use super::Answer;
use crate::contract::{json::Floats, python::string};

/// Which of the two renders what is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoder {
    /// `response_model`: pydantic-core.
    Model,
    /// A plain dict: `jsonable_encoder`, then `json.dumps`.
    Plain,
}

/// The legacy raises over it, which is its 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPrintable;

pub struct Writer {
    pub(super) out: String,
    pub(super) encoder: Option<Encoder>,
    pub(super) floats: Floats,
}

/// The members of one object.
pub struct Object<'w> {
    json: &'w mut Writer,
    is_empty: bool,
}

impl Writer {
    pub(in crate::contract) fn new(floats: Floats) -> Self {
        Self { out: String::with_capacity(256), encoder: None, floats }
    }

    pub(in crate::contract) fn into_text(self) -> String {
        self.out
    }

    /// What is written within is a plain dict, or a model; what is inside of a model stays one.
    pub fn object(
        &mut self,
        encoder: Encoder,
        write: impl FnOnce(&mut Object<'_>) -> Result<(), NotPrintable>,
    ) -> Result<(), NotPrintable> {
        let outside = self.encoder;
        self.encoder = if outside == Some(Encoder::Model) { outside } else { Some(encoder) };
        self.out.push('{');
        write(&mut Object { json: self, is_empty: true })?;
        self.out.push('}');
        self.encoder = outside;
        Ok(())
    }

    pub(super) fn list<'a, T: Answer>(
        &mut self,
        items: impl Iterator<Item = &'a T>,
    ) -> Result<(), NotPrintable> {
        self.out.push('[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            item.write(self)?;
        }
        self.out.push(']');
        Ok(())
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn text(&mut self, text: &str) {
        string(text, &mut self.out);
    }
}

impl Object<'_> {
    pub fn member(&mut self, name: &str, value: &dyn Answer) -> Result<(), NotPrintable> {
        if !self.is_empty {
            self.json.out.push(',');
        }
        self.is_empty = false;
        string(name, &mut self.json.out);
        self.json.out.push(':');
        value.write(self.json)
    }
}
