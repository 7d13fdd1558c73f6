//! One table of a document: which keys it knows, which it will know one day, and which are slips.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Document, item::Item, nearest};

/// A key becomes known by being asked for; `close` then reports every other key.
pub struct Section<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    /// None: the document as a whole.
    span: Option<Range<usize>>,
    name: String,
    known: Vec<&'static str>,
    later: &'static [&'static str],
    refused: Vec<&'static str>,
}

/// A key that the reader does not know beforehand, with its value.
pub struct Entry<'d> {
    pub key: Item<'d>,
    pub value: Item<'d>,
}

impl<'d> Section<'d> {
    pub(super) fn new(
        document: &'d Document<'d>,
        table: &'d DeTable<'d>,
        span: Option<Range<usize>>,
        name: String,
    ) -> Self {
        Self { document, table, span, name, known: Vec::new(), later: &[], refused: Vec::new() }
    }

    pub fn optional(&mut self, key: &'static str) -> Option<Item<'d>> {
        self.known.push(key);
        let (_, value) = self.table.get_key_value(key)?;
        Some(Item::new(self.document, value.get_ref(), value.span(), key.to_owned()))
    }

    /// `example` is a line that could be typed.
    pub fn required(&mut self, key: &'static str, example: &str) -> Option<Item<'d>> {
        let item = self.optional(key);
        if item.is_none() {
            let what = format!("{} has no `{key}`", self.title());
            self.document.report_missing(self.span.clone(), what, format!("add `{example}`"));
        }
        item
    }

    /// Keys that the documentation names and that this version refuses.
    pub fn later(&mut self, keys: &'static [&'static str]) {
        self.later = keys;
    }

    /// A key that somebody may well try, and that has a better answer than being unknown.
    pub fn refuse(&mut self, key: &'static str, what: &str, remedy: &str) {
        self.refused.push(key);
        if let Some((key, _)) = self.table.get_key_value(key) {
            self.document.report(key.span(), what, remedy);
        }
    }

    /// All keys in the order in which they were written.
    pub fn entries(&self) -> Vec<Entry<'d>> {
        let mut keys: Vec<_> = self.table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let entries = keys.into_iter().map(|(key, value)| {
            let name = key.get_ref();
            Entry {
                key: Item::key(self.document, name, key.span()),
                value: Item::new(self.document, value.get_ref(), value.span(), name.to_string()),
            }
        });
        entries.collect()
    }

    /// Ends the reading: every key that nobody asked for is a mistake.
    pub fn close(self) {
        for (key, value) in self.table {
            let name = key.get_ref().as_ref();
            if self.known.contains(&name) || self.refused.contains(&name) {
                continue;
            }
            let shown = self.shown(name, value.get_ref());
            if self.later.contains(&name) {
                let remedy = format!("remove it; known here: {}", nearest::list(self.known.iter().copied()));
                self.document.report(key.span(), format!("{shown} is not available yet"), remedy);
            } else {
                self.document.report(key.span(), format!("{shown} is unknown"), self.suggestion(name));
            }
        }
    }

    fn suggestion(&self, name: &str) -> String {
        let known = nearest::list(self.known.iter().copied());
        match nearest::among(name, self.known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`? known here: {known}"),
            None => format!("remove it; known here: {known}"),
        }
    }

    fn shown(&self, name: &str, value: &DeValue<'_>) -> String {
        match (self.span.is_none(), value) {
            (true, DeValue::Table(_)) => format!("section `[{name}]`"),
            (true, _) => format!("`{name}`"),
            (false, _) => format!("`{name}` in {}", self.title()),
        }
    }

    fn title(&self) -> String {
        if self.span.is_none() { "the file".to_owned() } else { format!("`{}`", self.name) }
    }
}
