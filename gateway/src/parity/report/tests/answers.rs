//! Side by side: what differs is marked, what does not is folded, and the place is pointed at.

use crate::parity::{
    finding::Shown,
    report::{
        place,
        sides::{Line, Row, sides},
    },
};

fn shown(head: &str, body: &str) -> Shown {
    Shown { head: head.to_owned(), body: body.to_owned() }
}

/// A line for each row: its mark, and of each side the number, the text with `[what differs]`, `<` at the place.
fn drawn(reference: &Shown, live: &Shown, place: &str) -> Vec<String> {
    let line = |line: &Line, differs: bool| {
        let [before, middle, after] = &line.parts;
        let text = if differs { format!("{before}[{middle}]{after}") } else { line.parts.concat() };
        format!("{} {text}{}", line.number, if line.is_at_place { " <" } else { "" })
    };
    let row = |row: &Row| match row {
        Row::Same(left, right) => format!("= {} | {}", line(left, false), line(right, false)),
        Row::Changed(left, right) => format!("! {} | {}", line(left, true), line(right, true)),
        Row::Removed(left) => format!("- {}", line(left, false)),
        Row::Added(right) => format!("+ {}", line(right, false)),
        Row::Folded(number) => format!("~ {number}"),
    };
    sides(reference, live, place).rows.iter().map(row).collect()
}

const HEAD: &str = "HTTP/1.1 200\ncontent-type: application/json\netag: \"1\"";

#[test]
fn what_differs_within_a_line_is_marked_and_what_is_far_away_is_folded() {
    let body = |at: &str| {
        format!("{{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ],\n  \"at\": \"{at}\",\n  \"z\": null\n}}")
    };
    let rows = drawn(&shown(HEAD, &body("09:30Z")), &shown(HEAD, &body("09:30+00:00")), "body $.at");
    assert_eq!(
        rows,
        [
            "= 1 HTTP/1.1 200 | 1 HTTP/1.1 200",
            "~ 6",
            "=     8     2, | 8     2,",
            "= 9     3 | 9     3",
            "= 10   ], | 10   ],",
            "! 11   \"at\": \"09:30[Z]\", < | 11   \"at\": \"09:30[+00:00]\", <",
            "= 12   \"z\": null | 12   \"z\": null",
            "= 13 } | 13 }",
        ]
        .map(|row| row.replacen("=     8", "= 8", 1))
    );
}

#[test]
fn a_line_of_one_side_stands_alone() {
    let rows = drawn(&shown("", "[\n  1,\n  2\n]"), &shown("", "[\n  1,\n  2,\n  3\n]"), "body $[*]");
    assert_eq!(
        rows,
        ["= 1 [ | 1 [", "= 2   1, < | 2   1, <", "! 3   2[] < | 3   2[,] <", "+ 4   3 <", "= 4 ] | 5 ]"]
    );
    let rows = drawn(&shown("HTTP/1.1 204", ""), &shown("HTTP/1.1 200", "{}"), "status");
    assert_eq!(rows, ["! 1 HTTP/1.1 20[4] < | 1 HTTP/1.1 20[0] <", "+ 2 ", "+ 3 {}"]);
}

#[test]
fn a_difference_is_cut_between_characters() {
    let rows = drawn(&shown("", "\"caf\u{e9}s\""), &shown("", "\"caf\u{e8}s\""), "body $");
    assert_eq!(rows, ["! 1 \"caf[\u{e9}]s\" < | 1 \"caf[\u{e8}]s\" <"]);
}

#[test]
fn the_place_is_found_in_head_and_body() {
    let body = "{\n  \"items\": [\n    {\n      \"at\": 1,\n      \"at\": 2\n    },\n    {\n      \"at\": 3\n    }\n  ]\n}";
    let answer = shown(HEAD, body);
    for (place, lines) in [
        ("status", vec![0]),
        ("header etag", vec![2]),
        ("header ETag", vec![2]),
        ("header missing", vec![]),
        ("body", vec![]),
        ("body $", vec![4]),
        ("body $.items", vec![5]),
        ("body $.items[*].at", vec![7, 8, 11]),
        ("body $.items[1].at", vec![11]),
        ("body $..at", vec![7, 8, 11]),
        ("body $.nothing", vec![]),
        ("body nonsense", vec![]),
        ("frame 3 $.n", vec![]),
    ] {
        assert_eq!(place::lines_at(&answer, place), lines, "{place}");
    }
    assert!(place::lines_at(&shown("", ""), "status").is_empty());
    assert!(place::lines_at(&shown(HEAD, "<html>"), "body $.a").is_empty());
}

#[test]
fn two_long_answers_are_compared_in_no_time_and_the_rest_is_counted() {
    let lines = |word: &str| (0..20_000).map(|number| format!("{word} {number}\n")).collect::<String>();
    let sides = sides(&shown("", &lines("left")), &shown("", &lines("right")), "body");
    assert_eq!(sides.left_out, 19_000);
    assert_eq!(sides.rows.len(), 1_000);
    // A difference behind much that is the same is seen.
    let (same, end) = (lines("same"), |end: &str| format!("{}{end}", lines("same")));
    let rows = drawn(&shown("", &end("a")), &shown("", &end("b")), "body");
    assert_eq!(rows.last().unwrap(), "! 20001 [a] | 20001 [b]");
    assert_eq!(drawn(&shown("", &same), &shown("", &same), "body"), ["= 1 same 0 | 1 same 0", "~ 19999"]);
}
