//! The legacy's own ordered route table, as `gateway legacy import` wrote it to `legacy.lock`.
//!
//! The only authority for matching. What is read here is checked here, so that compiling it cannot fail later.

pub mod changes;
pub mod cors;
pub mod gzip;
mod layout;
pub mod row;
pub mod scheme;

use std::{collections::BTreeMap, fs, io, path::Path, path::PathBuf};

use serde::{Deserialize, Serialize};

use cors::Cors;
use gzip::GZip;
use row::{Converter, FrontendRow, Row};
use scheme::Scheme;

const SCHEMA: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    pub schema: u32,
    pub versions: Versions,
    /// Python refuses to read a longer decimal number, which ends in a 500; 0: no limit.
    pub int_max_digits: usize,
    /// Characters that this framework version escapes in the path of a redirect.
    pub location_escapes: String,
    /// What uvicorn got as `--root-path`.
    pub server_root_path: String,
    pub schemes: Vec<Scheme>,
    pub notes: Vec<Note>,
    pub app: LockedApp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    pub python: String,
    pub fastapi: Option<String>,
    pub starlette: Option<String>,
    pub pydantic: Option<String>,
    pub uvicorn: Option<String>,
}

impl Versions {
    /// Those that are known, by the names of their packages.
    pub fn named(&self) -> impl Iterator<Item = (String, String)> {
        let Self { python, fastapi, starlette, pydantic, uvicorn } = self;
        let packages =
            [("fastapi", fastapi), ("starlette", starlette), ("pydantic", pydantic), ("uvicorn", uvicorn)];
        let known =
            packages.into_iter().filter_map(|(name, version)| Some((name.to_owned(), version.clone()?)));
        known.chain([("python".to_owned(), python.clone())])
    }
}

/// Something about a route that a person should know: why it is opaque, why it is not verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub route: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedApp {
    pub class: String,
    pub root_path: String,
    pub redirect_slashes: bool,
    /// Outermost first.
    pub middleware: Vec<Middleware>,
    pub rows: Vec<Row>,
    /// Tried after the slash redirect; the longest prefix wins.
    pub frontends: Vec<FrontendRow>,
}

/// The arguments stand here of those that the gateway's own answers must pass through as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Middleware {
    pub class: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<Cors>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gzip: Option<GZip>,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// The reason is in the sentence: a person mends the line that it names.
    #[error("the lock is not what `gateway legacy import` writes: {reason}")]
    Malformed { reason: serde_json::Error },
    #[error("`server_root_path` is `{found}`: it starts with `/` and does not end with one, as in `/api/v1`")]
    RootPath { found: String },
    #[error(
        "the lock has schema {found}, this gateway reads schema {SCHEMA}: run `gateway legacy import` again"
    )]
    Schema { found: u32 },
    #[error(
        "`{template}`: the regex `{regex}` of `{name}` is not Starlette's for the converter `{converter}`"
    )]
    Regex { template: String, name: String, converter: Converter, regex: String },
    #[error("`{template}`: the parameters in the lock are not those of the template")]
    Parameters { template: String },
    #[error("`{template}`: security scheme {index} is not in the lock")]
    UnknownScheme { template: String, index: usize },
}

impl Lock {
    pub fn read(path: &Path) -> Result<Self, LockError> {
        let text =
            fs::read_to_string(path).map_err(|source| LockError::Read { path: path.to_owned(), source })?;
        Self::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Self, LockError> {
        /// Read first: another schema has other keys, and they must not be reported as unknown.
        #[derive(Deserialize)]
        struct Header {
            schema: u32,
        }
        let header: Header = serde_json::from_str(text).map_err(|reason| LockError::Malformed { reason })?;
        if header.schema != SCHEMA {
            return Err(LockError::Schema { found: header.schema });
        }
        let lock: Self = serde_json::from_str(text).map_err(|reason| LockError::Malformed { reason })?;
        if !is_root_path(&lock.server_root_path) {
            return Err(LockError::RootPath { found: lock.server_root_path });
        }
        lock.app.check(lock.schemes.len())?;
        Ok(lock)
    }

    /// The form that is committed: one row a line where it fits, so that a diff names the route.
    pub fn to_json(&self) -> String {
        let value = serde_json::to_value(self).expect("every key of the lock is text");
        layout::render(&value)
    }

    /// Mistakes of the import script stand where the lock would.
    pub fn parse_import(text: &str) -> Result<Result<Self, Vec<String>>, LockError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Refusal {
            mistakes: Vec<String>,
        }
        if let Ok(refusal) = serde_json::from_str::<Refusal>(text) {
            return Ok(Err(refusal.mistakes));
        }
        Self::parse(text).map(Ok)
    }
}

