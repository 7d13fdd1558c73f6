//! What the first line of a migration promises, and how that line is read.
//!
//! `-- gateway: phase=expand transaction=on reversible=lossless requires_alembic=REV`; the keys in any order.

use std::{ops::Range, path::Path, str::FromStr};

use strum::VariantNames;

use crate::config::{
    document::nearest,
    mistakes::{Mistake, Mistakes},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub phase: Phase,
    pub reversible: Reversible,
    /// The revision of Alembic's that the legacy's tables must have.
    pub requires_alembic: Option<String>,
}

/// Where in an expand and contract change it stands: what running code of the version before may still count on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Phase {
    /// Adds only: the code of the version before works on.
    Expand,
    /// Moves rows from the old shape to the new.
    Migrate,
    /// Takes away what no running code uses any more.
    Contract,
}

/// What taking it back costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Reversible {
    /// Nothing: the way down takes away only what can be derived again.
    Lossless,
    /// Nothing: what the way down drops is copied first, and the next way up brings it back.
    Archive,
    /// Rows.
    Lossy,
}

impl Phase {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Reversible {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

const MARK: &str = "-- gateway:";
const UP: [&str; 4] = ["phase", "transaction", "reversible", "requires_alembic"];
const DOWN: [&str; 1] = ["transaction"];
const UP_EXAMPLE: &str = "begin the file with `-- gateway: phase=expand transaction=on reversible=lossless`";
const DOWN_EXAMPLE: &str = "begin the file with `-- gateway: transaction=on`";

impl Header {
    /// The header of an up, and whether it runs in a transaction.
    pub fn of_up(path: &Path, text: &str) -> Result<(Self, bool), Mistakes> {
        let mut line = Line::read(path, text, &UP, UP_EXAMPLE)?;
        let phase = line.choice::<Phase>("phase");
        let is_transactional = line.transaction();
        let reversible = line.choice::<Reversible>("reversible");
        let revision = line.revision();
        match (phase, reversible, is_transactional) {
            (Some(phase), Some(reversible), Some(is_transactional)) if line.mistakes.is_empty() => {
                Ok((Self { phase, reversible, requires_alembic: revision }, is_transactional))
            }
            _ => Err(line.mistakes),
        }
    }

    /// Whether a down runs in a transaction; everything else the up says for both.
    pub fn of_down(path: &Path, text: &str) -> Result<bool, Mistakes> {
        let mut line = Line::read(path, text, &DOWN, DOWN_EXAMPLE)?;
        let is_transactional = line.transaction();
        line.mistakes.into_result(is_transactional.unwrap_or(true))
    }
}

/// The words of the line, and what is wrong with them.
struct Line<'a> {
    path: &'a Path,
    text: &'a str,
    words: Vec<Word<'a>>,
    length: usize,
    example: &'static str,
    mistakes: Mistakes,
}

struct Word<'a> {
    key: &'a str,
    value: &'a str,
    span: Range<usize>,
}

impl<'a> Line<'a> {
    fn read(
        path: &'a Path,
        text: &'a str,
        keys: &[&'static str],
        example: &'static str,
    ) -> Result<Self, Mistakes> {
        let first = text.lines().next().unwrap_or_default();
        let Some(rest) = first.strip_prefix(MARK) else {
            let what = "the first line does not say what the migration is";
            return Err(Mistake::in_text(path, text, 0..first.len(), what, example).into());
        };
        let mut line = Self {
            path,
            text,
            words: Vec::new(),
            length: first.len(),
            example,
            mistakes: Mistakes::default(),
        };
        for word in rest.split_ascii_whitespace() {
            line.take(word, keys);
        }
        Ok(line)
    }

    fn take(&mut self, word: &'a str, keys: &[&'static str]) {
        let start = word.as_ptr() as usize - self.text.as_ptr() as usize;
        let span = start..start + word.len();
        let Some((key, value)) = word.split_once('=') else {
            return self.refuse(span, format!("`{word}` is not key=value"), self.example);
        };
        let key_span = start..start + key.len();
        if !keys.contains(&key) {
            let remedy = match nearest::among(key, keys.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the keys are {}", nearest::list(keys.iter().copied())),
            };
            return self.refuse(key_span, format!("`{key}` is not a key of this line"), remedy);
        }
        if self.words.iter().any(|earlier| earlier.key == key) {
            return self.refuse(key_span, format!("`{key}` stands there twice"), "remove one of them");
        }
        self.words.push(Word { key, value, span: start + key.len() + 1..span.end });
    }

