//! Gives one route another owner in the text of a `routes.toml`: every other byte stays as somebody wrote it.
//!
//! Bytes are cut and pasted where the parser says that a value stands, because a document that is read and printed
//! again loses line ends and the order of dotted keys. Whoever asks parses the outcome and compares.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::routes::key::RouteKey;

/// `None` where the text is no TOML. `owner` is any word: what the file would say is judged like any other file.
pub fn with_owner(text: &str, key: &RouteKey, owner: &str) -> Option<String> {
    let root = DeTable::parse(text).ok()?;
    let page = Page { text, newline: if text.contains("\r\n") { "\r\n" } else { "\n" } };
    let (key, owner) = (Quoted::new(key.as_str()), Quoted::new(owner));
    let Some(routes) = root.get_ref().get("routes") else { return Some(page.with_section(&key, &owner)) };
    let DeValue::Table(entries) = routes.get_ref() else { return None };
    Some(match entries.get_key_value(key.plain) {
        Some((written, value)) => page.with_value(&written.span(), value, &owner),
        None => page.with_entry(routes, entries, &key, &owner),
    })
}

struct Page<'t> {
    text: &'t str,
    newline: &'static str,
}

/// A word and how it is typed. The escapes of JSON are those of a basic string in TOML.
struct Quoted<'w> {
    plain: &'w str,
    typed: String,
}

impl<'w> Quoted<'w> {
    fn new(plain: &'w str) -> Self {
        Self { plain, typed: serde_json::Value::from(plain).to_string() }
    }
}

impl Page<'_> {
    /// The route has a line of its own already.
    fn with_value(&self, key: &Range<usize>, value: &Spanned<DeValue<'_>>, owner: &Quoted<'_>) -> String {
        let span = value.span();
        let DeValue::Table(settings) = value.get_ref() else { return self.replace(span, &owner.typed) };
        if let Some(present) = settings.get("owner") {
            return self.replace(present.span(), &owner.typed);
        }
        let setting = format!("owner = {}", owner.typed);
        match self.first_byte(&span) {
            b'{' => self.within_braces(span, settings.is_empty(), &setting),
            b'[' => self.below(span.end, &setting),
            _ => {
                let start = self.line_start(key.start);
                let line = format!("{}.{setting}{}", &self.text[start..key.end], self.newline);
                self.replace(start..start, &line)
            }
        }
    }

    /// The section is there, the route is not.
    fn with_entry(
        &self,
        routes: &Spanned<DeValue<'_>>,
        entries: &DeTable<'_>,
        key: &Quoted<'_>,
        owner: &Quoted<'_>,
    ) -> String {
        let (span, setting) = (routes.span(), format!("{} = {}", key.typed, owner.typed));
        match self.first_byte(&span) {
            b'{' => self.within_braces(span, entries.is_empty(), &setting),
            b'[' => {
                let own = entries.iter().filter(|(_, value)| self.first_byte(&value.span()) != b'[');
                let last = own.max_by_key(|(key, _)| key.span().start);
                let Some((last, value)) = last else { return self.below(span.end, &setting) };
                let start = self.line_start(last.span().start);
                let indent = &self.text[start..last.span().start];
                let indent = if indent.trim().is_empty() { indent } else { "" };
                self.below(end_of(value), &format!("{indent}{setting}"))
            }
            // `routes."GET /x" = …` at the top, or only sections of single routes.
            _ => {
                let first = entries.iter().map(|(key, _)| key.span().start).min().unwrap_or(span.end);
                let start = self.line_start(first);
                let prefix = &self.text[start..first];
                if prefix.trim_start().starts_with('[') {
                    return self.with_section(key, owner);
                }
                self.replace(start..start, &format!("{prefix}{setting}{}", self.newline))
            }
        }
    }

    fn with_section(&self, key: &Quoted<'_>, owner: &Quoted<'_>) -> String {
        let newline = self.newline;
        let end = if self.text.is_empty() || self.text.ends_with('\n') { "" } else { newline };
        let section = format!("{newline}[routes]{newline}{} = {}{newline}", key.typed, owner.typed);
        format!("{}{end}{section}", self.text)
    }

    fn within_braces(&self, span: Range<usize>, is_empty: bool, setting: &str) -> String {
        if is_empty {
            return self.replace(span, &format!("{{ {setting} }}"));
        }
        let inside = span.start + 1;
        self.replace(inside..inside, &format!(" {setting},"))
    }

    /// On a line of its own, under the line that `at` stands on.
    fn below(&self, at: usize, line: &str) -> String {
        match self.text[at..].find('\n') {
            Some(end) => {
                let next = at + end + 1;
                let newline = if self.text[..next].ends_with("\r\n") { "\r\n" } else { "\n" };
                self.replace(next..next, &format!("{line}{newline}"))
            }
            None => format!("{}{}{line}{}", self.text, self.newline, self.newline),
        }
    }

    fn replace(&self, span: Range<usize>, with: &str) -> String {
        format!("{}{with}{}", &self.text[..span.start], &self.text[span.end..])
    }

    fn line_start(&self, at: usize) -> usize {
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        self.text[..at].rfind('\n').map_or(mark, |newline| newline + 1)
    }

    fn first_byte(&self, span: &Range<usize>) -> u8 {
        self.text.as_bytes().get(span.start).copied().unwrap_or_default()
    }
}

