//! The members of one object, in the order in which they are written.

use super::{Answer, Key, NotPrintable, Writer};
use crate::contract::python::Dict;

pub struct Object<'w> {
    json: &'w mut Writer,
    is_empty: bool,
}

impl<'w> Object<'w> {
    pub(super) fn new(json: &'w mut Writer) -> Self {
        Self { json, is_empty: true }
    }

    /// A field; one that is None is so by default.
    pub fn member(&mut self, name: &str, value: &dyn Answer) -> Result<(), NotPrintable> {
        let is_default = self.json.exclude.defaults && (value.is_none() || value.is_unset());
        if is_default { Ok(()) } else { self.field(name, value) }
    }

    /// A field with a default of its own, or with none.
    pub fn member_or<T: Answer>(
        &mut self,
        name: &str,
        value: &T,
        default: impl FnOnce() -> Option<T>,
    ) -> Result<(), NotPrintable> {
        let is_default = self.json.exclude.defaults
            && match default() {
                Some(default) => self.json.shown(&default)? == self.json.shown(value)?,
                None => false,
            };
        if is_default { Ok(()) } else { self.field(name, value) }
    }

    fn field(&mut self, name: &str, value: &dyn Answer) -> Result<(), NotPrintable> {
        let exclude = self.json.exclude;
        let excluded = exclude.none && value.is_none() || exclude.unset && value.is_unset();
        if excluded { Ok(()) } else { self.entry(name, value) }
    }

    /// A member that is there whatever is left out, as those of a dict are.
    pub(super) fn entry<K: Key + ?Sized>(&mut self, key: &K, value: &dyn Answer) -> Result<(), NotPrintable> {
        if self.json.in_plain() && key.is_hidden() {
            return Ok(());
        }
        if !self.is_empty {
            self.json.out.push(',');
        }
        self.is_empty = false;
        key.write_key(self.json)?;
        self.json.out.push(':');
        value.write(self.json)
    }

    /// What `extra="allow"` kept.
    pub fn members(&mut self, members: &Dict) -> Result<(), NotPrintable> {
        members.iter().try_for_each(|(name, value)| self.entry(name, value))
    }
}
