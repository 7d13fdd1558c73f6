//! A TOML document that a person wrote, read so that every mistake in it is found in one go.
//!
//! A reader asks for keys and gets values or nothing; where it gets nothing although it needed something, the
//! mistake is already noted here. What only follows from broken syntax is not noted: it would hide the cause.

pub mod item;
pub mod nearest;
pub mod scalar;
pub mod section;
mod syntax;

use std::{cell::RefCell, fmt, ops::Range, path::Path};

use toml::{Spanned, de::DeTable};

use super::mistakes::{Mistake, Mistakes};
use section::Section;

pub struct Document<'t> {
    name: &'t Path,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
    broken: Vec<Range<usize>>,
    mistakes: RefCell<Mistakes>,
}

impl<'t> Document<'t> {
    pub fn read(name: &'t Path, text: &'t str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut mistakes = Mistakes::default();
        let mut broken: Vec<Range<usize>> = Vec::new();
        for error in syntax::without_echoes(errors, text) {
            let (what, remedy) = syntax::explain(text, &error);
            broken.push(syntax::shadow(text, &error));
            mistakes.push(Mistake::in_text(name, text, error.span, what, remedy));
        }
        Self { name, text, root, broken, mistakes: RefCell::new(mistakes) }
    }

    pub fn root(&self) -> Section<'_> {
        Section::new(self, self.root.get_ref(), None, String::new())
    }

    pub fn report(&self, span: Range<usize>, what: impl fmt::Display, remedy: impl fmt::Display) {
        if !self.broken.iter().any(|broken| broken.contains(&span.start)) {
            self.mistakes.borrow_mut().push(Mistake::in_text(self.name, self.text, span, what, remedy));
        }
    }

    /// Something that should stand in `span`, or anywhere, does not. Where the syntax is broken it may only be
    /// invisible.
    fn report_missing(&self, span: Option<Range<usize>>, what: impl fmt::Display, remedy: impl fmt::Display) {
        match span {
            _ if !self.broken.is_empty() => {}
            Some(span) => self.report(span, what, remedy),
            None => self.mistakes.borrow_mut().push(Mistake::in_file(self.name, what, remedy)),
        }
    }

    /// What was read, or everything that must be corrected first. `value` is absent only after a report.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Mistakes> {
        let value = self.mistakes.into_inner().into_result(value)?;
        Ok(value.expect("a reader gives up a value only after reporting why"))
    }
}
