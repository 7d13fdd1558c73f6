//! `[legacy] urls = []`: the legacy is gone, so nothing may be its any more.

use std::collections::BTreeMap;

use super::{Defaults, Known, Owner, RouteEntry, Unlisted};
use crate::{
    config::document::{item::Item, nearest},
    routes::key::RouteKey,
};

pub(super) fn refuse_what_is_left(
    urls: &Item<'_>,
    unlisted: Option<&(Unlisted, Item<'_>)>,
    defaults: &Defaults,
    routes: &BTreeMap<RouteKey, RouteEntry>,
    known: &Known<'_>,
) {
    let owner = |key| routes.get(key).and_then(|entry| entry.owner).unwrap_or(defaults.owner);
    let mut left: Vec<&str> = Vec::new();
    for key in known.routes.iter().map(|route| &route.key).filter(|key| owner(key) == Owner::Legacy) {
        if !left.contains(&key.as_str()) {
            left.push(key.as_str());
        }
    }
    if !left.is_empty() {
        let count = match left.len() {
            1 => "one route is".to_owned(),
            many => format!("{many} routes are"),
        };
        let remedy = format!("give `\"native\"` or `\"deny\"` to {}", nearest::list(left));
        urls.reject(format!("the legacy is gone, and {count} still its"), remedy);
    }
    if let Some((Unlisted::Legacy, item)) = unlisted {
        item.reject(
            "the legacy is gone, and paths that are no routes would still go there",
            "remove it: the gateway answers them as the legacy's framework did; or write `\"deny\"`",
        );
    }
}
