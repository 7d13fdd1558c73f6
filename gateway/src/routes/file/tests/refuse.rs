//! Which classes of requests are let through, and which cannot be.

use super::*;
use crate::edge::Class;

#[test]
fn a_class_that_is_reported_is_let_through_and_the_others_are_not() {
    let text = "schema = 1\n[refuse]\nfragment = \"report\"\nbare_lf = \"report\"\nhost_twice = \"refuse\"\nlength_twice = \"refuse\"\n";
    let file = parse(text).expect(text);
    let reported: Vec<Class> = file.reported.iter().collect();
    assert_eq!(reported, [Class::BareLf, Class::Fragment]);
    assert!(parse("schema = 1\n").expect("a file").reported.is_empty());
}

#[test]
fn what_cannot_be_let_through_is_told_with_all_that_can() {
    check(
        "schema = 1
[refuse]
length_twice = \"report\"
header_bytes = \"report\"
fragmnt = \"report\"
everything = \"report\"
fragment = \"count\"
bare_lf = true",
        "routes.toml:3:16: `length_twice` is always refused: nobody could say where such a request ends and the next one begins
3 | length_twice = \"report\"
  |                ^^^^^^^^
help: remove the line; what can be let through: `host_missing`, `host_twice`, `host_malformed`, `other_authority`, `bare_lf`, `method_unknown`, `fragment`, `control_character` and 2 more

routes.toml:4:1: `header_bytes` is no class of requests that are refused
4 | header_bytes = \"report\"
  | ^^^^^^^^^^^^
help: what can be let through: `host_missing`, `host_twice`, `host_malformed`, `other_authority`, `bare_lf`, `method_unknown`, `fragment`, `control_character` and 2 more

routes.toml:5:1: `fragmnt` is no class of requests that are refused
5 | fragmnt = \"report\"
  | ^^^^^^^
help: did you mean `fragment`?

routes.toml:6:1: `everything` is no class of requests that are refused
6 | everything = \"report\"
  | ^^^^^^^^^^
help: what can be let through: `host_missing`, `host_twice`, `host_malformed`, `other_authority`, `bare_lf`, `method_unknown`, `fragment`, `control_character` and 2 more

routes.toml:7:12: `count` is not what may happen to a class
7 | fragment = \"count\"
  |            ^^^^^^^
help: write `\"refuse\"` or `\"report\"`

routes.toml:8:11: `bare_lf` must be text, not a boolean
8 | bare_lf = true
  |           ^^^^
help: write `\"refuse\"` or `\"report\"`",
    );
}
