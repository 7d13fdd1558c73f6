//! `./dev bench`: what the gateway costs, beside nginx and HAProxy, beside the legacy and a handler by hand, and how long a
//! comparison takes. Fails when a bar is missed.
#![expect(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::process::ExitCode;

use anyhow::ensure;

use compat_tests::bench::edge::Plan;
use compat_tests::bench::{allow_open_files, auth, compat, database, edge, kit};

fn main() -> ExitCode {
    let (flags, names): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|argument| argument == "--short");
    let plan = if flags.is_empty() { Plan::FULL } else { Plan::SHORT };
    let mut names = names.iter().map(String::as_str);
    match run(names.next(), names.next(), plan) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// All parts, or the one that is named; of `auth` and `edge` only one of its own parts, where that is named as well.
fn run(only: Option<&str>, part: Option<&str>, plan: Plan) -> anyhow::Result<bool> {
    let parts: &[&str] = match only {
        Some("auth") => &auth::PARTS,
        Some("edge") => &edge::PARTS,
        Some("compat" | "database" | "kit") | None => &[],
        Some(other) => anyhow::bail!("there is no `{other}`: edge, database, kit, auth, compat"),
    };
    ensure!(part.is_none_or(|part| parts.contains(&part)), "the parts are: {}", parts.join(", "));
    allow_open_files()?;
    let mut is_good = true;
    if only.is_none_or(|only| only == "edge") {
        is_good &= edge::compare(part, plan, |part| println!("{part}"))?;
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
    if only.is_none_or(|only| only == "compat") {
        is_good &= compat::compare(plan.is_short(), |part| println!("{part}"))?;
    }
    Ok(is_good)
}
