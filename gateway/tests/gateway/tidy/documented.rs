//! What can be set is documented: every setting, and every key that the readers of the two TOML files know.

use compat_tests::repository;
use gateway::config::setting::{SETTINGS, Setting};

use super::sources;

#[test]
fn every_setting_stands_in_the_documentation_as_it_stands_in_the_table() {
    let expected: Vec<_> = SETTINGS.into_iter().map(row).collect();
    let rows = table("docs/configuration.md", "| variable, aliases | default | |");
    for row in &expected {
        assert!(rows.contains(row), "docs/configuration.md needs the line\n{row}");
    }
    for row in rows {
        assert!(expected.contains(&row), "docs/configuration.md has a line of no setting\n{row}");
    }
    assert!(page_links("README.md", "docs/configuration.md"));
}

#[test]
fn the_settings_to_know_first_are_settings() {
    for row in table("README.md", "| variable | default | |") {
        let name = row.split('`').nth(1).unwrap_or_default();
        assert!(
            SETTINGS.iter().any(|setting| setting.name == name),
            "README.md has a line of no setting\n{row}"
        );
    }
}

/// The rows under this head.
fn table(path: &str, head: &str) -> Vec<String> {
    let page = page(path);
    let rows = page.lines().skip_while(|line| *line != head).skip(2);
    let rows: Vec<_> = rows.take_while(|line| line.starts_with('|')).map(str::to_owned).collect();
    assert!(!rows.is_empty(), "{path} has no table\n{head}");
    rows
}

/// The line of the table.
fn row(setting: &Setting) -> String {
    let names: Vec<_> = setting.names().map(|name| format!("`{name}`")).collect();
    let default = if setting.default.is_empty() { "" } else { &format!("`{}`", setting.default) };
    let secret = if setting.secret { "; secret" } else { "" };
    format!("| {} | {default} | {}{secret} |", names.join(", "), setting.meaning)
}

#[test]
fn every_key_that_a_file_may_hold_is_explained() {
    let routes = page("routes.toml") + "\n" + &table("README.md", "| key | meaning |").join("\n");
    let legacy = page("legacy.toml");
    for (reader, explanation) in
        [("gateway/src/routes/file", &routes), ("gateway/src/contract/profile", &legacy)]
    {
        let keys = keys(reader);
        assert!(keys.len() > 8, "only {keys:?} were found in {reader}");
        for key in keys {
            assert!(is_explained(&key, explanation), "`{key}`, which {reader} reads, is explained nowhere");
        }
    }
}

/// What the sources ask a section for.
fn keys(reader: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with(reader)) {
        if source.path.contains("/tests") {
            continue;
        }
        for call in [".optional(", ".required("] {
            let arguments = source.text.split(call).skip(1).map(str::trim_start);
            let named = arguments.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
            keys.extend(named.map(str::to_owned));
        }
    }
    keys
}

/// As a key before its `=`, in the name of a section, or in the first column of a table.
fn is_explained(key: &str, explanation: &str) -> bool {
    explanation.match_indices(key).any(|(at, _)| {
        let (before, after) = (&explanation[..at], &explanation[at + key.len()..]);
        let begins = !before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let is_key = after.trim_start_matches(' ').starts_with('=');
        let is_section = before.ends_with(['[', '.']) && after.starts_with([']', '.']);
        let is_row = before.ends_with("| `") && after.starts_with("` |");
        begins && (is_key || is_section || is_row || (before.ends_with("{ ") && after.starts_with(" }")))
    })
}

fn page(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

fn page_links(path: &str, to: &str) -> bool {
    page(path).contains(&format!("]({to})"))
}
