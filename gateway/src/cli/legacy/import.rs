//! `gateway legacy import`: writes the lock, from the application itself or from its OpenAPI document.
#![expect(clippy::print_stdout, reason = "the command line's answer is what it prints")]

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, FOUND},
    legacy::import::{self, Application, ImportError, Present, openapi},
    routes::lock::{self, Lock},
};

pub(super) const HELP: &str = "\
Examples:
  gateway legacy import app.main:app --python .venv/bin/python
  gateway legacy import app.main:app --python .venv/bin/python --check
  gateway legacy import --openapi openapi.json --fastapi 0.115.6 --starlette 0.41.3
  gateway legacy import --print-script | docker exec -i backend python - app.main:app | gateway legacy import -

Exit codes: 0 fine, 1 the lock differs (--check), 2 the application cannot be imported exactly, 3 no such interpreter";

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// MODULE:ATTRIBUTE as uvicorn takes it, or - to read what the script printed from standard input
    #[arg(required_unless_present_any = ["print_script", "openapi"])]
    application: Option<String>,
    /// The second choice: an OpenAPI 3 document as JSON, or - for standard input; what it loses is told
    #[arg(long, value_name = "FILE", conflicts_with_all = ["application", "python", "factory", "app_dir"])]
    openapi: Option<PathBuf>,
    /// The FastAPI version of the legacy, which a document does not tell
    #[arg(long, value_name = "VERSION", requires = "openapi")]
    fastapi: Option<String>,
    /// The Starlette version of the legacy
    #[arg(long, value_name = "VERSION", requires = "openapi")]
    starlette: Option<String>,
    /// The interpreter that runs the legacy [default: python3]
    #[arg(long)]
    python: Option<PathBuf>,
    #[arg(long, default_value = "legacy.lock")]
    lock: PathBuf,
    /// The attribute is a function that makes the application
    #[arg(long)]
    factory: bool,
    /// What uvicorn gets as --root-path
    #[arg(long, value_parser = root_path)]
    server_root_path: Option<String>,
    /// The folder to import from [default: the current one]
    #[arg(long)]
    app_dir: Option<PathBuf>,
    /// Write nothing; exit 1 when the lock is not up to date
    #[arg(long)]
    check: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Print the script that runs in the legacy's interpreter
    #[arg(long, exclusive = true)]
    print_script: bool,
}

pub(super) fn run(args: &ImportArgs) -> ExitCode {
    let name = match (&args.application, &args.openapi) {
        (Some(application), _) => application.clone(),
        (None, Some(document)) => document.display().to_string(),
        (None, None) => {
            print!("{}", import::SCRIPT);
            return ExitCode::from(FINE);
        }
    };
    if args.openapi.is_none()
        && name == "-"
        && let Some(option) = first_for_the_script(args)
    {
        eprintln!("`{option}` says how the script runs: give it to the script, not beside `-`");
        return ExitCode::from(CONFIGURATION);
    }
    let lock = match &args.openapi {
        Some(document) => take_document(args, document),
        None => take(args, &name),
    };
    let done = lock.and_then(|lock| {
        let present = import::compare(&lock, &args.lock);
        let replaced = if args.check { None } else { import::write(&lock, &args.lock, &present)? };
        if let Some(warning) = replaced.as_ref().and_then(|replaced| replaced.warning(&args.lock)) {
            eprintln!("{warning}");
        }
        Ok((lock, present, replaced.is_some()))
    });
    match done {
        Ok((lock, present, written)) => {
            if args.openapi.is_some() {
                tell_losses(&lock);
            }
            if args.json {
                println!("{}", report_json(args, &lock, &present, written));
            } else {
                print!("{}", report(args, &lock, &present, written));
            }
            if args.check && !present.is_up_to_date() { ExitCode::from(FOUND) } else { ExitCode::from(FINE) }
        }
        Err(error) => refuse(&name, error),
    }
}

