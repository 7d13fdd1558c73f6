//! `gateway routes new`: the skeleton of a native handler, written where the developer goes on.
//!
//! What is there is added to and never overwritten, and the route stays whose it is.

mod fetch;
mod format;
mod sources;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use serde_json::json;

use super::FileArgs;
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, report, tell},
    config::mistakes::Mistakes,
    routes::{file::NoSuchRoute, key::RouteKey, replace::replace},
    skeleton::{self, Draft, Files, NATIVE_LIST, Refusal},
};
use sources::Sources;

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway routes new 'GET /api/projects/{project_id}'
  gateway routes new 'POST /api/tags' --openapi openapi.json --dry-run

The document is the one at LEGACY_URL, or openapi.json where the legacy does not run. Where DATABASE_URL leads to a
table of the resource's name, its columns are read with their types. docs/porting.md ports a route from start to native.

Exit codes: 0 fine, 2 nothing was written because of a mistake, 3 the database, the document or a file is not there";

#[derive(Args)]
pub(super) struct NewArgs {
    /// METHOD + template, as `gateway routes list` prints it
    key: String,
    /// The legacy's OpenAPI document: a file, or where it is served [default: LEGACY_URL/openapi.json, openapi.json]
    #[arg(long, value_name = "FILE|URL")]
    openapi: Option<String>,
    /// The folder of the native resources
    #[arg(long, value_name = "DIR", default_value = "gateway/src/native")]
    into: PathBuf,
    /// The resource that the route becomes part of [default: the tag of the operation]
    #[arg(long, value_name = "NAME")]
    resource: Option<String>,
    /// The function that answers it [default: the original's]
    #[arg(long, value_name = "NAME")]
    handler: Option<String>,
    /// Ask no database: guess columns from the answer
    #[arg(long)]
    offline: bool,
    /// Write nothing; print what would be written
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    files: FileArgs,
}

#[derive(Debug, thiserror::Error)]
enum NewError {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    #[error(transparent)]
    NoSuchRoute(#[from] NoSuchRoute),
    #[error("`{key}` cannot be native: {why}")]
    NotNative { key: RouteKey, why: String },
    #[error("{}", told(key, refusals))]
    Refused { key: RouteKey, refusals: Vec<Refusal> },
    #[error("{place}: {why}\nhelp: {remedy}")]
    Away { place: String, why: String, remedy: &'static str },
    #[error("{place} is no OpenAPI document: {why}")]
    NoDocument { place: String, why: serde_json::Error },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
}

fn told(key: &RouteKey, refusals: &[Refusal]) -> String {
    refusals.iter().map(|refusal| format!("`{key}`: {refusal}")).collect::<Vec<_>>().join("\n")
}

/// What was drafted, and what became of it.
struct Done {
    key: RouteKey,
    draft: Draft,
    /// Of each file whether it was there before.
    present: Vec<bool>,
    is_formatted: bool,
}

pub(super) fn run(arguments: &NewArgs) -> ExitCode {
    match new(arguments) {
        Ok(done) if arguments.json => answer(&as_json(&done, arguments), FINE),
        Ok(done) => answer(&as_text(&done, arguments), FINE),
        Err(NewError::Mistakes(mistakes)) => report(&mistakes),
        Err(error) => {
            tell(&error.to_string());
            ExitCode::from(error.exit_code())
        }
    }
}

impl NewError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Mistakes(_)
            | Self::NoSuchRoute(_)
            | Self::NotNative { .. }
            | Self::Refused { .. }
            | Self::NoDocument { .. } => CONFIGURATION,
            Self::Away { .. } | Self::File { .. } => ENVIRONMENT,
        }
    }
}

fn new(arguments: &NewArgs) -> Result<Done, NewError> {
    let sources = Sources::read(arguments)?;
    let present = present(&arguments.into)?;
    let refused = |refusals| NewError::Refused { key: sources.key.clone(), refusals };
    let mut draft = skeleton::draft(&sources.known(arguments), &present).map_err(refused)?;
    let is_formatted = format::format(&mut draft.files, &arguments.into);
    let there = draft.files.keys().map(|path| present.contains_key(path)).collect();
    if !arguments.dry_run {
        write(&arguments.into, &draft.files)?;
    }
    Ok(Done { key: sources.key, draft, present: there, is_formatted })
}

/// The list and every room there is.
fn present(into: &Path) -> Result<Files, NewError> {
    let mut files = Files::new();
    let list = into.join(NATIVE_LIST);
    let failed = |path: &Path, source| NewError::File { path: path.to_owned(), source };
    // The folder itself may be new; the file beside it may not.
    let beside = into.with_extension("rs");
    let text = fs::read_to_string(&beside).map_err(|source| failed(&beside, source))?;
    files.insert(NATIVE_LIST.to_owned(), text);
    collect(into, into, &mut files).map_err(|source| failed(&list, source))?;
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Files) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str)
            && name.ends_with(".rs")
        {
            files.insert(name.to_owned(), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// The list last: what is not listed is not compiled.
fn write(into: &Path, files: &Files) -> Result<(), NewError> {
    let (list, rooms): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| *path == NATIVE_LIST);
    for (name, text) in rooms.into_iter().chain(list) {
        let path = place(into, name);
        let failed = |source| NewError::File { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        // Whole or not at all: what stands there may be nowhere else yet.
        let path = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let present = fs::metadata(&path).ok();
        if let Some(warning) = replace(&path, text, present.as_ref()).map_err(failed)?.warning(&path) {
            tell(&warning);
        }
    }
    Ok(())
}

fn place(into: &Path, name: &str) -> PathBuf {
    if name == NATIVE_LIST { into.with_extension("rs") } else { into.join(name) }
}

fn as_text(done: &Done, arguments: &NewArgs) -> String {
    let Done { key, draft, present, is_formatted } = done;
    let mut text = String::new();
    for ((name, content), present) in draft.files.iter().zip(present) {
        let path = place(&arguments.into, name);
        let word = if *present { "changed" } else { "new" };
        text += &format!("{word:8} {}\n", path.display());
        if arguments.dry_run {
            text += &format!("\n{content}\n");
        }
    }
    for open in &draft.open {
        text += &format!("open     {open}\n");
    }
    if !is_formatted {
        text += "open     rustfmt is not there: run `cargo fmt`\n";
    }
    text + &format!(
        "next     write the rule in `{}::service::{}`, build, compare, then `gateway routes set '{key}' native`\n",
        draft.resource, draft.handler
    )
}

fn as_json(done: &Done, arguments: &NewArgs) -> String {
    let Done { key, draft, present, is_formatted } = done;
    let files = draft.files.iter().zip(present).map(|((name, content), present)| {
        let path = place(&arguments.into, name);
        json!({ "path": path, "new": !present, "text": content })
    });
    let object = json!({
        "route": key,
        "resource": draft.resource,
        "handler": draft.handler,
        "written": !arguments.dry_run,
        "formatted": is_formatted,
        "files": files.collect::<Vec<_>>(),
        "open": draft.open,
    });
    format!("{object:#}\n")
}
