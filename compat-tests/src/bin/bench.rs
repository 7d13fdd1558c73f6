//! `./dev bench`: what the gateway costs, beside nginx, beside the legacy and beside a handler by hand. Fails when a bar is missed.
#![expect(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::process::ExitCode;

use compat_tests::bench::{database, kit, proxied};

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

/// All parts, or the one that is named.
fn run(only: Option<&str>) -> anyhow::Result<bool> {
    let mut is_good = true;
    if only.is_none_or(|only| only == "proxied") {
        println!("{}", proxied::compare()?);
    }
    if only.is_none_or(|only| only == "database") {
        let comparison = database::compare()?;
        println!("{comparison}");
        is_good &= comparison.is_good();
    }
    if only.is_none_or(|only| only == "kit") {
        let comparison = kit::compare()?;
        println!("{comparison}");
        is_good &= comparison.is_good();
    }
    Ok(is_good)
}
