//! Every native route beside the real FastAPI sample, asked the same things, generated in two ways: by what its
//! OpenAPI document says a value is, and by Schemathesis. Answers are compared by `gateway::parity`, and so are all rows.

mod ask;
mod document;
mod generator;
mod known;
mod line;
mod pair;
mod schemathesis;
mod stored;
mod values;

use compat_tests::sample::Version;

use self::{document::Operation, generator::Generator, pair::Pair};

const SEED: u64 = 20_261_121;

/// Pairs of each version.
const PAIRS: usize = 1_000;
const PAIRS_LONG: usize = 20_000;

/// How many of ten are generated from the document by ourselves; Schemathesis thinks of the others.
const OURS: usize = 6;

#[tokio::test]
async fn native_routes_answer_and_store_what_fastapi_0_115_does() {
    compare(Version::V0_115, "0.115").await;
}

#[tokio::test]
async fn native_routes_answer_and_store_what_the_newest_fastapi_does() {
    compare(Version::Newest, "newest").await;
}

async fn compare(version: Version, name: &'static str) {
    let wanted = pairs();
    let document = document::of_sample(version).await;
    let operations = Operation::of_native_routes(&document);
    let asks = schemathesis::asks(&document, &operations, wanted * (10 - OURS) / 10, SEED).await;
    let thought_of = asks.len();
    let mut pair = Pair::open(version, name).await;
    for ask in known::asks().iter().chain(&asks) {
        pair.ask(ask).await;
    }
    let mut generator = Generator::new(SEED, &operations);
    for _ in thought_of..wanted {
        let ask = generator.ask();
        let created = pair.ask(&ask).await;
        generator.learn(&ask, created);
    }
    pair.compare_rows().await;
    pair.show(&format!(
        "{thought_of} by Schemathesis, {} from types, seed {SEED}",
        wanted.saturating_sub(thought_of)
    ));
    assert!(pair.asked() >= wanted, "{} pairs of {wanted}", pair.asked());
    pair.close();
}

#[expect(clippy::disallowed_methods, reason = "the length of a test run is not a setting of the gateway")]
fn pairs() -> usize {
    if std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1") { PAIRS_LONG } else { PAIRS }
}
