//! `gateway migrate plan`: what `up` would do, statement by statement, before anything is done.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{Place, Told, to_end};
use crate::{
    cli::{FINE, answer, report},
    migrate::{
        engine::Engine,
        failure::MigrateError,
        file::{Direction, Migration},
        lock::Patience,
        plan::{self, PlannedStatement},
        session::Session,
        standing::Standing,
    },
};

#[derive(Args)]
pub(super) struct PlanArgs {
    /// The last version to apply [default: the newest]
    #[arg(long, value_name = "VERSION")]
    to: Option<i32>,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

type Step<'f> = (&'f Migration, Vec<PlannedStatement>);

pub(super) fn run(arguments: &PlanArgs) -> ExitCode {
    let told = match arguments.place.read() {
        Ok(told) => told,
        Err(mistakes) => return report(&mistakes),
    };
    to_end(async {
        let steps = read(&told, arguments.to).await?;
        let text = if arguments.json { json(&steps) } else { text(&steps) };
        Ok(answer(&text, FINE))
    })
}

async fn read(told: &Told, to: Option<i32>) -> Result<Vec<Step<'_>>, MigrateError> {
    let patience = Patience::default();
    Engine { url: &told.url, folder: &told.folder, patience, watch: &|_| {} }.must_know(to)?;
    let session = Session::open(&told.url).await?;
    let standing = Standing::read(session.client(), &told.folder).await?;
    let last = to.unwrap_or(i32::MAX);
    let due: Vec<_> = standing.pending(&told.folder).filter(|migration| migration.version <= last).collect();
    standing.refuse_up(due.iter().copied()).into_result(()).map_err(MigrateError::Refused)?;
    let mut steps = Vec::new();
    for migration in due {
        steps.push((migration, plan::statements(session.client(), migration, Direction::Up).await?));
    }
    session.close().await?;
    Ok(steps)
}

fn text(steps: &[Step<'_>]) -> String {
    if steps.is_empty() {
        return "nothing to do\n".to_owned();
    }
    let mut text = String::new();
    for (migration, statements) in steps {
        let header = &migration.header;
        let how = if migration.up.is_transactional { "in one transaction" } else { "statement by statement" };
        text += &format!(
            "{}  phase={} reversible={}  {how}\n",
            migration.stem(),
            header.phase.name(),
            header.reversible.name()
        );
        for statement in statements {
            text += &format!("  line {}: {}\n", statement.line, effect(statement));
            for line in statement.sql.lines() {
                text += &format!("    {line}\n");
            }
        }
        text.push('\n');
    }
    let noun = if steps.len() == 1 { "step" } else { "steps" };
    text + &format!("{} {noun} due\n", steps.len())
}

fn effect(statement: &PlannedStatement) -> String {
    if let Some(why) = &statement.unread {
        return format!("the locks are not known: the statements cannot be read ({why})");
    }
    let mut told = match statement.lock {
        Some(lock) => format!("{} lock, blocks {}", lock.name(), lock.blocks()),
        None => "no lock on a table that is there".to_owned(),
    };
    for (table, rows) in &statement.tables {
        told += &match rows {
            Some(rows) => format!("; {table} has about {rows} rows"),
            None => format!("; {table} was never analysed"),
        };
    }
    told
}

fn json(steps: &[Step<'_>]) -> String {
    let statement = |statement: &PlannedStatement| -> Value {
        let tables: Vec<_> =
            statement.tables.iter().map(|(table, rows)| json!({ "table": table, "rows": rows })).collect();
        let mut told = json!({
            "line": statement.line,
            "sql": statement.sql,
            "lock": statement.lock.map(|lock| lock.name()),
            "tables": tables,
        });
        if let Some(why) = &statement.unread {
            told["unread"] = json!(why);
        }
        told
    };
    let step = |(migration, statements): &Step<'_>| {
        json!({
            "version": migration.version,
            "name": migration.name,
            "phase": migration.header.phase.name(),
            "reversible": migration.header.reversible.name(),
            "transaction": migration.up.is_transactional,
            "statements": statements.iter().map(statement).collect::<Vec<_>>(),
        })
    };
    format!("{}\n", json!({ "steps": steps.iter().map(step).collect::<Vec<_>>() }))
}
