//! The settings as text: the environment over `.env`, each found under its name, an alias or `…_FILE`.

use std::{collections::BTreeMap, fmt::Display, io::ErrorKind, path::Path, str::FromStr};

use super::{
    dotenv::Dotenv,
    mistakes::{Mistake, Mistakes},
};

/// All variables this process may read, with the other names FastAPI projects use for them.
const ALIASES: &[(&str, &[&str])] = &[
    ("GATEWAY_LISTEN", &[]),
    ("GATEWAY_ADMIN_LISTEN", &[]),
    ("GATEWAY_PG_BIN", &[]),
    ("LEGACY_URL", &[]),
    ("DATABASE_URL", &["NEON_DATABASE_URL", "POSTGRES_URL", "SQLALCHEMY_DATABASE_URI"]),
    ("LEGACY_JWT_SECRET", &["SECRET_KEY", "JWT_SECRET_KEY", "JWT_SECRET", "BETTER_AUTH_SECRET"]),
    ("ENVIRONMENT", &[]),
    ("LOG_LEVEL", &[]),
    ("LOG_FORMAT", &[]),
    ("ROUTES_FILE", &[]),
    ("LEGACY_PROFILE", &[]),
    ("LEGACY_LOCK", &[]),
];

/// The variables as they were when the process started.
pub(super) struct Source {
    environment: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
}

/// A value with the name it was found under, so that a mistake names what the user wrote.
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

impl Source {
    pub(super) fn read(dotenv: &Path, mistakes: &mut Mistakes) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect::<BTreeMap<_, _>>();
        let dotenv = read_dotenv(dotenv, &environment, mistakes);
        Self { environment, dotenv }
    }

    /// The value of a setting; an empty one counts as not set, as pydantic projects expect of `.env`.
    pub(super) fn text<'a>(&'a self, name: &'static str) -> Option<Found<'a>> {
        text_in(&self.environment, name).or_else(|| text_in(&self.dotenv, name))
    }

    /// A secret: its own name or an alias, or the content of the file that `NAME_FILE` points to.
    pub(super) fn secret(&self, name: &'static str, mistakes: &mut Mistakes) -> Option<(String, String)> {
        let variable = format!("{name}_FILE");
        let mut path = None;
        for variables in [&self.environment, &self.dotenv] {
            if let Some(found) = text_in(variables, name) {
                return Some((found.name.to_owned(), found.value.to_owned()));
            }
            path = variables.get(&variable);
            if path.is_some() {
                break;
            }
        }
        let path = path?;
        match std::fs::read_to_string(path) {
            Ok(text) => Some((variable, text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => {
                let what = format!("cannot read `{path}`: {error}");
                mistakes.push(Mistake::in_variable(
                    &variable,
                    what,
                    "name a file that this process may read",
                ));
                None
            }
        }
    }

    /// A setting with a syntax: `None` after a mistake, `Some(None)` when it is not set.
    pub(super) fn parsed<T>(
        &self,
        name: &'static str,
        remedy: &str,
        mistakes: &mut Mistakes,
    ) -> Option<Option<T>>
    where
        T: FromStr<Err: Display>,
    {
        let Some(found) = self.text(name) else { return Some(None) };
        match found.value.parse() {
            Ok(value) => Some(Some(value)),
            Err(error) => {
                let what = format!("`{}`: {error}", found.value);
                mistakes.push(Mistake::in_variable(found.name, what, remedy));
                None
            }
        }
    }

    /// Reports `GATEWAY_*` variables that nothing reads: most likely a misspelt setting.
    pub(super) fn unknown(&self, mistakes: &mut Mistakes) {
        let ours = |name: &&String| name.starts_with("GATEWAY_") && !name.starts_with("GATEWAY_TEST_");
        for name in self.environment.keys().chain(self.dotenv.keys()).filter(ours) {
            let plain = name.strip_suffix("_FILE").unwrap_or(name);
            if ALIASES.iter().any(|(known, _)| *known == plain) {
                continue;
            }
            let nearest = ALIASES
                .iter()
                .map(|(known, _)| (*known, strsim::jaro_winkler(known, plain)))
                .max_by(|left, right| left.1.total_cmp(&right.1))
                .map_or("", |(known, _)| known);
            let remedy = format!("did you mean `{nearest}`? remove it otherwise");
            mistakes.push(Mistake::in_variable(name, "no setting has this name", remedy));
        }
    }

    #[cfg(test)]
    pub(super) fn of(environment: &[(&str, &str)], dotenv: &[(&str, &str)]) -> Self {
        let own = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        Self { environment: own(environment), dotenv: own(dotenv) }
    }
}

fn text_in<'a>(variables: &'a BTreeMap<String, String>, name: &'static str) -> Option<Found<'a>> {
    let aliases = ALIASES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, aliases)| aliases);
    std::iter::once(name).chain(aliases.iter().copied()).find_map(|name| {
        let value = variables.get(name)?.trim();
        (!value.is_empty()).then_some(Found { name, value })
    })
}

/// A missing file is fine: everything may come from the environment.
fn read_dotenv(
    path: &Path,
    environment: &BTreeMap<String, String>,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            mistakes.push(Mistake::in_file(path, "is not UTF-8 text", "save it as UTF-8"));
            return BTreeMap::new();
        }
        Err(error) => {
            let remedy = "make it readable for this process, or remove it";
            mistakes.push(Mistake::in_file(path, format!("cannot be read: {error}"), remedy));
            return BTreeMap::new();
        }
    };
    let dotenv = Dotenv::parse(&text, |name| environment.get(name).cloned());
    for line in dotenv.bad_lines {
        // The line itself is not shown: it may hold a secret.
        let remedy = "write NAME=value; close every quote";
        mistakes.push(Mistake::in_file(path, format!("line {line} is not NAME=value"), remedy));
    }
    dotenv.variables
}
