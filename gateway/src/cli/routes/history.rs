//! `gateway routes history`: who changed the owner of which route, and when; the newest last.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use clap::Args;

use super::{
    FileArgs,
    paint::{self, harmless},
    routing,
};
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, report},
    routes::history::{
        Change, beside,
        journal::{Line, read},
    },
};

#[derive(Args)]
pub(super) struct HistoryArgs {
    /// Only this route: METHOD + template, as `gateway routes list` prints it
    key: Option<String>,
    /// Print one JSON object a change
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    files: FileArgs,
}

pub(super) fn run(arguments: &HistoryArgs) -> ExitCode {
    let shared = match arguments.files.settings() {
        Ok((shared, _)) => shared,
        Err(mistakes) => return report(&mistakes),
    };
    let path = beside(&shared.files.routes);
    match print(&path, arguments) {
        Ok(0) => {}
        Ok(_) => return ExitCode::from(FINE),
        Err(error) => {
            eprintln!("{}: cannot be read: {error}", path.display());
            return ExitCode::from(ENVIRONMENT);
        }
    }
    let Some(key) = &arguments.key else {
        eprintln!("{}: no change yet", path.display());
        return ExitCode::from(FINE);
    };
    // A route that has changes is known, whether or not the lock still has it; of others the lock decides.
    let routing = match routing(&shared) {
        Ok(routing) => routing,
        Err(mistakes) => return report(&mistakes),
    };
    match routing.sources.known().named(key) {
        Ok(key) => {
            eprintln!("{}: no change of `{key}` yet", path.display());
            ExitCode::from(FINE)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(CONFIGURATION)
        }
    }
}

/// How many changes there were. Read twice rather than held: a history only grows.
fn print(path: &Path, arguments: &HistoryArgs) -> io::Result<usize> {
    let is_asked = |change: &Change| arguments.key.as_deref().is_none_or(|key| change.route.as_str() == key);
    let mut widths = (0, 0);
    for line in read(path)? {
        if let Line::Change(change) = line?
            && is_asked(&change)
        {
            widths.0 = widths.0.max(harmless(change.route.as_str()).chars().count());
            widths.1 = widths.1.max(harmless(&change.by).chars().count());
        }
    }
    let (mut out, mut count) = (paint::stdout(), 0);
    for line in read(path)? {
        match line? {
            Line::Change(change) if is_asked(&change) => {
                count += 1;
                let done = if arguments.json {
                    writeln!(out, "{}", serde_json::to_string(&change)?)
                } else {
                    print_change(&mut out, &change, widths)
                };
                if let Err(error) = done {
                    return paint::unless_broken_pipe(Err(error)).map(|()| count);
                }
            }
            Line::Change(_) => {}
            Line::Broken(number) => {
                eprintln!("{}:{number}: is not a change and was passed over", path.display());
            }
        }
    }
    paint::unless_broken_pipe(out.flush()).map(|()| count)
}

fn print_change(out: &mut paint::Out, change: &Change, (route, by): (usize, usize)) -> io::Result<()> {
    let (from, to) = (paint::style(change.from), paint::style(change.to));
    let at = harmless(&change.at);
    let key = harmless(change.route.as_str());
    write!(out, "{at:20}  {key:route$}  {from}{}{from:#} -> {to}{}{to:#}", change.from, change.to)?;
    let pad = 14_usize.saturating_sub(change.from.name().len() + change.to.name().len());
    let who = harmless(&change.by);
    let line = format!(
        "{:pad$}{who:by$}  {:6}  {}",
        "",
        change.via.name(),
        harmless(change.note.as_deref().unwrap_or(""))
    );
    writeln!(out, "{}", line.trim_end())
}
