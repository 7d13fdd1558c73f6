//! `[defaults]`: what holds for every route that does not say otherwise.

use std::{ops::RangeInclusive, time::Duration};

use crate::config::document::{item::Item, section::Section};

use super::{Owner, Unlisted};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    pub owner: Owner,
    pub native_body_max: u64,
    pub native_deadline: Duration,
}

/// Longer is a slip of the pen: a client does not wait a day.
pub(super) const DEADLINES: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_hours(24);

impl Default for Defaults {
    fn default() -> Self {
        Self { owner: Owner::Legacy, native_body_max: 10 << 20, native_deadline: Duration::from_secs(30) }
    }
}

/// The section together with what can only be judged when the whole file is read.
#[derive(Default)]
pub(super) struct Written<'d> {
    pub(super) defaults: Defaults,
    pub(super) unlisted: Option<(Unlisted, Item<'d>)>,
    pub(super) owner: Option<Item<'d>>,
}

impl<'d> Written<'d> {
    pub(super) fn read(mut section: Section<'d>) -> Self {
        let standard = Defaults::default();
        let owner = section.optional("owner");
        let unlisted = section.optional("unlisted");
        let native = section.optional("native");
        section.close();
        let (body_max, deadline) = native
            .and_then(|item| item.section("native = { deadline = \"30s\" }"))
            .map_or((None, None), limits);
        Self {
            defaults: Defaults {
                owner: owner.as_ref().and_then(read_owner).unwrap_or(standard.owner),
                native_body_max: body_max.unwrap_or(standard.native_body_max),
                native_deadline: deadline.unwrap_or(standard.native_deadline),
            },
            unlisted: unlisted.and_then(|item| {
                let choice = item.choice("an answer to an unlisted path", &Unlisted::ALL)?;
                Some((choice, item))
            }),
            owner,
        }
    }
}

fn read_owner(item: &Item<'_>) -> Option<Owner> {
    item.choice("an owner", &Owner::ALL)
}

fn limits(mut native: Section<'_>) -> (Option<u64>, Option<Duration>) {
    let body_max = native.optional("body_max").and_then(|item| item.size("10MiB"));
    let deadline = native.optional("deadline").and_then(|item| item.duration(DEADLINES, "30s"));
    native.close();
    (body_max, deadline)
}
