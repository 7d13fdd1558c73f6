//! `gateway routes list`: every route, who answers it since when by whose hand, and what it has to do.

use std::{
    collections::HashMap,
    io::{self, Write},
    net::SocketAddr,
    path::Path,
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;

use super::{
    FileArgs,
    paint::{self, harmless},
    routing,
    traffic::{self, RouteTraffic},
};
use crate::{
    cli::{ENVIRONMENT, FINE, report},
    config::Config,
    routes::{
        file::Owner,
        history::{
            Change, Via, beside,
            journal::{Line, read},
        },
        key::RouteKey,
        running::Running,
    },
};

#[derive(Args)]
pub(super) struct ListArgs {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    /// Where the running gateway's admin listener is [default: GATEWAY_ADMIN_LISTEN]
    #[arg(long, value_name = "IP:PORT")]
    admin: Option<SocketAddr>,
    #[command(flatten)]
    files: FileArgs,
}

#[derive(Serialize)]
struct Row<'a> {
    route: &'a RouteKey,
    owner: Owner,
    auth: &'static str,
    since: Option<&'a str>,
    by: Option<&'a str>,
    via: Option<Via>,
    note: Option<&'a str>,
    /// What the running gateway says; nothing when there is none.
    running: Option<&'a RouteTraffic>,
}

pub(super) fn run(arguments: &ListArgs) -> ExitCode {
    let read = arguments.files.settings();
    let read = read.and_then(|(shared, config)| Ok((routing(&shared)?, shared, config)));
    let (routing, shared, config) = match read {
        Ok(read) => read,
        Err(mistakes) => return report(&mistakes),
    };
    let changes = last_changes(&beside(&shared.files.routes));
    let traffic = traffic(arguments, config.as_ref());
    let rows = rows(&routing.running, &changes, &traffic);
    let mut out = paint::stdout();
    let printed = if arguments.json { print_json(&mut out, &rows) } else { print(&mut out, &rows) };
    match paint::unless_broken_pipe(printed.and_then(|()| out.flush())) {
        Ok(()) => ExitCode::from(FINE),
        Err(error) => {
            eprintln!("standard output: {error}");
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// A history that cannot be read is said, and the list is printed without it.
fn last_changes(path: &Path) -> HashMap<RouteKey, Change> {
    let lines = read(path).and_then(|lines| {
        let mut last = HashMap::new();
        for line in lines {
            if let Line::Change(change) = line? {
                last.insert(change.route.clone(), change);
            }
        }
        Ok(last)
    });
    lines.unwrap_or_else(|error| {
        eprintln!("{}: cannot be read: {error}", path.display());
        HashMap::new()
    })
}

fn traffic(arguments: &ListArgs, config: Option<&Config>) -> HashMap<String, RouteTraffic> {
    let Some(address) = arguments.admin.or_else(|| config.map(|config| config.listen.admin)) else {
        eprintln!("no traffic: the settings have mistakes (`gateway check` tells them); say --admin IP:PORT");
        return HashMap::new();
    };
    match traffic::fetch(address) {
        Ok(routes) => routes.into_iter().map(|route| (route.route.clone(), route)).collect(),
        Err(error) => {
            eprintln!("no traffic: {error}");
            HashMap::new()
        }
    }
}

fn rows<'a>(
    running: &'a Running,
    changes: &'a HashMap<RouteKey, Change>,
    traffic: &'a HashMap<String, RouteTraffic>,
) -> Vec<Row<'a>> {
    let row = |id| {
        let (route, policy) = (running.key(id), running.policy(id));
        // An owner that somebody wrote by hand a moment ago has no line yet.
        let change = changes.get(route).filter(|change| change.to == policy.owner);
        Row {
            route,
            owner: policy.owner,
            auth: policy.auth.name(),
            since: change.map(|change| change.at.as_str()),
            by: change.map(|change| change.by.as_str()),
            via: change.map(|change| change.via),
            note: change.and_then(|change| change.note.as_deref()),
            running: traffic.get(route.as_str()),
        }
    };
    running.matcher.all_ids().map(row).collect()
}

fn print_json(out: &mut paint::Out, rows: &[Row<'_>]) -> io::Result<()> {
    writeln!(out, "{}", serde_json::to_string(rows)?)
}

fn print(out: &mut paint::Out, rows: &[Row<'_>]) -> io::Result<()> {
    let route = rows.iter().map(|row| row.route.as_str().len()).max().unwrap_or(0);
    let by = rows.iter().filter_map(|row| row.by).map(str::len).max().unwrap_or(0).max(2);
    writeln!(
        out,
        "{:route$}  {:6}  {:6}  {:20}  {:by$}  {:>9}  {:>7}  {:>6}  {:>6}",
        "ROUTE", "OWNER", "AUTH", "SINCE", "BY", "REQUESTS", "NATIVE%", "P95 L", "P95 N"
    )?;
    for row in rows {
        let style = paint::style(row.owner);
        let known = row.running;
        let percent =
            known.and_then(|running| running.share_native).map(|share| format!("{:.0}", share * 100.0));
        let p95 = |side| known.and_then(|running| running.p95_ms.get(side)).map(|ms| format!("{ms:.1}"));
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        write!(
            out,
            "{:route$}  {style}{:6}{style:#}  {:6}  ",
            row.route.as_str(),
            row.owner.name(),
            row.auth
        )?;
        write!(
            out,
            "{:20}  {:by$}  ",
            row.since.map_or("-".into(), harmless),
            row.by.map_or("-".into(), harmless)
        )?;
        write!(
            out,
            "{:>9}  {:>7}  {:>6}  {:>6}",
            or_dash(known.map(|running| running.total().to_string())),
            or_dash(percent),
            or_dash(p95("legacy")),
            or_dash(p95("native"))
        )?;
        match known.and_then(|running| running.owner.as_deref()).filter(|owner| *owner != row.owner.name()) {
            Some(other) => writeln!(out, "  the running gateway has it as {}", harmless(other))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}