    fn refuse(&mut self, span: Range<usize>, what: String, remedy: impl std::fmt::Display) {
        self.mistakes.push(Mistake::in_text(self.path, self.text, span, what, remedy));
    }

    fn find(&mut self, key: &str) -> Option<(&'a str, Range<usize>)> {
        let found = self.words.iter().find(|word| word.key == key);
        let found = found.map(|word| (word.value, word.span.clone()));
        if found.is_none() {
            self.refuse(0..self.length, format!("`{key}` is missing"), self.example);
        }
        found
    }

    fn choice<T: FromStr + VariantNames>(&mut self, key: &str) -> Option<T> {
        let (value, span) = self.find(key)?;
        let read = value.parse().ok();
        if read.is_none() {
            let names = nearest::list(T::VARIANTS.iter().copied());
            self.refuse(span, format!("`{value}` is no {key}"), format!("write one of {names}"));
        }
        read
    }

    fn transaction(&mut self) -> Option<bool> {
        let (value, span) = self.find("transaction")?;
        match value {
            "on" => Some(true),
            "off" => Some(false),
            _ => {
                self.refuse(span, format!("`{value}` is not `on` or `off`"), "write `on` or `off`");
                None
            }
        }
    }

    fn revision(&mut self) -> Option<String> {
        let word = self.words.iter().find(|word| word.key == "requires_alembic")?;
        let (value, span) = (word.value, word.span.clone());
        if value.is_empty() {
            let remedy = "write the revision, or leave the key out";
            self.refuse(span, "`requires_alembic` names no revision".to_owned(), remedy);
        }
        Some(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(line: &str) -> Result<(Header, bool), String> {
        Header::of_up(Path::new("V0001__a.up.sql"), line).map_err(|mistakes| mistakes.to_string())
    }

    #[test]
    fn the_keys_stand_in_any_order() {
        let (header, is_transactional) =
            up("-- gateway: reversible=archive transaction=off  requires_alembic=1a2b phase=contract\nx")
                .unwrap();
        let expected = Header {
            phase: Phase::Contract,
            reversible: Reversible::Archive,
            requires_alembic: Some("1a2b".to_owned()),
        };
        assert_eq!((header, is_transactional), (expected, false));
        assert_eq!(Header::of_down(Path::new("x"), "-- gateway: transaction=on\r\n"), Ok(true));
    }

    #[test]
    fn every_mistake_of_the_line_is_told_at_once() {
        assert_eq!(
            up("-- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word\n")
                .unwrap_err(),
            "\
V0001__a.up.sql:1:1: `phase` is missing
1 | -- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: begin the file with `-- gateway: phase=expand transaction=on reversible=lossless`

V0001__a.up.sql:1:13: `phse` is not a key of this line
1 | -- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word
  |             ^^^^
help: did you mean `phase`?

V0001__a.up.sql:1:37: `maybe` is not `on` or `off`
1 | -- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word
  |                                     ^^^^^
help: write `on` or `off`

V0001__a.up.sql:1:54: `lossles` is no reversible
1 | -- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word
  |                                                      ^^^^^^^
help: write one of `lossless`, `archive`, `lossy`

V0001__a.up.sql:1:62: `transaction` stands there twice
1 | -- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word
  |                                                              ^^^^^^^^^^^
help: remove one of them

V0001__a.up.sql:1:77: `word` is not key=value
1 | -- gateway: phse=expand transaction=maybe reversible=lossles transaction=on word
  |                                                                             ^^^^
help: begin the file with `-- gateway: phase=expand transaction=on reversible=lossless`"
        );
    }

    #[test]
    fn a_down_says_only_how_it_runs() {
        let down = |line: &str| Header::of_down(Path::new("d"), line).map_err(|told| told.to_string());
        assert_eq!(
            down("DROP TABLE a;"),
            Err("d:1:1: the first line does not say what the migration is\n1 | DROP TABLE a;\n  | ^^^^^^^^^^^^^\n\
                 help: begin the file with `-- gateway: transaction=on`"
                .to_owned())
        );
        assert_eq!(
            down("-- gateway: transaction=on phase=expand"),
            Err("d:1:28: `phase` is not a key of this line\n1 | -- gateway: transaction=on phase=expand\n\
                 \u{20} |                            ^^^^^\nhelp: the keys are `transaction`"
                .to_owned())
        );
    }
}
