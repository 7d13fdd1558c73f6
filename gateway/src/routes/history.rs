//! Who gave a route to whom, and when: one line for each change, in `routes.history.jsonl` beside the routes file.
//!
//! The file is the only memory: a route without a line belongs to the legacy, as it did before there was a gateway.
//! That is why a change made while nothing ran is found at the next start, and why several processes with one file
//! write each change once.

pub mod journal;
pub mod origin;
pub mod record;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{key::RouteKey, owner::Owner, running::Running};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// RFC 3339, in UTC.
    pub at: String,
    /// `user@host` of a command; of an edited file only the user who owns it is known.
    pub by: String,
    pub via: Via,
    pub route: RouteKey,
    pub from: Owner,
    pub to: Owner,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a change came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// `gateway routes set`.
    Set,
    /// The file was edited, and a running gateway took it.
    Reload,
    /// The file was edited while no gateway ran.
    Start,
}

/// The owner of every route that somebody may give away.
pub type Owners = BTreeMap<RouteKey, Owner>;

/// A route whose owner is not the one that was written down last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrecorded {
    pub route: RouteKey,
    pub from: Owner,
    pub to: Owner,
}

impl Via {
    pub fn name(self) -> &'static str {
        match self {
            Via::Set => "set",
            Via::Reload => "reload",
            Via::Start => "start",
        }
    }
}

/// `routes.toml` has its history in `routes.history.jsonl`.
pub fn beside(routes: &Path) -> PathBuf {
    let mut name = routes.file_stem().unwrap_or_default().to_owned();
    name.push(".history.jsonl");
    routes.with_file_name(name)
}

pub fn owners(running: &Running) -> Owners {
    running.matcher.all_ids().map(|id| (running.key(id).clone(), running.policy(id).owner)).collect()
}

pub fn unrecorded(owners: &Owners, recorded: &Owners) -> Vec<Unrecorded> {
    let differing = owners.iter().filter_map(|(route, to)| {
        let from = recorded.get(route).copied().unwrap_or(Owner::Legacy);
        (from != *to).then(|| Unrecorded { route: route.clone(), from, to: *to })
    });
    differing.collect()
}

impl Unrecorded {
    pub fn told(self, at: &str, by: &str, via: Via, note: Option<&str>) -> Change {
        let Self { route, from, to } = self;
        Change { at: at.to_owned(), by: by.to_owned(), via, route, from, to, note: note.map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_stands_beside_its_file() {
        for (file, history) in [
            ("routes.toml", "routes.history.jsonl"),
            ("/etc/gateway/blue.toml", "/etc/gateway/blue.history.jsonl"),
            ("owners", "owners.history.jsonl"),
        ] {
            assert_eq!(beside(Path::new(file)), Path::new(history));
        }
    }

    #[test]
    fn what_nobody_wrote_down_belongs_to_the_legacy() {
        let key = |text: &str| text.parse::<RouteKey>().unwrap();
        let owners = |list: &[(&str, Owner)]| list.iter().map(|(text, owner)| (key(text), *owner)).collect();
        let now: Owners =
            owners(&[("GET /a", Owner::Legacy), ("GET /b", Owner::Native), ("GET /c", Owner::Legacy)]);
        let recorded: Owners = owners(&[("GET /c", Owner::Deny), ("GET /gone", Owner::Native)]);
        let found: Vec<String> = unrecorded(&now, &recorded)
            .into_iter()
            .map(|change| format!("{} {} {}", change.route, change.from, change.to))
            .collect();
        assert_eq!(found, ["GET /b legacy native", "GET /c deny legacy"]);
    }
}
