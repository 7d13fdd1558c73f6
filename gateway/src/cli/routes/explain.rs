//! `gateway routes explain`: one request, or a line of standard input each, looked at as the data path does.

mod skipped;

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use super::FileArgs;
use crate::{
    cli::{CONFIGURATION, FINE, report},
    edge::refusal,
    routes::{
        file::{Owner, Unlisted},
        matching::{Kind, Outcome, RouteId, Verb},
        running::{Auth, Running},
    },
};
use skipped::{Skipped, SkippedRows};

#[derive(Args)]
pub(super) struct ExplainArgs {
    /// The method, or WS for a WebSocket; `-` reads `METHOD TARGET` lines from standard input
    method: String,
    /// The request target as it stands in the request line, query included
    target: Option<String>,
    /// Print one JSON object a request
    #[arg(long)]
    json: bool,
    /// Show every row of the lock that was skipped, also those that begin otherwise
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    files: FileArgs,
}

/// What the data path would do. Texts of `params` are as matched, before conversion.
#[derive(Serialize)]
struct Explanation<'a> {
    outcome: &'static str,
    route: Option<&'a str>,
    kind: Option<&'static str>,
    params: Map<String, Value>,
    allow: Option<&'a [String]>,
    location: Option<String>,
    owner: Option<String>,
    /// Where no handler decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    protected: bool,
    /// What the token must have, besides being good.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_stale: Option<String>,
    decoded_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The rows of the lock that were looked at before, in their order.
    skipped: Vec<Skipped<'a>>,
    /// How many more were skipped that begin otherwise.
    skipped_more: usize,
}

pub(super) fn run(arguments: &ExplainArgs) -> ExitCode {
    let routing = match arguments.files.routing() {
        Ok(routing) => routing,
        Err(mistakes) => return report(&mistakes),
    };
    let explained = match (&arguments.target, arguments.method.as_str()) {
        (None, "-") => explain_lines(&routing.running, arguments),
        (Some(_), "-") => {
            eprintln!("`-` reads targets from standard input and takes none as an argument");
            return ExitCode::from(CONFIGURATION);
        }
        (Some(target), method) => {
            print(&explain(&routing.running, method, target, arguments.all), arguments.json)
        }
        (None, _) => {
            eprintln!("a target is missing, as in `gateway routes explain GET /api/tasks/7`");
            return ExitCode::from(CONFIGURATION);
        }
    };
    match explained {
        Ok(()) => ExitCode::from(FINE),
        // Who reads us has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(FINE),
        Err(error) => {
            eprintln!("standard input: {error}");
            ExitCode::from(CONFIGURATION)
        }
    }
}

/// One answer a line, whatever the line is: who reads them counts on it.
fn explain_lines(running: &Running, arguments: &ExplainArgs) -> io::Result<()> {
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into_owned();
        if !line.is_empty() {
            let (method, target) = line.split_once(' ').unwrap_or((&line, ""));
            print(&explain(running, method, target, arguments.all), arguments.json)?;
        }
    }
    Ok(())
}

