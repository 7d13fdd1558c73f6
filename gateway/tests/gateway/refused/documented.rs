//! `docs/edge.md` lists every class, what is answered, and whether it may be let through.

use compat_tests::repository;
use gateway::edge::{Class, Told};

#[test]
fn every_class_stands_in_the_table_as_it_is() {
    let page = std::fs::read_to_string(repository().join("docs/edge.md")).unwrap();
    let rows = page.lines().skip_while(|line| *line != "| class | refused | answer | `\"report\"` |").skip(2);
    let rows: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            // A cell of code may hold what ends a cell elsewhere; the first and the last two do not.
            let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            (cells[0].to_owned(), cells[cells.len() - 2].to_owned(), cells[cells.len() - 1].to_owned())
        })
        .collect();
    let expected: Vec<_> = Class::rules()
        .map(|class| {
            let answer = match class.told() {
                Told::BadRequest => "400",
                Told::TargetTooLong => "414",
                Told::HeadTooLarge => "431",
                Told::Nothing => "the connection ends",
            };
            let report = if class.always().is_some() { "always refused" } else { "let through" };
            (format!("`{class}`"), answer.to_owned(), report.to_owned())
        })
        .collect();
    assert_eq!(rows, expected);
}
