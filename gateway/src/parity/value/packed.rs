//! JSON inside a token: what is packed is compared unpacked, member by member.

use std::collections::BTreeMap;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Bound, Class, Form, Wrong, detect, wrong};
use crate::parity::{
    compare::{leaves, values},
    difference::{Difference, Kind, Place},
    json,
    rules::matcher::{said, sort},
};

const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// The documents in it: of a JWT its header and its claims.
pub(super) fn open(form: Form, text: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = match form {
        Form::Jwt => {
            let parts: Vec<&str> = text.split('.').collect();
            (parts.len() == 3).then(|| parts[..2].to_vec())?
        }
        Form::Base64 => vec![text],
    };
    parts.into_iter().map(document).collect()
}

fn document(part: &str) -> Option<String> {
    let bytes = URL_SAFE.decode(part).or_else(|_| PLAIN.decode(part)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (text.starts_with(['{', '[']) && json::read(&text).is_some()).then_some(text)
}

pub(super) fn pair(
    form: Form,
    inside: &BTreeMap<String, Class>,
    recorded: &str,
    live: &str,
    bound: &mut Vec<Bound>,
) -> Result<(), Wrong> {
    let (Some(ours), Some(theirs)) = (open(form, recorded), open(form, live)) else {
        return wrong("format", "does not hold JSON as the recorded one does");
    };
    let unlike = |text: &str| (text.len() - text.trim_end_matches('=').len(), text.contains(['+', '/']));
    if form == Form::Base64 && recorded.len() == live.len() && unlike(recorded).0 != unlike(live).0 {
        return wrong("format", "is padded in another way");
    }
    for (one, other) in ours.iter().zip(&theirs) {
        for Difference { place, kind, legacy, native } in documents(one, other) {
            let general = place.general();
            let class = inside.get(&general);
            let Some(class) = class.filter(|_| kind == Kind::Value && sort(&legacy) == sort(&native)) else {
                return wrong("content", format!("holds another {general}: `{legacy}` became `{native}`"));
            };
            class.pair(&said(&legacy), &said(&native), bound)?;
        }
    }
    Ok(())
}

fn documents(one: &str, other: &str) -> Vec<Difference> {
    let mut found = Vec::new();
    if let (Some(ours), Some(theirs)) = (json::read(one), json::read(other)) {
        values::compare([one, other], [&ours, &theirs], &mut found);
    }
    found
}

/// The samples of one value: what differs between them is generated.
pub(super) fn learn(form: Form, samples: &[&str]) -> Option<Class> {
    let opened: Vec<Vec<String>> = samples.iter().filter_map(|text| open(form, text)).collect();
    let mut values: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for document in opened.iter().flatten() {
        for (place, text) in leaves::of_json(document) {
            values.entry(place).or_default().push(text);
        }
    }
    let mut inside: BTreeMap<String, Class> = BTreeMap::new();
    for (place, texts) in values {
        if texts.iter().all(|text| *text == texts[0]) && texts.len() == samples.len() {
            continue;
        }
        let texts: Vec<String> = texts.iter().map(|text| said(text)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let class = integer(&place.general(), &texts).or_else(|| detect(&texts))?;
        let general = place.general();
        let joined = match inside.remove(&general) {
            Some(known) => known.join(class)?,
            None => class,
        };
        inside.insert(general, joined);
    }
    Some(Class::Packed { form, inside })
}

fn integer(place: &str, texts: &[&str]) -> Option<Class> {
    if let Some(per_second) = detect::epoch(texts[0])
        && texts.iter().all(|text| detect::epoch(text) == Some(per_second))
    {
        return Some(Class::Epoch { per_second });
    }
    let class = Class::Sequence { scope: format!("packed {place}") };
    texts.iter().all(|text| class.fits(text)).then_some(class)
}
