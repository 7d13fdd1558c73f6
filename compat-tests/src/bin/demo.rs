//! `./dev demo`: everything, running, until Ctrl-C; with `--check` it takes the tour itself.
#![expect(clippy::print_stdout, reason = "the demo speaks to the person who started it")]

use std::process::ExitCode;

use compat_tests::demo::{check, stage::Stage, tour};
use compat_tests::sample::Version;
use tokio::signal::unix::{Signal, SignalKind, signal};

const USAGE: &str = "usage: ./dev demo [--check] [--legacy-version 0.115|newest]

Starts PostgreSQL, a FastAPI backend and the gateway, and prints a short tour to paste. Ctrl-C stops everything.
--check takes the tour itself and exits 0, or names the step that failed.
--legacy-version chooses the FastAPI that the backend runs on; newest unless it is said.";

enum Wish {
    Help,
    Demo { mode: Mode, version: Version },
}

#[derive(Clone, Copy)]
enum Mode {
    Stay,
    Check,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (mode, version) = match read(std::env::args().skip(1)) {
        Some(Wish::Demo { mode, version }) => (mode, version),
        Some(Wish::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(mode, version).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn read(mut arguments: impl Iterator<Item = String>) -> Option<Wish> {
    let (mut mode, mut version) = (Mode::Stay, Version::Newest);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Some(Wish::Help),
            "--check" => mode = Mode::Check,
            "--legacy-version" => version = Version::named(&arguments.next()?)?,
            _ => return None,
        }
    }
    Some(Wish::Demo { mode, version })
}

async fn run(mode: Mode, version: Version) -> anyhow::Result<ExitCode> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let gateway = std::env::current_exe()?.with_file_name("gateway");
    let stage = tokio::select! {
        stage = Stage::set(&gateway, version) => stage?,
        () = asked_to_stop(&mut interrupt, &mut terminate) => {
            println!("\nStopping what has been started.");
            return Ok(ExitCode::FAILURE);
        }
    };
    let code = match mode {
        Mode::Stay => {
            tour::print(&stage);
            tokio::select! {
                ended = tour::show_log(&stage) => {
                    println!("\nThe gateway has ended by itself:\n{ended}");
                    ExitCode::FAILURE
                }
                () = asked_to_stop(&mut interrupt, &mut terminate) => ExitCode::SUCCESS,
            }
        }
        Mode::Check => tokio::select! {
            checked = check::take_the_tour(&stage) => match checked {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    println!("FAILED  {error:#}");
                    ExitCode::FAILURE
                }
            },
            () = asked_to_stop(&mut interrupt, &mut terminate) => ExitCode::FAILURE,
        },
    };
    println!("\nStopping:");
    stage.strike().await?;
    Ok(code)
}

async fn asked_to_stop(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
