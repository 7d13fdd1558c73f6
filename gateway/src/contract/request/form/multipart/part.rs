//! One part of a form: a text, or a file when it has a file's name.

use bytes::Bytes;

use crate::contract::{
    python::{Upload, Value},
    request::{
        RequestRules,
        form::{LARGEST_FIELD, MOST_FIELDS, MOST_FILES, NoForm, options},
        header::latin1,
    },
};

#[derive(Default)]
pub(super) struct Part {
    /// Names in lower case.
    pub(super) headers: Vec<(Vec<u8>, Vec<u8>)>,
    name: String,
    file: Option<String>,
}

impl Part {
    /// A text has a limit, whether its end is there or not.
    pub(super) fn check(&self, content: &Bytes) -> Result<(), NoForm> {
        if self.file.is_none() && content.len() > LARGEST_FIELD {
            return Err(NoForm::Told("Part exceeded maximum size of 1024KB."));
        }
        Ok(())
    }
}

/// How many there were, and how their texts are encoded.
pub(super) struct Limits {
    fields: usize,
    files: usize,
    is_utf8: bool,
    rules: RequestRules,
}

impl Limits {
    /// UTF-8, where nothing else is said; of all others, only Latin-1 is read as what it is.
    pub(super) fn new(charset: Option<&str>, rules: RequestRules) -> Self {
        let is_utf8 = charset.is_none_or(|charset| {
            let plain: String = charset.chars().filter(char::is_ascii_alphanumeric).collect();
            matches!(plain.to_ascii_lowercase().as_str(), "utf8" | "u8" | "utf" | "cp65001")
        });
        Self { fields: 0, files: 0, is_utf8, rules }
    }

    /// What a part is, from its headers.
    pub(super) fn open(&mut self, part: &mut Part) -> Result<(), NoForm> {
        let disposition = part.headers.iter().rev().find(|(name, _)| name == b"content-disposition");
        let disposition = disposition.map(|(_, value)| latin1(value)).unwrap_or_default();
        let (_, options) = options::read(&disposition);
        let named = |name: &str| options::find(&options, name).map(|value| self.decoded_text(value));
        part.name = named("name")
            .ok_or(NoForm::Told("The Content-Disposition header field \"name\" must be provided."))?;
        part.file = named("filename");
        let (count, most, words) = match part.file {
            Some(_) => (&mut self.files, MOST_FILES, "Too many files. Maximum number of files is 1000."),
            None => (&mut self.fields, MOST_FIELDS, "Too many fields. Maximum number of fields is 1000."),
        };
        *count += 1;
        if *count > most { Err(NoForm::Told(words)) } else { Ok(()) }
    }

    pub(super) fn close(&self, part: Part, content: Bytes) -> (String, Value) {
        let value = match part.file {
            Some(name) => {
                let headers =
                    part.headers.iter().map(|(name, value)| (latin1(name), latin1(value))).collect();
                Value::File(Upload::new(name, headers, content, self.rules.judges_forms()).into())
            }
            None => Value::text(&self.decoded(&content)),
        };
        (part.name, value)
    }

    fn decoded_text(&self, latin1: &str) -> String {
        let bytes: Vec<u8> = latin1.chars().map(|character| character as u8).collect();
        self.decoded(&bytes)
    }

    fn decoded(&self, bytes: &[u8]) -> String {
        match std::str::from_utf8(bytes) {
            Ok(text) if self.is_utf8 => text.to_owned(),
            _ => latin1(bytes),
        }
    }
}
