//! How a mistake in something that a person wrote is reported: where, what, and what to type instead.
//!
//! Mistakes are collected and shown all at once, in the order of their places. Nobody prints them one by one.

pub mod excerpt;

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use excerpt::Excerpt;

/// One thing to correct. `what` and `remedy` never contain the value of a secret: whoever words them decides that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub place: Place,
    pub what: String,
    pub remedy: String,
    pub excerpt: Option<Excerpt>,
}

/// Where a mistake stands. The order is the order of a report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Variable(String),
    File { name: PathBuf, position: Option<Position> },
}

/// Both count from 1, and columns count characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Every mistake that was found, sorted by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    list: Vec<Mistake>,
}

impl Mistake {
    pub fn in_variable(name: &str, what: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::new(Place::Variable(name.to_owned()), what, remedy, None)
    }

    /// For a file as a whole: it is missing, unreadable, or not text.
    pub fn in_file(name: &Path, what: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::new(Place::File { name: name.to_owned(), position: None }, what, remedy, None)
    }

    /// For the bytes `span` of `text`, the content of the file `name`.
    pub fn in_text(
        name: &Path,
        text: &str,
        span: Range<usize>,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Self {
        let excerpt = Excerpt::new(text, span);
        let place = Place::File { name: name.to_owned(), position: Some(excerpt.position()) };
        Self::new(place, what, remedy, Some(excerpt))
    }

    pub fn at(place: Place, what: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::new(place, what, remedy, None)
    }

    fn new(
        place: Place,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
        excerpt: Option<Excerpt>,
    ) -> Self {
        Self { place, what: what.to_string(), remedy: remedy.to_string(), excerpt }
    }
}

impl Mistake {
    pub fn is_in_variable(&self, name: &str) -> bool {
        matches!(&self.place, Place::Variable(found) if found == name)
    }

    pub fn is_in_file(&self, path: &Path) -> bool {
        matches!(&self.place, Place::File { name, .. } if name == path)
    }
}

impl Mistakes {
    /// The value, unless something must be corrected first.
    pub fn into_result<T>(self, value: T) -> Result<T, Mistakes> {
        if self.list.is_empty() { Ok(value) } else { Err(self) }
    }

    pub fn push(&mut self, mistake: Mistake) {
        let index = self.list.partition_point(|earlier| earlier.place <= mistake.place);
        self.list.insert(index, mistake);
    }

    /// Takes the mistakes of a result over and leaves its value.
    pub fn absorb<T>(&mut self, result: Result<T, Mistakes>) -> Option<T> {
        result.map_err(|other| other.list.into_iter().for_each(|mistake| self.push(mistake))).ok()
    }

    pub fn retain(&mut self, matters: impl FnMut(&Mistake) -> bool) {
        self.list.retain(matters);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.list.iter()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        Self { list: vec![mistake] }
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.list.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            write!(formatter, "{mistake}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}: {}", self.place, self.what)?;
        if let Some(excerpt) = &self.excerpt {
            writeln!(formatter, "{excerpt}")?;
        }
        write!(formatter, "help: {}", self.remedy)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Variable(name) => formatter.write_str(name),
            Place::File { name, position: None } => write!(formatter, "{}", name.display()),
            Place::File { name, position: Some(Position { line, column }) } => {
                write!(formatter, "{}:{line}:{column}", name.display())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_stands_in_the_order_of_places_whatever_the_order_of_finding() {
        let text = "first = 1\nsecond = 2\n";
        let file = Path::new("routes.toml");
        let mut mistakes = Mistakes::default();
        mistakes.push(Mistake::in_text(file, text, 19..20, "two is wrong", "write 3"));
        mistakes.push(Mistake::in_text(file, text, 0..5, "first is wrong", "write `one`"));
        mistakes.push(Mistake::in_file(file, "is a link", "copy it"));
        let other = Mistakes::from(Mistake::in_variable("LEGACY_URL", "is empty", "write an address"));
        assert_eq!(mistakes.absorb(other.into_result(())), None);
        assert_eq!(mistakes.absorb(Mistakes::default().into_result(5)), Some(5));
        assert_eq!(mistakes.len(), 4);
        assert_eq!(
            mistakes.to_string(),
            "\
LEGACY_URL: is empty
help: write an address

routes.toml: is a link
help: copy it

routes.toml:1:1: first is wrong
1 | first = 1
  | ^^^^^
help: write `one`

routes.toml:2:10: two is wrong
2 | second = 2
  |          ^
help: write 3"
        );
    }
}
