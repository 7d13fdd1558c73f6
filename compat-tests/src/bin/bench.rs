//! `./dev bench`: what the gateway costs, beside nginx and beside the legacy. Fails when a bar is missed.
#![expect(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::process::ExitCode;

use compat_tests::bench::{database, proxied};

fn main() -> ExitCode {
    let only = std::env::args().nth(1);
    match run(only.as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Both parts, or the one that is named.
fn run(only: Option<&str>) -> anyhow::Result<bool> {
    if only.is_none_or(|only| only == "proxied") {
        println!("{}", proxied::compare()?);
    }
    if only.is_none_or(|only| only == "database") {
        let comparison = database::compare()?;
        println!("{comparison}");
        return Ok(comparison.is_good());
    }
    Ok(true)
}
