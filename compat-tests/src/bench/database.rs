//! Compares the same database requests, natively through the gateway and on the legacy that they were moved from.
//!
//! The rate is the highest that the legacy holds; both then get it in turns, each alone on the same core.

mod report;
mod stand;
mod users;

use std::time::Duration;

use anyhow::{Context, bail};
use tokio::runtime::Builder;

use self::stand::{Stand, Subject};
use self::users::{Pace, ask};
use super::Cores;
use super::cpu::CpuTime;

pub use self::report::Comparison;

const USERS: usize = 50;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(15);
const WARM_UP: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_secs(6);

/// What the specification asks for.
const LATE: Duration = Duration::from_millis(500);

/// Of what the legacy answers when it gets all it can take.
const SHARES: [f64; 8] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];

/// Medians over the rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figure {
    p50: Duration,
    p95: Duration,
    /// A second.
    answered: f64,
    /// Of the serving process, for a request.
    cpu: Duration,
    postgres: Duration,
}

pub fn compare() -> anyhow::Result<Comparison> {
    let cores = Cores::choose();
    let stand = Stand::start(cores, USERS)?;
    let rate = sustained(&stand)?;
    let (mut of_legacy, mut of_native) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        for (subject, figures) in [(Subject::Legacy, &mut of_legacy), (Subject::Native, &mut of_native)] {
            measure(&stand, subject, Pace::Rate(rate), WARM_UP)?;
            figures.push(measure(&stand, subject, Pace::Rate(rate), ROUND)?);
        }
        eprintln!("round {round} of {ROUNDS}");
    }
    let flat_out = measure(&stand, Subject::Native, Pace::FlatOut, LOOK)?;
    let (legacy, native, pinned) = (median(&of_legacy), median(&of_native), cores.measured.is_some());
    Ok(Comparison { rate, legacy, native, flat_out, pinned })
}

/// The highest of some rates at which the legacy is in time.
fn sustained(stand: &Stand) -> anyhow::Result<f64> {
    measure(stand, Subject::Legacy, Pace::FlatOut, WARM_UP)?;
    let most = measure(stand, Subject::Legacy, Pace::FlatOut, LOOK)?.answered;
    for share in SHARES {
        let rate = (most * share).floor().max(1.0);
        let figure = measure(stand, Subject::Legacy, Pace::Rate(rate), LOOK)?;
        eprintln!("the legacy at {rate} requests/s: p95 {:.0} ms", figure.p95.as_secs_f64() * 1e3);
        if figure.p95 < LATE {
            return Ok(rate);
        }
    }
    bail!("the legacy is late at every rate, down to a third of {most:.0} requests/s")
}

fn measure(stand: &Stand, subject: Subject, pace: Pace, lasting: Duration) -> anyhow::Result<Figure> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let cpu = || {
        let serving = CpuTime::of_group(stand.group(subject))?;
        anyhow::Ok((serving, CpuTime::of_family(stand.postgres())?))
    };
    let (serving, postgres) = cpu()?;
    let asked = ask(stand.address(subject), &stand.tokens, pace, lasting);
    let mut seen = runtime.block_on(asked).with_context(|| format!("ask {subject:?}"))?;
    let (serving_after, postgres_after) = cpu()?;
    let asked = seen.asked.max(1);
    Ok(Figure {
        p50: seen.quantile(0.5),
        p95: seen.quantile(0.95),
        answered: seen.latencies.len() as f64 / lasting.as_secs_f64(),
        cpu: serving_after.since(serving)? / asked,
        postgres: postgres_after.since(postgres)? / asked,
    })
}

fn median(rounds: &[Figure]) -> Figure {
    fn middle<T: PartialOrd + Copy>(rounds: &[Figure], value: fn(&Figure) -> T) -> T {
        let mut values: Vec<T> = rounds.iter().map(value).collect();
        values.sort_by(|one, other| one.partial_cmp(other).expect("no figure is not a number"));
        values[values.len() / 2]
    }
    Figure {
        p50: middle(rounds, |figure| figure.p50),
        p95: middle(rounds, |figure| figure.p95),
        answered: middle(rounds, |figure| figure.answered),
        cpu: middle(rounds, |figure| figure.cpu),
        postgres: middle(rounds, |figure| figure.postgres),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_taken_per_figure() {
        let round = |p95, cpu| Figure {
            p50: Duration::ZERO,
            p95: Duration::from_millis(p95),
            answered: 1.0,
            cpu: Duration::from_micros(cpu),
            postgres: Duration::ZERO,
        };
        assert_eq!(median(&[round(9, 1), round(7, 3), round(8, 2)]), round(8, 2));
    }
}