/// It is put before every path as it stands.
pub fn is_root_path(text: &str) -> bool {
    text.is_empty() || (text.starts_with('/') && !text.ends_with('/'))
}

impl LockedApp {
    fn check(&self, schemes: usize) -> Result<(), LockError> {
        self.rows.iter().try_for_each(|row| row.check(schemes))?;
        self.frontends
            .iter()
            .try_for_each(|frontend| row::check_security(&frontend.path, &frontend.security, schemes))
    }

    /// Its own middlewares that the gateway's answers pass through as well, innermost first.
    pub fn imitated(&self) -> impl Iterator<Item = &Middleware> {
        self.middleware
            .iter()
            .rev()
            .filter(|middleware| middleware.cors.is_some() || middleware.gzip.is_some())
    }

    /// How many rows of each kind, nested ones included.
    pub fn census(&self) -> BTreeMap<&'static str, usize> {
        let mut census = BTreeMap::new();
        self.count(&mut census);
        census
    }

    fn count(&self, census: &mut BTreeMap<&'static str, usize>) {
        for row in &self.rows {
            *census.entry(row.kind_name()).or_default() += 1;
            if let Row::Mount(row::MountRow { app: Some(app), .. }) = row {
                app.count(census);
            }
        }
        if !self.frontends.is_empty() {
            *census.entry("frontend").or_default() += self.frontends.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{"schema": 1,
        "versions": {"python": "3.11.7", "fastapi": "0.115.6", "starlette": "0.41.3", "pydantic": null, "uvicorn": null},
        "int_max_digits": 4300, "location_escapes": "", "server_root_path": "", "schemes": [], "notes": [],
        "app": {"class": "fastapi.applications.FastAPI", "root_path": "", "redirect_slashes": true,
                "middleware": [], "rows": [ROWS], "frontends": []}}"#;

    fn refusal(row: &str) -> String {
        Lock::parse(&EMPTY.replace("ROWS", row)).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let row = r#"{"kind": "http", "template": "/a/{id:int}", "security": [], "methods": ["GET"],
                      "params": [{"name": "id", "converter": "int", "regex": "[0-9]+"}]},
                     {"kind": "mount", "template": "/static", "params": [], "app": null}"#;
        let lock = Lock::parse(&EMPTY.replace("ROWS", row)).unwrap();
        let written = lock.to_json();
        assert_eq!(Lock::parse(&written).unwrap(), lock);
        assert!(
            written.contains(
                "\n      {\"kind\": \"mount\", \"template\": \"/static\", \"params\": [], \"app\": null}\n"
            ),
            "one row a line: {written}"
        );
    }

    #[test]
    fn a_lock_that_would_match_otherwise_is_refused() {
        let cases = [
            ("\n<<<<<<< ours\n", "writes: expected value at line 6 column 1"),
            (
                "\n{\"kind\": \"htp\"}\n",
                "unknown variant `htp`, expected one of `http`, `ws`, `mount`, `host`, `opaque` at line 6",
            ),
            (
                r#"{"kind": "mount", "template": "/x", "params": [], "app": null, "more": 1}"#,
                "unknown field `more`",
            ),
            (
                r#"{"kind": "http", "template": "/{a:int}", "methods": null, "security": [],
                    "params": [{"name": "a", "converter": "int", "regex": "-?[0-9]+"}]}"#,
                "the regex `-?[0-9]+` of `a` is not Starlette's for the converter `int`",
            ),
            (
                r#"{"kind": "http", "template": "/{a}", "methods": null, "security": [], "params": []}"#,
                "`/{a}`: the parameters in the lock are not those of the template",
            ),
            (
                r#"{"kind": "http", "template": "/x", "methods": null, "security": [3], "params": []}"#,
                "`/x`: security scheme 3 is not in the lock",
            ),
        ];
        for (row, expected) in cases {
            let found = refusal(row);
            assert!(found.contains(expected), "{found:?} does not say {expected:?}");
        }
        for (root, is_taken) in [("/api/v1", true), ("api", false), ("/api/", false), ("/", false)] {
            let text = EMPTY
                .replace("ROWS", "")
                .replace(r#""server_root_path": """#, &format!(r#""server_root_path": "{root}""#));
            assert_eq!(Lock::parse(&text).is_ok(), is_taken, "{root}");
        }
        let newer = EMPTY.replace("ROWS", "").replace("\"schema\": 1", "\"schema\": 2, \"new\": true");
        assert!(matches!(Lock::parse(&newer), Err(LockError::Schema { found: 2 })));
    }
}