/// On standard error, so that nobody who pipes the report away misses them.
fn tell_losses(lock: &Lock) {
    eprintln!("a lock from an OpenAPI document is the second choice; this is what it loses:");
    for note in &lock.notes {
        eprintln!("  {}: {}", note.route, note.reason);
    }
}

fn take_document(args: &ImportArgs, path: &Path) -> Result<Lock, ImportError> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|source| ImportError::Input { source })?;
        text
    } else {
        std::fs::read_to_string(path)
            .map_err(|source| ImportError::Document { path: path.to_owned(), source })?
    };
    let told = openapi::Told {
        fastapi: args.fastapi.as_deref(),
        starlette: args.starlette.as_deref(),
        server_root_path: args.server_root_path.as_deref().unwrap_or_default(),
    };
    openapi::read(&text, &told)
}

/// What is read from standard input was made without them.
fn first_for_the_script(args: &ImportArgs) -> Option<&'static str> {
    let given = [
        ("--python", args.python.is_some()),
        ("--factory", args.factory),
        ("--app-dir", args.app_dir.is_some()),
        ("--server-root-path", args.server_root_path.is_some()),
    ];
    given.into_iter().find_map(|(option, is_given)| is_given.then_some(option))
}

fn take(args: &ImportArgs, application: &str) -> Result<Lock, ImportError> {
    if application != "-" {
        return import::describe(&Application {
            name: application,
            python: args.python.as_deref().unwrap_or(Path::new("python3")),
            folder: args.app_dir.as_deref(),
            is_factory: args.factory,
            server_root_path: args.server_root_path.as_deref().unwrap_or_default(),
        });
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|source| ImportError::Input { source })?;
    import::read(&text)
}

fn report(args: &ImportArgs, lock: &Lock, present: &Present, written: bool) -> String {
    let notes = lock.notes.iter().filter(|_| args.openapi.is_none());
    let mut lines: Vec<String> =
        notes.map(|note| format!("note       {}: {}", note.route, note.reason)).collect();
    match present {
        Present::Nothing => {}
        Present::Unreadable(error) => lines.push(format!("the lock that was there cannot be read: {error}")),
        Present::Lock { changes, .. } => lines.extend(changes.iter().map(ToString::to_string)),
    }
    let census: Vec<String> =
        lock.app.census().into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let state = match (written, present.is_up_to_date()) {
        (true, _) => "written",
        (false, true) => "up to date",
        (false, false) => "not up to date",
    };
    lines.push(format!("{} {state}: {}", args.lock.display(), census.join(", ")));
    lines.join("\n") + "\n"
}

fn report_json(args: &ImportArgs, lock: &Lock, present: &Present, written: bool) -> Value {
    let (state, changes) = match present {
        Present::Nothing => ("absent", json!([])),
        Present::Unreadable(_) => ("unreadable", json!([])),
        Present::Lock { changes, .. } => ("present", json!(changes)),
    };
    json!({
        "lock": args.lock,
        "before": state,
        "up_to_date": present.is_up_to_date(),
        "written": written,
        "rows": lock.app.census(),
        "changes": changes,
        "notes": lock.notes,
    })
}

fn root_path(text: &str) -> Result<String, BadRootPath> {
    if lock::is_root_path(text) { Ok(text.to_owned()) } else { Err(BadRootPath) }
}

#[derive(Debug, thiserror::Error)]
#[error("a root path starts with `/` and does not end with one, as in `/api/v1`")]
struct BadRootPath;

fn refuse(application: &str, error: ImportError) -> ExitCode {
    let code = match error {
        ImportError::Start { .. }
        | ImportError::Write { .. }
        | ImportError::Input { .. }
        | ImportError::Document { .. } => ENVIRONMENT,
        ImportError::Refused { .. }
        | ImportError::Crashed { .. }
        | ImportError::Output { .. }
        | ImportError::Empty => CONFIGURATION,
    };
    eprintln!("import `{application}`: {:#}", anyhow::Error::from(error));
    ExitCode::from(code)
}
