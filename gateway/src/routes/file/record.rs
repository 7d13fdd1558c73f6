//! `[record]`: which requests are recorded, where to, and how much of them.

use std::{path::PathBuf, time::Duration};

use super::Known;
use crate::{
    config::document::{item::Item, section::Section},
    parity::{
        capture::rules::{RoutePattern, Rules},
        redaction::{Keep, Mode},
    },
};

const ROUTES: &str = "write routes, or the beginning of some, as in `[\"GET /users/me\", \"GET /api/*\"]`";

pub(super) fn read(mut section: Section<'_>, known: &Known<'_>) -> Option<Rules> {
    let folder = section.required("dir", "dir = \"recordings/shop\"");
    let folder = folder.and_then(|item| folder_of(&item));
    let mut rules = Rules::to(folder.clone().unwrap_or_default());
    let mut routes = |key| section.optional(key).map(|item| patterns(&item, known)).unwrap_or_default();
    (rules.routes, rules.except) = (routes("routes"), routes("except"));
    let sample = section.optional("sample").and_then(|item| item.integer(1..=100));
    rules.sample = sample.and_then(|percent| u8::try_from(percent).ok()).unwrap_or(rules.sample);
    let mut size = |key, to: &mut u64, most: u64| {
        *to = section.optional(key).and_then(|item| size(&item, most)).unwrap_or(*to);
    };
    size("body_max", &mut rules.body_max, 16 << 20);
    size("segment_max", &mut rules.segment_max, 1 << 30);
    size("total_max", &mut rules.total_max, 1 << 50);
    let longest = Duration::from_secs(365 * 24 * 3600);
    let time = section.optional("time_max");
    rules.time_max = time.and_then(|item| item.duration(Duration::from_secs(1)..=longest, "1h"));
    let mode = section.optional("redact");
    let mode = mode.and_then(|item| item.choice("a way to redact", &[Mode::Strict, Mode::Secrets]));
    rules.mode = mode.unwrap_or_default();
    rules.keep = section.optional("keep").map(|item| kept(&item)).unwrap_or_default();
    let key_file = section.optional("key_file");
    rules.key_file = key_file.and_then(|item| file_of(&item));
    section.close();
    folder.map(|_| rules)
}

fn folder_of(item: &Item<'_>) -> Option<PathBuf> {
    let text = item.text()?;
    if text.is_empty() {
        item.reject("`dir` is empty", "name a folder, as in `\"recordings/shop\"`");
        return None;
    }
    Some(PathBuf::from(text))
}

fn file_of(item: &Item<'_>) -> Option<PathBuf> {
    let text = item.text()?;
    if text.is_empty() {
        item.reject("`key_file` is empty", "name a file of 32 random bytes, as in `\"recordings.key\"`");
        return None;
    }
    Some(PathBuf::from(text))
}

fn size(item: &Item<'_>, most: u64) -> Option<u64> {
    let size = item.size("1MiB")?;
    if size > most {
        item.reject("more than a recording is made for", format!("write at most `\"{}MiB\"`", most >> 20));
        return None;
    }
    Some(size)
}

fn patterns(item: &Item<'_>, known: &Known<'_>) -> Vec<RoutePattern> {
    let items = item.list(ROUTES).unwrap_or_default();
    items.iter().filter_map(|item| pattern(item, known)).collect()
}

/// One that fits no route is a slip of the pen.
fn pattern(item: &Item<'_>, known: &Known<'_>) -> Option<RoutePattern> {
    let text = item.text()?;
    if !text.ends_with('*') {
        return known.key(item).map(|key| RoutePattern::new(key.as_str()));
    }
    let pattern = RoutePattern::new(text);
    if !known.keys().any(|key| pattern.matches(key.as_str())) {
        item.reject(format!("`{text}` is the beginning of no route"), ROUTES);
        return None;
    }
    Some(pattern)
}

fn kept(item: &Item<'_>) -> Vec<String> {
    let items = item.list("keep = [\"query sort\", \"body $..status\"]").unwrap_or_default();
    let read = |item: &Item<'_>| {
        let remedy = "write a place, as in `\"body $..status\"`, `\"query sort\"` or `\"header x-tenant\"`";
        item.parsed::<Keep>(|_| remedy.to_owned()).map(|keep| keep.to_string())
    };
    items.iter().filter_map(read).collect()
}
