//! Finds the value of a setting: which place wins, which of its names holds, and what is said when two disagree.
//!
//! Everything that is read passes through here, so that what holds and where it came from is known of every setting.

use std::{fmt::Display, path::Path, str::FromStr};

use super::{
    effective::{Effective, SECRET},
    mistakes::{Mistake, Mistakes},
    open_file,
    origin::Origin,
    setting::Setting,
    source::{Layer, Source},
    weakness::{Weakness, Weaknesses},
};

pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    pub(super) mistakes: &'a mut Mistakes,
    pub(super) weaknesses: Weaknesses,
    pub(super) effective: Effective,
}

/// There is no value because of a mistake, and the mistake has been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told;

/// A value with the name it was found under, so that a mistake names what the user wrote.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) origin: Origin,
}

impl Reader<'_> {
    /// The value as it stands, recorded as the one that holds.
    pub(super) fn find(&mut self, setting: &'static Setting) -> Result<Option<Found>, Told> {
        let found = self.search(setting);
        match &found {
            Ok(Some(found)) => self.record(setting, found),
            Ok(None) => self.effective.set(setting, setting.default, Origin::Default),
            Err(Told) => self.effective.set_wrong(setting),
        }
        found
    }

    /// The same, recorded only where it is set: for settings that most installations do without.
    pub(super) fn find_if_set(&mut self, setting: &'static Setting) -> Result<Option<Found>, Told> {
        let found = self.search(setting)?;
        if let Some(found) = &found {
            self.record(setting, found);
        }
        Ok(found)
    }

    /// A setting with a syntax, or `default` where it is not set.
    pub(super) fn parsed<T>(
        &mut self,
        setting: &'static Setting,
        default: &str,
        remedy: &str,
    ) -> Result<T, Told>
    where
        T: FromStr<Err: Display>,
    {
        let Some(found) = self.find(setting)? else {
            self.effective.set(setting, default, Origin::Default);
            return Ok(default.parse().ok().expect("the tests parse every default"));
        };
        found.value.parse().map_err(|error| {
            let what = format!("`{}`: {error}", found.value);
            self.refuse(setting, &found.name, what, remedy)
        })
    }

    /// The value is a mistake: told in the words of whoever knows why.
    pub(super) fn refuse(
        &mut self,
        setting: &'static Setting,
        variable: &str,
        what: impl Display,
        remedy: impl Display,
    ) -> Told {
        self.mistakes.push(Mistake::in_variable(variable, what, remedy));
        self.effective.set_wrong(setting);
        Told
    }

    pub(super) fn record(&mut self, setting: &'static Setting, found: &Found) {
        let shown = if setting.secret { SECRET } else { &found.value };
        self.effective.set(setting, shown, found.origin.clone());
    }

    /// A place is asked only when the one before it has none of the names. Nothing is recorded yet.
    pub(super) fn search(&mut self, setting: &'static Setting) -> Result<Option<Found>, Told> {
        for layer in self.source.layers() {
            let named: Vec<_> = setting.names().map(|name| self.named(layer, setting, name)).collect();
            let named: Vec<Option<Found>> = named.into_iter().collect::<Result<_, Told>>()?;
            let mut named = named.into_iter().flatten();
            let Some(first) = named.next() else { continue };
            for other in named.filter(|other| other.value != first.value) {
                let what = format!(
                    "`{}` has another value, and both set {}: `{}` is ignored",
                    first.name, setting.name, other.name
                );
                let told = Mistake::in_variable(&other.name, what, "remove the one that is wrong");
                self.weaknesses.push(Weakness::TwoNames, told);
            }
            return Ok(Some(first));
        }
        Ok(None)
    }

    fn named(&mut self, layer: &Layer, setting: &Setting, name: &'static str) -> Result<Option<Found>, Told> {
        let plain = self.text(layer, name)?;
        let variable = format!("{name}_FILE");
        let path = if setting.secret { self.text(layer, &variable)? } else { None };
        match (plain, path) {
            (Some(_), Some(_)) => {
                let what = format!("is set, and `{variable}` beside it: which one is meant?");
                self.mistakes.push(Mistake::in_variable(name, what, "remove one of the two"));
                Err(Told)
            }
            (Some((text, place)), None) => {
                // A blank at the end of a secret is part of it, as it is for the legacy.
                let value = if setting.secret { text } else { text.trim() }.to_owned();
                let alias = (name != setting.name).then(|| name.to_owned());
                Ok(Some(Found { name: name.to_owned(), value, origin: Origin::Written { place, alias } }))
            }
            (None, Some((path, _))) => self.content(Path::new(path.trim()), variable).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// An empty variable counts as not set, as pydantic projects expect of `.env`.
    fn text<'l>(
        &mut self,
        layer: &'l Layer,
        name: &str,
    ) -> Result<Option<(&'l str, super::origin::Place)>, Told> {
        // pydantic-settings reads `secret_key` as well; where both stand, the one spelt as documented holds.
        let spelt = || layer.iter().find(|(spelt, _)| spelt.eq_ignore_ascii_case(name));
        let Some(variable) = layer.get(name).or_else(|| Some(spelt()?.1)) else { return Ok(None) };
        let Some(text) = &variable.text else {
            self.mistakes.push(Mistake::in_variable(name, "is not UTF-8 text", "write it as UTF-8"));
            return Err(Told);
        };
        Ok(Some((text.as_str(), variable.place)).filter(|(text, _)| !text.trim().is_empty()))
    }

    fn content(&mut self, path: &Path, variable: String) -> Result<Found, Told> {
        let told = |what: String| {
            let remedy = "name a file that this process may read and that holds the secret";
            Mistake::in_variable(&variable, what, remedy)
        };
        let value = match std::fs::read_to_string(path) {
            Ok(text) => text.trim_end_matches(['\r', '\n']).to_owned(),
            Err(error) => {
                self.mistakes.push(told(format!("{} cannot be read: {error}", shown(path))));
                return Err(Told);
            }
        };
        if value.is_empty() {
            self.mistakes.push(told(format!("{} is empty", shown(path))));
            return Err(Told);
        }
        open_file::judge(path, &mut self.weaknesses);
        Ok(Found { name: variable.clone(), value, origin: Origin::File { path: path.to_owned(), variable } })
    }
}

/// Somebody may have put the secret itself where the path of its file belongs.
fn shown(path: &Path) -> String {
    let parent = path.parent().filter(|parent| parent.components().count() > 1 && parent.is_dir());
    if parent.is_some() || path.is_file() {
        format!("`{}`", path.display())
    } else {
        "the file that it names".to_owned()
    }
}
