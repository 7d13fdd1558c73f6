//! The paths that a source names: what its imports come to, and what is written out in its code.

use std::sync::LazyLock;

use regex::Regex;

const PRIMITIVES: [&str; 8] = ["bool", "char", "f64", "i32", "i64", "str", "u64", "usize"];

pub(super) struct Paths {
    pub(super) named: Vec<String>,
}

impl Paths {
    pub(super) fn of(text: &str) -> Self {
        let code = without_texts(text);
        let (mut imported, mut rest) = (Vec::new(), String::new());
        for (index, item) in code.split("use ").enumerate() {
            // A word that only ends in `use` is none.
            let begins = index > 0 && (rest.is_empty() || rest.ends_with(['\n', ' ', ')']));
            match item.split_once(';').filter(|_| begins) {
                Some((tree, after)) => {
                    expand("", tree, &mut imported);
                    rest.push_str(after);
                }
                None => rest.push_str(item),
            }
        }
        let known: Vec<_> = imported.iter().filter_map(|path| path.rsplit("::").next()).collect();
        let mut named = written_out(&rest);
        named.retain(|path| {
            let root = path.split("::").next().unwrap_or_default();
            // `self::text` is a function of the same room.
            let is_own = root == "self" && path.matches("::").count() == 1;
            !is_own
                && !known.contains(&root)
                && !PRIMITIVES.contains(&root)
                && !root.starts_with(char::is_uppercase)
        });
        imported.extend(named);
        Self { named: imported }
    }
}

/// Neither a text nor a comment names anything. A quote in a comment or between apostrophes begins no text.
fn without_texts(code: &str) -> String {
    static PASSED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?s)//[^\n]*|/\*.*?\*/|'(?:\\[^']+|\\'|[^'\\])'|"(?:\\.|[^"\\])*""#).unwrap()
    });
    PASSED.replace_all(code, "").into_owned()
}

/// `a::{b, c::{d, e}}` is three paths.
fn expand(before: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        let path = path.strip_suffix("::self").unwrap_or(path);
        let path =
            if path == "self" { before.trim_end_matches("::").to_owned() } else { format!("{before}{path}") };
        paths.push(path);
        return;
    };
    let before = format!("{before}{}", head.trim());
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut depth, mut begin) = (0, 0);
    for (at, character) in group.char_indices().chain([(group.len(), ',')]) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[begin..at].trim().is_empty() {
                    expand(&before, &group[begin..at], paths);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// Every run of words that are joined by `::`.
fn written_out(code: &str) -> Vec<String> {
    let part = |character: char| character.is_alphanumeric() || matches!(character, '_' | ':');
    let runs = code.split(|character| !part(character)).filter(|run| run.contains("::"));
    runs.map(|run| run.trim_matches(':').to_owned()).filter(|run| run.contains("::")).collect()
}
