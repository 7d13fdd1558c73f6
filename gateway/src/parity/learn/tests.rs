//! What varies between runs is typed, or told; what does not is left alone.

use super::{Learned, learn};
use crate::parity::{
    exchange::{Exchange, Outcome, Redacted, sample},
    rules::Rules,
    value::Class,
};

const KIND: &str = "content-type: application/json";

/// One answer after the other, of one route.
fn run(bodies: &[&str]) -> Vec<Exchange> {
    of_route("GET /items", bodies)
}

fn of_route(route: &str, bodies: &[&str]) -> Vec<Exchange> {
    let exchanges = bodies.iter().zip(1..).map(|(body, id)| Exchange {
        outcome: Outcome::Answered(sample::answered(200, &[KIND], body)),
        ..sample::exchange(id, route)
    });
    exchanges.collect()
}

/// The first is the reference.
fn learned(runs: &[&[&str]]) -> Learned {
    let runs: Vec<Vec<Exchange>> = runs.iter().map(|bodies| run(bodies)).collect();
    learn(&runs[0], &runs[1..], &Rules::default())
}

fn classes(learned: &Learned) -> Vec<(&str, &str)> {
    learned.places.iter().map(|place| (place.at.as_str(), place.class.name())).collect()
}

fn untyped(learned: &Learned) -> Vec<&str> {
    learned.untyped.iter().map(|untyped| untyped.at.as_str()).collect()
}

