//! Items of an array without an order are put where the reference has them, and nothing else is moved.

use crate::parity::compare::unordered::{Unordered, arranged};

fn of(at: &str, key: Option<&str>) -> Unordered {
    Unordered { at: at.parse().unwrap(), key: key.map(str::to_owned) }
}

#[test]
fn items_stand_where_the_reference_has_them() {
    for (array, reference, live, expected) in [
        (of("$", None), "[1,2,3]", "[3,1,2]", "[1,2,3]"),
        (of("$", None), "[1,1,2]", "[2,1,1]", "[1,1,2]"),
        // What the reference does not have stays behind what it has, in its own order.
        (of("$", None), "[1,2]", "[9,2,8,1]", "[1,2,9,8]"),
        (of("$", None), "[1,2,3]", "[3,1]", "[1,3]"),
        (
            of("$", Some("id")),
            r#"[{"id":1,"n":"a"},{"id":2}]"#,
            r#"[{"id":2}, {"id":1,"n":"b"}]"#,
            r#"[{"id":1,"n":"b"}, {"id":2}]"#,
        ),
        (of("$", Some("id")), r#"[{"n":1},{"n":2}]"#, r#"[{"n":2},{"n":1}]"#, r#"[{"n":2},{"n":1}]"#),
        (
            of("$.a[*].b", None),
            r#"{"a":[{"b":[1,2]}],"c":[1,2]}"#,
            r#" {"a":[{"b":[2,1]}],"c":[2,1]} "#,
            r#" {"a":[{"b":[1,2]}],"c":[2,1]} "#,
        ),
    ] {
        let found = arranged(reference, live, std::slice::from_ref(&array));
        assert_eq!(found.as_deref(), Some(expected), "{array:?} {reference} {live}");
    }
    assert_eq!(arranged("[1,2]", "[2,1]", &[]), None);
    assert_eq!(arranged("[1,2]", "no JSON", &[of("$", None)]), None);
}
