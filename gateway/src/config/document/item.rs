//! One value of a document, read as the type that its reader needs.
//!
//! Every method that returns nothing has reported why.

use std::{
    fmt,
    ops::{Range, RangeInclusive},
    str::FromStr,
    time::Duration,
};

use bytesize::ByteSize;
use chrono::NaiveDate;
use toml::de::DeValue;

use super::{Document, nearest, section::Section};

#[derive(Clone)]
pub struct Item<'d> {
    document: &'d Document<'d>,
    content: Content<'d>,
    span: Range<usize>,
    name: String,
}

#[derive(Clone, Copy)]
enum Content<'d> {
    Key(&'d str),
    Value(&'d DeValue<'d>),
}

impl<'d> Item<'d> {
    pub(super) fn new(
        document: &'d Document<'d>,
        value: &'d DeValue<'d>,
        span: Range<usize>,
        name: String,
    ) -> Self {
        Self { document, content: Content::Value(value), span, name }
    }

    pub(super) fn key(document: &'d Document<'d>, key: &'d str, span: Range<usize>) -> Self {
        Self { document, content: Content::Key(key), span, name: key.to_owned() }
    }

    pub fn reject(&self, what: impl fmt::Display, remedy: impl fmt::Display) {
        self.document.report(self.span.clone(), what, remedy);
    }

