//! JSON text, compact, as the encoder of the moment writes it.

use std::fmt::{self, Write};

use super::{Answer, Exclude, Object, digits::whole};
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

/// Most answers are no longer, so that they are not moved while they grow.
const ORDINARY: usize = 1024;

pub struct Writer {
    pub(super) out: String,
    /// Of the whole; undecided until the first object.
    whole: Option<Encoder>,
    /// Of what is being written: a model in a plain dict is dumped first, as a model.
    part: Encoder,
    /// How this legacy writes those of a model.
    floats: Floats,
    pub(super) exclude: Exclude,
}

impl Writer {
    pub(in crate::contract) fn new(floats: Floats) -> Self {
        let out = String::with_capacity(ORDINARY);
        Self { out, whole: None, part: Encoder::Model, floats, exclude: Exclude::NOTHING }
    }

    pub(in crate::contract) fn into_text(self) -> String {
        self.out
    }

    /// What is written within is a plain dict, or a model; what is inside of a model stays one.
    pub(super) fn within(
        &mut self,
        encoder: Encoder,
        exclude: Exclude,
        write: impl FnOnce(&mut Self) -> Result<(), NotPrintable>,
    ) -> Result<(), NotPrintable> {
        let outside = (self.whole, self.part, self.exclude);
        if self.whole.is_none() || self.part == Encoder::Plain {
            self.part = encoder;
        }
        self.whole = self.whole.or(Some(encoder));
        self.exclude = self.exclude.and(exclude);
        write(self)?;
        (self.whole, self.part, self.exclude) = outside;
        Ok(())
    }

    pub fn object(
        &mut self,
        encoder: Encoder,
        exclude: Exclude,
        write: impl FnOnce(&mut Object<'_>) -> Result<(), NotPrintable>,
    ) -> Result<(), NotPrintable> {
        self.within(encoder, exclude, |json| json.members(write))
    }

    /// An object of whatever encoder is at work.
    pub(super) fn members(
        &mut self,
        write: impl FnOnce(&mut Object<'_>) -> Result<(), NotPrintable>,
    ) -> Result<(), NotPrintable> {
        self.out.push('{');
        write(&mut Object::new(self))?;
        self.out.push('}');
        Ok(())
    }

    pub(super) fn list<'a>(
        &mut self,
        items: impl Iterator<Item = &'a dyn Answer>,
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

    /// What a value would be written as here, whole.
    pub(super) fn shown(&self, value: &dyn Answer) -> Result<String, NotPrintable> {
        let mut json = Self { out: String::new(), exclude: Exclude::NOTHING, ..*self };
        value.write(&mut json)?;
        Ok(json.out)
    }

    /// Whether `jsonable_encoder` writes this part, and no model in it.
    pub(super) fn is_plain(&self) -> bool {
        self.part == Encoder::Plain
    }

    /// Whether `jsonable_encoder` sees this part at all.
    pub(super) fn in_plain(&self) -> bool {
        self.whole == Some(Encoder::Plain)
    }

    pub(super) fn floats(&self) -> Floats {
        if self.in_plain() { Floats::JsonDumps } else { self.floats }
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn text(&mut self, text: &str) {
        string(text, &mut self.out);
    }

    pub(super) fn whole(&mut self, number: i64) {
        whole(number, &mut self.out);
    }

    /// What needs no escaping.
    pub(super) fn in_quotes(
        &mut self,
        append: impl FnOnce(&mut String) -> Result<(), NotPrintable>,
    ) -> Result<(), NotPrintable> {
        self.out.push('"');
        append(&mut self.out)?;
        self.out.push('"');
        Ok(())
    }

    /// What needs no escaping, in quotes.
    pub(super) fn quoted(&mut self, text: fmt::Arguments<'_>) -> Result<(), NotPrintable> {
        self.in_quotes(|out| out.write_fmt(text).map_err(|_| NotPrintable))
    }

    pub(super) fn formatted(&mut self, text: fmt::Arguments<'_>) -> Result<(), NotPrintable> {
        self.out.write_fmt(text).map_err(|_| NotPrintable)
    }
}
