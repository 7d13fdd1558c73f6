//! `./dev bench`: CPU per small proxied GET, the gateway beside nginx, in one run.
#![expect(clippy::print_stdout, reason = "a benchmark's answer is what it prints")]

use std::process::ExitCode;

use compat_tests::bench;

fn main() -> ExitCode {
    match bench::compare() {
        Ok(comparison) => {
            println!("{comparison}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