#[test]
fn only_what_varies_is_learned() {
    let body = |uuid: &str, id: &str| {
        format!(r#"{{"uuid":"{uuid}-7547-487f-ae3d-c8be92c0dea6","id":{id},"name":"Ada","count":3}}"#)
    };
    let bodies = [body("11110000", "7"), body("22220000", "8"), body("33330000", "9")];
    let learned = learned(&[&[&bodies[0]], &[&bodies[1]], &[&bodies[2]]]);
    assert_eq!(classes(&learned), [("body $.id", "sequence"), ("body $.uuid", "uuid")]);
    assert_eq!(untyped(&learned), [""; 0]);
}

#[test]
fn what_varies_without_a_class_is_told_with_what_it_said() {
    for (one, other) in [
        ("{\"a\":\"open\"}", "{\"a\":\"done\"}"),
        ("{\"a\":true}", "{\"a\":false}"),
        ("{\"a\":1}", "{\"a\":\"1\"}"),
        ("{\"a\":1}", "{\"a\":null}"),
        ("{\"a\":1}", "{}"),
        ("{\"a\":100}", "{\"a\":200}"),
        ("{\"a\":1.5}", "{\"a\":-1.5}"),
    ] {
        let learned = learned(&[&[one], &[other], &[one]]);
        assert_eq!((untyped(&learned), learned.places.len()), (vec!["body $.a"], 0), "{one} {other}");
    }
    // What hardly moves is a measurement.
    let learned = learned(&[&["{\"a\":100.5}"], &["{\"a\":101.0}"], &["{\"a\":100.0}"]]);
    let Class::Number { least, most } = learned.places[0].class else { panic!("{learned:?}") };
    assert_eq!((least, most), (99.0, 102.0));
}

#[test]
fn numbers_that_agree_by_chance_are_not_fixed() {
    let bodies =
        [["{\"id\":10}", "{\"id\":21}"], ["{\"id\":10}", "{\"id\":35}"], ["{\"id\":10}", "{\"id\":42}"]];
    let fixed = |route: &str| {
        let runs: Vec<_> = bodies.iter().map(|bodies| of_route(route, bodies)).collect();
        let learned = learn(&runs[0], &runs[1..], &Rules::default());
        assert_eq!(classes(&learned), [("body $.id", "sequence")]);
        learned.places[0].fixed.len()
    };
    assert_eq!(fixed("POST /items"), 0, "each run has made its own");
    assert_eq!(fixed("GET /items"), 1, "nobody has made 10: it was there before");
    // An instant of the seed is the same in every run, and has to stay.
    let at = |time: &str| format!("{{\"at\":\"2026-01-05T{time}.000001Z\"}}");
    let (seed, one, other) = (at("00:00:00"), at("09:30:00"), at("10:30:00"));
    let learned = learned(&[&[&seed, &one], &[&seed, &other]]);
    let fixed: Vec<_> = learned.places[0].fixed.iter().collect();
    assert_eq!(fixed, ["\"2026-01-05T00:00:00.000001Z\""]);
}

#[test]
fn an_array_is_unordered_where_it_was_seen_in_two_orders() {
    let rows = |ids: [u8; 3]| {
        format!("{{\"items\":[{}]}}", ids.map(|id| format!("{{\"id\":{id},\"name\":\"n{id}\"}}")).join(","))
    };
    let bodies = [rows([1, 2, 3]), rows([3, 1, 2]), rows([1, 2, 3])];
    let shuffled = learned(&[&[&bodies[0]], &[&bodies[1]], &[&bodies[2]]]);
    let arrays: Vec<_> =
        shuffled.arrays.iter().map(|array| (array.at.as_str(), array.key.as_deref())).collect();
    assert_eq!(
        (arrays, shuffled.untyped.len(), shuffled.places.len()),
        (vec![("$.items", Some("id"))], 0, 0)
    );
    let plain = learned(&[&["[\"a\",\"b\"]"], &["[\"b\",\"a\"]"]]);
    assert_eq!(plain.arrays.iter().map(|array| array.key.clone()).collect::<Vec<_>>(), [None]);
    // Other items are no other order.
    let others = [rows([1, 2, 3]), rows([1, 2, 4])];
    let changed = learned(&[&[&others[0]], &[&others[1]]]);
    assert!(changed.arrays.is_empty(), "{changed:?}");
}

#[test]
fn two_instants_of_an_object_are_equal_or_in_order_if_they_always_were() {
    let body = |made: u8, changed: u8| {
        format!(
            "{{\"made\":\"2026-01-05T09:30:{made:02}.000001Z\",\"changed\":\"2026-01-05T09:30:{changed:02}.000001Z\"}}"
        )
    };
    let learned_of = |pairs: &[(u8, u8)]| {
        let bodies: Vec<String> = pairs.iter().map(|(made, changed)| body(*made, *changed)).collect();
        let runs: Vec<[&str; 1]> = bodies.iter().map(|body| [body.as_str()]).collect();
        let runs: Vec<&[&str]> = runs.iter().map(|run| run.as_slice()).collect();
        learned(&runs)
    };
    let told = |pairs: &[(u8, u8)]| {
        let learned = learned_of(pairs);
        let made = learned.places.iter().find(|place| place.at == "body $.made").unwrap();
        (made.equal.len(), made.before.len())
    };
    assert_eq!(told(&[(1, 1), (2, 2), (3, 3)]), (1, 0), "equal in every run");
    assert_eq!(told(&[(1, 2), (2, 4), (3, 3)]), (0, 1), "never later");
    assert_eq!(told(&[(1, 2), (4, 2), (3, 3)]), (0, 0), "now this way, now that");
}

#[test]
fn a_recorded_pseudonym_is_no_sample() {
    let body = |uuid: &str| format!(r#"{{"uuid":"{uuid}-7547-487f-ae3d-c8be92c0dea6"}}"#);
    let mut reference = run(&[&body("99990000")]);
    reference[0].redacted = vec![Redacted { at: "answer body $.uuid".to_owned(), class: "name".to_owned() }];
    let same = body("11110000");
    let runs = [run(&[&same]), run(&[&same])];
    let learned = learn(&reference, &runs, &Rules::default());
    assert!(learned.places.is_empty() && learned.untyped.is_empty(), "the runs agree: {learned:?}");
}

#[test]
fn another_status_is_another_answer() {
    let mut runs = [run(&["{\"a\":1}"]), run(&["{\"a\":1}"])];
    runs[1][0].outcome = Outcome::Answered(sample::answered(404, &[KIND], "{\"detail\":\"x\"}"));
    let learned = learn(&runs[0], &runs[1..], &Rules::default());
    assert!(learned.places.is_empty(), "{learned:?}");
}
