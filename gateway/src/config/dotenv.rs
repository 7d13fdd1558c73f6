//! `.env` as pydantic-settings reads it, so that a FastAPI project's own file means the same here.
//!
//! Source: python-dotenv 1.x `parser.py`, `variables.py` and `main.py` (`dotenv_values`).

use std::collections::BTreeMap;

/// The variables of a file, and the numbers of the lines that say nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dotenv {
    pub variables: BTreeMap<String, Assignment>,
    pub bad_lines: Vec<usize>,
}

/// What a variable was last set to, and the line where that begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Assignment {
    pub value: String,
    pub line: usize,
}

impl Dotenv {
    /// `outer` looks up the process environment, for `${NAME}` in a value.
    pub fn parse(text: &str, outer: impl Fn(&str) -> Option<String>) -> Self {
        let mut dotenv = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader { text, at: 0 };
        while reader.skip_blank() {
            let line = 1 + text[..reader.at].bytes().filter(|byte| *byte == b'\n').count();
            match reader.binding() {
                Some(Some((name, value))) => {
                    let value = dotenv.expand(&value, &outer);
                    dotenv.variables.insert(name, Assignment { value, line });
                }
                // A comment, or a name without a value.
                Some(None) => {}
                None => {
                    reader.rest_of_line();
                    dotenv.bad_lines.push(line);
                }
            }
        }
        dotenv
    }

    /// `${NAME}` and `${NAME:-default}`; earlier lines win over the environment. A bare `$NAME` stays as it is.
    fn expand(&self, value: &str, outer: &impl Fn(&str) -> Option<String>) -> String {
        let mut expanded = String::new();
        let mut rest = value;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else { break };
            let inside = &rest[start + 2..start + length];
            let (name, default) = match inside.split_once(':') {
                None => (inside, ""),
                Some((name, default)) if default.starts_with('-') => (name, &default[1..]),
                // Not a reference: python-dotenv leaves it, and looks on behind the `$`.
                Some(_) => {
                    expanded.push_str(&rest[..=start]);
                    rest = &rest[start + 1..];
                    continue;
                }
            };
            expanded.push_str(&rest[..start]);
            let inner = self.variables.get(name).map(|assignment| assignment.value.clone());
            let found = inner.or_else(|| outer(name));
            expanded.push_str(found.as_deref().unwrap_or(default));
            rest = &rest[start + length + 1..];
        }
        expanded + rest
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take_while(&mut self, accepts: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|character| !accepts(character)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn take(&mut self, character: char) -> bool {
        let found = self.rest().starts_with(character);
        self.at += if found { character.len_utf8() } else { 0 };
        found
    }

    fn spaces(&mut self) {
        self.take_while(|character| character.is_whitespace() && !is_line_end(character));
    }

    /// False at the end of the text.
    fn skip_blank(&mut self) -> bool {
        self.take_while(char::is_whitespace);
        !self.rest().is_empty()
    }

    fn rest_of_line(&mut self) {
        self.take_while(|character| !is_line_end(character));
    }

    /// One line, or several where a quoted value spans them; `None` when it cannot be read.
    fn binding(&mut self) -> Option<Option<(String, String)>> {
        if let Some(behind) = self.rest().strip_prefix("export")
            && behind.starts_with(|character: char| character.is_whitespace() && !is_line_end(character))
        {
            self.at += "export".len();
            self.spaces();
        }
        let name = self.name()?;
        self.spaces();
        let value = if self.take('=') {
            let before = self.at;
            self.spaces();
            // `KEY= # words` is an empty value with a comment; `KEY=#words` is a value.
            let comment = self.at > before && self.rest().starts_with('#');
            Some(if comment { String::new() } else { self.value()? })
        } else {
            None
        };
        self.spaces();
        if self.rest().starts_with('#') {
            self.rest_of_line();
        }
        let ended = self.rest().is_empty() || self.rest().starts_with(is_line_end);
        ended.then(|| name.zip(value))
    }

    /// `Some(None)` on a line that is a comment.
    fn name(&mut self) -> Option<Option<String>> {
        if self.rest().starts_with('#') {
            return Some(None);
        }
        if let Some(behind) = self.rest().strip_prefix('\'') {
            // A quote that is never closed spoils its own line only.
            let (name, _) = behind.split_once('\'').filter(|(name, _)| !name.is_empty())?;
            self.at += name.len() + 2;
            return Some(Some(name.to_owned()));
        }
        let name = self.take_while(|character| !matches!(character, '=' | '#') && !character.is_whitespace());
        (!name.is_empty()).then(|| Some(name.to_owned()))
    }

    fn value(&mut self) -> Option<String> {
        match self.rest().chars().next() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => Some(self.unquoted()),
        }
    }

