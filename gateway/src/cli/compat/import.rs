//! `gateway compat import`: a recording made of what a browser or a proxy has written down.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, files::read_lock, report, tell},
    parity::{
        exchange::Exchange,
        har::{self, Imported},
        recording::{BadKeyFile, Limits, Manifest, Origin, Unwritten, Writer, read_key},
        redaction::{Keep, Key, Mode, Policy, Redactor},
    },
    routes::{
        lock::Lock,
        matching::{Matcher, Outcome, Verb},
    },
    telemetry::fingerprint::Fingerprint,
};

pub(super) const EXAMPLE: &str = "Example:\n  gateway compat import browser.har --out recordings/browser --lock legacy.lock\n\n\
     Secrets and what identifies a person are replaced before anything is written.\n\n\
     Exit codes: 0 what can be used of it is recorded, and what cannot is told, 2 nothing can be used, 3 a file cannot be \
     read or written";

#[derive(Args)]
pub(super) struct ImportArgs {
    /// A HAR file, as browsers and mitmproxy write it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder of the recording, which is not there yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The legacy's routes, to say which of them each request was for
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// What is replaced: all that nobody knows to be harmless, or only what is called a secret or looks like one
    #[arg(long, default_value = "strict", value_name = "MODE", value_parser = mode())]
    redact: Mode,
    /// What stays nevertheless: `body $..status`, `query sort`, `header x-tenant`
    #[arg(long, value_name = "PLACE")]
    keep: Vec<Keep>,
    /// The key that replacements are made with: recordings with one key agree on them [default: a new one]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Lines that are not packed, for people and for version control
    #[arg(long)]
    plain: bool,
}

fn mode() -> impl TypedValueParser<Value = Mode> {
    PossibleValuesParser::new(["strict", "secrets"])
        .map(|mode| if mode == "secrets" { Mode::Secrets } else { Mode::Strict })
}

/// The lock as it was read, to be named in the manifest and to find routes.
type Routes = (Lock, Fingerprint, Matcher);

pub(super) fn run(arguments: &ImportArgs) -> ExitCode {
    let bytes = match fs::read(&arguments.file) {
        Ok(bytes) => bytes,
        Err(error) => return refused(&arguments.file, &format!("cannot be read: {error}"), ENVIRONMENT),
    };
    let text = String::from_utf8_lossy(&bytes);
    let imported = match har::import(&text) {
        Ok(imported) => imported,
        Err(error) => return refused(&arguments.file, &error.to_string(), CONFIGURATION),
    };
    let key = match arguments.key_file.as_deref().map(key).transpose() {
        Ok(key) => key.unwrap_or_else(Key::random),
        Err(code) => return code,
    };
    let routes = match arguments.lock.as_deref().map(read_lock).transpose() {
        Ok(routes) => routes,
        Err(mistakes) => return report(&mistakes),
    };
    for unusable in &imported.unusable {
        tell(&format!("{}: {unusable}", arguments.file.display()));
    }
    if imported.exchanges.is_empty() {
        return refused(&arguments.file, "has no entry that can be used", CONFIGURATION);
    }
    match write(&imported, arguments, key, routes.as_ref()) {
        Ok(()) => answer(&summary(&imported, &arguments.out), FINE),
        Err(error) => {
            tell(&format!("{:#}", anyhow::Error::from(error)));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

fn refused(file: &Path, why: &str, code: u8) -> ExitCode {
    tell(&format!("{}: {why}", file.display()));
    ExitCode::from(code)
}

fn key(file: &Path) -> Result<Key, ExitCode> {
    read_key(file).map_err(|error| {
        tell(&error.to_string());
        ExitCode::from(if matches!(error, BadKeyFile::Read { .. }) { ENVIRONMENT } else { CONFIGURATION })
    })
}

fn write(
    imported: &Imported,
    arguments: &ImportArgs,
    key: Key,
    routes: Option<&Routes>,
) -> Result<(), Unwritten> {
    let policy = Policy { mode: arguments.redact, keep: arguments.keep.clone(), ..Policy::default() };
    let mut manifest = Manifest::new(Origin::Import, now(), &policy);
    if let Some((lock, fingerprint, _)) = routes {
        manifest.lock = Some(fingerprint.to_string());
        manifest.versions = lock.versions.named().collect();
    }
    let limits = Limits { is_plain: arguments.plain, ..Limits::default() };
    let mut writer = Writer::create(&arguments.out, &manifest, limits)?;
    let mut redactor = Redactor::new(&policy, key);
    for exchange in &imported.exchanges {
        let mut exchange = exchange.clone();
        exchange.route = routes.and_then(|(.., matcher)| route(matcher, &exchange)).unwrap_or_default();
        // A HAR knows no address of a client: who uses the same program is the same.
        exchange.session =
            redactor.session(exchange.request.header("user-agent").unwrap_or_default().as_bytes());
        redactor.redact(&mut exchange);
        writer.write(&exchange)?;
    }
    writer.finish(now())
}

fn route(matcher: &Matcher, exchange: &Exchange) -> Option<String> {
    let request = &exchange.request;
    let is_socket =
        request.header("upgrade").is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"));
    let verb = if is_socket { Verb::WebSocket } else { Verb::Http(&request.method) };
    match matcher.find(verb, &request.target) {
        Outcome::Match { route, .. } | Outcome::Partial { route, .. } => {
            Some(matcher.route(route).key.to_string())
        }
        Outcome::Redirect { .. } | Outcome::Unlisted | Outcome::Error => None,
    }
}

fn summary(imported: &Imported, out: &Path) -> String {
    let Imported { exchanges, unusable, creator } = imported;
    let by = if creator.is_empty() { String::new() } else { format!(" of {creator}") };
    format!("{}: {} exchanges{by}, {} entries not used\n", out.display(), exchanges.len(), unusable.len())
}

/// In microseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
