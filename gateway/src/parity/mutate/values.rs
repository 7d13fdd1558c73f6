//! Values that belong somewhere else: to an earlier answer, to a neighbour, to nobody.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Bench, Kind, Subject,
    document::{Document, Site, Value},
    place_of,
};
use crate::parity::path::Path;

pub(super) fn break_them(subject: &Subject<'_>, document: &Document<'_>, bench: &mut Bench<'_>) {
    let recorded = Document::of(subject.reference);
    let recorded: BTreeMap<&Path, &Site<'_>> =
        recorded.iter().flat_map(|before| before.sites.iter().map(|site| (&site.path, site))).collect();
    for (at, site) in document.sites.iter().enumerate() {
        let place = place_of(&site.path);
        let before = recorded.get(&site.path);
        if let Some(before) =
            before.filter(|before| before.text != site.text && is_leaf(site) && is_leaf(before))
        {
            bench.lay(Kind::Stale, &place, || document.with(site, before.text));
        }
        let next = document.sites.get(at + 1).filter(|next| is_like(site, next));
        if let Some(next) = next {
            bench.lay(Kind::Swapped, &place, || document.swapping(site, next));
        }
        if let Some(fresh) = fresh(site) {
            bench.lay(Kind::Fresh, &place, || document.with(site, &fresh));
        }
    }
}

fn is_leaf(site: &Site<'_>) -> bool {
    !matches!(site.value, Value::Object(_) | Value::Array(_))
}

/// Two leaves of one type that stand side by side and say different things.
fn is_like(one: &Site<'_>, other: &Site<'_>) -> bool {
    let alike = matches!(
        (&one.value, &other.value),
        (Value::Text(_), Value::Text(_)) | (Value::Number, Value::Number) | (Value::Word, Value::Word)
    );
    alike && one.text != other.text
}

/// Another identifier of the same form.
fn fresh(site: &Site<'_>) -> Option<String> {
    match &site.value {
        Value::Text(text) => {
            let uuid = Uuid::try_parse(text).ok().filter(|_| text.len() == 36)?;
            let mut bytes = *uuid.as_bytes();
            bytes[15] ^= 0x5a;
            Some(format!("\"{}\"", Uuid::from_bytes(bytes)))
        }
        Value::Number if names_an_id(site) => {
            site.text.parse::<u32>().ok().map(|id| (u64::from(id) + 100_000).to_string())
        }
        Value::Number | Value::Word | Value::Object(_) | Value::Array(_) => None,
    }
}

fn names_an_id(site: &Site<'_>) -> bool {
    site.name().is_some_and(|name| name == "id" || name.ends_with("_id"))
}
