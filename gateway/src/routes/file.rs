//! `routes.toml` as it is written: who answers which route, under which limits.
//!
//! Only what was written is here. How it meets the lock, the profile and the brake is decided by the running table.

mod defaults;
mod demands;
pub mod edit;
mod entry;
mod gone;
mod instances;
mod kind;
mod known;
mod limits;
mod record;
mod refuse;

use std::{collections::BTreeMap, path::Path};

use crate::{
    config::{
        document::{Document, item::Item, nearest, section::Section},
        mistakes::Mistakes,
    },
    edge::Classes,
    legacy::{address::LegacyAddress, instances::rules::LegacyRules},
    limits::Limits,
    parity::capture::rules::Rules,
};

use super::key::RouteKey;

use defaults::Written;

pub use super::owner::{Owner, Unlisted};
pub use defaults::Defaults;
pub use demands::Demands;
pub use entry::{AuthRule, RouteEntry};
pub use known::{Known, KnownRoute, NoSuchRoute};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutesFile {
    pub defaults: Defaults,
    pub unlisted: Unlisted,
    /// What the door only counts.
    pub reported: Classes,
    /// None at all in the list: the legacy is gone.
    pub legacy_urls: Option<Vec<LegacyAddress>>,
    pub legacy_rules: LegacyRules,
    pub routes: BTreeMap<RouteKey, RouteEntry>,
    pub limits: Limits,
    /// Nothing is recorded without it.
    pub record: Option<Rules>,
}

/// Documented, and refused until they work: a setting that is accepted and ignored is worse than one that is missing.
const LATER: [&str; 3] = ["canary", "guard", "group"];

impl RoutesFile {
    pub fn is_legacy_gone(&self) -> bool {
        self.legacy_urls.as_ref().is_some_and(Vec::is_empty)
    }

    /// The owner that the file gives to a route, written or by default.
    pub fn owner(&self, key: &RouteKey, known: &Known<'_>) -> Owner {
        let written = self.routes.get(key).and_then(|entry| entry.owner);
        written.unwrap_or_else(|| known.owner_by_default(key, &self.defaults))
    }

    /// What the file would say after one route got another owner, and nothing else changed.
    pub fn with_owner(mut self, key: &RouteKey, owner: Owner) -> Self {
        self.routes.entry(key.clone()).or_insert_with(RouteEntry::bare).owner = Some(owner);
        self
    }

    pub fn parse(name: &Path, text: &str, known: &Known<'_>) -> Result<RoutesFile, Mistakes> {
        let document = Document::read(name, text);
        let file = read(document.root(), known);
        document.into_result(file)
    }
}

fn read(mut root: Section<'_>, known: &Known<'_>) -> Option<RoutesFile> {
    root.later(&LATER);
    let schema = root.required("schema", "schema = 1").and_then(|item| item.integer(1..=1));
    let defaults = root.optional("defaults").and_then(|item| item.section("[defaults]")).map(Written::read);
    let Written { defaults, unlisted, owner } = defaults.unwrap_or_default();
    let legacy = root.optional("legacy").and_then(|item| item.section("[legacy]"));
    let instances::Written { urls, rules: legacy_rules } =
        legacy.map(instances::Written::read).unwrap_or_default();
    let legacy_urls = urls.as_ref().and_then(instances::addresses);
    let reported = root.optional("refuse").and_then(|item| item.section("[refuse]"));
    let reported = reported.map(|section| refuse::reported(&section)).unwrap_or_default();
    let routes = root.optional("routes").and_then(|item| item.section("[routes]"));
    let routes = routes.map(|section| routes_in(&section, &defaults, known)).unwrap_or_default();
    let limits = root.optional("limits").and_then(|item| item.section("[limits]")).map(limits::read);
    let record = root.optional("record").and_then(|item| item.section("[record]"));
    let record = record.and_then(|section| record::read(section, known));
    root.close();
    if let Some(item) = owner.filter(|_| defaults.owner == Owner::Native) {
        refuse_routes_without_handler(&item, &routes, known);
        for key in known.routes.iter().map(|route| &route.key) {
            let entry = routes.get(key);
            if entry.is_none_or(|entry| entry.owner.is_none()) {
                entry::refuse_unverified(
                    key,
                    &item,
                    defaults.owner,
                    entry.and_then(|entry| entry.auth),
                    known,
                );
            }
        }
    }
    if let (Some(urls), Some([])) = (&urls, legacy_urls.as_deref()) {
        gone::refuse_what_is_left(urls, unlisted.as_ref(), &defaults, &routes, known);
    }
    schema?;
    let unlisted = unlisted.map_or(Unlisted::Legacy, |(unlisted, _)| unlisted);
    let limits = limits.unwrap_or_default();
    Some(RoutesFile { defaults, unlisted, reported, legacy_urls, legacy_rules, routes, limits, record })
}

fn refuse_routes_without_handler(
    owner: &Item<'_>,
    routes: &BTreeMap<RouteKey, RouteEntry>,
    known: &Known<'_>,
) {
    let says_otherwise = |key| routes.get(key).is_some_and(|entry| entry.owner.is_some());
    let without: Vec<&str> = known
        .routes
        .iter()
        .map(|route| &route.key)
        .filter(|key| !known.has_handler(key) && !says_otherwise(key))
        .map(RouteKey::as_str)
        .collect();
    if !without.is_empty() {
        let what = "`native` as the default would claim routes that have no handler";
        owner.reject(
            what,
            format!("write `\"legacy\"`, or give an owner to each of {}", nearest::list(without)),
        );
    }
}

fn routes_in(
    section: &Section<'_>,
    defaults: &Defaults,
    known: &Known<'_>,
) -> BTreeMap<RouteKey, RouteEntry> {
    let mut routes = BTreeMap::new();
    for written in section.entries() {
        let Some(key) = known.key(&written.key) else {
            continue;
        };
        if let Some(entry) = RouteEntry::read(&key, &written, known.owner_by_default(&key, defaults), known) {
            routes.insert(key, entry);
        }
    }
    routes
}

#[cfg(test)]
mod tests;
