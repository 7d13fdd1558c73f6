//! Failure at peak: what clients see while the database behind the gateway is slow, away, full or asleep.
//!
//! Every fault is played under the same load, of proxied and native requests. Whatever it is, proxied routes do not
//! notice; native routes answer, or say 503 and when to come back, within their deadline; no row is written by half.

mod database;
mod fault;
mod load;
mod neon;
pub(crate) mod pgbouncer;
mod pooled;
pub(crate) mod proxy;
mod record;
mod relay;
mod rows;
pub(crate) mod server;
mod serverless;
pub(crate) mod stage;
mod table;
mod verdict;
mod wire;
mod words;

use std::time::Duration;

/// How long a fault lasts; a minute when there is time.
fn outage(seconds: u64) -> Duration {
    Duration::from_secs(if is_long() { 60 } else { seconds })
}

#[expect(clippy::disallowed_methods, reason = "the length of a test run is not a setting of the gateway")]
fn is_long() -> bool {
    std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1")
}