fn explain<'a>(running: &'a Running, method: &str, written: &str, all: bool) -> Explanation<'a> {
    let refused = refusal(if method == "WS" { "GET" } else { method }, written, running.reported);
    // Parsed by what parses it on the data path, which takes absolute form apart and cuts off a fragment.
    let uri: Option<http::Uri> = written.parse().ok();
    let origin_form = uri.as_ref().and_then(http::Uri::path_and_query);
    let read = running.matcher.read_target(origin_form.map_or(written, |target| target.as_str()));
    let mut explanation = Explanation {
        outcome: "unlisted",
        route: None,
        kind: None,
        params: Map::new(),
        allow: None,
        location: None,
        owner: Some(if running.is_legacy_gone { "gateway" } else { "legacy" }.to_owned()),
        status: None,
        protected: false,
        scopes: None,
        roles: None,
        on_stale: None,
        decoded_path: read.path.clone().into_owned(),
        reason: None,
        skipped: Vec::new(),
        skipped_more: 0,
    };
    if let Some(class) = refused {
        explanation.outcome = "refused";
        explanation.owner = None;
        explanation.status = Some(400);
        explanation.reason = Some(class.name());
        return explanation;
    }
    let verb = if method == "WS" { Verb::WebSocket } else { Verb::Http(method) };
    let mut skipped = SkippedRows::new(all);
    let added = if verb == Verb::WebSocket { None } else { running.find_added(method, &read) };
    let outcome = match added {
        Some((route, params)) => Outcome::Match { route, params },
        None => running.matcher.walk(verb, &read, &mut |passed| skipped.add(passed)).outcome,
    };
    explanation.skipped = skipped.rows;
    explanation.skipped_more = skipped.more;
    match outcome {
        Outcome::Match { route, params } => {
            explanation.outcome = "match";
            explanation.params =
                params.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
            explanation.name_route(running, route);
            let policy = running.policy(route);
            explanation.owner = Some(policy.owner.to_string());
            explanation.name_demands(running, route);
            explanation.status = (policy.owner == Owner::Deny).then(|| policy.deny_status.as_u16());
        }
        Outcome::Partial { route, allow } => {
            explanation.outcome = "partial";
            explanation.status = Some(405);
            explanation.allow = Some(allow);
            explanation.name_route(running, route);
            // The legacy answers its 405 before anybody looks for a token, and so do we.
            explanation.protected = false;
        }
        Outcome::Redirect { location } => {
            explanation.outcome = "redirect";
            explanation.status = Some(307);
            explanation.location = Some(location);
        }
        Outcome::Unlisted if running.unlisted == Unlisted::Deny => {
            explanation.owner = Some("deny".to_owned());
            explanation.status = Some(404);
        }
        Outcome::Unlisted => {
            let gone = if method == "WS" { 403 } else { 404 };
            explanation.status = running.is_legacy_gone.then_some(gone);
        }
        Outcome::Error => {
            explanation.outcome = "error";
            explanation.status = running.is_legacy_gone.then_some(500);
        }
    }
    explanation
}

impl<'a> Explanation<'a> {
    fn name_route(&mut self, running: &'a Running, route: RouteId) {
        self.route = Some(running.key(route).as_str());
        self.kind = Some(kind_name(running.matcher.route(route).kind));
        self.protected = matches!(running.policy(route).auth, Auth::Required(_));
    }

    fn name_demands(&mut self, running: &'a Running, route: RouteId) {
        if let Some(demands) = running.demands(route) {
            self.scopes = Some(demands.scopes()).filter(|scopes| !scopes.is_empty());
            self.roles = Some(demands.roles()).filter(|roles| !roles.is_empty());
        }
        self.on_stale = running.policy(route).on_stale.map(|rule| rule.to_string());
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "http",
        Kind::WebSocket => "ws",
        Kind::Mount => "mount",
        Kind::Opaque => "opaque",
        Kind::Frontend => "frontend",
        Kind::Added(_) => "added",
    }
}

fn print(explanation: &Explanation<'_>, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let object = serde_json::to_value(explanation)?;
    if json {
        return writeln!(out, "{object}");
    }
    let members = object.as_object().into_iter().flatten();
    let is_told = |name: &str, value: &Value| !value.is_null() && !name.starts_with("skipped");
    for (name, value) in members.filter(|(name, value)| is_told(name, value)) {
        match value.as_str() {
            Some(text) => writeln!(out, "{name:13} {}", on_one_line(text))?,
            None => writeln!(out, "{name:13} {value}")?,
        }
    }
    let lines = skipped::lines(&explanation.skipped, explanation.skipped_more);
    for (at, line) in lines.iter().enumerate() {
        let name = if at == 0 { "skipped" } else { "" };
        writeln!(out, "{name:13} {line}")?;
    }
    Ok(())
}

/// A decoded path may hold a line end, which would look like another member.
fn on_one_line(text: &str) -> String {
    let escaped = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    text.chars().map(escaped).collect()
}
