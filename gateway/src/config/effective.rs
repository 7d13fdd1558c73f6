//! The configuration as it holds: every setting with the value it has and where that came from.
//!
//! Whoever records a value decides how it may be shown; a secret is never more than `<secret>`.

use std::{collections::BTreeMap, fmt};

use super::{
    origin::Origin,
    setting::{SETTINGS, Setting},
};

pub const SECRET: &str = "<secret>";

#[derive(Debug, Default)]
pub struct Effective {
    values: BTreeMap<&'static str, Held>,
}

#[derive(Debug)]
struct Held {
    value: Option<String>,
    origin: Option<Origin>,
    wrong: bool,
}

/// One line of the table.
pub struct Row<'e> {
    pub setting: &'static Setting,
    /// None: it is not set, or a mistake.
    pub value: Option<&'e str>,
    /// None: nothing is set.
    pub origin: Option<&'e Origin>,
    /// What was written is a mistake, and told as one.
    pub wrong: bool,
}

impl Effective {
    pub fn set(&mut self, setting: &'static Setting, value: impl Into<String>, origin: Origin) {
        let value = Some(value.into()).filter(|value| !value.is_empty());
        let origin = value.is_some().then_some(origin);
        self.values.insert(setting.name, Held { value, origin, wrong: false });
    }

    /// What was written is not repeated: it may be a secret in the wrong place.
    pub fn set_wrong(&mut self, setting: &'static Setting) {
        let origin = self.values.remove(setting.name).and_then(|held| held.origin);
        self.values.insert(setting.name, Held { value: None, origin, wrong: true });
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        SETTINGS.iter().filter_map(|setting| {
            let held = self.values.get(setting.name)?;
            let (value, origin) = (held.value.as_deref(), held.origin.as_ref());
            Some(Row { setting, value, origin, wrong: held.wrong })
        })
    }
}

impl Row<'_> {
    fn shown(&self) -> &str {
        let missing = if self.wrong { "a mistake, see below" } else { "not set" };
        self.value.unwrap_or(missing)
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.rows().collect();
        let width = |title: &str, widest: Option<usize>| widest.unwrap_or_default().max(title.len());
        let names = width("SETTING", rows.iter().map(|row| row.setting.name.len()).max());
        let values = width("VALUE", rows.iter().map(|row| row.shown().chars().count()).max());
        writeln!(formatter, "{:names$}  {:values$}  ORIGIN", "SETTING", "VALUE")?;
        for row in rows {
            let (name, shown) = (row.setting.name, row.shown());
            match row.origin {
                Some(origin) => writeln!(formatter, "{name:names$}  {shown:values$}  {origin}")?,
                None => writeln!(formatter, "{name:names$}  {shown}")?,
            }
        }
        Ok(())
    }
}
