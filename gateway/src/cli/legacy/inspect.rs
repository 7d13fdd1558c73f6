//! `gateway legacy inspect`: finds the users table and what a sample token says, and proposes the mapping.

mod examined;
mod given;
mod summary;
mod write;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use tokio::runtime::Builder;

use self::{examined::Examined, given::Given, summary::Summary, write::Written};
use crate::{
    auth::inspect::{Asked, InspectError, inspect},
    cli::{ENVIRONMENT, FINE, FOUND, answer, report, tell},
    config::mistakes::Mistakes,
    contract::profile::users::TableName,
    db::direct::{Direct, NotOpened},
};

pub(super) const HELP: &str = "\
Examples:
  gateway legacy inspect
  gateway legacy inspect --token-file token.txt --write
  pbpaste | gateway legacy inspect --table app.users --token-file - --json

Looks into the database that DIRECT_DATABASE_URL or DATABASE_URL names, in one transaction that cannot write, ten seconds
a statement at most: at the catalog for tables with a login and a password, and at ten thousand rows at most of the one
that convinces. With a token that the legacy has issued it looks for whom that names. What it prints is TOML: the lines of
legacy.toml that it proposes, each with what proved it, and before them in comments what a person has to decide. It never
prints what stands in a row, nor the token.

Nothing is written without --write. Then each line that legacy.toml does not have is added, with what proved it; every
other line stays as it is, but for those of [legacy.users] that an earlier --write added. A [[legacy.tokens]] that is there
is changed only if it is the only one and all of it is from an earlier --write.

With --json one object:
  candidates      list of {table, password, score, because}, the best first
  users, tokens   lists of {key, value, proof}: [legacy.users] and one [[legacy.tokens]], values as TOML
  hashes          list of {form, count} of the passwords that were looked at
  fragment        users and tokens as text
  notes           what is worth knowing
  problems        what a person has to decide, or what would keep the gateway from starting
  contradictions  what legacy.toml says and the database or the token does not
  written, left   keys that were written, and those that a person wrote otherwise

Exit codes: 0 proposed, 1 nothing convinces, something has to be decided, or legacy.toml says otherwise, 2 a file, a
setting or the token is wrong, 3 the database cannot be asked";

#[derive(Args)]
pub(super) struct InspectArgs {
    /// The users table, where it is known: `users`, or `app.users`
    #[arg(long)]
    table: Option<TableName>,
    /// A token that the legacy has issued, alone or behind its scheme; --token-file keeps it out of the history and of
    /// the list of processes
    #[arg(long, conflicts_with = "token_file")]
    token: Option<String>,
    /// The file that holds it, or - for standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Another profile than the one that LEGACY_PROFILE names
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Write what is proposed into the profile
    #[arg(long)]
    write: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    #[error(transparent)]
    Direct(#[from] NotOpened),
    #[error(transparent)]
    Inspect(#[from] InspectError),
    #[error(transparent)]
    Judging(#[from] anyhow::Error),
    #[error("runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

pub(super) fn run(arguments: &InspectArgs) -> ExitCode {
    match look(arguments) {
        Ok(code) => code,
        Err(Stopped::Mistakes(mistakes)) => report(&mistakes),
        Err(away) => {
            tell(&away.to_string());
            ExitCode::from(ENVIRONMENT)
        }
    }
}

fn look(arguments: &InspectArgs) -> Result<ExitCode, Stopped> {
    let given = Given::read(arguments)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let examined = runtime.block_on(examine(arguments, &given))?;
    let written = if arguments.write {
        Written::put(&given.profile_path, &given.profile_text, &examined.inspection.proposal)?
    } else {
        Written::default()
    };
    let summary = Summary { examined: &examined, written: &written, place: &given.place };
    let text = if arguments.json { format!("{}\n", summary.object()) } else { summary.to_string() };
    written.warnings.iter().for_each(|warning| tell(warning));
    Ok(answer(&text, if examined.is_settled() { FINE } else { FOUND }))
}

async fn examine(arguments: &InspectArgs, given: &Given) -> Result<Examined, Stopped> {
    let present = given.profile.as_ref().and_then(|profile| profile.users.as_ref());
    let asked = Asked {
        table: arguments.table.as_ref(),
        present: present.map(|users| &users.table),
        token: given.token.as_ref(),
        secret: given.secret.as_ref(),
        lifetime: given.lifetime,
    };
    let direct = Direct::open_for(&given.direct, "gateway legacy inspect").await?;
    let inspection = inspect(&direct, &asked).await?;
    drop(direct);
    Ok(Examined::of(inspection, given).await?)
}
