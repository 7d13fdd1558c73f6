//! The `use` lines of a file: which there are, which more are needed, and how all of them are spelled together.

use std::collections::{BTreeMap, BTreeSet};

/// Each is the whole path of one name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Imports {
    paths: BTreeSet<String>,
}

/// A file in three parts; nothing of it is lost.
pub(super) struct Parts<'a> {
    pub(super) before: &'a str,
    pub(super) imports: Imports,
    pub(super) after: &'a str,
}

#[derive(Default)]
struct Tree {
    branches: BTreeMap<String, Tree>,
    /// Whether a path ends here.
    ends: bool,
}

/// The `use` lines at the head of a file, where nothing else stands between them.
pub(super) fn split(text: &str) -> Parts<'_> {
    let start = line_starts(text).find(|at| text[*at..].starts_with("use ")).unwrap_or(text.len());
    let mut imports = Imports::default();
    let mut end = start;
    let mut rest = &text[start..];
    while let Some(item) = rest.trim_start().strip_prefix("use ") {
        let Some((tree, behind)) = item.split_once(';') else { break };
        imports.take(tree);
        rest = behind;
        end = text.len() - rest.len();
    }
    Parts { before: &text[..start], imports, after: &text[end..] }
}

fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1))
}

impl Imports {
    pub(super) fn add(&mut self, path: &str) {
        self.paths.insert(path.to_owned());
    }

    fn take(&mut self, tree: &str) {
        let tree: String = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut paths = Vec::new();
        flatten("", &tree, &mut paths);
        self.paths.extend(paths);
    }

    /// The standard library, other crates, and our own; each group as trees.
    pub(super) fn render(&self) -> String {
        let group = |wanted: fn(&str) -> bool| {
            let mut root = Tree::default();
            for path in self.paths.iter().filter(|path| wanted(path.split("::").next().unwrap_or(""))) {
                root.grow(path);
            }
            let lines = root.branches.iter().map(|(name, tree)| format!("use {};\n", tree.spelled(name)));
            lines.collect::<String>()
        };
        let groups = [group(|root| root == "std"), group(is_foreign), group(is_own)];
        let groups: Vec<_> = groups.into_iter().filter(|group| !group.is_empty()).collect();
        groups.join("\n")
    }
}

fn is_own(root: &str) -> bool {
    ["crate", "super", "self"].contains(&root)
}

fn is_foreign(root: &str) -> bool {
    root != "std" && !is_own(root)
}

fn flatten(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    match tree.split_once('{') {
        Some((head, inner)) => {
            let inner = inner.rsplit_once('}').map_or(inner, |(inner, _)| inner);
            let prefix = format!("{prefix}{}", head.trim());
            for part in parts(inner) {
                flatten(&prefix, part, paths);
            }
        }
        None if tree.is_empty() => {}
        None => paths.push(format!("{prefix}{tree}")),
    }
}

/// At the commas that stand in no deeper braces.
fn parts(inner: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&inner[start..]);
    found
}

impl Tree {
    fn grow(&mut self, path: &str) {
        match path.split_once("::") {
            Some((name, rest)) => self.branches.entry(name.to_owned()).or_default().grow(rest),
            // `a::{self}` and `a` are the same.
            None if path == "self" => self.ends = true,
            None => self.branches.entry(path.to_owned()).or_default().ends = true,
        }
    }

    fn spelled(&self, name: &str) -> String {
        let own = self.ends.then(|| "self".to_owned());
        let branches = self.branches.iter().map(|(name, tree)| tree.spelled(name));
        let parts: Vec<String> = own.into_iter().chain(branches).collect();
        match parts.as_slice() {
            [_] if self.branches.is_empty() => name.to_owned(),
            [] => name.to_owned(),
            [only] => format!("{name}::{only}"),
            _ => format!("{name}::{{{}}}", parts.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_and_what_is_added_joins_it() {
        let text = "//! A file.\n\nmod a;\n\nuse std::fmt;\n\nuse super::model::{self, Task};\nuse crate::{\n    \
                    auth::user::CurrentUser,\n    contract::{Failure, field::{Whole, Given}},\n};\n\nfn f() {}\n";
        let mut parts = split(text);
        assert_eq!((parts.before, parts.after), ("//! A file.\n\nmod a;\n\n", "\n\nfn f() {}\n"));
        for path in
            ["crate::contract::Failure", "crate::contract::column", "tracing::info", "super::model::Tag"]
        {
            parts.imports.add(path);
        }
        assert_eq!(
            parts.imports.render(),
            "use std::fmt;\n\nuse tracing::info;\n\nuse crate::{auth::user::CurrentUser, contract::{Failure, column, \
             field::{Given, Whole}}};\nuse super::model::{self, Tag, Task};\n"
        );
    }

    #[test]
    fn a_file_without_imports_gets_its_first() {
        let parts = split("//! A file.\n\nfn f() {}\n");
        assert_eq!((parts.before, parts.after), ("//! A file.\n\nfn f() {}\n", ""));
        assert_eq!(parts.imports, Imports::default());
    }
}
