//! What is found, told by cases; that nothing is missed, by every damage that can be done to an answer.

mod answered;
mod arranged;
mod damage;

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use self::damage::{Damage, Tree, damages, tree};
use super::compare;
use crate::parity::{Answer, Difference, Kind, Place};

fn json(body: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("content-length", &body.len().to_string())]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Answer { status: 200, headers: headers.into(), body: body.into() }
}

fn with_headers(headers: &[(&str, &str)]) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Answer { status: 200, headers: headers.collect(), body: Vec::new() }
}

/// The differences as a person reads them.
fn told(legacy: &Answer, native: &Answer) -> Vec<String> {
    compare(legacy, native).iter().map(Difference::to_string).collect()
}

fn check(legacy: &str, native: &str, expected: &[&str]) {
    assert_eq!(told(&json(legacy), &json(native)), expected, "{legacy} {native}");
}

#[test]
fn a_json_difference_names_its_place_and_its_kind() {
    let detail = r#"{"detail":[{"type":"int","msg":"a"}]}"#;
    let path = "body $.detail[0].msg: ";
    check(
        detail,
        r#"{"detail":[{"type":"int","msg":"b"}]}"#,
        &[&format!("{path}value, legacy `\"a\"`, native `\"b\"`")],
    );
    check(detail, r#"{"detail":[{"type":"int"}]}"#, &[&format!("{path}missing, legacy `\"a\"`, native ``")]);
    check(r#"{"a":1}"#, r#"{"a":1,"b c":null}"#, &[r#"body $["b c"]: added, legacy ``, native `null`"#]);
    check(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, &["body $: order, legacy `a, b`, native `b, a`"]);
    check("[1,2]", "[2,1]", &["body $: order, legacy `1,2`, native `2,1`"]);
    check("[1,2]", "[1]", &["body $[1]: missing, legacy `2`, native ``"]);
    check("[1.0]", "[1]", &["body $[0]: number-text, legacy `1.0`, native `1`"]);
    check("[1]", "[\"1\"]", &["body $[0]: value, legacy `1`, native `\"1\"`"]);
    check("[\"é\"]", r#"["\u00e9"]"#, &[r#"body $[0]: spelling, legacy `"é"`, native `"\u00e9"`"#]);
    check(r#"{"é":1}"#, r#"{"\u00e9":1}"#, &[r#"body $.é: spelling, legacy `"é"`, native `"\u00e9"`"#]);
    check("[1,2]", "[1, 2]", &["body $: spelling, legacy `[_,_]`, native `[_, _]`"]);
    check(r#"{"a":1,"a":2}"#, r#"{"a":1}"#, &["body $.a: missing, legacy `2`, native ``"]);
    check("{\"a\":null}", "{}", &["body $.a: missing, legacy `null`, native ``"]);
    check("[{}]", "[[]]", &["body $[0]: value, legacy `{}`, native `[]`"]);
    check("null", "", &["body: value, legacy `byte 0: null`, native `byte 0: `"]);
    check("{1}", "{2}", &["body: value, legacy `byte 1: {1}`, native `byte 1: {2}`"]);
}

#[test]
fn headers_are_a_list() {
    let legacy = with_headers(&[("date", "now"), ("vary", "a"), ("vary", "b"), ("allow", "GET")]);
    for (native, expected) in [
        (
            &[("vary", "a"), ("vary", "b"), ("allow", "GET")][..],
            &["header date: missing, legacy `now`, native ``"][..],
        ),
        (
            &[("date", "now"), ("vary", "a"), ("allow", "GET")],
            &["header vary: missing, legacy `b`, native ``"],
        ),
        (
            &[("date", "now"), ("vary", "b"), ("vary", "a"), ("allow", "GET")],
            &["header vary: value, legacy `a`, native `b`", "header vary: value, legacy `b`, native `a`"],
        ),
        (
            &[("Date", "now"), ("vary", "a"), ("vary", "b"), ("allow", "GET"), ("x", "")],
            &["header date: spelling, legacy `date`, native `Date`", "header x: added, legacy ``, native ``"],
        ),
        (
            &[("vary", "a"), ("vary", "b"), ("allow", "GET"), ("date", "now")],
            &["header date: order, legacy `date, vary, vary, allow`, native `vary, vary, allow, date`"],
        ),
    ] {
        assert_eq!(told(&legacy, &with_headers(native)), expected, "{native:?}");
    }
}

#[test]
fn a_length_differs_only_where_it_is_not_its_bodys() {
    let (legacy, mut native) = (json("[1]"), json("[10]"));
    assert_eq!(told(&legacy, &native), ["body $[0]: value, legacy `1`, native `10`"]);
    native.headers[1].1 = "5".to_owned();
    let length = "header content-length: value, legacy `3`, native `5`";
    assert_eq!(told(&legacy, &native)[0], length);
}

fn packed(answer: &Answer, level: u32) -> Answer {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(&answer.body).unwrap();
    let mut packed = Answer { body: encoder.finish().unwrap(), ..answer.clone() };
    packed.headers.retain(|(name, _)| name != "content-length");
    packed.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
    packed
}

#[test]
fn what_is_packed_is_compared_unpacked() {
    let long = |number: u32| json(&format!("[{number},\"{}\"]", "a long text ".repeat(100)));
    let (fast, best) = (packed(&long(1), 1), packed(&long(1), 9));
    assert_ne!(fast.body, best.body);
    assert_eq!(told(&fast, &best), [""; 0]);
    assert_eq!(told(&fast, &packed(&long(2), 1)), ["body $[0]: value, legacy `1`, native `2`"]);
    let mut broken = best;
    broken.body.truncate(20);
    assert_eq!(compare(&fast, &broken)[0].place, Place::Body);
    let plain = long(1);
    let places: Vec<_> = compare(&fast, &plain).into_iter().map(|difference| difference.place).collect();
    assert_eq!(places, ["content-encoding", "content-length"].map(|name| Place::Header(name.to_owned())));
}

fn answer() -> impl Strategy<Value = (Answer, Tree)> {
    let names = prop::sample::select(vec!["date", "server", "vary", "x-total-count", "location", "Allow"]);
    let headers = prop::collection::vec((names, "[a-z ]{0,3}"), 0..7);
    (prop::sample::select(vec![200_u16, 201, 404, 422]), headers, tree()).prop_map(
        |(status, headers, tree)| {
            let mut answer = Answer { status, ..json(&tree.to_string()) };
            answer.headers.extend(headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
            (answer, tree)
        },
    )
}

/// The same differences as the other side would tell them.
fn turned(differences: Vec<Difference>) -> Vec<Difference> {
    let turned = differences.into_iter().map(|Difference { place, kind, legacy, native }| {
        let kind = match kind {
            Kind::Missing => Kind::Added,
            Kind::Added => Kind::Missing,
            Kind::Value | Kind::NumberText | Kind::Spelling | Kind::Order => kind,
        };
        Difference { place, kind, legacy: native, native: legacy }
    });
    sorted(turned.collect())
}

fn sorted(mut differences: Vec<Difference>) -> Vec<Difference> {
    differences.sort();
    differences
}

proptest! {
    #[test]
    fn an_answer_does_not_differ_from_itself((answer, _) in answer()) {
        prop_assert_eq!(compare(&answer, &answer), []);
    }

    #[test]
    fn both_sides_tell_the_same_differences((one, _) in answer(), (other, _) in answer()) {
        let seen = sorted(compare(&one, &other));
        prop_assert_eq!(&seen, &turned(compare(&other, &one)));
        prop_assert_eq!(seen.is_empty(), one == other);
    }

    #[test]
    fn every_damage_is_found((answer, tree) in answer(), damages in damages(), random in any::<u64>()) {
        for Damage { name, kinds, apply } in damages {
            if let Some(damaged) = apply(&answer, &tree, random) {
                let found = compare(&answer, &damaged);
                prop_assert!(!found.is_empty(), "{}: {:?}", name, damaged);
                let is_known = found.iter().all(|difference| kinds.contains(&difference.kind));
                prop_assert!(is_known, "{}: {:?}", name, found);
            }
        }
    }
}
