//! Texts with other escapes, white space or capitals.

use super::{
    Bench, Kind,
    document::{Document, Value},
    place_of,
};

pub(super) fn break_them(document: &Document<'_>, bench: &mut Bench<'_>) {
    for site in &document.sites {
        let Value::Text(text) = &site.value else { continue };
        let place = place_of(&site.path);
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        bench.lay(Kind::Escapes, &place, || document.with(site, &escaped_otherwise(site.text, text)));
        bench.lay(Kind::Padded, &place, || document.with(site, &quoted(&format!("{text} "))));
        let upper = text.to_uppercase();
        let cased = if upper == *text { text.to_lowercase() } else { upper };
        bench.lay(Kind::Cased, &place, || document.with(site, &quoted(&cased)));
    }
}

/// The same text: all that is not ASCII escaped, or if it is already, or there is nothing, its last character.
fn escaped_otherwise(spelled: &str, text: &str) -> String {
    let escape = |character: char| {
        let mut units = [0; 2];
        character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    if !spelled.is_ascii() {
        let each = spelled.chars().map(|character| match character.is_ascii() {
            true => character.to_string(),
            false => escape(character),
        });
        return each.collect();
    }
    if !text.is_ascii() {
        return serde_json::Value::from(text).to_string();
    }
    match text.chars().next_back() {
        Some(last) if last.is_ascii_alphanumeric() && spelled.ends_with(&format!("{last}\"")) => {
            format!("{}{}\"", &spelled[..spelled.len() - 2], escape(last))
        }
        Some(_) | None => spelled.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_text_and_another_spelling() {
        for spelled in [r#""é""#, r#""\u00e9""#, r#""abc""#, r#""a 😀""#, r#""\n1""#] {
            let text: String = serde_json::from_str(spelled).unwrap();
            let otherwise = escaped_otherwise(spelled, &text);
            assert_ne!(spelled, otherwise);
            assert_eq!(serde_json::from_str::<String>(&otherwise).unwrap(), text, "{otherwise}");
        }
    }
}
