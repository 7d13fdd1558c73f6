//! `[legacy]`: where its instances are, how they are asked whether they are well, and when they are left alone.

use std::{ops::RangeInclusive, time::Duration};

use crate::{
    config::document::{item::Item, section::Section},
    legacy::{
        address::LegacyAddress,
        instances::rules::{EjectRule, HealthRule, LegacyRules},
    },
};

/// Under the first nothing could be told apart, over the second nobody would learn of anything.
const INTERVALS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_hours(1);
const TIMEOUTS: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_mins(1);
const EJECTIONS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_hours(1);
const IN_A_ROW: RangeInclusive<i64> = 1..=100;

/// The section together with what can only be judged when the whole file is read.
#[derive(Default)]
pub(super) struct Written<'d> {
    pub(super) urls: Option<Item<'d>>,
    pub(super) rules: LegacyRules,
}

impl<'d> Written<'d> {
    pub(super) fn read(mut section: Section<'d>) -> Self {
        let urls = section.optional("urls");
        let health = section.optional("health");
        let eject = section.optional("eject");
        section.close();
        let health = health.and_then(|item| item.section("health = { path = \"/health\" }"));
        let eject = eject.and_then(|item| item.section("eject = { failures = 3 }"));
        let rules = LegacyRules {
            health: health.map(health_rule),
            eject: eject.map(eject_rule).unwrap_or_default(),
            ..LegacyRules::default()
        };
        Self { urls, rules }
    }
}

fn health_rule(mut section: Section<'_>) -> HealthRule {
    let standard = HealthRule::default();
    let path = section.optional("path");
    let interval = section.optional("interval");
    let timeout = section.optional("timeout");
    let (healthy, unhealthy) = (section.optional("healthy"), section.optional("unhealthy"));
    section.close();
    HealthRule {
        path: path.and_then(|item| path_in(&item)),
        interval: interval.and_then(|item| item.duration(INTERVALS, "5s")).unwrap_or(standard.interval),
        timeout: timeout.and_then(|item| item.duration(TIMEOUTS, "2s")).unwrap_or(standard.timeout),
        healthy: healthy.as_ref().and_then(in_a_row).unwrap_or(standard.healthy),
        unhealthy: unhealthy.as_ref().and_then(in_a_row).unwrap_or(standard.unhealthy),
    }
}

fn eject_rule(mut section: Section<'_>) -> EjectRule {
    let standard = EjectRule::default();
    let failures = section.optional("failures");
    let (time, most) = (section.optional("time"), section.optional("most"));
    let server_errors = section.optional("server_errors");
    section.close();
    let failures =
        failures.and_then(|item| item.integer(IN_A_ROW)).and_then(|count| u32::try_from(count).ok());
    let time = time.and_then(|item| item.duration(EJECTIONS, "10s")).unwrap_or(standard.time);
    let written = most.as_ref().and_then(|item| item.duration(EJECTIONS, "5m"));
    if let (Some(item), Some(written)) = (&most, written)
        && written < time
    {
        item.reject("`most` is shorter than `time`", "write at least as much as `time`");
    }
    EjectRule {
        failures: failures.unwrap_or(standard.failures),
        time,
        most: written.unwrap_or(standard.most).max(time),
        server_errors: server_errors.and_then(|item| item.boolean()).unwrap_or(standard.server_errors),
    }
}

fn in_a_row(item: &Item<'_>) -> Option<usize> {
    item.integer(IN_A_ROW).and_then(|count| usize::try_from(count).ok())
}

fn path_in(item: &Item<'_>) -> Option<String> {
    let path = item.text()?;
    let is_path = path.starts_with('/') && path.parse::<http::uri::PathAndQuery>().is_ok();
    if !is_path {
        item.reject(format!("`{path}` is not a path"), "write it as in `\"/health\"`");
    }
    is_path.then(|| path.to_owned())
}

/// None are no mistake: then the legacy is gone.
pub(super) fn addresses(urls: &Item<'_>) -> Option<Vec<LegacyAddress>> {
    let items = urls.list("urls = [\"http://127.0.0.1:8000\"]")?;
    let written = items.len();
    let mut addresses: Vec<LegacyAddress> = Vec::new();
    for item in items {
        let Some(address) = item.parsed::<LegacyAddress>(|error| error.remedy()) else {
            continue;
        };
        if addresses.iter().any(|other| other.is_same_place(&address)) {
            item.reject(format!("`{address}` is listed twice"), "keep one of the two");
        }
        addresses.push(address);
    }
    // Addresses that are all mistakes do not make the legacy one that is gone.
    (written == 0 || !addresses.is_empty()).then_some(addresses)
}
