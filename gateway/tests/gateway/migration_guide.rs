//! docs/migrations.md says what is: the verbs and their exit codes, the header, the rules, and an example that works.

use std::{fs, path::Path};

use compat_tests::repository;
use gateway::migrate::{
    header::{Phase, Reversible},
    lint::rules::{Own, SQUAWK, Scope},
};
use strum::{IntoEnumIterator, VariantNames};

use crate::house::{command, database};

fn guide() -> String {
    fs::read_to_string(repository().join("docs/migrations.md")).unwrap()
}

/// The rows under this head.
fn table(head: &str) -> Vec<String> {
    let guide = guide();
    let rows = guide.lines().skip_while(|line| *line != head).skip(2);
    let rows: Vec<_> = rows.take_while(|line| line.starts_with('|')).map(str::to_owned).collect();
    assert!(!rows.is_empty(), "the guide has no table {head}");
    rows
}

fn help(arguments: &[&str]) -> String {
    command(arguments, Path::new("/"), &[]).stdout
}

#[test]
fn the_verbs_and_their_exit_codes_are_those_of_the_help() {
    let all = help(&["migrate", "--help"]);
    let commands = all.lines().skip_while(|line| *line != "Commands:").skip(1);
    let verbs = commands.take_while(|line| !line.is_empty()).filter_map(|line| line.trim().split_once(' '));
    let rows = verbs.filter(|(verb, _)| *verb != "help").map(|(verb, about)| {
        let own = help(&["migrate", verb, "--help"]);
        let codes = own.lines().find_map(|line| line.strip_prefix("Exit codes: "));
        let codes = codes.unwrap_or_else(|| panic!("`migrate {verb} --help` names no exit codes"));
        format!("| `{verb}` | {} | {codes} |", about.trim())
    });
    assert_eq!(table("| verb | | exit codes |"), rows.collect::<Vec<_>>());
}

#[test]
fn the_header_has_the_keys_and_values_of_the_guide() {
    let listed =
        |values: &[&str]| values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    let rows = table("| key | values | |");
    let expected = [
        format!("| `phase` | {} |", listed(Phase::VARIANTS)),
        "| `transaction` | `on`, `off` |".to_owned(),
        format!("| `reversible` | {} |", listed(Reversible::VARIANTS)),
        "| `requires_alembic` | a revision |".to_owned(),
    ];
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(expected) {
        assert!(row.starts_with(&expected), "{row}\n{expected}");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("V0001__a.up.sql"), "-- gateway: x=y\n").unwrap();
    let told = command(&["migrate", "lint", "--dir", "."], folder.path(), &[]).stderr;
    assert!(
        told.contains("the keys are `phase`, `transaction`, `reversible`, `requires_alembic`\n"),
        "{told}"
    );
}

#[test]
fn every_rule_of_lint_stands_in_the_guide() {
    let own = table("| rule | found when |");
    let names: Vec<_> = Own::iter().map(|rule| format!("| `{}` |", rule.name())).collect();
    assert_eq!(own.len(), names.len());
    for (row, name) in own.iter().zip(names) {
        assert!(row.starts_with(&name), "{row} stands in the place of {name}");
    }
    let on = SQUAWK.iter().filter(|(_, scope, _)| *scope != Scope::Off);
    let rows = on.map(|(rule, scope, why)| {
        let scope = if *scope == Scope::Up { "up" } else { "" };
        format!("| `{rule}` | {scope} | {why} |")
    });
    assert_eq!(table("| squawk's rule | | why |"), rows.collect::<Vec<_>>());
    let exempt: Vec<_> =
        Own::iter().filter(|rule| rule.may_be_exempt()).map(|rule| format!("`{}`", rule.name())).collect();
    let sentence = format!("Of our own rules these may be let\nthrough: {}.", exempt.join(", "));
    assert!(guide().contains(&sentence), "{sentence}");
}

/// The files of the worked example, beside the project's own migrations.
fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(repository().join("migrations")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let guide = guide();
    let mut written = 0;
    for part in guide.split("\n`V").skip(1) {
        let Some((name, rest)) = part.split_once('`') else { continue };
        // Names of files stand in sentences as well.
        let Some(sql) = rest.strip_prefix("\n\n```sql\n") else { continue };
        fs::write(folder.path().join(format!("V{name}")), sql.split("```").next().unwrap()).unwrap();
        written += 1;
    }
    assert_eq!(written, 8);
    folder
}

#[test]
fn the_worked_example_is_clean_and_goes_forth_and_back() {
    let folder = example();
    let url = database();
    let environment = [("DATABASE_URL", url.as_str()), ("ENVIRONMENT", "test")];
    let told = |arguments: &[&str]| {
        let arguments = [&["migrate"], arguments].concat();
        let run = command(&arguments, folder.path(), &environment);
        (run.code, run.stdout, run.stderr)
    };
    let dir = ["--dir", "."];
    let clean = (Some(0), "7 migrations: nothing found\n".to_owned(), String::new());
    assert_eq!(told(&[&["lint"], &dir[..]].concat()), clean);
    let (code, _, refused) = told(&[&["up"], &dir[..]].concat());
    assert_eq!(code, Some(2), "before the freeze the tables are Alembic's: {refused}");
    assert!(refused.contains("./V0004__estimate_minutes.up.sql:2:1: touches public.tasks\n"), "{refused}");
    assert!(refused.contains("`gateway migrate adopt --freeze`"), "{refused}");
    assert_eq!(told(&["adopt", "--freeze"]).0, Some(0));
    let done = "7 migrations applied: the database is at V0007\n";
    let up = told(&[&["up"], &dir[..]].concat());
    assert_eq!((up.0, up.1.as_str()), (Some(0), done), "{up:?}");
    let down = told(&[&["down", "--to", "3"], &dir[..]].concat());
    assert_eq!(down.0, Some(0), "{down:?}");
    let up = told(&[&["up"], &dir[..]].concat());
    assert_eq!(
        (up.0, up.1.as_str()),
        (Some(0), "4 migrations applied: the database is at V0007\n"),
        "{up:?}"
    );
}
