//! `gateway auth finalize`: the better hashes take the place of the legacy's own.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use tokio::runtime::Builder;

use crate::{
    auth::rehash::{Finalize, FinalizeError, Finalized},
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, files::read_profile, report, tell},
    config::{
        Config,
        mistakes::{Mistake, Mistakes},
        setting::DATABASE_URL,
    },
    contract::profile::UsersProfile,
    db::{
        direct::{Direct, NotOpened},
        url::DatabaseUrl,
    },
};

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway auth finalize --dry-run
  gateway auth finalize --yes

With `rehash = \"side\"` a login keeps a better hash of its password in the gateway's own table, and the legacy's column
stays as it is. This writes the better hashes to that column and removes them from the other. A legacy that cannot read
argon2 then lets these users in no more: there is no way back for its login. Sessions go on.

Whoever has not logged in since has no better hash yet: run it again later. Ended in the middle it goes on where it was.
Set `new = \"argon2id\"` under `password` in [legacy.users] as well, or new passwords are still written as before.

With --json one object: {dry_run, written, stale, sessions}: users whose column gets the better hash, better hashes of
passwords that were changed since and are dropped, open sessions that go on.

Exit codes: 0 done, 2 a mistake in the configuration, a column that is too narrow, or no --yes, 3 no database";

#[derive(Args)]
pub(super) struct FinalizeArgs {
    /// Only say what would be written
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// The legacy's login is switched off for good
    #[arg(long)]
    yes: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &FinalizeArgs) -> ExitCode {
    let (url, profile) = match found() {
        Ok(found) => found,
        Err(mistakes) => return report(&mistakes),
    };
    if !arguments.yes && !arguments.dry_run {
        tell(
            "the legacy's column would be overwritten, and its login could not be switched back on\n\
             help: look first with `--dry-run`; then say `--yes`\nnothing was changed",
        );
        return ExitCode::from(CONFIGURATION);
    }
    let ended = Builder::new_current_thread().enable_all().build();
    let ended = ended.map(|runtime| runtime.block_on(finalize(&url, &profile, arguments.dry_run)));
    match ended {
        Ok(Ok(done)) => answer(&told(done, arguments), FINE),
        Ok(Err(NotFinalized { error, done })) => refuse(&error, done),
        Err(error) => {
            tell(&format!("runtime: {error}"));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// What went wrong, and what was done until then.
struct NotFinalized {
    error: Stopped,
    done: Finalized,
}

enum Stopped {
    Direct(NotOpened),
    Finalize(FinalizeError),
}

impl From<FinalizeError> for NotFinalized {
    fn from(error: FinalizeError) -> Self {
        Self { error: Stopped::Finalize(error), done: Finalized::default() }
    }
}

async fn finalize(
    url: &DatabaseUrl,
    profile: &UsersProfile,
    dry_run: bool,
) -> Result<Finalized, NotFinalized> {
    let opened = Direct::open_for(url, "gateway auth finalize").await;
    let direct =
        opened.map_err(|error| NotFinalized { error: Stopped::Direct(error), done: Finalized::default() })?;
    let finalize = Finalize::new(&direct.client, profile);
    finalize.check().await?;
    if dry_run {
        return Ok(finalize.count().await?);
    }
    let mut done = Finalized::default();
    loop {
        match finalize.step().await {
            Ok(Some(more)) => done.add(more),
            Ok(None) => return Ok(done),
            Err(error) => return Err(NotFinalized { error: Stopped::Finalize(error), done }),
        }
    }
}

/// Where the passwords are.
fn found() -> Result<(DatabaseUrl, UsersProfile), Mistakes> {
    let mut mistakes = Mistakes::default();
    let (shared, config) = Config::read(&mut mistakes);
    let profile = mistakes.absorb(read_profile(&shared.files.profile)).map(|(profile, _)| profile);
    shared.weaknesses.settle(shared.environment, false, &mut mistakes);
    let url = config.and_then(|config| config.database.direct);
    if url.is_none() && mistakes.is_empty() {
        let remedy = "name the database in which the legacy keeps its users";
        mistakes.push(Mistake::in_variable(DATABASE_URL.name, "is not set", remedy));
    }
    let has_profile = profile.is_some();
    let users = profile.and_then(|profile| profile.users);
    if users.is_none() && has_profile {
        let remedy = "say under [legacy.users] in which table and column passwords are";
        mistakes.push(Mistake::in_file(&shared.files.profile, "does not say where users are kept", remedy));
    }
    match (url, users) {
        (Some(url), Some(users)) if mistakes.is_empty() => Ok((url, users)),
        _ => Err(mistakes),
    }
}

fn told(done: Finalized, arguments: &FinalizeArgs) -> String {
    let Finalized { written, stale, sessions } = done;
    if arguments.json {
        let dry_run = arguments.dry_run;
        let object = json!({ "dry_run": dry_run, "written": written, "stale": stale, "sessions": sessions });
        return format!("{object}\n");
    }
    let (would, go) = if arguments.dry_run { ("to be written", "would go") } else { ("written", "go") };
    let dropped =
        if stale == 0 { String::new() } else { format!("; {stale} of an earlier password dropped") };
    format!("{written} better hashes {would}; {sessions} open sessions {go} on{dropped}\n")
}

fn refuse(error: &Stopped, done: Finalized) -> ExitCode {
    let begun = match done.written {
        0 => "nothing was changed".to_owned(),
        written => format!("{written} better hashes were written before; run it again to go on"),
    };
    let (text, code) = match error {
        Stopped::Direct(error) => (error.to_string(), ENVIRONMENT),
        Stopped::Finalize(error @ FinalizeError::Narrow { longest, .. }) => {
            let remedy = format!("widen the column by a migration, as to varchar({longest}) or text");
            (format!("{error}\nhelp: {remedy}"), CONFIGURATION)
        }
        Stopped::Finalize(error @ (FinalizeError::NoTable(_) | FinalizeError::NoColumn { .. })) => {
            (format!("{error}\nhelp: correct [legacy.users] in the profile"), CONFIGURATION)
        }
        Stopped::Finalize(error @ FinalizeError::NotMigrated) => {
            (format!("{error}\nhelp: make them with `gateway migrate up`"), CONFIGURATION)
        }
        Stopped::Finalize(error @ FinalizeError::Asking(_)) => (error.to_string(), ENVIRONMENT),
    };
    tell(&format!("{text}\n{begun}"));
    ExitCode::from(code)
}
