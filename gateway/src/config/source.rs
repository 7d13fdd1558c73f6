//! The variables as text: those of the environment over those of `.env`, with the place of each.

use std::{collections::BTreeMap, io::ErrorKind, path::Path};

use super::{
    dotenv::Dotenv,
    mistakes::{Mistake, Mistakes},
    origin::Place,
    service_link, setting,
};

/// The variables as they were when the process started.
pub(super) struct Source {
    environment: Layer,
    dotenv: Layer,
}

pub(super) type Layer = BTreeMap<String, Variable>;

pub(super) struct Variable {
    /// None: it is not UTF-8.
    pub(super) text: Option<String>,
    pub(super) place: Place,
}

impl Source {
    pub(super) fn read(dotenv: &Path, mistakes: &mut Mistakes) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let variable = Variable { text: value.into_string().ok(), place: Place::Environment };
            Some((name.into_string().ok()?, variable))
        });
        let environment = environment.collect::<Layer>();
        let dotenv = read_dotenv(dotenv, &environment, mistakes);
        Self { environment, dotenv }
    }

    /// The one that wins comes first.
    pub(super) fn layers(&self) -> [&Layer; 2] {
        [&self.environment, &self.dotenv]
    }

    /// Reports `GATEWAY_*` variables that nothing reads: most likely a misspelt setting.
    pub(super) fn unknown(&self, mistakes: &mut Mistakes) {
        let ours = |name: &&String| name.starts_with("GATEWAY_") && !name.starts_with("GATEWAY_TEST_");
        let services: Vec<_> =
            self.environment.keys().filter_map(|name| service_link::service(name)).collect();
        // Kubernetes writes no `.env`: there such a name is somebody's slip.
        let written = self.environment.keys().filter(|name| !service_link::is_one(name, &services));
        let names = written.chain(self.dotenv.keys()).filter(ours);
        for name in names.filter(|name| !setting::is_known(name)) {
            let remedy = format!("did you mean `{}`? remove it otherwise", setting::nearest(name));
            mistakes.push(Mistake::in_variable(name, "no setting has this name", remedy));
        }
    }

    #[cfg(test)]
    pub(super) fn of(environment: &[(&str, Option<&str>)], dotenv: &str) -> Self {
        let environment = environment.iter().map(|(name, text)| {
            let text = text.map(str::to_owned);
            ((*name).to_owned(), Variable { text, place: Place::Environment })
        });
        let environment = environment.collect();
        let dotenv = assignments(Dotenv::parse(dotenv, |_| None));
        Self { environment, dotenv }
    }
}

/// A missing file is fine: everything may come from the environment. A directory is most likely a virtual environment,
/// and pydantic-settings passes it over too.
fn read_dotenv(path: &Path, environment: &Layer, mistakes: &mut Mistakes) -> Layer {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
            return Layer::new();
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            mistakes.push(Mistake::in_file(path, "is not UTF-8 text", "save it as UTF-8"));
            return Layer::new();
        }
        Err(error) => {
            let remedy = "make it readable for this process, or remove it";
            mistakes.push(Mistake::in_file(path, format!("cannot be read: {error}"), remedy));
            return Layer::new();
        }
    };
    let outer = |name: &str| environment.get(name).and_then(|variable| variable.text.clone());
    let dotenv = Dotenv::parse(&text, outer);
    for line in &dotenv.bad_lines {
        // The line itself is not shown: it may hold a secret.
        let remedy = "write NAME=value; close every quote";
        mistakes.push(Mistake::in_file(path, format!("line {line} is not NAME=value"), remedy));
    }
    assignments(dotenv)
}

fn assignments(dotenv: Dotenv) -> Layer {
    let variables = dotenv.variables.into_iter().map(|(name, assignment)| {
        let place = Place::Dotenv { line: assignment.line };
        (name, Variable { text: Some(assignment.value), place })
    });
    variables.collect()
}
