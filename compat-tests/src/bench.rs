//! What the gateway costs, measured beside what it stands in for, in one run: only ratios mean anything elsewhere.
#![expect(clippy::print_stderr, reason = "a run of a minute says where it is")]

mod contender;
mod cpu;
pub mod database;
pub mod kit;
pub mod proxied;
mod wrk;

/// Which cores the measured program and everything else run on; `None` where cores cannot be chosen.
#[derive(Debug, Clone, Copy)]
struct Cores {
    measured: Option<u32>,
    others: Option<u32>,
}

impl Cores {
    /// One core for the measured program alone, another for load and backend, where there are two.
    fn choose() -> Self {
        let two = std::thread::available_parallelism().is_ok_and(|cores| cores.get() >= 2);
        if two && contender::on_path("taskset") {
            Self { measured: Some(0), others: Some(1) }
        } else {
            Self { measured: None, others: None }
        }
    }
}
