//! `rename_all`: what Pydantic's alias generators make of a name.
//!
//! Source: `pydantic/alias_generators.py`.

use crate::attributes::Setting;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// `to_camel`
    Camel,
    /// `to_pascal`
    Pascal,
}

impl Case {
    pub(crate) fn of(setting: &Setting) -> syn::Result<Self> {
        match setting.text()?.value().as_str() {
            "camelCase" => Ok(Self::Camel),
            "PascalCase" => Ok(Self::Pascal),
            _ => Err(setting.error("names are renamed to \"camelCase\" or \"PascalCase\"")),
        }
    }

    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Self::Pascal => pascal(name),
            Self::Camel if is_camel(name) => name.to_owned(),
            Self::Camel => with_small_start(&pascal(name)),
        }
    }
}

/// Python's `title` begins a word after every character that is no letter, digits among them. Underscores go where
/// letters or digits meet over one.
fn pascal(name: &str) -> String {
    let mut titled: Vec<char> = Vec::new();
    for character in name.chars() {
        let begins = titled.last().is_none_or(|last| !last.is_alphabetic());
        titled.push(if begins { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() });
    }
    let mut joined = String::new();
    for (at, character) in titled.iter().enumerate() {
        let before = at.checked_sub(1).is_some_and(|at| titled[at].is_ascii_alphanumeric());
        let after = titled.get(at + 1).is_some_and(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        if *character != '_' || !before || !after {
            joined.push(*character);
        }
    }
    joined
}

fn is_camel(name: &str) -> bool {
    let plain =
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let glued =
        name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1].is_ascii_lowercase());
    plain && !glued
}

fn with_small_start(name: &str) -> String {
    let start = name.len() - name.trim_start_matches('_').len();
    let mut characters: Vec<char> = name.chars().collect();
    if let Some(first) = characters.get_mut(start) {
        first.make_ascii_lowercase();
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_pydantic() {
        // (name, to_camel, to_pascal), as the two printed them
        let table = [
            ("a", "a", "A"),
            ("first_name", "firstName", "FirstName"),
            ("a_1b", "a1B", "A1B"),
            ("a1b", "a1B", "A1B"),
            ("a1b_c", "a1BC", "A1BC"),
            ("_a_b", "_aB", "_AB"),
            ("__a_b", "__aB", "__AB"),
            ("a__b", "a__B", "A__B"),
            ("a_", "a_", "A_"),
            ("a_b_", "aB_", "AB_"),
            ("camelCase", "camelCase", "Camelcase"),
            ("camelCase_x", "camelcaseX", "CamelcaseX"),
            ("a_1", "a1", "A1"),
            ("a1_2", "a12", "A12"),
            ("a_1_2", "a12", "A12"),
            ("x2y", "x2Y", "X2Y"),
            ("HTTP", "http", "Http"),
            ("a_b2c_d", "aB2CD", "AB2CD"),
            ("id", "id", "Id"),
            ("project_id", "projectId", "ProjectId"),
            ("is_2fa_on", "is2FaOn", "Is2FaOn"),
        ];
        for (name, camel, pascal) in table {
            assert_eq!(Case::Camel.apply(name), camel, "{name}");
            assert_eq!(Case::Pascal.apply(name), pascal, "{name}");
        }
    }
}
