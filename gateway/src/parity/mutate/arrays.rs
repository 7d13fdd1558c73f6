//! Arrays in another order, or with more or fewer items.

use super::{
    Bench, Kind,
    document::{Document, Value},
    place_of,
};

pub(super) fn break_them(document: &Document<'_>, bench: &mut Bench<'_>) {
    for site in &document.sites {
        let Value::Array(items) = &site.value else { continue };
        let Some((last, others)) = items.split_last() else { continue };
        let place = place_of(&site.path);
        let written = |items: &[&str]| format!("[{}]", items.join(","));
        let reversed: Vec<&str> = items.iter().rev().copied().collect();
        bench.lay(Kind::Reversed, &place, || document.with(site, &written(&reversed)));
        bench.lay(Kind::Truncated, &place, || document.with(site, &written(others)));
        bench.lay(Kind::Duplicated, &place, || {
            let more: Vec<&str> = items.iter().copied().chain([*last]).collect();
            document.with(site, &written(&more))
        });
    }
}
