//! `gateway compat scan`: secrets that slipped through, in recordings, runs, reports and logs.

use std::{
    fs, io,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{INCONCLUSIVE, SECRETS};
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, tell},
    parity::{
        recording::damage_of_segment,
        redaction::{
            Key,
            scan::{Hit, SHORTEST, Scanner},
        },
    },
};

pub(super) const EXAMPLE: &str = "Examples:\n  gateway compat scan recordings/today\n  \
     gateway compat scan recordings runs/native report.html --secrets known.txt --json\n\n\
     With --json one object: {files, findings: [{file, line, place, class, fingerprint}]}\n\n\
     What is found is never shown: the same secret has the same fingerprint within one scan.\n\n\
     Exit codes: 0 nothing found, 2 usage, 3 a file cannot be read, 4 nothing found, but a part of a recording cannot be \
     unpacked or there is no file at all, 5 a secret found";

#[derive(Args)]
pub(super) struct ScanArgs {
    /// Folders and files
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// A file with one known secret on each line, to be looked for in every coding
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ScanArgs) -> ExitCode {
    let secrets = match arguments.secrets.as_deref().map(known).transpose() {
        Ok(secrets) => secrets.unwrap_or_default(),
        Err(mistake) => {
            tell(&mistake);
            return ExitCode::from(CONFIGURATION);
        }
    };
    let mut files = Vec::new();
    for path in &arguments.paths {
        // What is named is meant, also where it is a link.
        let followed = if path.is_symlink() { fs::canonicalize(path) } else { Ok(path.clone()) };
        let collected =
            followed.map_err(|error| (path.clone(), error)).and_then(|path| collect(&path, &mut files));
        if let Err((path, error)) = collected {
            return unreadable(&path, &error);
        }
    }
    files.sort();
    files.dedup();
    let scanner = Scanner::new(Key::random(), &secrets);
    let bar = bar(files.len());
    let mut found = Vec::new();
    let mut is_whole = !files.is_empty();
    for file in &files {
        bar.set_message(file.display().to_string());
        match fs::read(file) {
            Ok(bytes) => {
                is_whole &= !tell_damage(file, &bytes);
                found.extend(scanner.scan(&bytes).into_iter().map(|hit| (file.as_path(), hit)));
            }
            Err(error) => return unreadable(file, &error),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let text = if arguments.json { object(files.len(), &found) } else { told(files.len(), &found) };
    let code = match () {
        () if !found.is_empty() => SECRETS,
        () if !is_whole => INCONCLUSIVE,
        () => FINE,
    };
    answer(&text, code)
}

/// What cannot be unpacked is looked at as it stands, which shows nothing.
fn tell_damage(file: &Path, bytes: &[u8]) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let damage = damage_of_segment(&name, bytes);
    for damage in &damage {
        tell(&file.with_file_name(damage.to_string()).display().to_string());
    }
    !damage.is_empty()
}

/// One on each line; an empty line is none.
fn known(path: &Path) -> Result<Vec<Vec<u8>>, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut secrets = Vec::new();
    for (number, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        if line.len() < SHORTEST {
            let place = format!("{}:{}", path.display(), number + 1);
            return Err(format!("{place}: fewer than {SHORTEST} bytes are found everywhere by chance"));
        }
        secrets.push(line.to_vec());
    }
    Ok(secrets)
}

/// Links are not followed: what they lead to is scanned where it is.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (path.to_owned(), error);
    let kind = fs::symlink_metadata(path).map_err(failed)?.file_type();
    if kind.is_file() {
        files.push(path.to_owned());
    } else if kind.is_dir() {
        for entry in fs::read_dir(path).map_err(failed)? {
            collect(&entry.map_err(failed)?.path(), files)?;
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> ExitCode {
    tell(&format!("{}: cannot be read: {error}", path.display()));
    ExitCode::from(ENVIRONMENT)
}

fn told(files: usize, found: &[(&Path, Hit)]) -> String {
    let mut text = String::new();
    for (file, Hit { line, place, class, fingerprint }) in found {
        let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
        text += &format!("{}:{line}: {class}{place} ({fingerprint})\n", file.display());
    }
    let noun = |count, one: &str| if count == 1 { one.to_owned() } else { format!("{one}s") };
    text + &format!("{} {} in {files} {}\n", found.len(), noun(found.len(), "finding"), noun(files, "file"))
}

fn object(files: usize, found: &[(&Path, Hit)]) -> String {
    let finding = |(file, hit): &(&Path, Hit)| {
        json!({ "file": file.display().to_string(), "line": hit.line, "place": hit.place, "class": hit.class,
                "fingerprint": hit.fingerprint })
    };
    let findings: Vec<_> = found.iter().map(finding).collect();
    format!("{:#}\n", json!({ "files": files, "findings": findings }))
}

fn bar(files: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
