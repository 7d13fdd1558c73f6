//! `gateway legacy probe`: learns the profile from a running legacy.

pub(in crate::cli) mod believed;
pub(in crate::cli) mod interview;
pub(in crate::cli) mod summary;
mod write;

use std::{
    fmt,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use serde_json::{Value, json};

use self::{
    believed::{Believed, Place},
    summary::Summary,
    write::Written,
};
use crate::{
    cli::{ENVIRONMENT, FINE, FOUND, answer, report, tell},
    config::mistakes::{Mistake, Mistakes},
    legacy::probe::{Given, learn},
};

pub(super) const HELP: &str = "\
Examples:
  gateway legacy probe http://127.0.0.1:8000
  gateway legacy probe http://127.0.0.1:8000 --write
  gateway legacy probe http://127.0.0.1:8000 --check --json

Asks 44 questions at most, one after the other, each with `User-Agent: gateway-probe/…` and 2 s to answer. Nothing is
changed on the legacy: it is sent GET, HEAD and OPTIONS for paths that do not exist, for its OpenAPI document, for one
route that everybody may read (a slash too many, a method that it does not have, preflights) and for one that wants a
token (without one, with garbage, unsigned, expired, signed with another key); bodies that cannot be valid, to a route
whose document says that it refuses them, and to a route that wants a token, without one; and numbers that are none, in
a query that is validated. Where to ask is known from the lock, the document, or both; where they disagree nothing is
asked, and a route that takes what its document says it refuses is not asked again. With --raise it is sent a `NaN`, too,
which FastAPI cannot put into its complaint: it answers 500 and logs a traceback, and `internal` is learned from that.

Nothing is written without --write. Then each learned value gets a line with the request that proved it; every other
line stays as it is, and a value that a person wrote is only changed with --overwrite.

With --json one object:
  url       who was asked
  asked     how many questions were answered
  findings  list of {subject, question, answer, outcome, says, key, value}; outcome is `known` (the profile says so),
            `new`, `locked` (the lock says so), `same` (the gateway does so by itself), `contradicts` (the profile or
            the lock says otherwise), `differs` (no file can say so) or `told`
  silent    list of {question, why}: questions without an answer
  written   keys that were written; `left`: keys that a person wrote otherwise

Exit codes: 0 fine, 1 profile or lock say what is not so, or with --check not all that was learned, 2 a file is wrong,
3 the legacy cannot be reached";

#[derive(Args)]
pub(super) struct ProbeArgs {
    /// Where the legacy listens, as in http://127.0.0.1:8000 [default: LEGACY_URL]
    url: Option<String>,
    /// Another lock than the one that LEGACY_LOCK names
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Another profile than the one that LEGACY_PROFILE names
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// The OpenAPI document as JSON, where the legacy does not serve it at /openapi.json
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
    /// A token that the legacy has issued, or - to read it from standard input, where no list of processes has it; it is
    /// never shown
    #[arg(long)]
    token: Option<String>,
    /// Ask also what makes FastAPI raise, which is a 500 and a traceback in its log
    #[arg(long)]
    raise: bool,
    /// Write what was learned into the profile
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// Change also what a person wrote
    #[arg(long, requires = "write")]
    overwrite: bool,
    /// Write nothing; exit 1 when the profile does not say all that was learned
    #[arg(long)]
    check: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ProbeArgs) -> ExitCode {
    match probe(arguments) {
        Ok(code) => code,
        Err(Stopped::Mistakes(mistakes)) => report(&mistakes),
        Err(Stopped::Away(what)) => {
            tell(&what);
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// Why there is nothing to show.
pub(in crate::cli) enum Stopped {
    Mistakes(Mistakes),
    Away(String),
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistakes(mistakes) => mistakes.fmt(formatter),
            Self::Away(what) => formatter.write_str(what),
        }
    }
}

impl From<Mistakes> for Stopped {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistakes(mistakes)
    }
}

fn probe(arguments: &ProbeArgs) -> Result<ExitCode, Stopped> {
    let place = Place {
        url: arguments.url.as_deref(),
        lock: arguments.lock.as_deref(),
        profile: arguments.profile.as_deref(),
    };
    let document = arguments.openapi.as_deref().map(read_document).transpose()?;
    let token = arguments.token.as_deref().map(read_token).transpose()?;
    let believed = Believed::read(&place)?;
    let given = Given {
        document: document.as_ref(),
        token: token.as_deref(),
        raises: arguments.raise,
        trust: believed.trust.clone(),
    };
    let heard = interview::hold(&believed.address, &believed.known(), &given)?;
    let findings = learn(&heard, &believed.known());
    let written = if arguments.write {
        Written::put(&believed.profile_path, &believed.profile_text, &findings, arguments.overwrite)?
    } else {
        Written::default()
    };
    let is_open = |finding: &&crate::legacy::probe::Finding| {
        let key = finding.to_be_written().map(|learned| learned.key);
        key.is_none_or(|key| !written.keys.contains(&key))
    };
    let contradictions = findings.iter().filter(is_open).filter(|finding| finding.contradicts()).count();
    let open = findings.iter().filter(is_open).filter(|finding| finding.to_be_written().is_some()).count();
    let summary = Summary { address: &believed.address, heard: &heard, findings: &findings };
    let text = if arguments.json {
        let mut object = summary.object();
        object["written"] = json!(written.keys);
        object["left"] = json!(written.left);
        format!("{object}\n")
    } else {
        format!("{summary}{}", ending(&believed.profile_path, &written, open, arguments.write))
    };
    written.warnings.iter().for_each(|warning| tell(warning));
    // A text shows by itself that there is no file.
    let is_worth_telling = written.keys.is_empty() && (arguments.json || !believed.profile_text.is_empty());
    if let Some(mistakes) = believed.mistakes.as_ref().filter(|_| is_worth_telling) {
        tell(&mistakes.to_string());
    }
    let found = contradictions > 0 || (arguments.check && open > 0);
    Ok(answer(&text, if found { FOUND } else { FINE }))
}

fn ending(profile: &Path, written: &Written, open: usize, writes: bool) -> String {
    let profile = profile.display();
    let mut lines = Vec::new();
    if !written.keys.is_empty() {
        lines.push(format!("{profile} written: {}", written.keys.join(", ")));
    }
    if !written.left.is_empty() {
        let left = written.left.join(", ");
        lines.push(format!("{profile}: a person wrote {left} otherwise; --overwrite changes it"));
    }
    if open == 0 && written.keys.is_empty() {
        lines.push(format!("{profile} says all that was learned"));
    } else if open > 0 && !writes {
        let noun = if open == 1 { "value" } else { "values" };
        lines.push(format!("{profile} does not say {open} {noun} that can be written: --write does"));
    }
    format!("\n{}\n", lines.join("\n"))
}

fn read_document(path: &Path) -> Result<Value, Mistakes> {
    let remedy = "name an OpenAPI 3 document as JSON";
    let text = std::fs::read_to_string(path)
        .map_err(|error| Mistake::in_file(path, format!("cannot be read: {error}"), remedy))?;
    let document: Value = serde_json::from_str(&text)
        .map_err(|error| Mistake::in_file(path, format!("is no JSON: {error}"), remedy))?;
    if crate::legacy::probe::Document::read(&document).is_none() {
        return Err(Mistake::in_file(path, "is no OpenAPI 3 document", remedy).into());
    }
    Ok(document)
}

/// What is wrong with it is told without it.
fn read_token(text: &str) -> Result<String, Mistakes> {
    let mut token = text.to_owned();
    if text == "-" {
        token.clear();
        std::io::stdin().read_to_string(&mut token).map_err(|error| {
            Mistake::in_variable("--token", format!("standard input: {error}"), "give it in one line")
        })?;
    }
    let token = token.trim();
    let is_legal = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if is_legal {
        return Ok(token.to_owned());
    }
    let remedy = "give the token alone, without `Bearer`";
    Err(Mistake::in_variable("--token", "is no token: it is empty or has a space in it", remedy).into())
}
