//! `./dev bench`: what the gateway costs, beside nginx and HAProxy, beside the legacy and a handler by hand. Fails when a bar is missed.
#![expect(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::process::ExitCode;

use anyhow::ensure;

use compat_tests::bench::{auth, database, kit, proxied};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (only, part) = (arguments.next(), arguments.next());
    match run(only.as_deref(), part.as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// All parts, or the one that is named; of `auth` only one of its own parts, where that is named as well.
fn run(only: Option<&str>, part: Option<&str>) -> anyhow::Result<bool> {
    let is_known = part.is_none_or(|part| only == Some("auth") && auth::PARTS.contains(&part));
    ensure!(is_known, "`auth` alone has parts: {}", auth::PARTS.join(", "));
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
    if only.is_none_or(|only| only == "auth") {
        is_good &= auth::compare(part, |part| println!("{part}"))?;
    }
    Ok(is_good)
}
