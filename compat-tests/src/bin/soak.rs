//! `./dev soak`: whether everybody stays logged in and is served while the database is restarted. Fails when a bar is missed.
#![expect(clippy::print_stdout, reason = "a soak's answer is what it prints")]

use std::process::ExitCode;
use std::time::Duration;

use compat_tests::soak;
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: ./dev soak [--minutes 10]

Mixed authenticated traffic at two gateways on one database, with two restarts of PostgreSQL, a reload of the routes and
a rotation of the keys. Prints what share was served, and exits 1 when a bar is missed. Ctrl-C stops it.
--minutes  how long, 1 to 120; 10 unless it is said.";

const USUAL: u64 = 10;

enum Wish {
    Help,
    Soak(Duration),
}

#[tokio::main]
async fn main() -> ExitCode {
    let lasting = match read(std::env::args().skip(1)) {
        Some(Wish::Soak(lasting)) => lasting,
        Some(Wish::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(lasting).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn read(mut arguments: impl Iterator<Item = String>) -> Option<Wish> {
    let mut minutes = USUAL;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Some(Wish::Help),
            "--minutes" => {
                minutes = arguments.next()?.parse().ok().filter(|minutes| (1..=120).contains(minutes))?
            }
            _ => return None,
        }
    }
    Some(Wish::Soak(Duration::from_mins(minutes)))
}

async fn run(lasting: Duration) -> anyhow::Result<bool> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let interrupted = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    let gateway = std::env::current_exe()?.with_file_name("gateway");
    let report = soak::run(&gateway, lasting, interrupted).await?;
    println!("{report}");
    Ok(report.is_good())
}