    pub fn text(&self) -> Option<&'d str> {
        match self.content {
            Content::Key(text) => Some(text),
            Content::Value(DeValue::String(text)) => Some(text.as_ref()),
            Content::Value(_) => self.wrong_type("text", "write text in quotes"),
        }
    }

    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let remedy = match range.start() == range.end() {
            true => format!("write `{}`", range.start()),
            false => format!("write a number from {} to {}", range.start(), range.end()),
        };
        let Content::Value(DeValue::Integer(integer)) = self.content else {
            return self.wrong_type("an integer", &remedy);
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.reject(format!("`{integer}` is out of range for `{}`", self.name), remedy);
        }
        number
    }

    /// A number that is written as one, with or without a fraction.
    pub fn number(&self, example: &str) -> Option<f64> {
        let number = match self.content {
            Content::Value(DeValue::Integer(integer)) => integer.as_str().parse().ok(),
            Content::Value(DeValue::Float(float)) => float.as_str().parse().ok(),
            Content::Key(_) | Content::Value(_) => None,
        };
        number.or_else(|| self.wrong_type("a number", &format!("write it as in `{example}`")))
    }

    /// A day without a time, unquoted.
    pub fn day(&self) -> Option<NaiveDate> {
        let Content::Value(DeValue::Datetime(day)) = self.content else {
            return self.wrong_type("a date", "write a day without quotes, as in `2027-03-01`");
        };
        let text = day.to_string();
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.reject(format!("`{text}` is not a day"), "write it as in `2027-03-01`, without a time");
        }
        parsed
    }

    pub fn boolean(&self) -> Option<bool> {
        match self.content {
            Content::Value(DeValue::Boolean(value)) => Some(*value),
            Content::Key(_) | Content::Value(_) => {
                self.wrong_type("a boolean", "write `true` or `false`, without quotes")
            }
        }
    }

    pub fn duration(&self, range: RangeInclusive<Duration>, example: &str) -> Option<Duration> {
        let remedy = format!("write a number with a unit, as in `\"{example}\"`");
        if let Content::Value(DeValue::Integer(_) | DeValue::Float(_)) = self.content {
            self.reject(format!("`{}` has no unit", self.name), remedy);
            return None;
        }
        let text = self.text()?;
        let Ok(duration) = humantime::parse_duration(text) else {
            self.reject(format!("`{text}` is not a duration"), remedy);
            return None;
        };
        if range.contains(&duration) {
            return Some(duration);
        }
        let (what, remedy) = if duration < *range.start() {
            (format!("`{text}` is too short for `{}`", self.name), remedy)
        } else {
            let most = humantime::format_duration(*range.end());
            (format!("`{text}` is too long for `{}`", self.name), format!("write at most `\"{most}\"`"))
        };
        self.reject(what, remedy);
        None
    }

    /// A number of bytes, above zero.
    pub fn size(&self, example: &str) -> Option<u64> {
        let remedy = format!("write a number with a unit, as in `\"{example}\"`");
        if let Content::Value(DeValue::Integer(_) | DeValue::Float(_)) = self.content {
            self.reject(format!("`{}` has no unit", self.name), remedy);
            return None;
        }
        let text = self.text()?;
        let has_unit = text.ends_with(|last: char| last.is_ascii_alphabetic());
        match text.parse::<ByteSize>() {
            Ok(size) if has_unit && size.as_u64() > 0 => return Some(size.as_u64()),
            Ok(size) if size.as_u64() == 0 => self.reject(format!("`{}` is zero", self.name), remedy),
            Ok(_) | Err(_) => self.reject(format!("`{text}` is not a size"), remedy),
        }
        None
    }

    /// One of a closed set of names; `noun` is what such a name is called, as in `an owner`.
    pub fn choice<T: Copy + fmt::Display>(&self, noun: &str, choices: &[T]) -> Option<T> {
        let names: Vec<String> = choices.iter().map(T::to_string).collect();
        let possible = nearest::either(names.iter().map(String::as_str));
        if !self.is_text() {
            return self.wrong_type("text", &format!("write {possible}"));
        }
        let text = self.text()?;
        if let Some(index) = names.iter().position(|name| name == text) {
            return choices.get(index).copied();
        }
        let remedy = match nearest::among(text, names.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `\"{meant}\"`? possible: {possible}"),
            None => format!("write {possible}"),
        };
        self.reject(format!("`{text}` is not {noun}"), remedy);
        None
    }

    /// Text with rules of its own; the error says which one is broken, `remedy` what to type.
    pub fn parsed<T: FromStr<Err: fmt::Display>>(&self, remedy: impl FnOnce(&T::Err) -> String) -> Option<T> {
        self.text()?.parse().map_err(|error| self.reject(&error, remedy(&error))).ok()
    }

    /// `example` is what could be typed instead of something that is no table.
    pub fn section(&self, example: &str) -> Option<Section<'d>> {
        match self.content {
            Content::Value(DeValue::Table(table)) => {
                Some(Section::new(self.document, table, Some(self.span.clone()), self.name.clone()))
            }
            Content::Key(_) | Content::Value(_) => self.wrong_type("a table", &format!("write `{example}`")),
        }
    }

    /// `example` is what could be typed instead of something that is no list.
    pub fn list(&self, example: &str) -> Option<Vec<Item<'d>>> {
        let Content::Value(DeValue::Array(values)) = self.content else {
            return self.wrong_type("a list", &format!("write `{example}`"));
        };
        let items = values
            .iter()
            .map(|value| Item::new(self.document, value.get_ref(), value.span(), self.name.clone()))
            .collect();
        Some(items)
    }

    pub fn is_table(&self) -> bool {
        matches!(self.content, Content::Value(DeValue::Table(_)))
    }

    pub fn is_text(&self) -> bool {
        matches!(self.content, Content::Key(_) | Content::Value(DeValue::String(_)))
    }

    pub fn is_integer(&self) -> bool {
        matches!(self.content, Content::Value(DeValue::Integer(_)))
    }

    pub fn is_boolean(&self) -> bool {
        matches!(self.content, Content::Value(DeValue::Boolean(_)))
    }

    /// Always nothing: what was found is not what its reader can use.
    pub fn wrong_type<T>(&self, expected: &str, remedy: &str) -> Option<T> {
        let found = match self.content {
            Content::Key(_) | Content::Value(DeValue::String(_)) => "text",
            Content::Value(DeValue::Integer(_)) => "an integer",
            Content::Value(DeValue::Float(_)) => "a float",
            Content::Value(DeValue::Boolean(_)) => "a boolean",
            Content::Value(DeValue::Datetime(_)) => "a date",
            Content::Value(DeValue::Array(_)) => "a list",
            Content::Value(DeValue::Table(_)) => "a table",
        };
        self.reject(format!("`{}` must be {expected}, not {found}", self.name), remedy);
        None
    }
}
