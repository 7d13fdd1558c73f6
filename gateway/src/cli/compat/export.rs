//! `gateway compat export`: a recording as other programs read it.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};

use super::{INCONCLUSIVE, given};
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, tell},
    parity::{
        curl::curl,
        exchange::Exchange,
        har,
        recording::{self, Line},
    },
};

pub(super) const EXAMPLE: &str = "Examples:\n  gateway compat export recordings/monday har --out monday.har\n  \
     gateway compat export recordings/monday curl --only 'POST /api/tasks' --target http://127.0.0.1:8000\n  \
     gateway compat export recordings/monday jsonl --session 5b1e09c2a7f3 | jq .outcome.answered.status\n\n\
     What was replaced when the traffic was recorded is replaced here as well.\n\n\
     Exit codes: 0 all of it, 2 no recording that this gateway can read, 3 the file cannot be written, 4 a part of the \
     recording is damaged, and the rest is here";

#[derive(Args)]
pub(super) struct ExportArgs {
    /// The folder of a recording
    #[arg(value_name = "REC")]
    recording: PathBuf,
    #[arg(value_enum)]
    format: Format,
    /// Only this route, as `gateway routes list` prints it; with a * at its end all that begin so
    #[arg(long, value_name = "ROUTE")]
    only: Vec<String>,
    /// Only this session
    #[arg(long)]
    session: Option<String>,
    /// Where the commands of `curl` send to [default: what the variable TARGET says when they run]
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// Write to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// HAR 1.2, which browsers and many tools show
    Har,
    /// A shell script with one command for each request
    Curl,
    /// The lines of the recording, with every body in its line
    Jsonl,
}

pub(super) fn run(arguments: &ExportArgs) -> ExitCode {
    let (recording, is_damaged) = match given::recording(&arguments.recording) {
        Ok(recording) => recording,
        Err(error) => {
            tell(&format!("{:#}", anyhow::Error::from(error)));
            return ExitCode::from(CONFIGURATION);
        }
    };
    let mut exchanges = recording.exchanges;
    exchanges.retain(|exchange| wants(arguments, exchange));
    let text = match arguments.format {
        Format::Har => har::export(&exchanges),
        Format::Curl => script(&exchanges, arguments.target.as_deref().unwrap_or_default()),
        Format::Jsonl => lines(exchanges),
    };
    let code = if is_damaged { INCONCLUSIVE } else { FINE };
    let Some(path) = &arguments.out else { return answer(&text, code) };
    match recording::write_private(path, text.as_bytes()) {
        Ok(()) => ExitCode::from(code),
        Err(error) => {
            tell(&format!("{}: cannot be written: {error}", path.display()));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

fn wants(arguments: &ExportArgs, exchange: &Exchange) -> bool {
    let route = &exchange.route;
    let named = |pattern: &String| match pattern.strip_suffix('*') {
        Some(beginning) => route.starts_with(beginning),
        None => route == pattern,
    };
    (arguments.only.is_empty() || arguments.only.iter().any(named))
        && arguments.session.as_ref().is_none_or(|session| *session == exchange.session)
}

fn script(exchanges: &[Exchange], target: &str) -> String {
    let mut script = "#!/bin/sh\n".to_owned();
    for exchange in exchanges {
        // A route may be named by whoever wrote the recording: it does not end the comment.
        let route = exchange.route.replace(char::is_control, " ");
        let status = exchange
            .answered()
            .map_or_else(|| "no answer".to_owned(), |answered| answered.status.to_string());
        script += &format!("\n# {}: {route} -> {status}\n{}\n", exchange.id, curl(exchange, target));
    }
    script
}

fn lines(exchanges: Vec<Exchange>) -> String {
    let mut text = Vec::new();
    for exchange in exchanges {
        Line::Exchange(Box::new(exchange)).write(&mut text);
    }
    String::from_utf8(text).expect("JSON is UTF-8")
}
