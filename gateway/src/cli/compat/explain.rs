//! `gateway compat explain`: why an exchange is asked when it is, and with what.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use clap::Args;
use serde_json::{Value, json};

use super::given;
use crate::{
    cli::{CONFIGURATION, FINE, FOUND, answer, tell},
    parity::{
        exchange::{Exchange, Outcome},
        replay::{
            graph::{Graph, Order},
            instants::Clock,
        },
    },
};

pub(super) const EXAMPLE: &str = "Examples:\n  gateway compat explain recordings/session 17\n  \
     gateway compat explain runs/native 17 --json\n\n\
     Exit codes: 0 fine, 1 there is no such exchange, 2 no recording that this gateway can read";

#[derive(Args)]
pub(super) struct ExplainArgs {
    /// The folder of a recording or of a run
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// The number of an exchange
    #[arg(value_name = "ID")]
    id: u64,
    /// Show the order as a replay with `--order sessions` has it
    #[arg(long, value_enum, default_value_t)]
    order: Order,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ExplainArgs) -> ExitCode {
    let recording = match given::recording(&arguments.recording) {
        Ok((recording, _)) => recording,
        Err(error) => {
            tell(&error.to_string());
            return ExitCode::from(CONFIGURATION);
        }
    };
    let Some(exchange) = recording.exchanges.iter().find(|exchange| exchange.id == arguments.id) else {
        let span = match (recording.exchanges.first(), recording.exchanges.last()) {
            (Some(first), Some(last)) => {
                format!("it has {} to {}, with gaps where something is missing", first.id, last.id)
            }
            _ => "it has none".to_owned(),
        };
        tell(&format!("{}: there is no exchange {}; {span}", arguments.recording.display(), arguments.id));
        return ExitCode::from(FOUND);
    };
    let graph = Graph::of(&recording.exchanges, arguments.order, &|_| true);
    let clock = Clock::of(recording.exchanges.iter(), None);
    let explained = explained(exchange, &graph, &clock);
    let text = if arguments.json { format!("{explained}\n") } else { shown(&explained) };
    answer(&text, FINE)
}

fn explained(exchange: &Exchange, graph: &Graph, clock: &Clock) -> Value {
    let step = &graph.steps[&exchange.id];
    let takes = step.needs.0.iter().map(|(place, need)| {
        let from =
            need.sources.iter().map(|source| json!({"exchange": source.exchange, "place": source.place}));
        json!({"place": place, "value": need.value, "from": from.collect::<Vec<_>>()})
    });
    let mut gives = Vec::new();
    for (id, other) in &graph.steps {
        for (place, need) in &other.needs.0 {
            let first = need.sources.first().filter(|source| source.exchange == exchange.id);
            gives
                .extend(first.map(
                    |source| json!({"place": source.place, "to": id, "as": place, "value": need.value}),
                ));
        }
    }
    let outcome = match &exchange.outcome {
        Outcome::Answered(answered) => format!("answered {}", answered.status),
        Outcome::Broken(broken) => format!("broken: {}", broken.reason),
        Outcome::Blocked(blocked) => {
            format!("blocked: exchange {} did not give `{}`", blocked.by, blocked.needs)
        }
    };
    let moves = clock.moves(exchange, &step.needs).into_iter();
    let moves = moves.map(|moved| json!({"place": moved.place, "value": moved.value}));
    let followers =
        graph.steps.iter().filter(|(_, step)| step.waits_for.contains(&exchange.id)).map(|(id, _)| id);
    json!({
        "exchange": exchange.id,
        "route": exchange.route,
        "request": format!("{} {}", exchange.request.method, exchange.request.target),
        "session": exchange.session,
        "outcome": outcome,
        "waits_for": step.waits_for,
        "before": followers.collect::<Vec<_>>(),
        "takes": takes.collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
        "gives": gives,
    })
}

fn shown(explained: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let numbers = |value: &Value| {
        let numbers: Vec<_> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
        if numbers.is_empty() { "nothing".to_owned() } else { numbers.join(", ") }
    };
    let mut shown = format!("{}  {}\n", text(&explained["exchange"]), text(&explained["request"]));
    for (name, value) in [
        ("route", text(&explained["route"])),
        ("session", text(&explained["session"])),
        ("outcome", text(&explained["outcome"])),
        ("waits for", numbers(&explained["waits_for"])),
        ("before", numbers(&explained["before"])),
    ] {
        let _ = writeln!(shown, "  {name:10}{value}");
    }
    for take in explained["takes"].as_array().into_iter().flatten() {
        let _ = writeln!(shown, "  takes     {} = {}", text(&take["place"]), text(&take["value"]));
        for from in take["from"].as_array().into_iter().flatten() {
            let _ =
                writeln!(shown, "              from {} {}", text(&from["exchange"]), text(&from["place"]));
        }
    }
    for moved in explained["moves"].as_array().into_iter().flatten() {
        let _ = writeln!(shown, "  moves     {} = {}", text(&moved["place"]), text(&moved["value"]));
    }
    for give in explained["gives"].as_array().into_iter().flatten() {
        let _ = writeln!(
            shown,
            "  gives     {} to {} {}",
            text(&give["place"]),
            text(&give["to"]),
            text(&give["as"])
        );
    }
    shown
}
