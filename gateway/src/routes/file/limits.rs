//! `[limits]`: read from the one list of limits; and the rate that a route may have of its own.

use std::{num::NonZeroU32, time::Duration};

use crate::{
    config::document::{item::Item, section::Section},
    limits::{
        Limits, Pace, Per, Rate,
        table::{Place, TABLE},
    },
};

use super::defaults::DEADLINES;

/// More is a slip of the pen.
const MOST: i64 = 10_000_000;

const RATE: &str = "write a rate, as in `\"100/s\"`, `\"10/m\"` or `{ per = \"subject\", rate = \"10/m\", burst = 20 }`, or `\"off\"`";

pub(super) fn read(mut section: Section<'_>) -> Limits {
    let mut limits = Limits::default();
    for row in &TABLE {
        if let Some(item) = section.optional(row.key) {
            place(&item, (row.place)(&mut limits));
        }
    }
    section.close();
    limits
}

/// What is a mistake leaves the default where it is: the file is not taken.
fn place(item: &Item<'_>, place: Place<'_>) {
    match place {
        Place::Time(to) => set(to, time(item)),
        Place::TimeOrOff(to) => set(to, unless_off(item, time)),
        Place::PaceOrOff(to) => set(to, unless_off(item, pace)),
        Place::Size(to, most) => set(to, size(item, most)),
        Place::Size32(to, most) => {
            set(to, size(item, most.into()).and_then(|size| u32::try_from(size).ok()));
        }
        Place::SizeOrOff(to) => set(to, unless_off(item, |item| item.size("10MiB"))),
        Place::Count(to, most) => set(to, count(item, most)),
        Place::Count32(to, most) => {
            set(to, count(item, most).and_then(|count| u32::try_from(count).ok()));
        }
        Place::CountOrDerived(to) => set(to, count(item, MOST).map(Some)),
        Place::CountOrOff(to) => set(to, unless_off(item, |item| count(item, MOST))),
        Place::RateOrOff(to) => set(to, rate(item)),
    }
}

fn set<T>(to: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *to = value;
    }
}

fn unless_off<T>(item: &Item<'_>, read: impl FnOnce(&Item<'_>) -> Option<T>) -> Option<Option<T>> {
    if is_off(item) { Some(None) } else { read(item).map(Some) }
}

fn is_off(item: &Item<'_>) -> bool {
    item.is_text() && item.text() == Some("off")
}

fn time(item: &Item<'_>) -> Option<Duration> {
    item.duration(DEADLINES, "30s")
}

fn pace(item: &Item<'_>) -> Option<Pace> {
    item.parsed(|_| "write bytes in a time of at most an hour, as in `\"1KiB/1m\"`, or `\"off\"`".to_owned())
}

fn size(item: &Item<'_>, most: u64) -> Option<u64> {
    let size = item.size("64KiB")?;
    if size > most {
        let remedy = format!("write at most `\"{}KiB\"`", most >> 10);
        item.reject("more than is ever held of it", remedy);
        return None;
    }
    Some(size)
}

fn count(item: &Item<'_>, most: i64) -> Option<usize> {
    item.integer(1..=most).and_then(|number| usize::try_from(number).ok())
}

/// Nothing after a mistake; within, nothing where it is off.
pub(super) fn rate(item: &Item<'_>) -> Option<Option<Rate>> {
    if is_off(item) {
        return Some(None);
    }
    if item.is_text() {
        return item.parsed::<Rate>(|_| RATE.to_owned()).map(Some);
    }
    if !item.is_table() {
        return item.wrong_type("a rate", RATE);
    }
    let mut section = item.section(RATE)?;
    let per = section.optional("per").and_then(|item| item.choice("whose requests are counted", &Per::ALL));
    let rate = section.required("rate", "rate = \"10/m\"");
    let burst = section.optional("burst").and_then(|item| item.integer(1..=MOST));
    section.close();
    let mut rate: Rate = rate?.parsed(|_| "write a number in a time, as in `\"10/m\"`".to_owned())?;
    rate.per = per.unwrap_or(rate.per);
    let burst = burst.and_then(|burst| NonZeroU32::new(u32::try_from(burst).ok()?));
    rate.burst = burst.unwrap_or(rate.burst);
    Some(Some(rate))
}
