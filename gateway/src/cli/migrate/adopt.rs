//! `gateway migrate adopt`: takes over a database that Alembic manages, as it is.

use std::process::ExitCode;

use clap::Args;

use super::{Waiting, database, json, progress::Progress, to_end};
use crate::{
    cli::{CONFIGURATION, FINE, FOUND, answer, report, tell},
    config::mistakes::Mistakes,
    migrate::{
        adopt::{Adopted, Adoption, Refusal, adopt},
        difference,
        failure::MigrateError,
        lock::Patience,
        occupied,
        session::Session,
    },
};

#[derive(Args)]
pub(super) struct AdoptArgs {
    /// Alembic changes nothing any more: from now on our migrations may change the legacy's tables
    #[arg(long)]
    freeze: bool,
    /// What differs from an earlier adoption is as it should be
    #[arg(long)]
    accept: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    waiting: Waiting,
}

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway migrate adopt            while Alembic goes on changing the legacy's tables
  gateway migrate adopt --freeze   when the last revision of Alembic's is in the database

Nothing is run but what records the schema, in schema `gateway`. `gateway migrate status` then shows every object that
somebody has changed since.

Exit codes: 0 recorded, or recorded before; 1 the schema has drifted; 2 it cannot be adopted; 3 no database";

pub(super) fn run(arguments: &AdoptArgs) -> ExitCode {
    let mut mistakes = Mistakes::default();
    let (_, url) = database(&mut mistakes);
    let Some(url) = url.filter(|_| mistakes.is_empty()) else { return report(&mistakes) };
    let adoption = Adoption { freeze: arguments.freeze, accept: arguments.accept };
    let progress = Progress::new();
    to_end(async {
        let patience = Patience::of(arguments.waiting.lock_timeout);
        let session = Session::open_locked(&url, patience, &|event| progress.see(event)).await?;
        let adopted = match adopt(session.client(), adoption).await {
            Ok(adopted) => adopted,
            Err(error) => {
                return Err(occupied::explain(session.client(), MigrateError::Catalog(error)).await);
            }
        };
        session.close().await?;
        Ok(show(&adopted, arguments.json))
    })
}

fn show(adopted: &Adopted, is_json: bool) -> ExitCode {
    let code = code(adopted);
    match adopted {
        _ if is_json => answer(&json(adopted), code),
        Adopted::Refused { refusal } => {
            let drift = match refusal {
                Refusal::Drifted { drift } => format!("{}\n\n", difference::summary(drift)),
                Refusal::NoAlembic
                | Refusal::NoRevision { .. }
                | Refusal::SeveralHeads { .. }
                | Refusal::SeveralTables { .. }
                | Refusal::Namesake { .. } => String::new(),
            };
            tell(&format!("{drift}not adopted: {}\nhelp: {}", refusal.what(), refusal.remedy()));
            ExitCode::from(code)
        }
        Adopted::Recorded { .. } | Adopted::Frozen { .. } | Adopted::Already { .. } => {
            answer(&told(adopted), code)
        }
    }
}

fn code(adopted: &Adopted) -> u8 {
    match adopted {
        Adopted::Recorded { .. } | Adopted::Frozen { .. } | Adopted::Already { .. } => FINE,
        Adopted::Refused { refusal: Refusal::Drifted { .. } } => FOUND,
        Adopted::Refused { .. } => CONFIGURATION,
    }
}

fn told(adopted: &Adopted) -> String {
    let (baseline, first) = match adopted {
        Adopted::Recorded { baseline, objects, fingerprint, accepted } => {
            let changes = match accepted.is_empty() {
                true => String::new(),
                false => format!("{}\n\n", difference::summary(accepted)),
            };
            let again = if accepted.is_empty() { "adopted" } else { "accepted; adopted again" };
            (baseline, format!("{changes}{again}: {objects} objects, fingerprint {fingerprint}"))
        }
        Adopted::Frozen { baseline } => (baseline, "frozen".to_owned()),
        Adopted::Already { baseline } => (
            baseline,
            format!("adopted before, at {} by {}: nothing to do", baseline.adopted_at, baseline.adopted_by),
        ),
        Adopted::Refused { .. } => return String::new(),
    };
    let revision = &baseline.revision;
    let owner = match baseline.is_frozen {
        true => format!("Alembic ended at {revision}: our migrations may change every table"),
        false => {
            format!("Alembic is at {revision} and owns its tables: our migrations may change schema gateway")
        }
    };
    format!("{first}\n{owner}\n")
}
