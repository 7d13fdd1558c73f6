//! The line of a file that holds a mistake, with a caret under it, as it may be shown to anybody.
//!
//! A report ends in logs, so what looks like a secret in the line is covered, whatever the mistake is about.

use std::{fmt, ops::Range};

use super::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    position: Position,
    line: String,
    width: usize,
}

/// Longer lines are cut around the caret: a report is read on a terminal.
const WIDEST: usize = 120;
const BEFORE_CARET: usize = 40;

impl Excerpt {
    /// A span over several lines is shown by its first line.
    pub fn new(text: &str, span: Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let end = text.floor_char_boundary(span.end).max(start);
        let byte_order_mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let line_start = text[..start].rfind('\n').map_or(byte_order_mark.min(start), |index| index + 1);
        let rest = &text[line_start..];
        let line = rest.lines().next().unwrap_or_default();
        let column = text[line_start..start].chars().count();
        let on_this_line = (end - line_start).min(line.len()).max(start - line_start);
        let width = text[start..line_start + on_this_line].chars().count().max(1);
        let number = text[..line_start].matches('\n').count() + 1;
        Self { position: Position { line: number, column: column + 1 }, line: covered(line), width }
    }

    pub fn position(&self) -> Position {
        self.position
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.position.line.to_string();
        let caret_column = self.position.column - 1;
        let cut =
            if self.line.chars().count() > WIDEST { caret_column.saturating_sub(BEFORE_CARET) } else { 0 };
        let mut shown: String = self.line.chars().skip(cut).take(WIDEST).collect();
        if cut > 0 {
            shown = shown.chars().skip(1).collect();
            shown.insert(0, '…');
        }
        // A tab stays a tab, or the caret would stand elsewhere than the mistake.
        let indent: String = self
            .line
            .chars()
            .chain(std::iter::repeat(' '))
            .take(caret_column)
            .skip(cut)
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        let width = self.width.min(WIDEST - (caret_column - cut).min(WIDEST - 1));
        writeln!(formatter, "{number} | {shown}")?;
        write!(formatter, "{:blank$} | {indent}{}", "", "^".repeat(width), blank = number.len())
    }
}

/// The line with user information of addresses and values of secret-looking keys replaced by `*`, and without
/// characters that a terminal would obey.
fn covered(line: &str) -> String {
    let mut characters: Vec<char> =
        line.chars().map(|character| if obeyed(character) { '\u{fffd}' } else { character }).collect();
    for hidden in user_information(&characters).into_iter().chain(secret_values(&characters)) {
        characters[hidden].fill('*');
    }
    characters.into_iter().collect()
}

/// Whether something in the line must not be repeated elsewhere either.
pub fn holds_secret(line: &str) -> bool {
    let characters: Vec<char> = line.chars().collect();
    !user_information(&characters).is_empty() || !secret_values(&characters).is_empty()
}

fn obeyed(character: char) -> bool {
    let reorders_text = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    reorders_text || (character.is_control() && character != '\t')
}

/// From the start of a word, or its `://`, to an `@`, if that can be a user and a password. Only quotes and blanks
/// end a word: a password may itself contain `/` or `,`.
fn user_information(line: &[char]) -> Vec<Range<usize>> {
    let ends_word = |character: &char| character.is_whitespace() || matches!(character, '"' | '\'');
    let at_signs = line.iter().enumerate().filter(|(_, character)| **character == '@');
    let hidden = at_signs.filter_map(|(at, _)| {
        let word = line[..at].iter().rposition(ends_word).map_or(0, |index| index + 1);
        let scheme = line[word..at].windows(3).position(|window| window == [':', '/', '/']);
        let start = scheme.map_or(word, |index| word + index + 3);
        (scheme.is_some() || line[word..at].contains(&':')).then_some(start..at)
    });
    hidden.collect()
}

/// All that follows the `=` of a key such as `secret` or `password`, but not of a route such as `/password`.
fn secret_values(line: &[char]) -> Vec<Range<usize>> {
    let equals_signs = line.iter().enumerate().filter(|(_, character)| **character == '=');
    let hidden = equals_signs.filter_map(|(equals, _)| {
        let begins_key = |character: &char| matches!(character, '{' | ',');
        let start = line[..equals].iter().rposition(begins_key).map_or(0, |index| index + 1);
        let key: String = line[start..equals].iter().map(char::to_ascii_lowercase).collect();
        let is_secret = ["secret", "password", "private_key"].iter().any(|word| key.contains(word));
        let is_route = key.contains(['/', '}']);
        (is_secret && !is_route && equals + 1 < line.len()).then_some(equals + 1..line.len())
    });
    hidden.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_caret_stands_under_the_span() {
        let check = |text: &str, span: Range<usize>, shown: &str| {
            assert_eq!(Excerpt::new(text, span).to_string(), shown, "{text:?}");
        };
        check("a = 1", 4..5, "1 | a = 1\n  |     ^");
        check("a = 1", 5..5, "1 | a = 1\n  |      ^");
        check("", 0..0, "1 | \n  | ^");
        check("a\nb = 'x\ny'\n", 6..11, "2 | b = 'x\n  |     ^^");
        check("a\r\nb = x\r\n", 7..10, "2 | b = x\n  |     ^");
        check("\tb = x", 5..6, "1 | \tb = x\n  | \t    ^");
        check("\u{feff}é = x", 8..9, "1 | é = x\n  |     ^");
        check("é = \"ü\"", 5..9, "1 | é = \"ü\"\n  |     ^^^");
        check("a = \u{1b}[31m", 4..5, "1 | a = \u{fffd}[31m\n  |     ^");
        check("a\n", 2..2, "2 | \n  | ^");
    }

    #[test]
    fn a_long_line_is_cut_around_its_caret() {
        let line = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        let shown = Excerpt::new(&line, 500..501).to_string();
        let expected = format!("1 | …{}x{}\n  | {}^", "a".repeat(39), "b".repeat(79), " ".repeat(40));
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_looks_like_a_secret_is_covered() {
        for (line, shown) in [
            (r#"urls = ["http://me:pass@a", "http://b"]"#, r#"urls = ["http://*******@a", "http://b"]"#),
            (r#"urls = ["http://me:p@/ss@a"#, r#"urls = ["http://********@a"#),
            (r#"urls = ["me:pa,ss@a"]"#, r#"urls = ["********@a"]"#),
            (r#""GET /users/@me" = 5"#, r#""GET /users/@me" = 5"#),
            (r#"secret = "abc""#, "secret =******"),
            (r#"{ name = "x", JWT_SECRET = "abc" }"#, r#"{ name = "x", JWT_SECRET =********"#),
            ("# a password = is not here", "# a password =************"),
            (r#"bad_token = "kept""#, r#"bad_token = "kept""#),
            (r#""POST /password/{secret}" = "natve""#, r#""POST /password/{secret}" = "natve""#),
            (
                r#""GET /x" = { auth_override = "password page" }"#,
                r#""GET /x" = { auth_override = "password page" }"#,
            ),
        ] {
            assert_eq!(covered(line), shown);
        }
    }

    proptest! {
        #[test]
        fn any_span_of_any_text_can_be_shown(text in "\\PC*|[a-z=\\n\\r\\t:/@é\u{feff}]*", start in 0..60_usize, length in 0..60_usize) {
            let shown = Excerpt::new(&text, start..start + length).to_string();
            prop_assert_eq!(shown.lines().count(), 2);
            prop_assert!(shown.ends_with('^'));
        }
    }
}
