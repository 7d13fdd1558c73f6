//! Values that a column might take: unusual enough to be seen again, ordered by how likely they are to be let in.

use std::sync::LazyLock;

use regex::Regex;

use super::table::Column;

static LITERAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("'((?:[^']|'')*)'").expect("the pattern is valid"));
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9]+(?:\.[0-9]+)?").expect("the pattern is valid"));

/// As SQL expressions; none for a type that is not known.
pub(super) fn candidates(column: &Column, number: usize) -> Vec<String> {
    let mut texts = allowed(column);
    texts.extend(usual(column, number));
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        let text = if column.is_array { array(&text) } else { text };
        let value = format!("CAST('{}' AS {})", text.replace('\'', "''"), column.written_type);
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// What its checks spell out: a list of words, the ends of a range.
fn allowed(column: &Column) -> Vec<String> {
    let is_text = matches!(column.base_type.as_str(), "text" | "varchar" | "bpchar" | "citext");
    let mut found = Vec::new();
    for check in &column.checks {
        if is_text {
            found.extend(LITERAL.captures_iter(check).map(|captures| captures[1].replace("''", "'")));
        }
    }
    // The last is seldom the default.
    found.reverse();
    found
}

fn usual(column: &Column, number: usize) -> Vec<String> {
    if !column.labels.is_empty() {
        return column.labels.iter().rev().cloned().collect();
    }
    let small = number % 90 + 1;
    let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    match column.base_type.as_str() {
        "int2" => numbers(column, vec![format!("{}", 32_000 - small), small.to_string()]),
        "int4" | "oid" => numbers(column, vec![format!("{}", 2_000_000_000 + small), small.to_string()]),
        "int8" => numbers(column, vec![format!("{}", 4_000_000_000_usize + small), small.to_string()]),
        "float4" | "float8" | "numeric" | "money" => {
            numbers(column, vec![format!("{small}.25"), small.to_string(), "0.5".to_owned()])
        }
        "text" | "varchar" | "bpchar" | "citext" | "name" => words(column, number),
        "bool" => of(&["true", "false"]),
        "date" => vec![format!("2031-02-03"), format!("20{}-02-03", small + 9)],
        "timestamp" | "timestamptz" => vec![
            format!("2031-02-03 04:05:{:02}.678901+00", small % 60),
            format!("20{}-02-03 04:05:06+00", small + 9),
        ],
        "time" | "timetz" => vec![format!("04:05:{:02}.678901", small % 60)],
        "interval" => vec![format!("{small} days 02:03:04.5")],
        "uuid" => vec![format!("70726f62-6500-4000-8000-{number:012}")],
        "json" | "jsonb" => {
            vec![format!("{{\"probe\": [{number}, null]}}"), "[]".to_owned(), "{}".to_owned()]
        }
        "bytea" => vec![format!("\\x00ff70726f6265{small:02}")],
        "inet" => vec![format!("192.0.2.{small}")],
        "cidr" => vec![format!("192.0.2.{small}/32")],
        "macaddr" => vec![format!("02:00:00:00:00:{small:02}")],
        "xml" => vec![format!("<probe>{number}</probe>")],
        "tsvector" | "tsquery" => vec![format!("probe{number}")],
        "point" => vec![format!("({small},2)")],
        "bit" | "varbit" => vec!["1".to_owned()],
        "int4range" | "int8range" | "numrange" => vec![format!("[{small},{})", small + 3)],
        "daterange" | "tsrange" | "tstzrange" => vec![format!("[2031-02-03,20{}-02-03)", small + 32)],
        "hstore" => vec![format!("probe=>{number}")],
        "ltree" => vec![format!("probe.n{number}")],
        "vector" => vec![vector(&column.written_type, small)],
        _ => Vec::new(),
    }
}

/// Around the numbers that its checks name, when the first ones are not let in.
fn numbers(column: &Column, mut found: Vec<String>) -> Vec<String> {
    for check in &column.checks {
        for named in NUMBER.find_iter(check) {
            let whole =
                named.as_str().split('.').next().and_then(|whole| whole.parse::<i64>().ok()).unwrap_or(0);
            found.extend([whole, whole + 1, whole - 1].map(|number| number.to_string()));
        }
    }
    found.extend(["0".to_owned(), "1".to_owned()]);
    found
}

/// As long as the column lets, so that a column that was narrower cannot hold it.
fn words(column: &Column, number: usize) -> Vec<String> {
    let limit = NUMBER
        .find(&column.written_type)
        .and_then(|digits| digits.as_str().parse().ok())
        .unwrap_or(300_usize);
    let first = format!("probe {number} ä");
    let filling = limit.min(300).saturating_sub(first.chars().count());
    let long = format!("{first}{}", "x".repeat(filling)).chars().take(limit).collect();
    let short = |text: String| text.chars().take(limit).collect::<String>();
    vec![
        long,
        short(format!("probe{number}")),
        short(format!("probe{number}@example.com")),
        short(format!("https://example.com/probe/{number}")),
        short(format!("{number}")),
        short(format!("P{number:02}")),
        short("abcdefghijklmnopqrstuvwxyz".repeat(12)),
    ]
}

fn vector(written_type: &str, small: usize) -> String {
    let length = NUMBER.find(written_type).and_then(|digits| digits.as_str().parse().ok()).unwrap_or(3);
    format!("[{}]", vec![small.to_string(); length].join(","))
}

fn array(element: &str) -> String {
    format!("{{\"{}\"}}", element.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(written_type: &str, base_type: &str, checks: &[&str]) -> Column {
        Column {
            name: "c".to_owned(),
            written_type: written_type.to_owned(),
            base_type: base_type.to_owned(),
            is_array: written_type.ends_with("[]"),
            is_required: true,
            has_default: false,
            is_given: false,
            labels: Vec::new(),
            checks: checks.iter().map(|check| (*check).to_owned()).collect(),
        }
    }

    #[test]
    fn a_value_suits_the_type() {
        for (column, first) in [
            (column("smallint", "int2", &[]), "CAST('31999' AS smallint)"),
            (column("character varying(9)", "varchar", &[]), "CAST('probe 0 ä' AS character varying(9))"),
            (column("character varying(3)", "varchar", &[]), "CAST('pro' AS character varying(3))"),
            (column("text[]", "json", &[]), r#"CAST('{"{\"probe\": [0, null]}"}' AS text[])"#),
            (column("vector(2)", "vector", &[]), "CAST('[1,1]' AS vector(2))"),
            (column("text", "text", &["CHECK (c IN ('a', 'it''s'))"]), "CAST('it''s' AS text)"),
        ] {
            assert_eq!(candidates(&column, 0)[0], first);
        }
        assert_eq!(candidates(&column("geometry", "geometry", &[]), 0), [""; 0]);
    }

    #[test]
    fn a_check_names_the_numbers_that_may_be_let_in() {
        let column = column("integer", "int4", &["CHECK ((c >= 3) AND (c <= 7))"]);
        assert!(candidates(&column, 0).contains(&"CAST('7' AS integer)".to_owned()));
    }

    #[test]
    fn the_last_label_of_an_enum_is_tried_first() {
        let labels = vec!["a".to_owned(), "b".to_owned()];
        let column = Column { labels, ..column("mood", "mood", &[]) };
        assert_eq!(candidates(&column, 0), ["CAST('b' AS mood)", "CAST('a' AS mood)"]);
    }
}
