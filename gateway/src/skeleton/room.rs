//! One file of a resource: begun where there is none, and added to where there is one.

use super::imports;

/// What a route adds to a file.
#[derive(Default)]
pub(super) struct Addition {
    /// The sentence that a new file begins with, and the modules behind it.
    pub(super) head: String,
    /// Module lines that the file has to have.
    pub(super) modules: Vec<String>,
    pub(super) items: Vec<String>,
}

/// A name, and the path it is imported by wherever it stands in the code.
pub(super) type Name = (&'static str, &'static str);

impl Addition {
    /// The text of the file with it. Nothing that stands there is changed, but for the `use` lines, which grow.
    pub(super) fn to(&self, present: Option<&str>, names: &[Name], own: &[String]) -> String {
        let begun = format!("{}\n", self.head);
        let parts = imports::split(present.unwrap_or(&begun));
        let mut imports = parts.imports;
        let new = self.items.join("\n");
        for (name, path) in names {
            if mentions(&new, name) {
                imports.add(path);
            }
        }
        for path in own {
            imports.add(path);
        }
        // Where there was no `use`, everything else stands before it.
        let (mut before, mut after) =
            (parts.before.to_owned(), parts.after.trim_start_matches('\n').to_owned());
        if after.is_empty()
            && let Some(at) = first_item(&before)
        {
            after = before.split_off(at);
        }
        for module in &self.modules {
            if !before.lines().any(|line| line == module) {
                before = format!("{}\n\n{module}\n", before.trim_end());
            }
        }
        let imports = imports.render();
        let (code, tests) = match after.find("#[cfg(test)]") {
            Some(at) => after.split_at(at),
            None => (after.as_str(), ""),
        };
        let parts =
            [before.trim_end(), imports.trim_end(), code.trim_end(), new.trim_end(), tests.trim_end()];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }
}

/// Behind the sentence about the file and its modules.
fn first_item(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.lines() {
        let is_head =
            line.is_empty() || line.starts_with("//!") || line.ends_with(';') && line.contains("mod ");
        if !is_head {
            return Some(at);
        }
        at += line.len() + 1;
    }
    None
}

/// Whether the code has the name as a word of its own, and not behind a `::`.
fn mentions(code: &str, name: &str) -> bool {
    let inside = |character: char| character.is_alphanumeric() || character == '_';
    code.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + name.len()..].chars().next();
            !before.is_some_and(|one| inside(one) || one == ':' || one == '"') && !after.is_some_and(inside)
        })
    })
}

/// Whether a file declares a function, a struct or an enum of this name.
pub(super) fn declares(text: &str, what: &str, name: &str) -> bool {
    let declared = format!("{what} {name}");
    text.match_indices(&declared).any(|(at, _)| {
        !text[at + declared.len()..].starts_with(|one: char| one.is_alphanumeric() || one == '_')
    })
}