    /// Up to a `#` behind white space, without the white space at its end.
    fn unquoted(&mut self) -> String {
        let line = self.take_while(|character| !is_line_end(character));
        let comment = line
            .char_indices()
            .find(|(at, character)| *character == '#' && line[..*at].ends_with(char::is_whitespace));
        line[..comment.map_or(line.len(), |(at, _)| at)].trim_end().to_owned()
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        self.take(quote);
        let body = self.rest();
        let mut escaped = false;
        let end = body.char_indices().find(|(_, character)| {
            let ends = *character == quote && !escaped;
            escaped = *character == '\\' && !escaped;
            ends
        });
        let (end, _) = end?;
        self.at += end + 1;
        Some(unescape(&body[..end], quote))
    }
}

/// Double quotes know the escapes of C, single quotes only those of the quote and the backslash.
fn unescape(text: &str, quote: char) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match (characters.next(), quote) {
            (Some(same @ ('\\' | '\'')), _) | (Some(same @ '"'), '"') => plain.push(same),
            (Some('n'), '"') => plain.push('\n'),
            (Some('r'), '"') => plain.push('\r'),
            (Some('t'), '"') => plain.push('\t'),
            (Some('a'), '"') => plain.push('\u{7}'),
            (Some('b'), '"') => plain.push('\u{8}'),
            (Some('f'), '"') => plain.push('\u{c}'),
            (Some('v'), '"') => plain.push('\u{b}'),
            (Some(other), _) => plain.extend(['\\', other]),
            (None, _) => plain.push('\\'),
        }
    }
    plain
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)], bad_lines: &[usize]) {
        let outer = |name: &str| (name == "HOME").then(|| "/root".to_owned());
        let dotenv = Dotenv::parse(text, outer);
        let seen: Vec<_> = dotenv
            .variables
            .iter()
            .map(|(name, assignment)| (name.as_str(), assignment.value.as_str()))
            .collect();
        assert_eq!((seen.as_slice(), dotenv.bad_lines.as_slice()), (expected, bad_lines), "{text:?}");
    }

    #[test]
    fn a_fastapi_projects_file_means_what_it_means_there() {
        check("A=1\r\nexport B = two words # why\n# C=3\n", &[("A", "1"), ("B", "two words")], &[]);
        let origins = "CORS=[\"http://localhost\", \"http://localhost:3000\"]";
        check(origins, &[("CORS", "[\"http://localhost\", \"http://localhost:3000\"]")], &[]);
        check(
            "A='it\\'s $HOME'\nB=\"a\\nb\"\nC=a\\nb",
            &[("A", "it's $HOME"), ("B", "a\nb"), ("C", "a\\nb")],
            &[],
        );
        check(
            "P=pa$$w0rd#1\nQ=#x\nR= # x\nS=",
            &[("P", "pa$$w0rd#1"), ("Q", "#x"), ("R", ""), ("S", "")],
            &[],
        );
        check("H=db\nU=pg://${H}:${PORT:-5432}${HOME}${X}", &[("H", "db"), ("U", "pg://db:5432/root")], &[]);
        check("A=1\nA=2\nNAME\n", &[("A", "2")], &[]);
        check("A=\"two\nlines\"\nB=1", &[("A", "two\nlines"), ("B", "1")], &[]);
    }

    #[test]
    fn a_line_that_says_nothing_is_told_by_its_number() {
        check("A=1\nthis is no pair\nB=2\nC=\"open\n", &[("A", "1"), ("B", "2")], &[2, 4]);
        check("=x\n'k=1\n", &[], &[1, 2]);
    }

    #[test]
    fn every_variable_knows_the_line_where_it_was_last_set() {
        let dotenv = Dotenv::parse("# why\nA=1\r\nB=\"two\nlines\"\n\nC=3\nA=4\n", |_| None);
        let lines: Vec<_> =
            dotenv.variables.iter().map(|(name, assignment)| (name.as_str(), assignment.line)).collect();
        assert_eq!(lines, [("A", 7), ("B", 3), ("C", 6)]);
    }
}
