//! Whether anybody else waits while logins do: how long other requests take with fifty logins in flight, and without.
//!
//! Serving and hashing have one core together, which is the worst that can be. Rounds with and without take turns.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{bail, ensure};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Measured;
use super::stand::{Hash, Stand, connect, log_in};
use crate::bench::Cores;
use crate::bench::bar::{Bar, median};
use crate::bench::pulse::Pulse;
use crate::bench::quantile::quantile;

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_secs(4);
const LOGINS: u32 = 50;
/// Those who ask for something else, and how often each of them does.
const OTHERS: u32 = 8;
const EACH: Duration = Duration::from_millis(40);

/// Of the 95th percentile. A timer's tick and one more switch between two threads are within it; to wait for a hash,
/// or for a share of the processor, would be ten times as much.
const MOST: f64 = 1.2;

#[derive(Debug)]
pub(super) struct Comparison {
    proxied: Delay,
    native: Delay,
    /// Let in, and told to come again later, in all rounds together.
    logins: (u32, u32),
    pinned: bool,
}

/// Medians of rounds, in milliseconds.
#[derive(Debug)]
struct Delay {
    alone: [f64; 2],
    beside: [f64; 2],
    /// Of the 95th percentiles, round by round.
    ratio: f64,
}

/// What was seen in a round, for one kind of request: p50 and p95 in milliseconds.
type Seen = [f64; 2];

pub(super) fn compare() -> anyhow::Result<Comparison> {
    let stand = Stand::start(Cores::choose())?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (mut alone, mut beside, mut logins) = (Vec::new(), Vec::new(), (0, 0));
    runtime.block_on(round(&stand, 0))?;
    for number in 1..=ROUNDS {
        alone.push(runtime.block_on(round(&stand, 0))?.0);
        let (seen, (let_in, put_off)) = runtime.block_on(round(&stand, LOGINS))?;
        ensure!(let_in > 0, "nobody was logged in");
        logins = (logins.0 + let_in, logins.1 + put_off);
        beside.push(seen);
        eprintln!("round {number} of {ROUNDS}");
    }
    let delay =
        |which: usize| Delay::of(alone.iter().map(|seen| seen[which]), beside.iter().map(|seen| seen[which]));
    Ok(Comparison { proxied: delay(0), native: delay(1), logins, pinned: stand.pinned })
}

/// Proxied and native requests at a steady pace, while so many logins are always in flight.
async fn round(stand: &Stand, logins: u32) -> anyhow::Result<([Seen; 2], (u32, u32))> {
    let address = stand.gateway.address();
    let mut logging_in = JoinSet::new();
    let end = Instant::now() + ROUND;
    for number in 0..logins {
        logging_in.spawn(keep_logging_in(address, number, end));
    }
    let mut asking = JoinSet::new();
    for number in 0..2 * OTHERS {
        let is_native = number % 2 == 1;
        let request = if is_native { stand.native(number)? } else { stand.proxied(number)? };
        let pulse = Pulse { first: Instant::now() + EACH * number / (2 * OTHERS), each: EACH, end };
        asking.spawn(async move {
            let headers = [("authorization", request.authorization.as_str())];
            anyhow::Ok((is_native, pulse.of(address, &request.target, &headers).await?))
        });
    }
    let (mut proxied, mut native) = (Vec::new(), Vec::new());
    while let Some(ended) = asking.join_next().await {
        let (is_native, latencies) = ended??;
        if is_native { native.extend(latencies) } else { proxied.extend(latencies) }
    }
    let (mut let_in, mut put_off) = (0, 0);
    while let Some(ended) = logging_in.join_next().await {
        let (some, others) = ended??;
        let_in += some;
        put_off += others;
    }
    Ok(([seen(&mut proxied), seen(&mut native)], (let_in, put_off)))
}

/// How many were let in, and how many were told that all threads are busy.
async fn keep_logging_in(address: SocketAddr, number: u32, end: Instant) -> anyhow::Result<(u32, u32)> {
    let hash = if number.is_multiple_of(2) { Hash::Argon2id } else { Hash::Bcrypt12 };
    let (mut client, mut let_in, mut put_off) = (connect(address).await?, 0, 0);
    while Instant::now() < end {
        let answer = log_in(&mut client, hash, number + let_in * LOGINS).await?;
        match answer.status {
            200 => let_in += 1,
            503 => put_off += 1,
            status => bail!("a login is answered {status}: {}", answer.text()),
        }
    }
    Ok((let_in, put_off))
}

fn seen(latencies: &mut [Duration]) -> Seen {
    [0.5, 0.95].map(|share| quantile(latencies, share).as_secs_f64() * 1e3)
}

impl Delay {
    fn of(alone: impl Iterator<Item = Seen>, beside: impl Iterator<Item = Seen>) -> Self {
        let (alone, beside): (Vec<Seen>, Vec<Seen>) = (alone.collect(), beside.collect());
        let middle = |rounds: &[Seen], which: usize| median(rounds.iter().map(|seen| seen[which]).collect());
        let ratios = alone.iter().zip(&beside).map(|(alone, beside)| beside[1] / alone[1]);
        Self {
            alone: [middle(&alone, 0), middle(&alone, 1)],
            beside: [middle(&beside, 0), middle(&beside, 1)],
            ratio: median(ratios.collect()),
        }
    }
}

impl Measured for Comparison {
    fn bars(&self) -> Vec<Bar> {
        vec![
            Bar { what: "p95 of proxied requests beside logins", ratio: self.proxied.ratio, most: MOST },
            Bar { what: "p95 of native requests beside logins", ratio: self.native.ratio, most: MOST },
        ]
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "serving and hashing on one core" } else { "cores shared" };
        let rate = f64::from(OTHERS) / EACH.as_secs_f64();
        writeln!(
            formatter,
            "GET with a token, {rate} proxied and {rate} native a second, {pinned}, median of {ROUNDS} rounds of {ROUND:?}"
        )?;
        for (name, delay) in [("proxied", &self.proxied), ("native", &self.native)] {
            let ([p50, p95], [p50_beside, p95_beside]) = (delay.alone, delay.beside);
            writeln!(
                formatter,
                "  {name:<8} alone p50 {p50:>6.2} ms  p95 {p95:>6.2} ms   with {LOGINS} logins p50 {p50_beside:>6.2} ms  \
                 p95 {p95_beside:>6.2} ms"
            )?;
        }
        let (let_in, put_off) = self.logins;
        write!(
            formatter,
            "logins: half argon2id (19 MiB, two passes), half bcrypt of cost 12, each client's next when the last is \
             answered; {let_in} let in, {put_off} told to come again (503)"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_is_the_median_of_the_rounds_own_ratios() {
        let alone = [[1.0, 2.0], [1.0, 4.0], [1.0, 3.0]];
        let beside = [[1.0, 2.2], [2.0, 4.0], [3.0, 30.0]];
        let delay = Delay::of(alone.into_iter(), beside.into_iter());
        assert!((delay.ratio - 1.1).abs() < 1e-9, "{delay:?}");
        assert_eq!((delay.alone, delay.beside), ([1.0, 3.0], [2.0, 4.0]));
    }
}