/// A table of dotted keys ends where the last of its values does.
fn end_of(value: &Spanned<DeValue<'_>>) -> usize {
    let own = value.span().end;
    match value.get_ref() {
        DeValue::Table(table) => table.iter().map(|(_, inner)| end_of(inner)).fold(own, usize::max),
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, key: &str, after: &str) {
        let key: RouteKey = key.parse().unwrap();
        let edited = with_owner(before, &key, "native").unwrap();
        assert_eq!(edited, after);
        let table: toml::Table = toml::from_str(&edited).unwrap();
        let entry = &table["routes"][key.as_str()];
        assert_eq!(entry.get("owner").unwrap_or(entry).as_str(), Some("native"), "{edited}");
    }

    #[test]
    fn only_the_owner_of_a_route_that_is_written_changes() {
        for (before, after) in [
            (
                "# a\n[routes]   # b\n  'GET /x'   =  'legacy' # c\n\"GET /y\" = 'deny'",
                "# a\n[routes]   # b\n  'GET /x'   =  \"native\" # c\n\"GET /y\" = 'deny'",
            ),
            (
                "[routes]\r\n\"GET /x\" = \"legacy\"\r\n# end\r\n",
                "[routes]\r\n\"GET /x\" = \"native\"\r\n# end\r\n",
            ),
            (
                "[routes]\n\"GET /x\" = { body_max = '2GiB',\n  owner = \"legacy\" } # c\n",
                "[routes]\n\"GET /x\" = { body_max = '2GiB',\n  owner = \"native\" } # c\n",
            ),
            (
                "[routes]\n\"GET /x\" = { auth = 'report' }\n",
                "[routes]\n\"GET /x\" = { owner = \"native\", auth = 'report' }\n",
            ),
            ("[routes]\n\"GET /x\" = {}\n", "[routes]\n\"GET /x\" = { owner = \"native\" }\n"),
            (
                "[routes.\"GET /x\"] # c\nauth = 'report'\n",
                "[routes.\"GET /x\"] # c\nowner = \"native\"\nauth = 'report'\n",
            ),
            (
                "[routes]\n \"GET /x\".auth = 'report'\n",
                "[routes]\n \"GET /x\".owner = \"native\"\n \"GET /x\".auth = 'report'\n",
            ),
            (
                "\u{feff}routes.\"GET /x\".auth = 'report'\n",
                "\u{feff}routes.\"GET /x\".owner = \"native\"\nroutes.\"GET /x\".auth = 'report'\n",
            ),
            ("routes = { \"GET /x\" = 'legacy' }", "routes = { \"GET /x\" = \"native\" }"),
        ] {
            check(before, "GET /x", after);
        }
    }

    #[test]
    fn a_route_that_is_not_written_gets_a_line_at_the_end_of_its_section() {
        for (before, after) in [
            ("schema = 1\n", "schema = 1\n\n[routes]\n\"GET /x\" = \"native\"\n"),
            ("schema = 1", "schema = 1\n\n[routes]\n\"GET /x\" = \"native\"\n"),
            (
                "[routes] # c\n\n[legacy]\nurls = []\n",
                "[routes] # c\n\"GET /x\" = \"native\"\n\n[legacy]\nurls = []\n",
            ),
            (
                "[routes]\r\n  \"GET /y\" = \"deny\" # c\r\n\r\n# about the next\r\n[legacy]\r\n",
                "[routes]\r\n  \"GET /y\" = \"deny\" # c\r\n  \"GET /x\" = \"native\"\r\n\r\n# about the next\r\n[legacy]\r\n",
            ),
            (
                "[routes]\n\"GET /y\" = { body_max = '1MiB',\n  auth = 'report' }",
                "[routes]\n\"GET /y\" = { body_max = '1MiB',\n  auth = 'report' }\n\"GET /x\" = \"native\"\n",
            ),
            (
                "[routes]\n\"GET /z\" = 'deny'\n[routes.\"GET /y\"]\nauth = 'report'\n",
                "[routes]\n\"GET /z\" = 'deny'\n\"GET /x\" = \"native\"\n[routes.\"GET /y\"]\nauth = 'report'\n",
            ),
            (
                "[routes.\"GET /y\"]\nauth = 'report'\n",
                "[routes.\"GET /y\"]\nauth = 'report'\n\n[routes]\n\"GET /x\" = \"native\"\n",
            ),
            (
                "routes.\"GET /y\" = 'deny'\nschema = 1\n",
                "routes.\"GET /x\" = \"native\"\nroutes.\"GET /y\" = 'deny'\nschema = 1\n",
            ),
            ("routes = {}\n", "routes = { \"GET /x\" = \"native\" }\n"),
        ] {
            check(before, "GET /x", after);
        }
        check("", "GET /q\"{a}", "\n[routes]\n\"GET /q\\\"{a}\" = \"native\"\n");
        assert_eq!(with_owner("[routes", &"GET /x".parse().unwrap(), "native"), None);
    }
}
