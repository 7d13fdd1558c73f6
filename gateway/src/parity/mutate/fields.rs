//! Members of objects that are missing, called otherwise, or of another type.

use super::{
    Bench, Kind,
    document::{Document, Site, Value},
    place_of,
};

pub(super) fn break_them(document: &Document<'_>, bench: &mut Bench<'_>) {
    for site in &document.sites {
        let place = place_of(&site.path);
        if let Some(name) = site.name() {
            bench.lay(Kind::Dropped, &place, || document.without(site));
            bench.lay(Kind::Renamed, &place, || document.renaming(site, &format!("{name}_2")));
            bench.lay(Kind::Recased, &place, || document.renaming(site, &recased(name)));
        }
        if !matches!(site.text, "null") {
            bench.lay(Kind::Null, &place, || document.with(site, "null"));
        }
        if let Some(text) = stringified(site) {
            bench.lay(Kind::Stringified, &place, || document.with(site, &text));
        }
        bench.lay(Kind::Constant, &place, || document.with(site, constant(site)));
        bench.lay(Kind::Emptied, &place, || document.with(site, empty(site)));
        if let (Value::Object(members), Some(open)) = (&site.value, site.text.strip_suffix('}')) {
            let comma = if members.is_empty() { "" } else { "," };
            bench.lay(Kind::Extra, &place, || document.with(site, &format!("{open}{comma}\"debug\":true}}")));
        }
    }
}

/// `created_at` becomes `createdAt`, `id` becomes `Id`.
fn recased(name: &str) -> String {
    let mut upper = !name.contains('_');
    let mut told = String::new();
    for character in name.chars() {
        if character == '_' {
            upper = true;
        } else if upper {
            told.extend(character.to_uppercase());
            upper = false;
        } else {
            told.push(character);
        }
    }
    told
}

fn stringified(site: &Site<'_>) -> Option<String> {
    match site.value {
        Value::Number | Value::Word if site.text != "null" => Some(format!("\"{}\"", site.text)),
        Value::Object(_) | Value::Array(_) => Some(serde_json::Value::from(site.text).to_string()),
        Value::Number | Value::Word | Value::Text(_) => None,
    }
}

/// What a stub would say.
fn constant(site: &Site<'_>) -> &'static str {
    match site.value {
        Value::Text(_) => "\"string\"",
        Value::Number => "0",
        Value::Word if site.text == "true" => "false",
        Value::Word => "true",
        Value::Object(_) => "{\"ok\":true}",
        Value::Array(_) => "[0]",
    }
}

fn empty(site: &Site<'_>) -> &'static str {
    match site.value {
        Value::Text(_) => "\"\"",
        Value::Number => "-1",
        Value::Word => "{}",
        Value::Object(_) => "{}",
        Value::Array(_) => "[]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_as_another_language_would() {
        for (name, expected) in [("created_at", "createdAt"), ("id", "Id"), ("a_b_c", "aBC"), ("", "")] {
            assert_eq!(recased(name), expected, "{name}");
        }
    }
}
