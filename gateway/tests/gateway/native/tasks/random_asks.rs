//! Requests that nobody thought of: random members, parameters and damage, the same in every run.

use compat_tests::sample::Version;

use crate::{
    native::{
        pair::{Ask, Pair},
        values::{FLOATS, INSTANTS, INTEGERS, PARAMETERS, STATUSES, TEXTS},
    },
    twin::random::Random,
};

pub(in crate::native) const SEED: u64 = 20_261_121;
const PAIRS: usize = 1_500;
const PAIRS_LONG: usize = 30_000;

#[tokio::test]
async fn random_requests_are_answered_and_stored_as_fastapi_0_115_does() {
    compare(Version::V0_115).await;
}

#[tokio::test]
async fn random_requests_are_answered_and_stored_as_the_newest_fastapi_does() {
    compare(Version::Newest).await;
}

async fn compare(version: Version) {
    let mut pair = Pair::open(version).await;
    let mut random = Random::new(SEED);
    for _ in 0..pairs() {
        pair.same(&ask(&mut random)).await;
    }
    pair.same_rows().await;
    pair.show(&format!("random, seed {SEED}"));
    pair.close();
}

#[expect(clippy::disallowed_methods, reason = "the length of a test run is not a setting of the gateway")]
fn pairs() -> usize {
    if std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1") { PAIRS_LONG } else { PAIRS }
}

pub(in crate::native) fn ask(random: &mut Random) -> Ask {
    let user = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 3, 999][random.below(20)];
    match random.below(20) {
        0..6 => Ask::new(user, "GET", format!("/api/tasks{}", query(random))),
        6..11 => with_body(random, Ask::new(user, "POST", "/api/tasks"), true),
        11..16 => {
            let target = format!("/api/tasks/{}", id(random));
            with_body(random, Ask::new(user, "PATCH", target), false)
        }
        16 => Ask::new(user, "GET", format!("/api/tasks/summary{}", query(random))),
        17 | 18 => Ask::new(user, "GET", format!("/api/tasks/{}", id(random))),
        _ => Ask::new(user, "DELETE", format!("/api/tasks/{}", id(random))),
    }
}

/// Mostly a row that is there, or was.
fn id(random: &mut Random) -> String {
    match random.below(10) {
        0..5 => (1 + random.below(120)).to_string(),
        5..9 => (1001 + random.below(400)).to_string(),
        _ => {
            random.pick(&["0", "-1", "2147483648", "abc", "1.0", "%201", "1_000", "1e3", "1001.0"]).to_owned()
        }
    }
}

fn query(random: &mut Random) -> String {
    let count = [0, 1, 1, 2, 3, 5][random.below(6)];
    let pairs: Vec<_> = (0..count).map(|_| parameter(random)).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Mostly a good one, or few requests would come through.
fn parameter(random: &mut Random) -> String {
    let name = random.pick(&["status", "project_id", "q", "sort", "skip", "limit", "other"]);
    if random.chance(30) {
        return format!("{name}={}", random.pick(PARAMETERS));
    }
    let sorts = ["id", "-id", "title", "-title", "priority", "-priority", "due_at", "-due_at"];
    let value = match name {
        "status" => random.pick(&["todo", "doing", "done"]),
        "project_id" => random.pick(&["1", "2", "3", "%2B1"]),
        "sort" => random.pick(&sorts),
        "skip" => random.pick(&["0", "1", "7", "30", "10000"]),
        "limit" => random.pick(&["1", "5", "50", "100", "1_0"]),
        _ => random.pick(&["a", "E", "%25", "_", "/", "%C3%BC", "#1", "x", "1"]),
    };
    format!("{name}={}", value.replace('#', "%23"))
}

fn with_body(random: &mut Random, ask: Ask, is_new: bool) -> Ask {
    let mut body = object(random, is_new).into_bytes();
    if random.chance(12) {
        damage(random, &mut body);
    }
    match random.below(24) {
        0 => ask.untyped(body),
        1 => ask.typed("text/plain", body),
        2 => ask.typed("application/vnd.tasks+json; charset=utf-16", body),
        3 => ask.json(
            String::from_utf8_lossy(&body).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        ),
        _ => ask.json(body),
    }
}

fn object(random: &mut Random, is_new: bool) -> String {
    let mut members = Vec::new();
    if is_new && random.chance(90) {
        members.push("\"title\":\"made\"".to_owned());
    }
    for _ in 0..random.below(6) {
        members.push(member(random));
    }
    let separator = random.pick(&[",", ",", ", ", ",\n", " ,\t"]);
    format!("{{{}}}", members.join(separator))
}

fn member(random: &mut Random) -> String {
    let good = random.chance(65);
    let (name, value) = match random.below(9) {
        0 => ("title", if good { "\"Titel ü\"" } else { random.pick(TEXTS) }),
        1 => ("description", if good { "\"a\\nb\"" } else { random.pick(TEXTS) }),
        2 => ("status", if good { "\"done\"" } else { random.pick(STATUSES) }),
        3 => ("priority", if good { random.pick(&["-3", "0", "7", "\"8\""]) } else { random.pick(INTEGERS) }),
        4 => (
            "estimate_hours",
            if good { random.pick(&["0.1", "1e-6", "3", "1e17"]) } else { random.pick(FLOATS) },
        ),
        5 | 6 => ("due_at", if good { "\"2026-06-01T17:00:00.5+05:45\"" } else { random.pick(INSTANTS) }),
        7 => ("project_id", if good { random.pick(&["1", "2", "3", "null"]) } else { random.pick(INTEGERS) }),
        _ => ("other", random.pick(TEXTS)),
    };
    format!("\"{name}\":{value}")
}

/// Some bytes less, more or other than a client meant.
fn damage(random: &mut Random, body: &mut Vec<u8>) {
    const PIECES: &[&str] = &[
        "\"", "\\", "\\u", "\\ud83d", "{", "}", "[", "]", ",", ":", " ", "\n", "\t", "\0", "é", "😀", "-",
        "1", ".", "e", "NaN", "\u{feff}", "\\x", "\u{1f}",
    ];
    for _ in 0..=random.below(2) {
        let at = random.below(body.len() + 1);
        match random.below(4) {
            0 => body.truncate(at),
            1 if at < body.len() => {
                body.remove(at);
            }
            2 if at < body.len() => body[at] = u8::try_from(random.below(256)).unwrap(),
            _ => {
                body.splice(at..at, random.pick(PIECES).bytes());
            }
        }
    }
}
